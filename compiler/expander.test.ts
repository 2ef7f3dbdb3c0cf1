/** What becomes of the text of a module; that the values are right is shown where it runs (loader/loader.test.ts). */
import { describe, expect, it } from 'vitest';
import { openExpander } from './expander.ts';

const expander = openExpander({ cwd: '/nowhere' });
const imports = "import { grad, hvp } from 'gradgen';\n";

function expand(body: string) {
  const found = expander.expand('/nowhere/main.ts', imports + body, './main.ts?gradgen');
  return { ...found, lines: found.text.split(/\r?\n/).slice(1), codes: found.diagnostics.map(({ code, at }) => `${code} ${at?.line}`) };
}

describe('an expanded module', () => {
  it('names derivatives where it asked for them, and keeps every line', () => {
    const { lines, derivatives } = expand(
      'const f = (x: number) => x * x;\nconst g = grad(\n  f, // once\n);\nconsole.log(g(1), grad(f)(2));',
    );
    expect(lines).toEqual([
      'const f = (x: number) => x * x;',
      'const g = gradOfF',
      '',
      ';',
      'console.log(g(1), gradOfF(2));',
      'import { gradOfF } from "./main.ts?gradgen";',
      '',
    ]);
    expect(derivatives?.code.match(/export function \w+/g)).toEqual(['export function gradOfF']);
    expect(JSON.parse(derivatives?.map ?? '')).toMatchObject({ version: 3, sources: ['main.ts'] });
  });

  it('begins no line with a parenthesis', () => {
    const { lines, derivatives } = expand('export function f(a: number) {\n  let x = 1\n  grad((y: number) => a * y)(x)\n  return x\n}\n');
    expect(lines[2]).toBe('  gradOfFunctionWith(() => [a])(x)');
    expect(derivatives?.code).toContain('return (x0) => gradOfFunction(x0, ...captured());');
  });

  it('takes names that are free', () => {
    const { lines } = expand('const gradOfF = 1, f = (x: number) => x * x;\nexport default [grad(f), gradOfF, hvp(f)];\n');
    expect(lines[1]).toBe('export default [gradOfF2, gradOfF, hvpOfF];');
  });

  it('exports constants that only derivatives need, under names that nobody has', () => {
    const { text, derivatives } = expand('const k = Number("3");\nexport const g = grad((x: number) => k * x);\n');
    expect(text).toContain('export { k as gradgen$k };');
    expect(derivatives?.code).toContain('import { gradgen$k } from "./main.ts";');
  });

  it('exports nothing that is not at its top', () => {
    const { text } = expand('const k = 1;\nfor (const k of [2]) console.log(grad((x: number) => k * x)(1), k);\nexport { k };\n');
    expect(text).toContain('gradOfFunctionWith(() => [k])(1), k)');
    expect(text).not.toContain('gradgen$k');
  });

  it('is left as it is where something is refused, with all that is', () => {
    const { text, derivatives, codes } = expand(
      'export const a = grad(Math.sin)(1);\nlet k = 1;\nexport const b = grad((x: number) => k * x)(1);\n',
    );
    expect([text.includes('grad(Math.sin)'), derivatives]).toEqual([true, undefined]);
    expect(codes).toEqual(['GG2040 2', 'GG2015 4']);
  });
});
