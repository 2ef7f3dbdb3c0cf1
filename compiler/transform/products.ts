/**
 * The derivative functions of a function, each made from reverse and forward mode.
 *   In:      a function without calls whose parameters are only read (`copy-written`), and the parameters to differentiate.
 *   Out:     parameters: f's own, then seeds or tangents. Results: what {@link Product} says.
 */
import { infoOf } from '../ir/build.ts';
import { shadowType } from '../ir/memory-types.ts';
import type { IrFunction, ResultInfo, ValueId } from '../ir/types.ts';
import { buildJvp } from './forward/build-jvp.ts';
import { buildJacobian } from './jacobian/index.ts';
import { buildVjp } from './reverse/index.ts';

/**
 * grad: the gradients. valueAndGrad: all results of f, then the gradients. vjp: (x.., dy..) → the gradients. jvp: (x.., dx..) → all results
 * of f, then the tangents of those that can have one. hvp: (x.., v..) → H·v, shaped as the gradients. jacobian, hessian: → rows, cols,
 * values
 * (row-major).
 */
export type Product = 'grad' | 'valueAndGrad' | 'vjp' | 'jvp' | 'hvp' | 'jacobian' | 'hessian';

/** What happens to a function between two transforms: it is watched, checked, optimized. */
export type Between = (pass: string, fn: IrFunction) => IrFunction;

type Disabled = ReadonlySet<string> | undefined;

/** `disabled`: ways to save work that are not taken. */
export function buildProduct(
  primal: IrFunction,
  product: Product,
  inputs: readonly number[],
  between: Between,
  disabled?: ReadonlySet<string>,
): IrFunction {
  switch (product) {
    case 'grad':
      return gradientOf(primal, inputs, false, disabled);
    case 'valueAndGrad':
      return gradientOf(primal, inputs, true, disabled);
    case 'vjp':
      return buildVjp(primal, { inputs, seeds: 'parameters', withValues: false, disabled });
    case 'jvp':
      return buildJvp(primal, inputs);
    case 'hvp':
      return buildJvp(between('reverse', gradientFunction(primal, inputs, disabled)), inputs, { withValues: false });
    case 'jacobian':
      return buildJacobian(primal, inputs, { prepare: (fn) => between('part', fn) });
    case 'hessian':
      return buildJacobian(between('reverse', gradientFunction(primal, inputs, disabled)), inputs, { mode: 'forward' });
  }
}

/** Returned numbers are seeded with 1, written parameters with 0. */
function gradientOf(primal: IrFunction, inputs: readonly number[], withValues: boolean, disabled: Disabled): IrFunction {
  const seeds = primal.results.map(({ kind }) => (kind === 'returned' ? 1 : 0));
  return buildVjp(primal, { inputs, seeds, withValues, disabled });
}

/** The gradient, to be differentiated: an entry that does not depend on the inputs is a result of its type all the same. */
function gradientFunction(primal: IrFunction, inputs: readonly number[], disabled: Disabled): IrFunction {
  const fn = gradientOf(primal, inputs, false, disabled);
  const typed = (result: ResultInfo): ResultInfo => {
    const id = fn.body.params[result.param as number] as ValueId;
    return { ...result, type: shadowType(infoOf(fn.values, id).type) };
  };
  return { ...fn, results: fn.results.map(typed) };
}
