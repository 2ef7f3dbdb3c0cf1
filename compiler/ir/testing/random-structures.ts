/**
 * For tests of passes: random functions of structured data, (x, p, bodies, rows, n): a number, a point, a list of records with
 * points and arrays in them, a list of arrays, an integer. They make, change, keep, share, join and swap references at any depth.
 */
import { arrayOf, type Builder, int, real, refsOf } from '../build.ts';
import { sketch, sketchFor } from '../testing.ts';
import type { IrFunction, PrimName, RecordType, Type, ValueId } from '../types.ts';
import { generator } from './random-function.ts';

const f64 = arrayOf('f64');
export const point: RecordType = {
  kind: 'array',
  storage: 'record',
  tuple: false,
  fields: [
    { name: 'x', type: real },
    { name: 'y', type: real },
  ],
};
export const body: RecordType = {
  kind: 'array',
  storage: 'record',
  tuple: false,
  fields: [
    { name: 'id', type: int },
    { name: 'position', type: point },
    { name: 'weights', type: f64 },
    { name: 'mass', type: real },
  ],
};
export const structures: Readonly<Record<'x' | 'p' | 'bodies' | 'rows' | 'n', Type>> = {
  x: real,
  p: point,
  bodies: refsOf(body),
  rows: refsOf(f64),
  n: int,
};

interface Scope {
  readonly reals: ValueId[];
  readonly ints: ValueId[];
  readonly points: ValueId[];
  readonly arrays: ValueId[];
  readonly bodies: ValueId[];
  readonly lists: ValueId[];
  /** Points that may be missing. */
  readonly maybes: ValueId[];
}

interface Generator {
  readonly b: Builder;
  readonly random: () => number;
  readonly bodies: ValueId;
  readonly rows: ValueId;
}

export function randomStructures(seed: number, statements = 5, depth = 3): IrFunction {
  return sketch(`structures${seed}`, structures, (b, { x, p, bodies, rows, n }) => {
    const g: Generator = { b, random: generator(seed), bodies, rows };
    const scope: Scope = {
      reals: [x],
      ints: [n, b.constant(0), b.constant(1), b.constant(2)],
      points: [p],
      arrays: [],
      bodies: [],
      lists: [],
      maybes: [b.define('const', { value: undefined }, point)],
    };
    scope.points.push(makePoint(g, scope));
    scope.arrays.push(b.define('copy', { array: b.load(rows, b.constant(0), 'checked') }, f64, 'w'));
    writeStatements(g, scope, statements, depth);
    const total = [...scope.points.slice(-2)].reduce((sum, at) => b.prim('add', [sum, b.get(at, 0)]), pick(g, scope.reals));
    if (scope.lists.length === 0) keepInList(g, scope);
    return [b.prim('add', [total, x]), pick(g, scope.points), pick(g, scope.arrays), pick(g, scope.lists)];
  });
}

const pick = <T>(g: Generator, choices: readonly T[]): T => choices[Math.floor(g.random() * choices.length)] as T;
const chance = (g: Generator, probability: number): boolean => g.random() < probability;
const inner = (scope: Scope): Scope =>
  Object.fromEntries(Object.entries(scope).map(([kind, ids]) => [kind, [...(ids as ValueId[])]])) as unknown as Scope;

type Write = (g: Generator, scope: Scope, statements: number, depth: number) => void;

const flat: readonly Write[] = [
  writeNumber,
  writeNumber,
  readField,
  readField,
  changeField,
  changeField,
  newPoint,
  readBody,
  readRow,
  changeArray,
  readArray,
  keepInList,
  keepInList,
  putReference,
  takeView,
  joinMaybe,
  useMaybe,
];
const nested: readonly Write[] = [writeIf, writeFor, writeFor, writeSearch];

function writeStatements(g: Generator, scope: Scope, statements: number, depth: number): void {
  const count = 2 + Math.floor(g.random() * statements);
  for (let i = 0; i < count; i++) pick(g, depth > 0 && chance(g, 0.35) ? nested : flat)(g, scope, statements, depth);
}

const prims: readonly PrimName[] = ['add', 'sub', 'mul', 'Math.atan2', 'Math.max'];

function writeNumber(g: Generator, scope: Scope): void {
  const value = g.b.prim(pick(g, prims), [pick(g, scope.reals), pick(g, scope.reals)]);
  scope.reals.push(chance(g, 0.6) ? g.b.prim('Math.sin', [value]) : value);
}

/** An index that is in range: every list that comes from outside has three elements. */
function smallIndex(g: Generator, scope: Scope): ValueId {
  const { b } = g;
  return b.prim('rem', [b.prim('Math.abs', [pick(g, scope.ints)]), b.constant(3)]);
}

function makePoint(g: Generator, scope: Scope): ValueId {
  const made = g.b.define('alloc', { length: g.b.constant(2), fill: 'zero' }, point, 'q');
  for (const at of [0, 1]) g.b.put(made, at, pick(g, scope.reals));
  return made;
}

function newPoint(g: Generator, scope: Scope): void {
  scope.points.push(chance(g, 0.7) ? makePoint(g, scope) : g.b.define('copy', { array: pick(g, scope.points) }, point));
}

function readField(g: Generator, scope: Scope): void {
  scope.reals.push(g.b.get(pick(g, scope.points), chance(g, 0.5) ? 0 : 1));
}

function changeField(g: Generator, scope: Scope): void {
  const { b } = g;
  const [at, field] = [pick(g, scope.points), chance(g, 0.5) ? 0 : 1];
  const value = pick(g, scope.reals);
  b.put(at, field, chance(g, 0.4) ? b.prim('add', [b.get(at, field), value]) : value);
}

function readBody(g: Generator, scope: Scope): void {
  const { b } = g;
  const found = b.load(g.bodies, smallIndex(g, scope), 'checked', 'body');
  scope.bodies.push(found);
  scope.ints.push(b.get(found, 0));
  scope.points.push(b.get(found, 1));
  scope.arrays.push(b.get(found, 2));
  scope.reals.push(b.get(found, 3));
  if (chance(g, 0.3)) b.put(found, 3, pick(g, scope.reals));
}

function readRow(g: Generator, scope: Scope): void {
  scope.arrays.push(g.b.load(g.rows, smallIndex(g, scope), 'checked', 'row'));
}

function changeArray(g: Generator, scope: Scope): void {
  const { b } = g;
  const [array, index, value] = [pick(g, scope.arrays), pick(g, scope.ints), pick(g, scope.reals)];
  const what = pick(g, ['store', 'store', 'update', 'fill', 'copy'] as const);
  if (what === 'fill') b.effect('fill', { array, value });
  else if (what === 'copy') scope.arrays.push(b.define('copy', { array }, f64));
  else
    b.effect('store', {
      array,
      index,
      value: what === 'update' ? b.prim('add', [b.load(array, index, 'orZero'), value]) : value,
      access: 'checked',
    });
}

function readArray(g: Generator, scope: Scope): void {
  scope.reals.push(g.b.load(pick(g, scope.arrays), pick(g, scope.ints), 'orZero'));
}

/** Makes a list of points, or puts one at its end, or reads one if it is there. */
function keepInList(g: Generator, scope: Scope): void {
  const { b } = g;
  if (scope.lists.length === 0) scope.lists.push(b.define('alloc', { length: b.constant(0), fill: 'hole' }, refsOf(point), 'list'));
  const array = pick(g, scope.lists);
  const what = pick(g, ['push', 'push', 'load', 'load', 'copy', 'overwrite']);
  if (what === 'push') b.effect('store', { array, index: b.length(array), value: pick(g, scope.points), access: 'checked' });
  else if (what === 'copy') scope.lists.push(b.define('copy', { array }, refsOf(point)));
  else ifPresent(g, scope, array, what === 'load');
}

function ifPresent(g: Generator, scope: Scope, array: ValueId, load: boolean): void {
  const { b } = g;
  const index = pick(g, scope.ints);
  const present = b.define('present', { array, index }, { kind: 'bool' });
  const otherwise = pick(g, scope.points);
  const [found] = b.branch(
    present,
    [point],
    () => {
      if (!load) b.effect('store', { array, index, value: otherwise, access: 'checked' });
      return [load ? b.load(array, index, 'checked') : otherwise];
    },
    () => [otherwise],
  );
  scope.points.push(found as ValueId);
}

/** Gives a body another point or array, which it then shares with whoever else has it. */
function putReference(g: Generator, scope: Scope): void {
  if (scope.bodies.length === 0) return readBody(g, scope);
  const target = pick(g, scope.bodies);
  if (chance(g, 0.5)) g.b.put(target, 1, pick(g, scope.points));
  else g.b.put(target, 2, pick(g, scope.arrays));
}

function takeView(g: Generator, scope: Scope): void {
  const { b } = g;
  scope.arrays.push(b.define('view', { array: pick(g, scope.arrays), from: b.constant(1) }, f64));
}

/** A point on one side of a condition, nothing or another one on the other. */
function joinMaybe(g: Generator, scope: Scope): void {
  const [one, other] = [pick(g, scope.points), pick(g, scope.maybes)];
  const [joined] = g.b.branch(
    condition(g, scope),
    [point],
    () => [one],
    () => [other],
  );
  scope.maybes.push(joined as ValueId);
}

function useMaybe(g: Generator, scope: Scope): void {
  const { b } = g;
  const maybe = pick(g, scope.maybes);
  const [fallback, change] = [pick(g, scope.reals), chance(g, 0.3)];
  const [value] = b.branch(
    b.prim('given', [maybe]),
    [real],
    () => {
      if (change) b.put(maybe, 1, b.prim('mul', [fallback, b.get(maybe, 0)]));
      return [b.get(maybe, 1)];
    },
    () => [fallback],
  );
  scope.reals.push(value as ValueId);
}

/** A loop that may leave early, with a point and what it found, which may be nothing. */
function writeSearch(g: Generator, scope: Scope, statements: number, depth: number): void {
  const inits = [pick(g, scope.reals), pick(g, scope.points), pick(g, scope.maybes)];
  const types = [real, point, point];
  const hand = (mine: Scope): readonly ValueId[] => [
    pick(g, mine.reals.slice(-3)),
    pick(g, mine.points.slice(-3)),
    pick(g, mine.maybes.slice(-2)),
  ];
  const outs = sketchFor(g.b, { to: g.b.constant(3), inits, types, exits: true }, (index, [value, at, maybe]) => {
    const mine = inner(scope);
    mine.ints.push(index);
    mine.maybes.push(maybe as ValueId);
    enter(mine, [value as ValueId, at as ValueId]);
    writeStatements(g, mine, statements, depth - 1);
    const leave = (): readonly ValueId[] => [g.b.constant(1), ...hand(mine)];
    const stay = (): readonly ValueId[] => {
      const rest = inner(mine);
      writeStatements(g, rest, 2, 0);
      return [g.b.constant(0), ...hand(rest)];
    };
    return g.b.branch(condition(g, mine), [int, ...types], leave, stay);
  });
  enter(scope, outs.slice(1, 3));
  scope.maybes.push(outs[3] as ValueId);
}

function condition(g: Generator, scope: Scope): ValueId {
  return g.b.prim(pick(g, ['lt', 'ge'] as const), [pick(g, scope.reals), pick(g, scope.reals)]);
}

function writeIf(g: Generator, scope: Scope, statements: number, depth: number): void {
  const arm = (): readonly ValueId[] => {
    const mine = inner(scope);
    writeStatements(g, mine, statements, depth - 1);
    return [pick(g, mine.reals.slice(-3)), pick(g, mine.points.slice(-3)), pick(g, mine.arrays)];
  };
  const [value, at, array] = g.b.branch(condition(g, scope), [real, point, f64], arm, arm) as [ValueId, ValueId, ValueId];
  scope.reals.push(value);
  scope.points.push(at);
  scope.arrays.push(array);
}

function writeFor(g: Generator, scope: Scope, statements: number, depth: number): void {
  const inits = [pick(g, scope.reals), pick(g, scope.points), pick(g, scope.arrays)];
  const joins = chance(g, 0.5) ? 3 : 1;
  const types = [real, point, f64].slice(0, joins);
  const outs = sketchFor(g.b, { to: pick(g, scope.ints), inits: inits.slice(0, joins), types, exits: false }, (index, carried) => {
    const mine = inner(scope);
    mine.ints.push(index);
    enter(mine, carried);
    writeStatements(g, mine, statements, depth - 1);
    return [pick(g, mine.reals.slice(-3)), pick(g, mine.points.slice(-3)), pick(g, mine.arrays)].slice(0, joins);
  });
  enter(scope, outs);
}

function enter(scope: Scope, [value, at, array]: readonly ValueId[]): void {
  if (value !== undefined) scope.reals.push(value);
  if (at !== undefined) scope.points.push(at);
  if (array !== undefined) scope.arrays.push(array);
}
