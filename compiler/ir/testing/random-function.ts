/**
 * For tests of passes: random functions of (x, u, n), x a number, u a Float64Array, n an integer; smooth almost everywhere and bounded.
 * They branch, loop, leave loops, write, fill, copy, swap and allocate arrays at any depth. One seed gives one function.
 */
import { arrayOf, type Builder, int, real } from '../build.ts';
import { sketch, sketchFor, sketchWhile } from '../testing.ts';
import type { IrFunction, PrimName, Type, ValueId } from '../types.ts';

const f64 = arrayOf('f64');
const list = arrayOf('list');

/** What a statement may read; `writable` are arrays that no parameter can be. */
export interface Scope {
  readonly reals: ValueId[];
  readonly ints: ValueId[];
  readonly arrays: ValueId[];
  readonly writable: ValueId[];
  /** Lists, which grow. */
  readonly lists: ValueId[];
}

export interface Generator {
  readonly b: Builder;
  readonly random: () => number;
  readonly limits: RandomLimits;
  /** A further kind of statement, as often as any other. */
  readonly also?: Write;
}

export interface RandomLimits {
  /** Statements per region. */
  readonly statements: number;
  /** How deep branches and loops nest. */
  readonly depth: number;
}

export function randomFunction(seed: number, limits: RandomLimits = { statements: 5, depth: 3 }): IrFunction {
  return sketch(`random${seed}`, { x: real, u: f64, n: int }, (b, { x, u, n }) => {
    const g: Generator = { b, random: generator(seed), limits };
    const w = b.define('copy', { array: u }, f64, 'w');
    const scope: Scope = { reals: [x], ints: [n, b.constant(0), b.constant(1), b.constant(2)], arrays: [u, w], writable: [w], lists: [] };
    writeStatements(g, scope, limits.depth);
    return [b.prim('add', [last(scope.reals), x]), pick(g, scope.writable), b.prim('add', [pick(g, scope.reals), x])];
  });
}

/** Mulberry32: a small generator whose sequence is the same everywhere. */
export function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(g: Generator, choices: readonly T[]): T {
  return choices[Math.floor(g.random() * choices.length)] as T;
}

export function last<T>(list: readonly T[]): T {
  return list[list.length - 1] as T;
}

export function chance(g: Generator, probability: number): boolean {
  return g.random() < probability;
}

function inner(scope: Scope): Scope {
  return {
    reals: [...scope.reals],
    ints: [...scope.ints],
    arrays: [...scope.arrays],
    writable: [...scope.writable],
    lists: [...scope.lists],
  };
}

export type Write = (g: Generator, scope: Scope, depth: number) => void;

const flat: readonly Write[] = [
  writeUnary,
  writeBinary,
  writeBinary,
  writeLoad,
  writeLoad,
  writeStore,
  writeStore,
  writeBulk,
  writeList,
  writePresent,
];
const nested: readonly Write[] = [writeIf, writeFor, writeFor, writeWhile];

export function writeStatements(g: Generator, scope: Scope, depth: number): void {
  const count = 1 + Math.floor(g.random() * g.limits.statements);
  const plain = g.also ? [...flat, g.also] : flat;
  for (let i = 0; i < count; i++) pick(g, depth > 0 && chance(g, 0.4) ? nested : plain)(g, scope, depth);
}

const unary: readonly PrimName[] = ['Math.sin', 'Math.cos', 'Math.tanh', 'Math.atan', 'neg', 'Math.asinh', 'Math.abs', 'Math.floor'];
const binary: readonly PrimName[] = ['add', 'sub', 'mul', 'mul', 'Math.max', 'Math.atan2', 'Math.hypot'];

function writeUnary(g: Generator, scope: Scope): void {
  scope.reals.push(g.b.prim(pick(g, unary), [pick(g, scope.reals)]));
}

/** Products are squashed, so that loops do not overflow. */
function writeBinary(g: Generator, scope: Scope): void {
  const prim = pick(g, binary);
  const value = g.b.prim(prim, [pick(g, scope.reals), pick(g, scope.reals)]);
  scope.reals.push(prim === 'mul' && chance(g, 0.7) ? g.b.prim('Math.sin', [value]) : value);
}

function writeLoad(g: Generator, scope: Scope): void {
  scope.reals.push(g.b.load(pick(g, scope.arrays), pick(g, scope.ints), 'orZero'));
}

function writeStore(g: Generator, scope: Scope): void {
  g.b.effect('store', { array: pick(g, scope.writable), index: pick(g, scope.ints), value: pick(g, scope.reals), access: 'checked' });
}

function writeBulk(g: Generator, scope: Scope): void {
  const { b } = g;
  const array = pick(g, scope.writable);
  const bulk = pick(g, ['fill', 'set', 'copy', 'alloc']);
  if (bulk === 'fill') b.effect('fill', { array, value: pick(g, scope.reals), from: pick(g, scope.ints), to: pick(g, scope.ints) });
  else if (bulk === 'set') b.effect('set', { array, source: pick(g, scope.arrays) });
  else addArray(scope, bulk === 'copy' ? b.define('copy', { array: pick(g, scope.arrays) }, f64) : allocLike(b, array));
}

/** Makes a list, or lengthens one, overwrites in it, reads from it or copies it. */
function writeList(g: Generator, scope: Scope): void {
  const { b } = g;
  if (scope.lists.length === 0 || chance(g, 0.1))
    scope.lists.push(b.define('alloc', { length: pick(g, [b.constant(0), b.constant(2)]), fill: 'zero' }, list));
  const array = pick(g, scope.lists);
  const what = pick(g, ['push', 'push', 'store', 'load', 'load', 'copy']);
  const value = pick(g, scope.reals);
  if (what === 'push') b.effect('store', { array, index: b.length(array), value, access: 'checked' });
  else if (what === 'load') scope.reals.push(b.load(array, pick(g, scope.ints), 'orZero'));
  else if (what === 'copy') scope.lists.push(b.define('copy', { array }, list));
  else b.effect('store', { array, index: pick(g, [b.constant(0), b.length(array)]), value, access: 'checked' });
}

/** `array[i] ?? value`. */
function writePresent(g: Generator, scope: Scope): void {
  const { b } = g;
  const [array, index] = [pick(g, [...scope.arrays, ...scope.lists]), pick(g, scope.ints)];
  const present = b.define('present', { array, index }, { kind: 'bool' });
  const otherwise = pick(g, scope.reals);
  const [value] = b.branch(
    present,
    [real],
    () => [b.load(array, index, 'checked')],
    () => [otherwise],
  );
  scope.reals.push(value as ValueId);
}

function allocLike(b: Builder, array: ValueId): ValueId {
  return b.define('alloc', { length: b.length(array), fill: 'zero' }, f64);
}

export function addArray(scope: Scope, array: ValueId): void {
  scope.arrays.push(array);
  scope.writable.push(array);
}

function condition(g: Generator, scope: Scope): ValueId {
  const pool = chance(g, 0.7) ? scope.reals : scope.ints;
  return g.b.prim(pick(g, ['lt', 'ge'] as const), [pick(g, pool), pick(g, pool)]);
}

function writeIf(g: Generator, scope: Scope, depth: number): void {
  const joined = pick(g, scope.lists.length > 0 ? ['none', 'array', 'list'] : ['none', 'none', 'array']);
  const arm = (): readonly ValueId[] => {
    const mine = inner(scope);
    writeStatements(g, mine, depth - 1);
    if (joined === 'none') return [last(mine.reals)];
    return [last(mine.reals), pick(g, joined === 'array' ? mine.writable : mine.lists)];
  };
  const types: readonly Type[] = joined === 'none' ? [real] : [real, joined === 'array' ? f64 : list];
  const [value, array] = g.b.branch(condition(g, scope), types, arm, arm);
  scope.reals.push(value as ValueId);
  if (array !== undefined && joined === 'list') scope.lists.push(array);
  else if (array !== undefined) addArray(scope, array);
}

interface Carried {
  readonly inits: readonly ValueId[];
  readonly types: readonly Type[];
}

/** One or two numbers, and sometimes two arrays, which the body may swap. */
function carriedOf(g: Generator, scope: Scope): Carried {
  const numbers = Array.from({ length: chance(g, 0.5) ? 1 : 2 }, () => pick(g, scope.reals));
  const arrays = chance(g, 0.3) ? [pick(g, scope.writable), pick(g, scope.writable)] : [];
  return { inits: [...numbers, ...arrays], types: [...numbers.map(() => real), ...arrays.map(() => f64)] };
}

function enter(scope: Scope, { types }: Carried, carried: readonly ValueId[]): Scope {
  const mine = inner(scope);
  types.forEach((type, i) => {
    if (type.kind === 'array') addArray(mine, carried[i] as ValueId);
    else mine.reals.push(carried[i] as ValueId);
  });
  return mine;
}

function leave(g: Generator, mine: Scope, { types }: Carried): readonly ValueId[] {
  return types.map((type) => (type.kind === 'array' ? pick(g, mine.writable.slice(-3)) : pick(g, mine.reals.slice(-3))));
}

/** A body that may leave early does so in a branch of its own, as the front writes it. */
function writeBody(g: Generator, mine: Scope, loop: Carried, depth: number, exits: boolean): readonly ValueId[] {
  writeStatements(g, mine, depth - 1);
  if (!exits) return leave(g, mine, loop);
  const leaving = (): readonly ValueId[] => [g.b.constant(1), ...leave(g, mine, loop)];
  const staying = (): readonly ValueId[] => {
    const rest = inner(mine);
    writeStatements(g, rest, depth - 1);
    return [g.b.constant(0), ...leave(g, rest, loop)];
  };
  return g.b.branch(condition(g, mine), [int, ...loop.types], leaving, staying);
}

function receive(scope: Scope, loop: Carried, outs: readonly ValueId[], exits: boolean): void {
  const after = enter(scope, loop, exits ? outs.slice(1) : outs);
  if (exits) scope.ints.push(outs[0] as ValueId);
  for (const kind of ['reals', 'arrays', 'writable'] as const) scope[kind].push(...after[kind].slice(scope[kind].length));
}

function writeFor(g: Generator, scope: Scope, depth: number): void {
  const loop = carriedOf(g, scope);
  const exits = chance(g, 0.3);
  const down = chance(g, 0.2);
  const bounds = down ? { from: pick(g, scope.ints), to: g.b.constant(-1), step: -1 } : { to: pick(g, scope.ints) };
  const outs = sketchFor(g.b, { ...bounds, ...loop, exits }, (index, carried) => {
    const mine = enter(scope, loop, carried);
    mine.ints.push(index, g.b.prim('sub', [index, g.b.constant(1)]));
    return writeBody(g, mine, loop, depth, exits);
  });
  receive(scope, loop, outs, exits);
}

/** Counts down from an integer; a test on a number may end it before. */
function writeWhile(g: Generator, scope: Scope, depth: number): void {
  const loop = carriedOf(g, scope);
  const exits = chance(g, 0.3);
  const early = chance(g, 0.5);
  const counted: Carried = { inits: [g.b.constant(3), ...loop.inits], types: [int, ...loop.types] };
  const outs = sketchWhile(
    g.b,
    { ...counted, test: chance(g, 0.7) ? 'before' : 'after', exits },
    ([count, value]) => {
      const counting = g.b.prim('gt', [count as ValueId, g.b.constant(0)]);
      return early ? g.b.prim('and', [counting, g.b.prim('lt', [value as ValueId, pick(g, scope.reals)])]) : counting;
    },
    ([count, ...carried]) => {
      const mine = enter(scope, loop, carried);
      const next = g.b.prim('sub', [count as ValueId, g.b.constant(1)]);
      mine.ints.push(next);
      const yields = writeBody(g, mine, loop, depth, exits);
      return exits ? [yields[0] as ValueId, next, ...yields.slice(1)] : [next, ...yields];
    },
  );
  const carried = exits ? [outs[0] as ValueId, ...outs.slice(2)] : outs.slice(1);
  receive(scope, loop, carried, exits);
}
