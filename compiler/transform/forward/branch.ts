/** The tangent of an `if`: the same choice, each branch yielding the tangents of its values too. */
import type { IfOp, Region, ValueId } from '../../ir/types.ts';
import { type Forward, isActive, newTangent, tangentOf } from './context.ts';
import { forwardOfRegion } from './region.ts';

export function forwardOfIf(op: IfOp, cx: Forward): void {
  const active = op.outs.flatMap((out, i) => (isActive(out, cx) ? [i] : []));
  const arm = (region: Region): Region =>
    forwardOfRegion(region, [], () => [...region.yields, ...active.map((i) => tangentOf(region.yields[i] as ValueId, cx))], cx);
  const [then, otherwise] = [arm(op.then), arm(op.otherwise)];
  const tangents = active.map((i) => newTangent(op.outs[i] as ValueId, cx));
  cx.b.push({ ...op, then, otherwise, outs: [...op.outs, ...tangents] });
}
