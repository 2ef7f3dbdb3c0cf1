/** Which results of a function can have a seed or a tangent. */
import { infoOf } from './build.ts';
import { isDifferentiableType } from './memory-types.ts';
import type { IrFunction, Type, ValueId } from './types.ts';

/** The type of a result as declared; an optimization may find that a real result is an integer constant. */
export function resultType(fn: IrFunction, at: number): Type {
  return fn.results[at]?.type ?? infoOf(fn.values, fn.body.yields[at] as ValueId).type;
}

export function isDifferentiableResult(fn: IrFunction, at: number): boolean {
  return isDifferentiableType(resultType(fn, at));
}
