/** The matrix that is filled, and the function that fills it. */
import type { Builder } from '../../ir/build.ts';
import { isDifferentiableResult, resultType } from '../../ir/results.ts';
import type { IrFunction, Op, Type, ValueId } from '../../ir/types.ts';

export interface Matrix {
  readonly b: Builder;
  readonly fn: IrFunction;
  readonly inputs: readonly number[];
  readonly outputs: readonly Output[];
  readonly values: ValueId;
  readonly rows: ValueId;
  readonly cols: ValueId;
  /** What has to stand at the top level of the function. */
  readonly top: Op[];
}

/** A result that can be differentiated. */
export interface Output {
  /** Its position among the results. */
  readonly of: number;
  readonly type: Type;
}

export function outputsOf(fn: IrFunction): readonly Output[] {
  return fn.results.flatMap((_, of) => (isDifferentiableResult(fn, of) ? [{ of, type: resultType(fn, of) }] : []));
}

/** 0 as it was written: the matrix holds it already. */
export function isZero(b: Builder, id: ValueId): boolean {
  const op = b.definerOf(id);
  return op?.kind === 'const' && op.value === 0;
}
