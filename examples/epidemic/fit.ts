/** numeric's `uncmin` (quasi-Newton, BFGS) takes a function and, if there is one, its gradient: `misfit` and `misfitGrad`. */
import numeric from 'numeric';
import { counter, type Outcome } from '../outcome.ts';
import { misfitGrad } from './epidemic.grad.ts';
import { course, misfit } from './epidemic.ts';

const weeks = 12;

/** The contacts of twelve weeks, and how fast people recover. */
export const known = [...Array.from({ length: weeks }, (_, week) => 0.3 + 0.15 * Math.cos(0.8 * week)), 0.2];
const start = known.map(() => 0.25);
const counted = course(known, 7 * weeks);

export function withGradgen(): Outcome {
  const functions = counter((rates: number[]) => misfit(rates, counted));
  const gradients = counter((rates: number[]) => misfitGrad(rates, counted));
  const { solution } = numeric.uncmin(functions.call, start, 1e-10, gradients.call);
  return { x: solution, functions: functions.count(), gradients: gradients.count() };
}

/** Without a gradient the package forms differences itself. */
export function withDifferences(): Outcome {
  const functions = counter((rates: number[]) => misfit(rates, counted));
  const { solution } = numeric.uncmin(functions.call, start, 1e-10);
  return { x: solution, functions: functions.count(), gradients: 0 };
}
