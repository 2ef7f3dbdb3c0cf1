/** The tangent of a loop: it carries the tangents of what it carries. Its trips, tests and exits are the primal's. */
import type { ForOp, Region, ValueId, WhileOp } from '../../ir/types.ts';
import { type Forward, isActive, type Lane, newTangent, tangentOf } from './context.ts';
import { forwardOfRegion } from './region.ts';

/** A carried value that has a tangent in a lane: the value is active inside the loop or after it. */
interface Carried {
  readonly lane: Lane;
  readonly at: number;
}

export function forwardOfFor(op: ForOp, cx: Forward): void {
  const [, ...carried] = op.body.params;
  const active = activeCarried(op, [carried], cx);
  const inits = [...op.inits, ...tangentsAt(op.inits, active)];
  const body = forwardOfBody(op, carried, active, cx);
  cx.b.push({ ...op, inits, body, outs: [...op.outs, ...newTangentsAt(outsOf(op), active)] });
}

export function forwardOfWhile(op: WhileOp, cx: Forward): void {
  const { condition: test } = op;
  const active = activeCarried(op, [op.body.params, test.params], cx);
  const inits = [...op.inits, ...tangentsAt(op.inits, active)];
  const condition = forwardOfRegion(test, [...test.params, ...newTangentsAt(test.params, active)], () => test.yields, cx);
  const body = forwardOfBody(op, op.body.params, active, cx);
  cx.b.push({ ...op, inits, condition, body, outs: [...op.outs, ...newTangentsAt(outsOf(op), active)] });
}

function activeCarried(op: ForOp | WhileOp, params: readonly (readonly ValueId[])[], cx: Forward): readonly Carried[] {
  const places = [outsOf(op), ...params];
  return cx.lanes.flatMap((lane) =>
    op.inits.flatMap((_, at) => (places.some((ids) => isActive(ids[at] as ValueId, lane)) ? [{ lane, at }] : [])),
  );
}

function forwardOfBody(op: ForOp | WhileOp, carried: readonly ValueId[], active: readonly Carried[], cx: Forward): Region {
  const yields = op.exits ? op.body.yields.slice(1) : op.body.yields;
  const params = [...op.body.params, ...newTangentsAt(carried, active)];
  return forwardOfRegion(op.body, params, () => [...op.body.yields, ...tangentsAt(yields, active)], cx);
}

function tangentsAt(ids: readonly ValueId[], active: readonly Carried[]): readonly ValueId[] {
  return active.map(({ lane, at }) => tangentOf(ids[at] as ValueId, lane));
}

function newTangentsAt(ids: readonly ValueId[], active: readonly Carried[]): readonly ValueId[] {
  return active.map(({ lane, at }) => newTangent(ids[at] as ValueId, lane));
}

/** The outs that correspond to carried values. */
function outsOf(op: ForOp | WhileOp): readonly ValueId[] {
  return op.exits ? op.outs.slice(1) : op.outs;
}
