/** Fits a real curve: the optimizer sees nothing but the generated `thurberLossValueAndGradInto`. */

import { loadGenerated, required } from '../fixtures/programs/derivatives.ts';
import { distance } from '../fixtures/programs/program.ts';
import { certified, observations, starts } from '../fixtures/programs/thurber-data.ts';
import { minimize, type Step } from './lbfgs.ts';

export interface Fit {
  readonly start: Float64Array;
  readonly parameters: Float64Array;
  readonly residual: number;
  readonly steps: readonly Step[];
  /** The largest relative difference from the certified parameters. */
  readonly error: number;
}

/** NIST's parameters carry eleven digits; a sum of squares determines about half of a double's digits in each. */
export const fitTolerance = 1e-6;

/** From NIST's harder start, in units of that start, so that one step length suits parameters from 0.03 to 1000. */
export async function fitThurber(): Promise<Fit> {
  const valueAndGradInto = required<number>(await loadGenerated('thurber'), 'thurberLossValueAndGradInto') as (
    ...args: Float64Array[]
  ) => number;
  const [start] = starts;
  const parameters = start.slice();
  const gradient = new Float64Array(start.length);
  const objective = (units: Float64Array, unitGradient: Float64Array): number => {
    for (let i = 0; i < units.length; i++) parameters[i] = units[i] * start[i];
    const loss = valueAndGradInto(parameters, observations.x, observations.y, gradient);
    for (let i = 0; i < units.length; i++) unitGradient[i] = gradient[i] * start[i];
    return loss;
  };
  const minimum = minimize(
    objective,
    start.map(() => 1),
    { tolerance: 1e-6, maxSteps: 500, memory: 10 },
  );
  const found = minimum.x.map((units, i) => units * start[i]);
  const error = Math.max(...certified.parameters.map((expected, i) => Math.abs(found[i] - expected) / Math.abs(expected)));
  return { start, parameters: found, residual: minimum.value, steps: minimum.steps, error };
}

/** Distance of the residual sum of squares from the certified one. */
export function residualError(fit: Fit): number {
  return distance(fit.residual, certified.residual);
}
