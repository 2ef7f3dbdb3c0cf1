/** Whether contenders agree, in the value and in each number of the gradient. */
import { distance, largestDistance } from '../fixtures/programs/program.ts';
import type { Contenders, Prepared } from './contenders.ts';

/** The gradient written by hand against the generated one: the largest |x − y| / max(1, |x| + |y|). */
export function handDisagreement({ generated, hand, results }: Contenders): number {
  return apart(generated(), results.generated(), hand(), results.hand());
}

/** A rival against the function's value (some cases time `fGrad`, which has none) and the generated gradient. */
export function disagreement({ own, generated, results }: Contenders, { run, gradient }: Prepared): number {
  generated();
  return apart(own(), results.generated(), run(), gradient());
}

/** NaN, or another number of derivatives, is infinitely far. */
function apart(value: number, gradient: ArrayLike<number>, otherValue: number, otherGradient: ArrayLike<number>): number {
  const valueError = distance(value, otherValue);
  return Number.isNaN(valueError) ? Infinity : Math.max(valueError, largestDistance(gradient, otherGradient));
}
