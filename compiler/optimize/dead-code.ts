/**
 * Dead code.
 *   In:      checked IR.      Out: every operation contributes to a result, to memory that somebody reads, or to an error.
 *   Example: for i { s = s + x[i]; q = q * 2 }; return s   →   for i { s = s + x[i] }; return s
 *   Never:   drops a throw, or the error of an allocation with a bad length. May drop a loop that would not have ended (contract §6).
 */

import type { AllocOp, IrFunction, Op, Region, ValueId, ValueInfo } from '../ir/types.ts';
import { withRegions } from '../ir/walk.ts';
import type { Loop } from './facts.ts';
import { carriedOffset, carriedParam, definitionsOf } from './facts.ts';
import { lengthGuard, needsLengthGuard } from './length-guard.ts';
import type { Liveness } from './liveness.ts';
import { analyzeLiveness } from './liveness.ts';
import type { Pass } from './pass.ts';
import { keepOuts, keepSlots } from './structure.ts';

export const deadCode: Pass = { name: 'dead-code', summary: 'drop what nobody reads', run: dropDead };

interface Pruning {
  readonly liveness: Liveness;
  readonly values: ValueInfo[];
  readonly definitions: ReadonlyMap<ValueId, Op>;
  readonly state: { changed: boolean };
}

function dropDead(fn: IrFunction): IrFunction {
  const cx: Pruning = {
    liveness: analyzeLiveness(fn),
    values: [...fn.values],
    definitions: definitionsOf(fn),
    state: { changed: false },
  };
  const body = pruneRegion(fn.body, cx);
  return cx.state.changed ? { ...fn, body, values: cx.values } : fn;
}

function pruneRegion(region: Region, cx: Pruning): Region {
  return { ...region, ops: region.ops.flatMap((op) => (cx.liveness.isLive(op) ? [pruneOp(op, cx)] : remains(op, cx))) };
}

function remains(op: Op, cx: Pruning): readonly Op[] {
  cx.state.changed = true;
  return op.kind === 'alloc' && needsLengthGuard(op, (id) => cx.definitions.get(id)) ? guard(op, cx) : [];
}

function guard(op: AllocOp, cx: Pruning): readonly Op[] {
  return lengthGuard(op, cx.values, (info) => (cx.values.push(info) - 1) as ValueId);
}

function pruneOp(op: Op, cx: Pruning): Op {
  if (op.kind === 'if') return withRegions(noted(op, keepReadOuts(op, cx), cx), (region) => pruneRegion(region, cx));
  if (op.kind === 'functions') return withRegions(op, (region) => pruneRegion(region, cx));
  if (op.kind !== 'for' && op.kind !== 'while') return op;
  const kept = noted(
    op,
    keepSlots(op, (slot) => isSlotRead(op, slot, cx)),
    cx,
  );
  return withRegions(kept, (region) => pruneRegion(region, cx));
}

function keepReadOuts(op: Extract<Op, { kind: 'if' }>, cx: Pruning): typeof op {
  return keepOuts(op, (index) => cx.liveness.isRead(op.outs[index] as ValueId));
}

/** Counts a shortened operation as a change. */
function noted<O extends Extract<Op, { outs: readonly ValueId[] }>>(before: O, after: O, cx: Pruning): O {
  if (after.outs.length < before.outs.length) cx.state.changed = true;
  return after;
}

/** A slot stays while its value is read in the loop or after it; carrying itself along is not a reason. */
function isSlotRead(loop: Loop, slot: number, cx: Pruning): boolean {
  const condition = loop.kind === 'while' ? loop.condition.params[slot] : undefined;
  return [carriedParam(loop, slot), condition, loop.outs[slot + carriedOffset(loop)]].some(
    (id) => id !== undefined && cx.liveness.isRead(id),
  );
}
