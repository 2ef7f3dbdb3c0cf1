import { parse } from 'acorn';
import { describe, expect, it } from 'vitest';
import { runtimeTexts } from '../runtime-texts.ts';
import { eraseTypes } from './erase-types.ts';
import { inlineRuntime } from './inline-runtime.ts';

describe('eraseTypes', () => {
  it('leaves out types and touches nothing else', () => {
    const cases: readonly [string, string][] = [
      ['export function f(x: number, y?: readonly number[]): [a: number, b: string] {', 'export function f(x, y) {'],
      ['const a: Float64Array<ArrayBuffer> = new Array<number>(n).fill(0);', 'const a = new Array(n).fill(0);'],
      ['const b = x[i]! + (y as number) * z!.length;', 'const b = x[i] + (y) * z.length;'],
      ['const c = (a satisfies number) ? b?.d : e;', 'const c = (a) ? b?.d : e;'],
      ['class A extends B implements C, D {', 'class A extends B {'],
      ['  private readonly n: number = 1;', '  n = 1;'],
      ['const g = <T>(x: T): T => x;', 'const g = (x) => x;'],
      ["import { type A, b, type C, d } from 'e';", "import { b, d } from 'e';"],
    ];
    for (const [typed, plain] of cases) {
      const closing = typed.endsWith('{') ? '\n}' : '';
      const [before, after] = typed.startsWith('  ') ? ['class A {\n', '\n}'] : ['', closing];
      expect(eraseTypes(`${before}${typed}${after}\n`).text).toBe(`${before}${plain}${after}\n`);
    }
  });

  it('leaves out statements that are types, with their comments, and says where each line was', () => {
    const text =
      'import type { A } from "a";\nimport { b } from "b";\n\n/** A type. */\nexport interface C {\n  d: A;\n}\n\ntype E = C;\n\nb();\n';
    expect(eraseTypes(text)).toEqual({ text: 'import { b } from "b";\n\nb();\n', lines: [1, 9, 10] });
  });

  it('makes JavaScript of the whole runtime', () => {
    for (const text of runtimeTexts())
      expect(() => parse(eraseTypes(text).text, { ecmaVersion: 2022, sourceType: 'module' })).not.toThrow();
  });
});

describe('inlineRuntime', () => {
  const modules = [
    'export interface A {\n  b(): number;\n}\n/** Helps. */\nfunction help(x: number): A {\n  return { b: () => x };\n}\n',
    'export function run(): void {\n  help(1).b();\n}\nexport function unused(): void {}\nfunction block(): number {\n  return 1;\n}\nexport const two = { block };\n',
  ];

  it('adds what is needed and nothing else', () => {
    const { text, lines } = inlineRuntime('import { run } from "r";\nimport { c } from "d";\n\nrun();\n', modules, 'r');
    expect(text).toMatch(/^import \{ c \} from "d";\n\nrun\(\);\n\n\/\/ What the functions above need of r\.\n\ninterface A \{/);
    expect(text).toContain('/** Helps. */\nfunction help(x: number): A {');
    expect(text).not.toContain('unused');
    expect(lines.slice(0, 4)).toEqual([1, 2, 3, -1]);
  });

  it('renames what the file has taken', () => {
    const { text } = inlineRuntime('import { two } from "r";\nconst block = 3;\ntwo.block(block);\n', modules, 'r');
    expect(text).toContain('function blockOfRuntime(): number');
    expect(text).toContain('const two = { block: blockOfRuntime };');
    expect(text).toContain('two.block(block);');
  });

  it('leaves a file without a runtime as it is', () => {
    expect(inlineRuntime('const a = 1;\n', modules, 'r').text).toBe('const a = 1;\n');
  });
});
