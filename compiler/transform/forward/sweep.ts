/** The sweep itself: a function's body with the tangents of all lanes, between what brings tangents in and what hands them out. */
import { invariant } from '../../diagnostics/internal.ts';
import { infoOf } from '../../ir/build.ts';
import { isDifferentiableType } from '../../ir/memory-types.ts';
import type { IrFunction, ParamInfo, Region, ValueId } from '../../ir/types.ts';
import { type Forward, isActive, type Lane } from './context.ts';
import { zerosBeside } from './memory.ts';
import { forwardOfRegion } from './region.ts';

/** `enter` writes what comes before the body, `yields` what comes after it. */
export function writeSweep(
  cx: Forward,
  params: readonly ValueId[],
  enter: () => void,
  yields: (cx: Forward) => readonly ValueId[],
): Region {
  const entry = cx.b.region([], () => {
    enter();
    return [];
  });
  const body = forwardOfRegion(cx.fn.body, params, () => yields(cx), cx);
  return { ...body, ops: [...entry.ops, ...body.ops] };
}

/** Inputs bring their tangents, by position; another array parameter of an active class has zeros. */
export function enterTangents(lane: Lane, given: ReadonlyMap<number, () => ValueId>): void {
  lane.fn.params.forEach(({ id }, index) => {
    if (!isActive(id, lane)) return;
    const tangent = given.get(index);
    if (tangent) lane.tangents.set(id, tangent());
    else if (lane.b.typeOf(id).kind === 'array') lane.tangents.set(id, zerosBeside(id, lane));
  });
}

/** The parameter at a position, which must be one that can have a tangent. */
export function inputAt(fn: IrFunction, index: number): ParamInfo {
  const param = fn.params[index];
  invariant(param !== undefined && isDifferentiableType(infoOf(fn.values, param.id).type), `${fn.name}: parameter ${index} has no tangent`);
  return param;
}
