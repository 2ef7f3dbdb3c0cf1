/** The tangent of a loop: it carries the tangents of what it carries. Its trips, tests and exits are the primal's. */
import type { ForOp, Region, ValueId, WhileOp } from '../../ir/types.ts';
import { type Forward, isActive, newTangent, tangentOf } from './context.ts';
import { forwardOfRegion } from './region.ts';

export function forwardOfFor(op: ForOp, cx: Forward): void {
  const [, ...carried] = op.body.params;
  const active = activeCarried(op, [carried], cx);
  const inits = [...op.inits, ...active.map((i) => tangentOf(op.inits[i] as ValueId, cx))];
  const body = forwardOfBody(op, carried, active, cx);
  cx.b.push({ ...op, inits, body, outs: [...op.outs, ...outTangents(op, active, cx)] });
}

export function forwardOfWhile(op: WhileOp, cx: Forward): void {
  const active = activeCarried(op, [op.body.params, op.condition.params], cx);
  const inits = [...op.inits, ...active.map((i) => tangentOf(op.inits[i] as ValueId, cx))];
  const condition = forwardOfRegion(
    op.condition,
    withTangents(op.condition.params, op.condition.params, active, cx),
    () => op.condition.yields,
    cx,
  );
  const body = forwardOfBody(op, op.body.params, active, cx);
  cx.b.push({ ...op, inits, condition, body, outs: [...op.outs, ...outTangents(op, active, cx)] });
}

/** Positions whose tangent is carried: the value is active inside the loop or after it. */
function activeCarried(op: ForOp | WhileOp, params: readonly (readonly ValueId[])[], cx: Forward): readonly number[] {
  const outs = outsOf(op);
  return op.inits.flatMap((_, i) => ([outs, ...params].some((ids) => isActive(ids[i] as ValueId, cx)) ? [i] : []));
}

function forwardOfBody(op: ForOp | WhileOp, carried: readonly ValueId[], active: readonly number[], cx: Forward): Region {
  const yields = op.exits ? op.body.yields.slice(1) : op.body.yields;
  const params = withTangents(op.body.params, carried, active, cx);
  return forwardOfRegion(op.body, params, () => [...op.body.yields, ...active.map((i) => tangentOf(yields[i] as ValueId, cx))], cx);
}

function withTangents(params: readonly ValueId[], carried: readonly ValueId[], active: readonly number[], cx: Forward): readonly ValueId[] {
  return [...params, ...active.map((i) => newTangent(carried[i] as ValueId, cx))];
}

function outTangents(op: ForOp | WhileOp, active: readonly number[], cx: Forward): readonly ValueId[] {
  const outs = outsOf(op);
  return active.map((i) => newTangent(outs[i] as ValueId, cx));
}

/** The outs that correspond to carried values. */
function outsOf(op: ForOp | WhileOp): readonly ValueId[] {
  return op.exits ? op.outs.slice(1) : op.outs;
}
