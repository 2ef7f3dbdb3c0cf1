/** Random well-formed functions for the tests of the passes: every kind of control flow and memory, bounded loops. */

import type { Builder } from '../../ir/build.ts';
import { arrayOf, bool, createBuilder, int, real } from '../../ir/build.ts';
import type { IrFunction, NumberStorage, PrimName, Type, ValueId } from '../../ir/types.ts';
import type { RandomSource } from './random-source.ts';
import { createRandomSource } from './random-source.ts';

export interface RandomOptions {
  /** About how many operations. */
  readonly size: number;
  /** The chance that a value is relaxed; then arithmetic stays within integers, so that reassociation is exact. */
  readonly relaxed: number;
}

const origin = { kind: 'synthetic', reason: 'test' } as const;
const userOrigin = { kind: 'source', file: '/f.ts', start: 0, end: 1, line: 1, column: 1 } as const;
const storages: readonly NumberStorage[] = ['f64', 'f64', 'list', 'f32', 'i32'];

interface Scope {
  readonly reals: ValueId[];
  readonly ints: ValueId[];
  readonly bools: ValueId[];
  readonly arrays: ValueId[];
  readonly stacks: ValueId[];
  /** An array and an index that often hits it. */
  readonly pairs: (readonly [ValueId, ValueId])[];
}

interface Making {
  readonly b: Builder;
  readonly random: RandomSource;
  readonly options: RandomOptions;
  left: number;
}

/** f(x: f64[], y: f64[], list: list[], a: real, n: int), with a few results of every kind. */
export function randomFunction(seed: number, options: RandomOptions): IrFunction {
  const b = createBuilder(origin, [], true);
  const making: Making = { b, random: createRandomSource(seed), options, left: options.size };
  const types: readonly (readonly [string, Type])[] = [
    ['x', arrayOf('f64')],
    ['y', arrayOf('f64')],
    ['list', arrayOf('list')],
    ['a', real],
    ['n', int],
  ];
  const params = types.map(([name, type]) => ({ id: b.value(type, name), name, role: 'primal' as const }));
  const [x, y, list, a, n] = params.map((param) => param.id) as [ValueId, ValueId, ValueId, ValueId, ValueId];
  const scope: Scope = { reals: [a], ints: [n], bools: [], arrays: [x, y, list], stacks: [], pairs: [] };
  const body = b.region(
    params.map((param) => param.id),
    () => {
      for (const value of [0, 1, 2]) scope.ints.push(b.constant(value));
      scope.reals.push(b.constant(0), b.constant(1), b.constant(options.relaxed > 0 ? 3 : 0.5));
      scope.bools.push(b.prim('gt', [a, scope.ints[1] as ValueId]));
      writeOps(making, scope);
      return [pickReal(making, scope), pickReal(making, scope), making.random.pick(scope.ints), making.random.pick(scope.arrays), x, list];
    },
  );
  const results = body.yields.map((_, i) => ({ name: `r${i}`, kind: 'returned' as const }));
  return { name: 'random', params, results, body, values: b.values, origin };
}

function writeOps(making: Making, scope: Scope): void {
  const count = 2 + making.random.below(9);
  for (let i = 0; i < count && making.left > 0; i++) writeOp(making, scope);
}

function inner(scope: Scope): Scope {
  return {
    reals: [...scope.reals],
    ints: [...scope.ints],
    bools: [...scope.bools],
    arrays: [...scope.arrays],
    stacks: [...scope.stacks],
    pairs: [...scope.pairs],
  };
}

/** Recent values are likelier, so that expressions chain. */
function recent(making: Making, list: readonly ValueId[]): ValueId {
  const back = making.random.chance(0.6) ? making.random.below(Math.min(4, list.length)) : making.random.below(list.length);
  return list[list.length - 1 - back] as ValueId;
}

function pickReal(making: Making, scope: Scope): ValueId {
  return making.random.chance(0.1) ? recent(making, scope.ints) : recent(making, scope.reals);
}

function writeOp(making: Making, scope: Scope): void {
  const { b, random, options } = making;
  making.left--;
  b.exact = !random.chance(options.relaxed);
  b.origin = random.chance(0.5) ? userOrigin : origin;
  const kind = random.below(20);
  if (kind < 6) scope.reals.push(arithmetic(making, scope));
  else if (kind < 8) scope.ints.push(integer(making, scope));
  else if (kind < 10) scope.bools.push(comparison(making, scope));
  else if (kind < 12) pushLoad(making, scope);
  else if (kind < 15) writeMemory(making, scope);
  else if (kind < 16) makeMemory(making, scope);
  else if (kind < 17) writeStack(making, scope);
  else if (kind < 18) writeIf(making, scope);
  else if (kind < 19) writeFor(making, scope);
  else writeWhile(making, scope);
}

const exactPrims: readonly PrimName[] = [
  'add',
  'sub',
  'mul',
  'div',
  'Math.max',
  'Math.min',
  'rem',
  'Math.sin',
  'neg',
  'Math.abs',
  'Math.sqrt',
  'mulz',
];
const integralPrims: readonly PrimName[] = ['add', 'sub', 'mul', 'add', 'sub', 'neg', 'mulz'];
const unaryPrims: ReadonlySet<PrimName> = new Set(['Math.sin', 'neg', 'Math.abs', 'Math.sqrt', 'Math.floor', 'bitNot']);

function arithmetic(making: Making, scope: Scope): ValueId {
  const { b, random, options } = making;
  if (random.chance(0.1)) return b.prim('select', [random.pick(scope.bools), pickReal(making, scope), recent(making, scope.reals)]);
  const prim = random.pick(options.relaxed > 0 ? integralPrims : exactPrims);
  const args = [pickReal(making, scope), ...(unaryPrims.has(prim) ? [] : [pickReal(making, scope)])];
  const out = b.prim(prim, args);
  return b.typeOf(out).kind === 'real' ? out : b.prim('add', [out, recent(making, scope.reals)]);
}

function integer(making: Making, scope: Scope): ValueId {
  const { b, random } = making;
  if (random.chance(0.3)) return b.length(random.pick(scope.arrays));
  if (random.chance(0.2)) return b.constant(random.below(6) - 2);
  const prim = random.pick<PrimName>(['add', 'sub', 'mul', 'bitAnd', 'Math.min', 'Math.max', 'rem', 'Math.floor', 'shiftRight']);
  return b.prim(prim, [recent(making, scope.ints), ...(unaryPrims.has(prim) ? [] : [recent(making, scope.ints)])]);
}

function comparison(making: Making, scope: Scope): ValueId {
  const { b, random } = making;
  if (scope.bools.length > 1 && random.chance(0.3))
    return b.prim(random.pick(['and', 'or']), [random.pick(scope.bools), random.pick(scope.bools)]);
  if (scope.bools.length > 0 && random.chance(0.1)) return b.prim('not', [random.pick(scope.bools)]);
  const pool = random.chance(0.6) ? scope.ints : scope.reals;
  return b.prim(random.pick(['lt', 'le', 'gt', 'ge', 'eq', 'ne']), [recent(making, pool), recent(making, pool)]);
}

function pushLoad(making: Making, scope: Scope): void {
  const { b, random } = making;
  const [array, index] = pickPlace(making, scope);
  if (random.chance(0.1)) return void scope.bools.push(b.define('present', { array, index }, bool));
  const out = b.load(array, index, random.pick(['checked', 'checked', 'orZero']));
  (b.typeOf(out).kind === 'int' ? scope.ints : scope.reals).push(out);
}

function pickPlace(making: Making, scope: Scope): readonly [ValueId, ValueId] {
  const { random } = making;
  if (scope.pairs.length > 0 && random.chance(0.6)) return random.pick(scope.pairs);
  return [random.pick(scope.arrays), recent(making, scope.ints)];
}

function writeMemory(making: Making, scope: Scope): void {
  const { b, random } = making;
  const [array, index] = pickPlace(making, scope);
  const value = pickReal(making, scope);
  const kind = making.options.relaxed > 0 ? random.below(10) : random.pick([0, 9]);
  if (kind < 6) b.effect('store', { array, index, value, access: 'checked' });
  else if (kind < 8) b.effect('accumulate', { array, index, value, access: 'checked' });
  else if (kind < 9) b.effect('addInto', { array, source: random.pick(scope.arrays) });
  else b.effect('fill', { array, value });
}

function makeMemory(making: Making, scope: Scope): void {
  const { b, random } = making;
  const storage = random.pick(storages);
  if (random.chance(0.3)) return makeSmall(making, scope, storage);
  if (random.chance(0.3)) return void scope.arrays.push(b.define('copy', { array: random.pick(scope.arrays) }, arrayOf(storage)));
  const length = random.chance(0.4) ? b.constant(random.below(5)) : recent(making, scope.ints);
  const bounded = b.prim('Math.min', [length, b.constant(8)]);
  b.origin = userOrigin;
  scope.arrays.push(b.define('alloc', { length: random.chance(0.9) ? bounded : length, fill: 'zero' }, arrayOf(storage)));
}

/** A few elements with constant indices: what programs keep their vectors in. */
function makeSmall(making: Making, scope: Scope, storage: NumberStorage): void {
  const { b, random } = making;
  const size = 1 + random.below(3);
  const array = b.define('alloc', { length: b.constant(size), fill: 'zero' }, arrayOf(storage));
  if (random.chance(0.3)) scope.arrays.push(array);
  for (let i = 0; i < size; i++) scope.pairs.push([array, b.constant(i)]);
}

/** A push and a pop: whatever is pushed is popped. */
function writeStack(making: Making, scope: Scope): void {
  const { b, random } = making;
  const stack = random.chance(0.5) || scope.stacks.length === 0 ? newStack(making, scope) : random.pick(scope.stacks);
  b.effect('push', { stack, value: pickReal(making, scope) });
  scope.reals.push(b.define('pop', { stack }, real));
}

function newStack(making: Making, scope: Scope): ValueId {
  const stack = making.b.define('stack', {}, { kind: 'stack', element: 'real' });
  scope.stacks.push(stack);
  return stack;
}

function writeIf(making: Making, scope: Scope): void {
  const { b, random } = making;
  const arm = (): ValueId[] => {
    const own = inner(scope);
    writeOps(making, own);
    if (random.chance(0.05)) b.effect('throw', { error: 'RangeError', message: ['bad ', recent(making, own.ints)] });
    return [recent(making, own.reals), recent(making, own.ints), arrayLike(scope, own, random, b)];
  };
  const storageType = b.typeOf(scope.arrays[0] as ValueId);
  const [r, i, s] = b.branch(random.pick(scope.bools), [real, int, storageType], arm, arm) as [ValueId, ValueId, ValueId];
  scope.reals.push(r);
  scope.ints.push(i);
  scope.arrays.push(s);
}

/** An array of the type of the scope's first one. */
function arrayLike(scope: Scope, own: Scope, random: RandomSource, b: Builder): ValueId {
  const wanted = b.typeOf(scope.arrays[0] as ValueId);
  const fitting = own.arrays.filter((id) => JSON.stringify(b.typeOf(id)) === JSON.stringify(wanted));
  return random.pick(fitting);
}

function writeFor(making: Making, scope: Scope): void {
  const { b, random } = making;
  const exits = random.chance(0.3);
  const down = random.chance(0.2);
  const limit = b.prim('Math.min', [recent(making, scope.ints), b.constant(5)]);
  const from = b.constant(random.below(3));
  const measured = random.pick(scope.arrays);
  const length = b.length(measured);
  const toLength = !down && random.chance(0.5);
  const [start, end] = down
    ? [random.chance(0.5) ? b.prim('sub', [length, b.constant(1)]) : b.constant(4), b.constant(-1)]
    : [from, toLength ? length : limit];
  const inits = [pickReal(making, scope), recent(making, scope.ints), scope.arrays[0] as ValueId];
  const params = [b.value(int, 'i'), b.value(real, 's'), b.value(int), b.value(b.typeOf(inits[2] as ValueId))];
  const [index, s, k, array] = params as [ValueId, ValueId, ValueId, ValueId];
  const own = inner(scope);
  const body = b.region(params, () => {
    own.ints.push(k, index);
    own.pairs.push([measured, index], [measured, b.prim('sub', [index, b.constant(1)])]);
    own.reals.push(s);
    own.arrays.push(array);
    writeOps(making, own);
    return [...exitCode(making, own, exits), recent(making, own.reals), recent(making, own.ints), arrayLike(scope, own, random, b)];
  });
  const outs = [...(exits ? [b.value(int)] : []), b.value(real), b.value(int), b.value(b.typeOf(array))];
  b.push({ kind: 'for', from: start, to: end, step: down ? -1 : 1 + random.below(2), inits, body, outs, exits, origin });
  const [r, i, a] = exits ? outs.slice(1) : outs;
  scope.reals.push(r as ValueId);
  scope.ints.push(...(exits ? outs.slice(0, 1) : []), i as ValueId);
  scope.arrays.push(a as ValueId);
}

function exitCode(making: Making, own: Scope, exits: boolean): ValueId[] {
  if (!exits) return [];
  const { b, random } = making;
  return [b.prim('toNumber', [random.pick(own.bools)])];
}

/** What a condition may hold: it writes no memory from outside of it. */
function writeReads(making: Making, scope: Scope): void {
  pushLoad(making, scope);
  scope.reals.push(arithmetic(making, scope));
  scope.bools.push(comparison(making, scope));
}

/** Counts to a small bound, with something carried beside the counter. */
function writeWhile(making: Making, scope: Scope): void {
  const { b, random } = making;
  const types = [int, real];
  const [ct, cs] = types.map((type) => b.value(type)) as [ValueId, ValueId];
  const [bt, bs] = types.map((type) => b.value(type)) as [ValueId, ValueId];
  const inits = [b.constant(0), recent(making, scope.reals)];
  const condition = b.region([ct, cs], () => {
    const own = inner(scope);
    own.ints.push(ct);
    own.reals.push(cs);
    if (random.chance(0.3)) writeReads(making, own);
    return [b.prim('and', [b.prim('lt', [ct, b.constant(3)]), random.chance(0.5) ? b.constant(true) : random.pick(own.bools)])];
  });
  const own = inner(scope);
  const body = b.region([bt, bs], () => {
    own.ints.push(bt);
    own.reals.push(bs);
    writeOps(making, own);
    return [b.prim('add', [bt, b.constant(1)]), recent(making, own.reals)];
  });
  const outs = types.map((type) => b.value(type));
  b.push({ kind: 'while', test: random.pick(['before', 'after']), inits, condition, body, outs, exits: false, origin });
  scope.ints.push(outs[0] as ValueId);
  scope.reals.push(outs[1] as ValueId);
}
