/**
 * Common subexpressions.
 *   In:      checked IR.      Out: no pure operation repeats one that has run before it on every path; loads are pure until memory changes.
 *   Example: r = sub a b; mul (sub a b) r   →   r = sub a b; mul r r
 *   Never:   shares a load across a write that may touch its memory; swaps the operands of max and min (a tie is broken by their order).
 */

import { sameType as sameTypes } from '../ir/memory-types.ts';
import type { IrFunction, LoadOp, Op, PrimName, Region, ValueId, ValueInfo } from '../ir/types.ts';
import { withRegions } from '../ir/walk.ts';
import type { ArrayLengths } from './array-lengths.ts';
import { analyzeLengths } from './array-lengths.ts';
import { definitionsOf } from './facts.ts';
import { isCertainLength } from './length-guard.ts';
import type { Memory, MemoryClass } from './memory.ts';
import { analyzeMemory, isList } from './memory.ts';
import type { Pass } from './pass.ts';
import { adoptHint, renameOperands } from './rebuild.ts';

export const cse: Pass = { name: 'cse', summary: 'compute equal expressions once', run: shareExpressions };

interface Sharing {
  readonly fn: IrFunction;
  readonly memory: Memory;
  readonly lengths: ArrayLengths;
  readonly definitions: ReadonlyMap<ValueId, Op>;
  readonly values: ValueInfo[];
  readonly renames: Map<ValueId, ValueId>;
  /** Expressions that are computed here, by their text; what a region adds is taken back at its end. */
  readonly available: Map<string, ValueId>;
  readonly added: string[];
  readonly versions: Map<MemoryClass, number>;
  readonly clock: { now: number };
}

function shareExpressions(fn: IrFunction): IrFunction {
  const definitions = definitionsOf(fn);
  const cx: Sharing = {
    fn,
    memory: analyzeMemory(fn),
    lengths: analyzeLengths(fn, definitions, false),
    definitions,
    values: [...fn.values],
    renames: new Map(),
    available: new Map(),
    added: [],
    versions: new Map(),
    clock: { now: 0 },
  };
  const body = shareRegion(fn.body, cx);
  return cx.renames.size > 0 ? { ...fn, body, values: cx.values } : fn;
}

function shareRegion(region: Region, cx: Sharing): Region {
  const mark = cx.added.length;
  const ops = region.ops.flatMap((op) => shareOp(op, cx));
  const yields = region.yields.map((id) => renamed(cx, id));
  while (cx.added.length > mark) cx.available.delete(cx.added.pop() as string);
  return { params: region.params, ops, yields };
}

/** A local function shares nothing with what is around it: it would depend on it. */
function shareFunction(body: Region, cx: Sharing): Region {
  return shareRegion(body, { ...cx, available: new Map(), added: [] });
}

/** A value is replaced by one that stays: no chains. */
function renamed(cx: Sharing, id: ValueId): ValueId {
  return cx.renames.get(id) ?? id;
}

function shareOp(original: Op, cx: Sharing): readonly Op[] {
  const op = renameOperands(original, (id) => renamed(cx, id));
  const loops = op.kind === 'for' || op.kind === 'while';
  if (loops) forget(original, cx);
  const whole = withRegions(op, (region) => (op.kind === 'functions' ? shareFunction(region, cx) : shareRegion(region, cx)));
  forget(original, cx);
  if (!('out' in whole)) return [whole];
  const keys = keysOf(whole, cx);
  const known = lengthBehind(whole, cx) ?? keys.reading.map((key) => cx.available.get(key)).find((id) => id !== undefined);
  if (known !== undefined && sameType(cx, known, whole.out)) {
    share(cx, whole.out, known);
    return [];
  }
  for (const key of keys.writing) remember(key, whole.out, cx);
  return [whole];
}

/** What an operation writes has a new version from here on. */
function forget(op: Op, cx: Sharing): void {
  for (const memory of cx.memory.writesOf(op)) cx.versions.set(memory, ++cx.clock.now);
}

function remember(key: string, id: ValueId, cx: Sharing): void {
  if (cx.available.has(key)) return;
  cx.available.set(key, id);
  cx.added.push(key);
}

/** The first of two equal values stays; if the other was the user's, this one is too. */
function share(cx: Sharing, out: ValueId, known: ValueId): void {
  cx.renames.set(out, known);
  adoptHint(cx.values, out, known);
  const info = cx.values[known];
  if (info && cx.values[out]?.exact) cx.values[known] = { ...info, exact: true };
}

function sameType(cx: Sharing, left: ValueId, right: ValueId): boolean {
  return sameTypes(cx.values[left]?.type, cx.values[right]?.type);
}

interface Keys {
  /** Under any of these an equal value may be found. */
  readonly reading: readonly string[];
  readonly writing: readonly string[];
}

const none: Keys = { reading: [], writing: [] };
const one = (key: string): Keys => ({ reading: [key], writing: [key] });

/** Equal keys, equal values. The type is part of a constant's key, since an int flows into a real but not back. */
function keysOf(op: Extract<Op, { out: ValueId }>, cx: Sharing): Keys {
  switch (op.kind) {
    case 'const':
      return one(`const ${cx.values[op.out]?.type.kind} ${Object.is(op.value, -0) ? '-0' : String(op.value)}`);
    case 'prim':
      return one(`${op.prim} ${sorted(op.prim, op.args).join(' ')}`);
    case 'length':
      return one(`length ${lengthName(op.array, cx)}`);
    case 'global':
      return one(`global ${op.module} ${op.name}`);
    case 'same':
      return one(`same ${op.left} ${op.right}`);
    case 'present':
      return one(`present ${op.array} ${op.index} ${version(cx, op.array)}`);
    case 'load':
      return loadKeys(op, `load ${op.array} ${op.index} ${version(cx, op.array)}`);
    default:
      return none;
  }
}

/** Arrays of one length have one name for it; a list has another after every write. */
function lengthName(array: ValueId, cx: Sharing): string {
  const label = cx.lengths.labelOf(array);
  if (label) return label.array === undefined ? `n${label.length}` : `of ${label.array}`;
  return `${array} ${isList(cx.fn, array) ? version(cx, array) : ''}`;
}

/** What an array was allocated with is its length, if it is certain to be one. */
function lengthBehind(op: Op, cx: Sharing): ValueId | undefined {
  const length = op.kind === 'length' ? cx.lengths.labelOf(op.array)?.length : undefined;
  const certain = length !== undefined && isCertainLength(length, (id) => cx.definitions.get(id));
  return certain ? renamed(cx, length) : undefined;
}

/** Where one of two loads is known to hit, all ways of access give the same. */
function loadKeys(op: LoadOp, place: string): Keys {
  const hit = `${place} inRange`;
  if (op.access !== 'inRange') return { reading: [`${place} ${op.access}`, hit], writing: [`${place} ${op.access}`] };
  return { reading: [hit, `${place} checked`, `${place} orZero`], writing: [hit] };
}

function version(cx: Sharing, array: ValueId): number {
  return cx.versions.get(cx.memory.classOf(array)) ?? 0;
}

const commutative: ReadonlySet<PrimName> = new Set([
  'add',
  'mul',
  'eq',
  'ne',
  'and',
  'or',
  'bitAnd',
  'bitOr',
  'bitXor',
  'sameValue',
  'Math.imul',
]);

function sorted(prim: PrimName, args: readonly ValueId[]): readonly ValueId[] {
  const [x, y] = args;
  return args.length === 2 && x !== undefined && y !== undefined && x > y && commutative.has(prim) ? [y, x] : args;
}
