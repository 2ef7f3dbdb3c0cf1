import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { lowerModule, openProject } from '../front/index.ts';
import type { DerivedFunction, MarkedFunction, SignatureParam } from '../ir/program.ts';
import type { IrFunction } from '../ir/types.ts';
import { optimize } from '../optimize/index.ts';
import { randomFunction } from '../optimize/testing/random-function.ts';
import { deriveAll } from '../pipeline.ts';
import { copyWritten } from '../transform/copy-written.ts';
import { buildJvp } from '../transform/forward/build-jvp.ts';
import { buildVjp } from '../transform/reverse/index.ts';
import { emitModule } from './index.ts';

const at = { kind: 'source', file: '/random/input.ts', start: 0, end: 1, line: 1, column: 1 } as const;
const array = (name: string, type: string, storage: 'f64' | 'list'): SignatureParam => ({
  name,
  type,
  shape: { kind: 'array', storage, readonly: false },
  differentiable: true,
  optional: false,
});
const params: readonly SignatureParam[] = [
  array('x', 'Float64Array', 'f64'),
  array('y', 'Float64Array', 'f64'),
  array('list', 'number[]', 'list'),
  { name: 'a', type: 'number', shape: { kind: 'real' }, differentiable: true, optional: false },
  { name: 'n', type: 'number', shape: { kind: 'int' }, differentiable: false, optional: false },
];

/** The derivatives of a random function, as a mark would make them. */
function deriveRandom(seed: number): DerivedFunction[] {
  const random = randomFunction(seed, { size: 8 + (seed % 30), relaxed: 0 });
  const primal = optimize(copyWritten(random).fn);
  const name = `random${seed}`;
  const inputs = [0, 1, 2, 3];
  const of: MarkedFunction = {
    name,
    exportName: name,
    marks: [],
    signature: { params, returns: [], tuple: true },
    program: { main: random, callees: new Map() },
    imports: [],
    at,
    doc: 'A random function.',
  };
  const make = (kind: DerivedFunction['kind'], suffix: string, ir: IrFunction, active = inputs): DerivedFunction => ({
    name: `${name}${suffix}`,
    kind,
    of,
    inputs: active,
    ir: optimize(ir),
    kinks: [],
  });
  const seeds = random.results.map((_, i) => (i === 0 ? 1 : 0));
  return [
    make('vjp', 'Vjp', buildVjp(primal, { inputs, seeds: 'parameters', withValues: false })),
    make('grad', 'Grad', buildVjp(primal, { inputs, seeds, withValues: false })),
    make('valueAndGrad', 'ValueAndGrad', buildVjp(primal, { inputs: [0, 1], seeds, withValues: true }), [0, 1]),
    make('jvp', 'Jvp', buildJvp(primal, inputs)),
  ];
}

const root = resolve(import.meta.dirname, '../..');
const flags = [
  '--noEmit',
  '--strict',
  '--noUncheckedIndexedAccess',
  '--exactOptionalPropertyTypes',
  '--noUnusedLocals',
  '--noUnusedParameters',
  '--verbatimModuleSyntax',
  '--isolatedModules',
  '--isolatedDeclarations',
  '--declaration',
  '--erasableSyntaxOnly',
  '--target',
  'es2022',
  '--module',
  'esnext',
  '--moduleResolution',
  'bundler',
  '--skipLibCheck',
  '--allowImportingTsExtensions',
];

/** What a compiler says of `random.grad.ts`; the user's file beside it need not be as strict. */
function typeErrors(compiler: readonly string[], folder: string): string {
  try {
    execFileSync(process.execPath, [...compiler, ...flags, join(folder, 'random.grad.ts')], { encoding: 'utf8', cwd: folder });
    return '';
  } catch (error) {
    const lines = String((error as { stdout: string }).stdout).split('\n');
    return lines.filter((line) => line.trim() !== '' && !line.startsWith('input.ts')).join('\n');
  }
}

const options = { uncheckedIndexedAccess: true, importExtension: '.ts', runtimeModule: join(root, 'runtime/index.ts') } as const;

/** Type-checks a generated file beside the user's. */
function expectClean(generated: string, user: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'gradgen-emit-'));
  writeFileSync(join(folder, 'random.grad.ts'), generated);
  writeFileSync(join(folder, 'input.ts'), user);
  if (process.env['KEEP']) console.log(folder);
  expect(typeErrors([join(root, 'node_modules/typescript-5.9/lib/tsc.js')], folder)).toBe('');
  expect(typeErrors([join(root, 'node_modules/typescript/bin/tsc')], folder)).toBe('');
  if (!process.env['KEEP']) rmSync(folder, { recursive: true });
}

it('emits what both compilers accept under every strict flag', () => {
  const from = Number(process.env['SEED'] ?? 1);
  const runs = Number(process.env['RUNS'] ?? 40);
  const functions = Array.from({ length: runs }, (_, i) => deriveRandom(from + i)).flat();
  const module = emitModule({ source: '/random/input.ts', target: '/random/input.grad.ts', uses: [], functions }, options);
  const exported = [...new Set(functions.map(({ of }) => of.name))].map((name) => `export declare function ${name}(): void;`);
  expectClean(module.text, `${exported.join('\n')}\n`);
}, 300_000);

const nested = `
export interface Vec3 { x: number; y: number; z: number }
export type Mat = [Vec3, Vec3];
export interface Layer { readonly weights: readonly number[][]; bias: Float32Array; name: string; scale?: number; next?: Vec3 | null }

/** @vjp
 * @jvp */
export function apply(layer: Layer, x: readonly number[]): number[] {
  const y: number[] = [];
  for (let i = 0; i < layer.weights.length; i++) {
    let s = layer.bias[i];
    const row = layer.weights[i];
    for (let j = 0; j < row.length; j++) s += row[j] * x[j];
    y.push(s * (layer.scale ?? 1) + (layer.next ? layer.next.x : 0));
  }
  return y;
}

/** @vjp
 * @jvp */
export function rotate(p: Vec3, angle: number): Vec3 {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  return { x: c * p.x - s * p.y, y: s * p.x + c * p.y, z: p.z };
}

/** @vjp
 * @jvp */
export function move(nodes: Vec3[], dt: number): void {
  for (const node of nodes) {
    node.x += dt * node.y;
    node.y -= dt * node.z;
  }
}

/** @vjp
 * @jvp */
export function pair(p: [number, number], q: Mat): [Vec3, [number, number]] {
  return [q[0], [p[1] * q[1].x, p[0]]];
}

/** @grad
 * @vjp */
export function rows(m: Float64Array[]): number {
  let s = 0;
  for (const row of m) for (const v of row) s += v * v;
  return s;
}

/** @vjp */
export function build(nodes: Vec3[], k: number): Vec3[] {
  const out: Vec3[] = [];
  for (const n of nodes) out.push({ x: n.x * k, y: n.y, z: 0 });
  return out;
}

/** @grad */
export function best(nodes: Vec3[], w: number): number {
  let found: Vec3 | null = null;
  for (const n of nodes) if (n.x > w) found = n;
  return found === null ? 0 : found.x * found.y;
}
export interface Vec2 { x: number; y: number }
export interface Options { readonly scale?: number; offset?: Vec2; readonly tags: readonly string[]; active: boolean }
export interface Node2 { pos: [number, number]; w: Float32Array; kids: Vec2[] }
export type Mode = 'soft' | 'hard';
interface Hidden { a: number; b: number[] }

/** @grad */
export function withOptions(x: number, options: Options = { tags: [], active: true }): number {
  const { scale = 2, offset } = options;
  let s = x * scale;
  if (offset) s += offset.x * offset.y;
  return options.active ? s : 0;
}

/** @grad
 * @vjp */
export function tree(nodes: readonly Node2[], k: number): number {
  let s = 0;
  for (const n of nodes) {
    s += n.pos[0] * n.pos[1] * k;
    for (let i = 0; i < n.w.length; i++) s += n.w[i] * n.w[i];
    for (const c of n.kids) s += c.x * c.y;
  }
  return s;
}

/** @grad */
export function modes(p: Vec2, mode: Mode, n: number): number {
  switch (mode) {
    case 'soft': return p.x * n;
    case 'hard': return p.y;
  }
}

/** @vjp
 * @jvp */
export function swap(a: { x: number; y: number }, b: Vec2): [Vec2, Vec2] {
  [a, b] = [b, a];
  return [a, b];
}

/** @vjp
 * @jvp */
export function smooth(m: number[][]): number[][] {
  const out: number[][] = [];
  for (let i = 0; i < m.length; i++) {
    out.push([]);
    for (let j = 0; j < m[i].length; j++) out[i].push(m[i][j] * m[i][j]);
  }
  return out;
}

/** @grad nodes */
export function walk(nodes: Vec2[], steps: number): number {
  let at = nodes[0];
  let s = 0;
  for (let i = 0; i < steps; i++) {
    s += at.x;
    at = at.x > at.y ? nodes[i] : { x: at.y, y: at.x };
  }
  return s;
}

/** @vjp */
export function scaleAll(v: { data: Float64Array; k: number }): { data: Float64Array; k: number } {
  const data = new Float64Array(v.data.length);
  for (let i = 0; i < data.length; i++) data[i] = v.data[i] * v.k;
  return { data, k: v.k * 2 };
}

/** @vjp
 * @jvp */
export function inPlace(rows: Float64Array[], p: Vec2): void {
  for (const row of rows) for (let i = 0; i < row.length; i++) row[i] *= p.x;
  p.y = p.x * p.x;
}

/** @grad */
export function hidden(h: Hidden): number { return h.a * h.b[0]; }

/** @grad */
export function matrix(m: readonly (readonly number[])[], t: readonly [number, number, Vec2]): number {
  let s = 0;
  for (const row of m) s += row[0] * t[0] + t[1] * t[2].x;
  return s;
}
export interface Fixed { readonly x: number; readonly y: number }
export const origin: Fixed = { x: 1, y: 2 };
/** @grad a, c */
export function chosen(a: readonly Fixed[], b: readonly Fixed[], c: number, kind: string): number {
  let rows = a;
  if (c > 0) rows = b;
  const label = kind === 'x' ? 'p' : 'q';
  let s = 0;
  for (const r of rows) s += label === 'p' ? r.x * c : r.y * origin.x;
  return s;
}
/** @grad */
export function chosenRow(m: readonly (readonly number[])[], c: number): number {
  let row = m[0];
  for (let i = 0; i < m.length; i++) if (m[i][0] > c) row = m[i];
  return row[0] * c;
}
`;

it('does so for records, tuples and lists', () => {
  const { module, diagnostics } = lowerModule(openProject({ cwd: '/', files: { '/input.ts': nested } }), '/input.ts');
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  const functions = (module?.functions ?? []).flatMap((marked) => deriveAll(marked, { checkIr: true }).functions);
  expectClean(emitModule({ source: '/input.ts', target: '/input.grad.ts', uses: [], functions }, options).text, nested);
}, 300_000);
