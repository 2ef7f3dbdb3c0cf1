import { describe, expect, it } from 'vitest';
import { lowerModule, openProject } from '../front/index.ts';
import { compileSource } from '../index.ts';
import type { DerivedFunction, MarkedModule } from '../ir/program.ts';
import { deriveAll } from '../pipeline.ts';
import { emitFunction, emitModule } from './index.ts';
import { evaluate } from './testing.ts';

/** The text of a module's derivatives, without its imports. */
function derivativesOf(source: string): string {
  const { text, diagnostics } = compileSource(source);
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  return text;
}

const functionNamed = (name: string, text: string) => evaluate(text.replace(/^import .*$/gm, ''), name);

const quadratic = `
/** Weighted squares.
 * @grad x, k
 * @param k the weight */
export function loss(x: Float64Array, k: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += k * x[i] * x[i];
  return sum;
}`;

const norm = `
/** @grad x
 * @vjp x */
export function norm(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i] * y[i];
  return sum;
}`;

describe('signatures', () => {
  it('hand a single gradient out as itself, several as a labelled tuple', () => {
    expect(derivativesOf(norm)).toContain('export function normGrad(x: Float64Array, y: Float64Array, out?: Float64Array): Float64Array {');
    const tuple = '[dx: Float64Array, dk: number]';
    expect(derivativesOf(quadratic)).toContain(`export function lossGrad(x: Float64Array, k: number, out?: ${tuple}): ${tuple} {`);
  });

  it('rename `out` where a parameter has that name, and mark what is not read', () => {
    const text = derivativesOf('/** @grad out */ export function f(out: Float64Array, n: number): number { return 2 * out[0] + n; }');
    expect(text).toContain('export function fGrad(out: Float64Array, _n: number, gradOut?: Float64Array): Float64Array {');
  });

  it('link to the function, name shapes, and repeat what the user says', () => {
    const doc = derivativesOf(quadratic).split('export ')[0];
    expect(doc).toContain(
      'Gradient of {@link loss} with respect to `x` (shape of `x`) and `k`. `out`, if given, is overwritten and returned.',
    );
    expect(doc).toContain(' * Weighted squares.');
    expect(doc).toContain(' * @param k the weight');
  });
});

describe('memory of results', () => {
  it("is the caller's where the caller gives it", () => {
    const grad = functionNamed('lossGrad', derivativesOf(quadratic));
    const out = [new Float64Array(2).fill(7), 7];
    expect(grad(Float64Array.of(1, 2), 3, out)).toBe(out);
    expect(out).toEqual([Float64Array.of(6, 12), 5]);
    expect(grad(Float64Array.of(1, 2), 3)).toEqual(out);
  });

  it('is shared by fValueAndGrad and Into', () => {
    const text = derivativesOf(norm);
    const [x, y] = [Float64Array.of(1, 2), Float64Array.of(3, 4)];
    const dx = new Float64Array(2);
    expect(functionNamed('normValueAndGradInto', text)(x, y, dx)).toBe(19);
    expect(dx).toEqual(Float64Array.of(6, 16));
    const out = new Float64Array(2);
    expect(functionNamed('normValueAndGrad', text)(x, y, out)).toEqual({ value: 19, grad: dx });
    expect(out).toEqual(dx);
  });

  it('must have the right length and overlap nothing', () => {
    const text = derivativesOf(norm);
    const grad = functionNamed('normGrad', text);
    const [x, y] = [Float64Array.of(1, 2), Float64Array.of(3, 4)];
    expect(() => grad(x, y, new Float64Array(3))).toThrow(RangeError);
    expect(() => grad(x, y, y)).toThrow(RangeError);
    expect(() => functionNamed('normValueAndGradInto', text)(x, y, x)).toThrow(RangeError);
    expect([x, y]).toEqual([Float64Array.of(1, 2), Float64Array.of(3, 4)]);
  });

  it('is checked whole before any of it is written', () => {
    const grad = functionNamed(
      'fGrad',
      derivativesOf('/** @grad */ export function f(x: Float64Array, y: Float64Array): number { return x[0] * y[0]; }'),
    );
    const [x, y, first] = [Float64Array.of(1), Float64Array.of(3), Float64Array.of(9)];
    expect(() => grad(x, y, [first, first])).toThrow(RangeError);
    expect(() => grad(x, y, [first, new Float64Array(2)])).toThrow(RangeError);
    expect(first).toEqual(Float64Array.of(9));
  });

  it('is rounded once for a Float32Array', () => {
    const text = derivativesOf(
      `/** @grad x */ export function f(x: Float32Array, n: number): number {
        let s = 0; for (let i = 0; i < n; i++) s += x[0] * 0.1; return s; }`,
    );
    const x = Float32Array.of(1);
    expect(functionNamed('fGrad', text)(x, 1000)).toEqual(Float32Array.of(100));
    const out = new Float32Array(1);
    expect(functionNamed('fValueAndGradInto', text)(x, 1000, out)).toBeCloseTo(100);
    expect(out).toEqual(Float32Array.of(100));
  });
});

describe('seeds and tangents', () => {
  const scale = `
/** @vjp
 * @jvp */
export function scale(x: Float64Array, k: number): Float64Array {
  const y = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) y[i] = k * x[i];
  return y;
}`;

  it('must be as long as what they belong to', () => {
    const text = derivativesOf(scale);
    const [x, right, wrong] = [Float64Array.of(1, 2), Float64Array.of(1, 1), new Float64Array(3)];
    expect(functionNamed('scaleVjp', text)(x, 3, right)).toEqual([Float64Array.of(3, 3), 3]);
    expect(() => functionNamed('scaleVjp', text)(x, 3, wrong)).toThrow(RangeError);
    expect(functionNamed('scaleJvp', text)(x, 3, right, 1)).toEqual({ value: Float64Array.of(3, 6), tangent: Float64Array.of(4, 5) });
    expect(() => functionNamed('scaleJvp', text)(x, 3, wrong, 1)).toThrow(RangeError);
  });

  it('and views that overlap in part are refused where one is written', () => {
    const text = derivativesOf(
      '/** @vjp */ export function f(u: Float64Array, v: Float64Array): void { for (let i = 0; i < u.length; i++) u[i] *= v[i]; }',
    );
    const memory = Float64Array.of(1, 2, 3);
    const vjp = functionNamed('fVjp', text);
    expect(() => vjp(memory.subarray(0, 2), memory.subarray(1), new Float64Array(2))).toThrow(/overlap/);
    expect(memory).toEqual(Float64Array.of(1, 2, 3));
  });
});

describe('the module', () => {
  it('copies literal constants, imports the others, and keeps user types that are used', () => {
    const text = derivativesOf(`
import type { int } from 'gradgen';
const table = new Float64Array([1, -0]);
export const scale = [2, 3];
/** @grad x */ export function f(x: number, at: int): number { return x * table[at] * scale[at]; }
/** @grad */ export default function g(x: number): number { return Math.abs(x); }`);
    expect(text).toContain('const table: Float64Array = /* @__PURE__ */ new Float64Array([1, -0]);');
    expect(text).toContain('import type { int } from "gradgen";');
    expect(text).toContain('import type { default as g, f } from "./input";');
    expect(text).toContain('At kinks: 0 where the argument of Math.abs is 0.');
  });
});

describe('mappings', () => {
  it('lead every line back to the line that it comes from', () => {
    const project = openProject({ cwd: '/', files: {} });
    project.write('/fit.ts', quadratic);
    const module = lowerModule(project, '/fit.ts').module as MarkedModule;
    const functions = module.functions.flatMap((marked) => deriveAll(marked, {}).functions);
    const derived = { source: '/fit.ts', target: '/fit.grad.ts', uses: [], functions };
    const { text, mappings } = emitModule(derived, {
      uncheckedIndexedAccess: false,
      importExtension: '',
      runtimeModule: 'gradgen/runtime',
    });
    const sources = quadratic.split('\n');
    const lines = text.split('\n');
    for (const { generatedLine, sourceLine, file } of mappings) {
      expect(file).toBe('/fit.ts');
      if (/\bfor \(/.test(lines[generatedLine - 1] ?? '')) expect(sources[sourceLine - 1]).toMatch(/for \(/);
    }
    expect(mappings.length).toBeGreaterThan(20);
    expect(
      emitFunction(functions[0] as DerivedFunction, { uncheckedIndexedAccess: true, importExtension: '', runtimeModule: 'r' }),
    ).toContain('x[i]!');
  });
});
