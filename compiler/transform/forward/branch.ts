/** The tangent of an `if`: the same choice, each branch yielding the tangents of its values too. */
import type { IfOp, Region, ValueId } from '../../ir/types.ts';
import { type Forward, isActive, newTangent, tangentOf } from './context.ts';
import { forwardOfRegion } from './region.ts';

export function forwardOfIf(op: IfOp, cx: Forward): void {
  const active = cx.lanes.flatMap((lane) => op.outs.flatMap((out, i) => (isActive(out, lane) ? [{ lane, out, i }] : [])));
  const yields = (region: Region): readonly ValueId[] => [
    ...region.yields,
    ...active.map(({ lane, i }) => tangentOf(region.yields[i] as ValueId, lane)),
  ];
  const arm = (region: Region): Region => forwardOfRegion(region, [], () => yields(region), cx);
  const [then, otherwise] = [arm(op.then), arm(op.otherwise)];
  const tangents = active.map(({ lane, out }) => newTangent(out, lane));
  cx.b.push({ ...op, then, otherwise, outs: [...op.outs, ...tangents] });
}
