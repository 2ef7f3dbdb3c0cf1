/**
 * The derivative functions of a function, each made from reverse and forward mode.
 *   In:      a function without calls whose parameters are only read (`copy-written`), and the parameters to differentiate.
 *   Out:     parameters: f's own, then seeds or tangents. Results: what {@link Product} says.
 */
import type { IrFunction, ResultInfo } from '../ir/types.ts';
import { buildJvp } from './forward/build-jvp.ts';
import { buildVjp } from './reverse/index.ts';

/**
 * grad: the gradients. valueAndGrad: all results of f, then the gradients. vjp: (x.., dy..) → the gradients. jvp: (x.., dx..) → all results
 * of f, then the tangents of those that can have one. hvp: (x.., v..) → H·v, shaped as the gradients. jacobian, hessian: → rows, cols, values
 * (row-major).
 */
export type Product = 'grad' | 'valueAndGrad' | 'vjp' | 'jvp' | 'hvp';

/** What happens to a function between two transforms: it is watched, checked, optimized. */
export type Between = (pass: string, fn: IrFunction) => IrFunction;

export function buildProduct(primal: IrFunction, product: Product, inputs: readonly number[], between: Between): IrFunction {
  switch (product) {
    case 'grad':
      return gradientOf(primal, inputs, false);
    case 'valueAndGrad':
      return gradientOf(primal, inputs, true);
    case 'vjp':
      return buildVjp(primal, { inputs, seeds: 'parameters', withValues: false });
    case 'jvp':
      return buildJvp(primal, inputs);
    case 'hvp':
      return tangentsOnly(buildJvp(between('reverse', gradientOf(primal, inputs, false)), inputs));
  }
}

/** Returned numbers are seeded with 1, written parameters with 0. */
function gradientOf(primal: IrFunction, inputs: readonly number[], withValues: boolean): IrFunction {
  const seeds = primal.results.map(({ kind }) => (kind === 'returned' ? 1 : 0));
  return buildVjp(primal, { inputs, seeds, withValues });
}

/** Of a gradient's results and their tangents: the tangents, as the gradients that they are of. */
function tangentsOnly(fn: IrFunction): IrFunction {
  const kept = fn.results.flatMap((result, at) => (result.kind === 'tangent' ? [{ result, id: fn.body.yields[at] }] : []));
  const results = kept.map(({ result }): ResultInfo => ({ ...result, kind: 'gradient' }));
  const yields = kept.flatMap(({ id }) => (id === undefined ? [] : [id]));
  return { ...fn, results, body: { ...fn.body, yields } };
}
