import { describe, expect, it } from 'vitest';
import { interpret } from '../ir/interpret.ts';
import type { MarkedFunction } from '../ir/program.ts';
import { deriveAll, preparePrimal } from '../pipeline.ts';
import { lowerModule, openProject } from './index.ts';
import { createTestProject, lowerOne, lowerText } from './testing.ts';

const project = createTestProject();
const imports = "import { grad, valueAndGrad, vjp, jvp, hvp, jacobian, hessian, stopGradient, type int } from 'gradgen';\n";

const inFunction = (body: string, parameters = 'x: number'): string =>
  `${imports}/** @grad x */\nexport function f(${parameters}): number {\n${body}\n}\n`;

function computed(marked: MarkedFunction, args: readonly number[]): unknown {
  const primal = preparePrimal(marked, { checkIr: true });
  if ('code' in primal) throw new Error(primal.message);
  return interpret(primal, args)[0];
}

const run = (body: string, args: readonly number[] = [3], parameters?: string): unknown =>
  computed(lowerOne(project, inFunction(body, parameters)), args);

const codes = (text: string): string[] => [...new Set(lowerText(project, text).diagnostics.map(({ code }) => code))];

describe('derivatives inside of functions', () => {
  it.each([
    ['of an arrow in place', 'return grad((y: number) => y * y * x)(2);', 12],
    ['of an arrow without types', 'return grad((y) => y * y * x)(2);', 12],
    ['of a function expression', 'return grad(function (y: number) { return y * y; })(x);', 6],
    ['of a local function', 'function g(y: number): number { return y * y * y; }\nreturn grad(g)(x);', 27],
    ['by a name', 'const g = (y: number): number => y * y * y;\nconst d = grad(g);\nreturn d(x) + d(1);', 30],
    ['by a name of a name', 'const d = grad((y: number) => y ** 4);\nconst dd = grad(d);\nreturn dd(x);', 108],
    ['with assertions and parentheses', 'return (grad(((y: number) => y * y) as (y: number) => number))!(x);', 6],
    [
      'of a captured variable that changes',
      'let k = 1;\nconst g = (y: number): number => y * y * k;\nconst d = grad(g);\nk = 5;\nreturn d(x);',
      30,
    ],
    ['of whole arguments', 'return grad((y: number) => y * y)(4);', 8],
    ['with a default', 'const g = (y: number, s = 2): number => y * y * s;\nreturn grad(g, [0])(x);', 12],
    [
      'with a default that is differentiated',
      'const g = (y: number, s = 2): number => y * y * s;\nconst [dy, ds] = grad(g)(x);\nreturn dy + ds;',
      12,
    ],
    ['of listed parameters', 'const g = (a: number, n: int, b: number): number => a * b * n;\nreturn grad(g, [2])(x, 2, 5);', 6],
    ['of several', 'const [a, b] = grad((u: number, v: number) => u * u * v)(x, 2);\nreturn a * 10 + b;', 129],
    ['with the value', 'const { value, grad: slope } = valueAndGrad((y: number) => y * y)(x);\nreturn value * 10 + slope;', 96],
    ['along a direction', 'return jvp((a: number, b: number) => a * b)(x, 4, 1, 2).tangent;', 10],
    [
      'along a direction, with a tuple',
      'const { value: [a, b], tangent: [c, d] } = jvp((y: number): [number, number] => [y * y, 3 * y])(x, 2);\nreturn a + b + c * 10 + d * 100;',
      738,
    ],
    ['with seeds', 'return vjp((y: number): [number, number] => [y * y, 3 * y])(x, 1, 10);', 36],
    ['of second order', 'return hvp((y: number) => y ** 3)(x, 2);', 36],
    [
      'as a matrix',
      'const m = jacobian((a: number, b: number): [number, number] => [a * b, a + b])(x, 4);\nreturn m.values[0] * 10 + m.values[1] + m.rows * m.cols;',
      47,
    ],
    [
      'as a Hessian',
      'const m = hessian((a: number, b: number) => a * a * b)(x, 4);\nreturn m.values[0] * 100 + m.values[1] * 10 + m.values[3];',
      860,
    ],
    ['of a derivative with seeds', 'return grad(vjp((y: number) => y ** 3), [0])(x, 2);', 36],
    ['of all that a derivative with seeds takes', 'const [dx, ds] = grad(vjp((y: number) => y ** 3))(x, 2);\nreturn dx + ds;', 63],
    [
      'of a derivative that gives a record',
      'const m = jacobian(valueAndGrad((y: number) => y ** 3))(x);\nreturn m.values[0] + m.values[1] * 100;',
      1827,
    ],
    ['of what does not depend on the input', 'return grad((_y: number) => x)(2) + grad((y: number) => Math.floor(y))(x);', 0],
    ['of a constant', 'const k = stopGradient(x);\nreturn grad((y: number) => y * stopGradient(y) * k)(x);', 9],
  ])('%s', (_, body, expected) => expect(run(body)).toBe(expected));

  it('of a function of the module, also under another name and as a member', () => {
    const text = `import { grad as slope } from 'gradgen';
      import * as all from 'gradgen';
      const square = (y: number): number => y * y;
      const dSquare = slope(square);
      /** @grad */
      export function f(x: number): number { return slope(square)(x) + all.grad(square)(x) + dSquare(x); }`;
    expect(computed(lowerOne(project, text), [3])).toBe(18);
  });

  it('takes no function of that name for one that is declared elsewhere', () => {
    const text = '/** @grad */ export function f(x: number): number { const grad = (y: number): number => y; return grad(x); }';
    expect(computed(lowerOne(project, text), [3])).toBe(3);
  });

  it('gives the function itself, written out, only where it asks for derivatives', () => {
    const names = (text: string): string[] => deriveAll(lowerOne(project, text), {}).functions.map(({ name }) => name);
    expect(names(inFunction('return grad((y) => y * y)(x);'))).toEqual(['fPrimal', 'fGrad', 'fValueAndGrad']);
    expect(names(inFunction('return stopGradient(x);'))).toEqual(['fGrad', 'fValueAndGrad']);
  });

  it('reports a clash with that name', () => {
    const other = '/** @grad x as fPrimal */\nexport function g(x: number): number { return x; }\n';
    expect(codes(`${inFunction('return grad((y) => y * y)(x);')}${other}`)).toEqual(['GG1008']);
  });

  it('throws where a seed or tangent has another shape', () => {
    const body =
      'const a = new Float64Array([x, x]);\nconst g = (y: Float64Array): number => y[0]!;\nreturn hvp(g)(a, new Float64Array(3))[0]!;';
    expect(() => run(body)).toThrow(RangeError);
    const seeded = 'const g = (y: number): Float64Array => new Float64Array([y, y * y]);\nreturn vjp(g)(x, new Float64Array([1]));';
    expect(() => run(seeded)).toThrow("'seed' has length 1, expected 2");
  });

  it.each([
    ['GG2040', 'const g: (y: number) => number = Math.random() > 0.5 ? Math.sin : Math.cos;\nreturn grad(g)(x);'],
    ['GG2041', 'const list = [grad((y: number) => y)];\nreturn list[0]!(x);'],
    ['GG2042', 'return grad((y: number) => y * y, [1])(x);'],
    ['GG2042', 'return grad((a: number, b: number) => a * b, [1, 0])(x, x)[0];'],
    ['GG2043', 'return grad((y: number): boolean => y > 0)(x);'],
    ['GG2045', 'const g = (y: number, s?: Float64Array): number => (s ? y * s[0]! : y);\nreturn grad(g)(x)[0];'],
    ['GG2046', 'return grad((n: int) => n / 2)(3) as unknown as number;'],
    ['GG3010', 'const g = <T>(y: number, _t: T): number => y;\nreturn grad(g, [0])(x, 1);'],
    ['GG3003', 'const g = (...y: number[]): number => y[0]!;\nreturn grad(g)(x) as unknown as number;'],
  ])('%s: %s', (code, body) => expect(codes(inFunction(body))).toContain(code));
});

describe('imported derivatives', () => {
  const loss = `/**
 * @grad p
 * @jvp p
 * @hessian
 * @grad t as slope
 */
export function loss(p: number[], t: number): number { return p[0]! * p[1]! * t; }`;
  const open = (input: string, more: Readonly<Record<string, string>> = {}) =>
    openProject({ cwd: '/', files: { '/loss.ts': loss, '/input.ts': input, ...more } });
  const using = (names: string, body: string, from = './loss.grad'): string =>
    `import { ${names} } from '${from}';\n/** @grad t */\nexport function f(t: number): number { ${body} }`;
  const valueIn = (input: string, more?: Readonly<Record<string, string>>): unknown => {
    const { module, diagnostics } = lowerModule(open(input, more), '/input.ts');
    expect(diagnostics).toEqual([]);
    return computed(module?.functions[0] as MarkedFunction, [5]);
  };

  it('are what the marks say, whether or not there is a file', () => {
    const input = using(
      'lossGrad, lossJvp, slope as s',
      'return lossGrad([2, 3], t)[0]! + lossJvp([2, 3], t, [1, 0]).tangent + s([2, 3], t);',
    );
    expect(valueIn(input)).toBe(36);
    expect(valueIn(input, { '/loss.grad.ts': 'export const lossGrad = (): string => "stale";' })).toBe(36);
  });

  it.each(['./loss.grad.ts', './loss.grad.js'])('are found as %s', (from) =>
    expect(valueIn(using('slope', 'return slope([2, 3], t);', from))).toBe(6),
  );

  it('follow the marks when these change', () => {
    const files = open(using('slope', 'return slope([2, 3], t);'));
    expect(lowerModule(files, '/input.ts').diagnostics).toEqual([]);
    files.write('/loss.ts', loss.replace(' * @grad t as slope\n', ''));
    expect(lowerModule(files, '/input.ts').diagnostics.map(({ code }) => code)).toEqual(['GG2049']);
  });

  it('count as code that went in', () => {
    const { module } = lowerModule(open(using('slope', 'return slope([2, 3], t);')), '/input.ts');
    expect(module?.uses).toEqual(['/loss.ts']);
  });

  it('can be those of the module itself', () => {
    const text = `import { squareGrad } from './input.grad';
      /** @grad */
      export function square(x: number): number { return x * x; }
      /** @grad */
      export function f(x: number): number { return squareGrad(x); }`;
    const { module, diagnostics } = lowerModule(open(text), '/input.ts');
    expect(diagnostics).toEqual([]);
    expect(computed(module?.functions[1] as MarkedFunction, [4])).toBe(8);
  });
});
