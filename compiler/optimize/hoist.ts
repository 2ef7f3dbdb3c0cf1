/**
 * Loop-invariant code.
 *   In:      checked IR.      Out: what a loop computes anew but equal in every iteration is computed once, before it.
 *   Example: for i { s += exp(neg k) * x[i] }   →   e = exp(neg k); for i { s += e * x[i] }
 *   Never:   moves out of a branch (it may be there to avoid the work); moves a load over a write, or one that is in range only inside, or
 *            one through a reference that may be missing.
 *
 * Nothing else traps, so a value may be computed although the loop runs no trip. That costs one evaluation per loop, of a prim at most as
 * dear as exp; a loop that never runs is rarer by far than one that runs often. Tests, lengths and constants cost nothing and stay unless
 * something dearer needs them outside: a condition reads better where it is used.
 */

import { certainReferences } from '../analysis/certain-references.ts';
import type { IrFunction, Op, PrimName, Region, ValueId } from '../ir/types.ts';
import { operandsOf, outsOf, withRegions } from '../ir/walk.ts';
import type { Loop } from './facts.ts';
import { isLoop } from './facts.ts';
import type { Memory } from './memory.ts';
import { analyzeMemory, isList } from './memory.ts';
import type { Pass } from './pass.ts';

export const hoist: Pass = { name: 'hoist', summary: 'compute loop-invariant values before the loop', run: hoistInvariants };

interface Hoisting {
  readonly fn: IrFunction;
  /** References that certainly point to something, so that reading through them does not throw. */
  readonly isCertain: (reference: ValueId) => boolean;
  readonly memory: Memory;
  readonly state: { changed: boolean };
}

function hoistInvariants(fn: IrFunction): IrFunction {
  const cx: Hoisting = { fn, memory: analyzeMemory(fn), isCertain: certainReferences(fn), state: { changed: false } };
  const body = hoistRegion(fn.body, cx);
  return cx.state.changed ? { ...fn, body } : fn;
}

/** Inner loops first: what leaves them may leave the next one too. */
function hoistRegion(region: Region, cx: Hoisting): Region {
  const ops = region.ops.flatMap((op) => {
    const inside = withRegions(op, (inner) => hoistRegion(inner, cx));
    return isLoop(inside) ? hoistOut(inside, cx.memory.writesOf(op), cx) : [inside];
  });
  return { ...region, ops };
}

function hoistOut(loop: Loop, written: ReturnType<Memory['writesOf']>, cx: Hoisting): readonly Op[] {
  const isWritten = (array: ValueId): boolean => written.has(cx.memory.classOf(array));
  const movable = chooseMovable(loop, isWritten, cx);
  if (movable.size === 0) return [loop];
  cx.state.changed = true;
  const regions = loop.kind === 'while' && loop.test === 'before' ? [loop.condition, loop.body] : [loop.body];
  const before = regions.flatMap((region) => region.ops.filter((op) => movable.has(op)).map(guarded));
  const stay = (region: Region): Region => ({ ...region, ops: region.ops.filter((op) => !movable.has(op)) });
  return [...before, withRegions(loop, stay)];
}

/** A load that is in range thanks to the loop's bounds is no longer known to be. */
function guarded(op: Op): Op {
  return op.kind === 'load' && op.access === 'inRange' ? { ...op, access: 'checked' } : op;
}

/** The invariants that are worth moving, and what they need. */
function chooseMovable(loop: Loop, isWritten: (array: ValueId) => boolean, cx: Hoisting): Set<Op> {
  const inside = definedInside(loop);
  const invariant = new Map<ValueId, Op>();
  for (const op of topLevel(loop)) {
    const free = operandsOf(op).every((id) => !inside.has(id) || invariant.has(id));
    if (free && isPure(op, isWritten, cx)) for (const out of outsOf(op)) invariant.set(out, op);
  }
  const chosen = new Set<Op>();
  for (const op of invariant.values()) if (isWorthMoving(op)) choose(op, invariant, chosen);
  return chosen;
}

function choose(op: Op, invariant: ReadonlyMap<ValueId, Op>, chosen: Set<Op>): void {
  if (chosen.has(op)) return;
  chosen.add(op);
  for (const id of operandsOf(op)) {
    const needed = invariant.get(id);
    if (needed) choose(needed, invariant, chosen);
  }
}

/** What runs in every iteration; of a `do … while` only the body, which runs first. */
function topLevel(loop: Loop): readonly Op[] {
  if (loop.kind === 'for') return loop.body.ops;
  return loop.test === 'before' ? [...loop.condition.ops, ...loop.body.ops] : loop.body.ops;
}

/** Values that the loop defines at the level that can be moved from; deeper ones are not visible there. */
function definedInside(loop: Loop): Set<ValueId> {
  const params = loop.kind === 'while' ? [...loop.condition.params, ...loop.body.params] : loop.body.params;
  return new Set([...params, ...topLevel(loop).flatMap(outsOf)]);
}

function isPure(op: Op, isWritten: (array: ValueId) => boolean, { fn, isCertain }: Hoisting): boolean {
  if (op.kind === 'load' || op.kind === 'present') return isCertain(op.array) && !isWritten(op.array);
  if (op.kind === 'length') return isCertain(op.array) && (!isList(fn, op.array) || !isWritten(op.array));
  return op.kind === 'const' || op.kind === 'prim' || op.kind === 'same' || op.kind === 'global';
}

const tests: ReadonlySet<PrimName> = new Set([
  'lt',
  'le',
  'gt',
  'ge',
  'eq',
  'ne',
  'not',
  'and',
  'or',
  'truthy',
  'isNaN',
  'isFinite',
  'given',
  'toNumber',
]);

function isWorthMoving(op: Op): boolean {
  return op.kind === 'load' || op.kind === 'global' || (op.kind === 'prim' && !tests.has(op.prim));
}
