import { describe, expect, it } from 'vitest';
import { createTestProject, lowerText } from '../testing.ts';

const project = createTestProject();

function read(text: string) {
  const { module, diagnostics } = lowerText(project, text);
  return {
    functions: (module?.functions ?? []).map(({ name, exportName, marks, doc, signature }) => ({
      name,
      exportName,
      doc,
      marks: marks.map(({ tag, inputs, as }) =>
        [tag, inputs.map((i) => signature.params[i]?.name).join(' '), ...(as ? [as] : [])].join(':'),
      ),
    })),
    codes: diagnostics.map(({ code, at }) => `${code}@${at?.line}`),
  };
}

const square = '(x: number): number { return x * x; }';

describe('where marks stand', () => {
  const forms: Record<string, [text: string, name: string, exportName: string]> = {
    declaration: [`/** @grad */ export function f${square}`, 'f', 'f'],
    arrow: ['/** @grad */ export const f = (x: number): number => x * x;', 'f', 'f'],
    'function expression': [`/** @grad */ export const f = function g${square};`, 'f', 'f'],
    asserted: ['/** @grad */ export const f = ((x: number) => x * x) satisfies (x: number) => number;', 'f', 'f'],
    'export list': [`/** @grad */ function f${square}\nexport { f };`, 'f', 'f'],
    'export list, other name': [`/** @grad */ function f${square}\nexport { f as g };`, 'f', 'g'],
    'default declaration': [`/** @grad */ export default function f${square}`, 'f', 'default'],
    'default without a name': [`/** @grad */ export default function ${square}`, 'input', 'default'],
    'default arrow': ['/** @grad */ export default (x: number): number => x * x;', 'input', 'default'],
    'default of a name': [`/** @grad */ function f${square}\nexport default f;`, 'f', 'default'],
    overload: [`/** @grad */ export function f(x: number): number;\nexport function f${square}`, 'f', 'f'],
  };
  for (const [form, [text, name, exportName]] of Object.entries(forms)) {
    it(form, () => expect(read(text)).toMatchObject({ functions: [{ name, exportName, marks: ['grad:x'] }], codes: [] }));
  }
  it('says nothing about files without marks', () =>
    expect(lowerText(project, '/** @param x */ export const x = 1;')).toMatchObject({ module: undefined, diagnostics: [] }));
  it('refuses a nested function', () =>
    expect(read(`export function g() {\n/** @grad */ function f${square}\nreturn f(1); }`).codes).toEqual(['GG1005@2']));
  it('keeps the others when one errs', () => {
    const { functions, codes } = read(
      `/** @grad */ export function a${square}\n/** @grad */ export function b(x: number): number { return Math.random() * x; }`,
    );
    expect([functions.map(({ name }) => name), codes]).toEqual([['a'], ['GG2010@2']]);
  });
});

describe('what marks say', () => {
  const text = (mark: string): string =>
    `/** Says it.\n * ${mark}\n * more text */\nexport function f(
      x: number, sigma: Float64Array, n: import("gradgen").int, flag: boolean): number {
      return flag ? x * sigma[n]! : 0; }`;
  const marks = (mark: string): readonly string[] => read(text(mark)).functions.flatMap((one) => one.marks);
  it('takes all that can be by default', () => expect(marks('@grad')).toEqual(['grad:x sigma']));
  it('takes a list, in parameter order', () => expect(marks('@grad sigma, x')).toEqual(['grad:x sigma']));
  it('takes a number', () => expect(marks('@grad #2')).toEqual(['grad:sigma']));
  it('takes a name', () => expect(marks('@grad x as slope')).toEqual(['grad:x:slope']));
  it('takes a name alone', () => expect(marks('@vjp as back')).toEqual(['vjp:x sigma:back']));
  it('leaves remarks', () => expect(marks('@grad x - the slope, n = 2')).toEqual(['grad:x']));
  it('takes several', () => expect(marks('@grad\n * @jvp x')).toEqual(['grad:x sigma', 'jvp:x']));
  it('leaves out what is inactive', () => expect(marks('@inactive sigma\n * @grad')).toEqual(['grad:x']));
  it('reads the summary', () => expect(read(text('@grad')).functions[0]?.doc).toBe('Says it.'));
  it('finds a mark behind text', () => expect(read(`/** Square. @grad */ export function f${square}`).functions).toHaveLength(1));
  it('reads a parameter in front of itself', () =>
    expect(
      read('/** @grad */ export function f(x: number, /** @inactive */ y: number): number { return x * y; }').functions[0]?.marks,
    ).toEqual(['grad:x']));
  it('takes Windows lines', () =>
    expect(read(`/**\r\n * @grad x\r\n */\r\nexport function f${square}`).functions[0]?.marks).toEqual(['grad:x']));
  it('refuses what it cannot read', () => {
    expect(read(text('@grad z')).codes).toEqual(['GG1004@2']);
    expect(read(text('@grad n')).codes).toEqual(['GG1006@2']);
    expect(read(text('@grad x as')).codes).toEqual(['GG1017@2']);
    expect(read(text('@grad x sigma')).codes).toEqual(['GG1017@2']);
    expect(read(text('@grad\n * @grad x')).codes).toEqual(['GG1008@3']);
    expect(read(text('@grad\n * @inactive q')).codes).toEqual(['GG1004@3']);
    expect(read(text('@Grad')).codes).toEqual(['GG1010@2']);
    expect(read(text('@gard')).codes).toEqual(['GG1010@2']);
    expect(read(text('@grad\n * @batch')).codes).toEqual(['GG1015@3']);
  });
  it('takes Jacobians, Hessians and products with them', () => {
    expect(marks('@jacobian sigma')).toEqual(['jacobian:sigma']);
    expect(marks('@hvp\n * @hessian x as curvature')).toEqual(['hvp:x sigma', 'hessian:x:curvature']);
    expect(read(text('@hessian\n * @hessian x')).codes).toEqual(['GG1008@3']);
    expect(read(text('@grad as fHvp\n * @hvp x')).codes).toEqual(['GG1008@3']);
  });
  it('refuses sparse matrices, and says what there is', () => {
    expect(read(text('@jacobian sparse')).codes).toEqual(['GG1015@2']);
    expect(read(text('@hessian sparse x as small')).codes).toEqual(['GG1015@2']);
    const [refusal] = lowerText(project, text('@jacobian sparse x')).diagnostics;
    expect(refusal).toMatchObject({
      message: "'@jacobian sparse' is not available yet",
      help: expect.stringContaining("'@jacobian' makes"),
    });
  });
  it('names the mark that can where the function returns no number', () => {
    for (const tag of ['grad', 'hvp', 'hessian']) {
      const { diagnostics } = lowerText(project, `/** @${tag} */ export function f(x: Float64Array): Float64Array { return x.slice(); }`);
      expect(diagnostics).toMatchObject([
        { code: 'GG1007', message: expect.stringContaining(`'@${tag}'`), help: expect.stringContaining('@jacobian') },
      ]);
    }
    expect(read('/** @jacobian */ export function f(x: Float64Array): Float64Array { return x.slice(); }').codes).toEqual([]);
  });
  it('leaves the points of @sample to --verify', () => expect(read(text('@grad\n * @sample 1, 2')).codes).toEqual([]));
  it('does not take code for a mark', () =>
    expect(read(`/** Like \`@grad\`. */ export function f${square}`)).toEqual({ functions: [], codes: [] }));
});

describe('signatures', () => {
  const types = (text: string) => {
    const { module, diagnostics } = lowerText(project, text);
    const [marked] = module?.functions ?? [];
    return {
      codes: diagnostics.map(({ code }) => code),
      params: marked?.signature.params.map(
        ({ type, differentiable, optional }) => `${type}${differentiable ? '*' : ''}${optional ? '?' : ''}`,
      ),
      returns: marked?.signature.returns.map(({ name, type }) => `${name}: ${type}`),
      imports: marked?.imports.map(({ name, module: from }) => `${name} from ${from}`),
    };
  };
  it('writes types as the user does', () =>
    expect(
      types(`import type { int } from 'gradgen';
    export type Vector = Float64Array; type Hidden = number;
    /** @vjp */ export function f(a: Vector, b: Hidden, c: readonly number[], n: int,
      d?: number, e = 2, g: boolean = true): [loss: number, Vector] {
      return [b * n + (d ?? 1) * e + (g ? 1 : 0) + (c[0] ?? 0), a.slice()]; }`),
    ).toEqual({
      codes: [],
      params: ['Vector*', 'number*', 'readonly number[]*', 'int', 'number*?', 'number*?', 'boolean?'],
      returns: ['loss: number', 'value2: Vector'],
      imports: ['Vector from /input.ts', 'int from gradgen'],
    }));
  it('knows what is not differentiated', () => {
    const params = types(`import type { int } from 'gradgen'; enum Mode { A, B }
      /** @grad */ export function f(
        x: number, i: Int32Array, l: int[], m: Mode, k: 0 | 1, s: string, unused: { a: number }): number {
        if (x < 0) throw new Error(s);
        return x * (i[0] ?? 0) * (l[0] ?? 1) * m * k;
      }`).params;
    expect(params).toEqual(['number*', 'Int32Array', 'int[]', 'int', '0 | 1', 'string', '{ a: number }*']);
  });
  it('follows imports', () => {
    project.write('/lib/types.ts', 'export type Row = readonly number[]; export interface Hidden { a: number }');
    project.write(
      '/lib/math.ts',
      `import { K } from "./more"; import * as more from "./more"; export const scale = 2;
        export function twice(v: number): number { return v * scale * K * more.L; }
        export default (v: number): number => v + 1; export const w = [1, 2]; export enum Size { small = 3 }`,
    );
    project.write('/lib/more.ts', 'export const K = 3; export const L = Math.sqrt(2);');
    const { module, diagnostics } = lowerText(
      project,
      `import type { Row } from './lib/types'; import inc, { twice as double, w, Size } from './lib/math';
      import { nothing } from './input.grad';
      void nothing;
      /** @grad */ export function f(x: number, row: Row): number { return double(x) + inc(x) + w[1]! * (row[0] ?? 0) + Size.small; }`,
    );
    expect([diagnostics, module?.uses]).toEqual([[], ['/lib/math.ts', '/lib/more.ts', '/lib/types.ts']]);
    expect(module?.functions[0]?.imports).toEqual([{ name: 'Row', module: '/lib/types.ts', typeOnly: true }]);
  });
});
