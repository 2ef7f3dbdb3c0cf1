import { describe, expect, it } from 'vitest';
import type { RuntimeValue } from '../ir/interpret.ts';
import { createTestProject, evaluate, lowerOne, lowerText, runIr, runSource } from './testing.ts';

const project = createTestProject();

function same(text: string, ...points: readonly (readonly RuntimeValue[])[]): void {
  const marked = lowerOne(project, text);
  const globals = new Map(Object.entries(evaluate(text))) as ReadonlyMap<string, RuntimeValue>;
  for (const args of points) expect(runIr(marked, args, globals)).toEqual(runSource(text, 'f', args));
}

const points: readonly (readonly RuntimeValue[])[] = [
  [0.5, Float64Array.of(1, 2, 3)],
  [-2, Float64Array.of(4)],
  [3, new Float64Array(0)],
];
const main = (code: string, before = ''): string =>
  `${before}\n/** @vjp */ export function f(x: number, a: Float64Array): number {\n${code}\n}`;

const codes = (text: string): readonly string[] => lowerText(project, text).diagnostics.map(({ code }) => code);

describe('local functions', () => {
  const programs: Record<string, string> = {
    'reads a constant': 'const k = x * 2; const g = (v: number): number => v * k; return g(x) + g(1);',
    'reads a variable as it is then': 'let k = 1; const g = (): number => k * x; const p = g(); k = 5; return p + g();',
    'reads an array': 'const g = (i: number): number => a[i] ?? 0; let s = 0; for (let i = 0; i < a.length; i++) s += g(i); return s;',
    'writes an array': `const b = new Float64Array(2); const put = (i: number, v: number): void => { b[i] = v; }; put(0, x);
        put(1, 2); return b[0]! + b[1]!;`,
    'calls another':
      'const k = 3; function g(v: number): number { return h(v) * k; } function h(v: number): number { return v + k; } return g(x);',
    nested: 'const g = (v: number): number => { const h = (w: number): number => w * x + v; return h(v); }; return g(2);',
    'in a loop': 'let s = 0; for (let i = 0; i < 3; i++) { const g = (v: number): number => v * i; s += g(x); } return s;',
    'called at once': 'return ((v: number): number => v * x)(3);',
    'with exits':
      'const find = (v: number): number => { for (let i = 0; i < a.length; i++) if (a[i]! > v) return i; return -1; }; return find(x) * x;',
    hoisted: 'return g(x); function g(v: number): number { return v * 2; }',
    'loop bound behind a closure': `let s = 0; const n = a.length; const g = (v: number): void => { a[0] = v; }; for (let i = 0; i < n;
        i++) { g(i); s += a[i]!; } return s;`,
  };
  for (const [name, code] of Object.entries(programs)) it(name, () => same(main(code), ...points));
  it('refuses what it cannot follow', () => {
    expect(codes(main('let s = 0; const g = (): void => { s += x; }; g(); return s;'))).toEqual(['GG2013']);
    expect(codes(main('const g = (v: number): number => v > 0 ? g(v - 1) : 0; return g(x);'))).toEqual([]);
    expect(
      codes(main('return apply((v) => v * x, 2);', 'function apply(g: (v: number) => number, v: number): number { return g(v); }')),
    ).toEqual(['GG2009', 'GG2014']);
  });
});

describe('functions of the module', () => {
  it('specializes generics and unions', () =>
    same(
      `
    function sum<T extends Float64Array | readonly number[]>(v: T): number {
      let s = 0; for (let i = 0; i < v.length; i++) s += v[i]!; return s; }
    function dot(u: ArrayLike<number>, v: ArrayLike<number>): number {
      let s = 0; for (let i = 0; i < u.length; i++) s += u[i]! * v[i]!; return s; }
    ${main('const l = [x, 2]; return sum(a) + sum(l) + dot(a, a) + dot(l, l) + dot(l, a);')}`,
      ...points,
    ));
  it('takes overloads, methods of modules and aliases of Math', () =>
    same(
      `
    const { exp, sqrt: root } = Math; const tanh = Math.tanh;
    function g(v: number): number; function g(v: number, w: number): number; function g(v: number, w = 3): number { return v * w; }
    ${main('return g(x) + g(x, 2) + exp(x) + root(4) + tanh(x);')}`,
      ...points,
    ));
  it('inlines constants', () =>
    same(
      `
    const A = 2, B = A * 3 + 1; const C = Math.sqrt(B); const D = true; export const E = [1, 2, 3];
    const W = Float64Array.of(1); const F: readonly number[] = [4, 5];
    ${main('return x * A + B + C + (D ? 1 : 0) + E[1]! + E.length + F[0]! + a.length;')}void W;`,
      ...points,
    ));
  it('follows integers into helpers', () => {
    const { program } = lowerOne(
      project,
      `function part(v: Float64Array, from: number, to: number): number { let s = 0; for (let i = from; i < to; i++) s += v[i]!; return s; }
      ${main('return part(a, 1, a.length) + x;')}`,
    );
    expect([...program.callees.keys()]).toEqual(['part(f64, int, int)']);
    expect([...program.callees.values()][0]?.body.ops.map(({ kind }) => kind)).toContain('for');
  });
  it('knows which arrays are written', () => {
    const results = (code: string, params = 'u: Float64Array, v: Float64Array', type = 'void'): readonly string[] =>
      lowerOne(
        project,
        `function inc(w: Float64Array): Float64Array { w[0]! += 1; return w; }
        function fresh(w: Float64Array): Float64Array { w = new Float64Array(2); w[0] = 1; return w; }
        /** @vjp */ export function f(${params}): ${type} { ${code} }`,
      ).program.main.results.map(({ name, kind }) => `${kind} ${name}`);
    expect(results('v[0] = u[0]!;')).toEqual(['written v']);
    expect(results('inc(u);')).toEqual(['written u']);
    expect(results('inc(inc(v)); fresh(u);')).toEqual(['written v']);
    expect(results('for (let i = 0; i < 3; i++) { u[0] = 1; const t = u; u = v; v = t; }')).toEqual(['written u', 'written v']);
    expect(results('const t = u.length > 2 ? u : v; t.fill(0);')).toEqual(['written u', 'written v']);
    expect(results('return inc(u);', 'u: Float64Array, v: Float64Array', 'Float64Array')).toEqual(['returned value']);
    expect(results('v.set(u); return u;', 'u: Float64Array, v: Float64Array', 'Float64Array')).toEqual(['returned value', 'written v']);
    expect(results('l.push(1); return l.length * 0.5;', 'l: number[]', 'number')).toEqual(['returned value', 'written l']);
  });
});

describe('other settings', () => {
  it('refuses to tell whether an element was there that came through a branch or a loop', () => {
    const trusting = createTestProject({ strict: true });
    const head = '/** @grad x */ export function f(x: number, a: readonly number[], k: number): number {';
    for (const code of ['let v = x; if (x > 0) v = a[k];', 'let v = x; for (let i = 0; i < k; i++) v = a[i];']) {
      expect(() => lowerOne(trusting, `${head} ${code} return v === undefined ? 1 : v; }`)).toThrow(/GG3005/);
    }
    const direct = `${head} const v = a[7]; return v === undefined ? x : v; }`;
    const lowered = lowerOne(trusting, direct);
    expect(runIr(lowered, [3, [1], 0])).toEqual(runSource(direct, 'f', [3, [1], 0]));
  });
  it('works without strict checks', () => {
    const loose = createTestProject({ strict: false });
    const text = '/** @vjp */ export function f(x: number, p?: number): number { let t; t = x; p ??= 4; const q = p ?? 2; return t * q; }';
    const marked = lowerOne(loose, text);
    for (const args of [
      [2, 3],
      [2, undefined],
    ])
      expect(runIr(marked, args)).toEqual(runSource(text, 'f', args));
    expect(
      lowerText(
        loose,
        '/** @vjp */ export function f(x: number, p?: number): number { let q = p; if (x > 0) q = 2; return q ?? 1; }',
      ).diagnostics.map(({ code }) => code),
    ).toEqual(['GG3005']);
  });
  it('works with checked indices', () => {
    const careful = createTestProject({ noUncheckedIndexedAccess: true, noImplicitReturns: true, exactOptionalPropertyTypes: true });
    const text = `/** @vjp */ export function f(a: Float64Array, i: number): number { const v = a[i];
        if (v === undefined) return -1; const w = a[i + 1] ?? 7; const z = a[0]!; return v * w + z; }`;
    const marked = lowerOne(careful, text);
    for (const args of [
      [Float64Array.of(1, 2), 0],
      [Float64Array.of(1, 2), 1],
      [Float64Array.of(1), 4],
    ] as const)
      expect(runIr(marked, args)).toEqual(runSource(text, 'f', args));
  });
});
