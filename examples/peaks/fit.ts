/**
 * ml-levenberg-marquardt takes the Jacobian of the curve row by row: for parameters a function that gives the derivatives at one point.
 * `curveJacobian` makes all rows at once, so they are made where the parameters come in, and handed out after.
 */
import { type LevenbergMarquardtOptions, levenbergMarquardt } from 'ml-levenberg-marquardt';
import { counter, type Outcome } from '../outcome.ts';
import { curveJacobian } from './peaks.grad.ts';
import { curve, curveAt, type Peaks } from './peaks.ts';

export const known: Peaks = [3, 2.2, 0.7, 1.8, 5.1, 1.2, 0.4, 0.05];
const start: Peaks = [2.5, 2, 1, 1.5, 5.5, 1, 0, 0];
const t = Float64Array.from({ length: 100 }, (_, at) => 0.08 * at);
const rowOf = new Map(Array.from(t, (at, row) => [at, row]));
const data = { x: t, y: curve(known, t) };
const options: LevenbergMarquardtOptions = { initialValues: start, maxIterations: 200, errorTolerance: 1e-18 };

export function withGradgen(): Outcome {
  const functions = counter(curveAt);
  const jacobians = counter((p: Peaks) => curveJacobian(p, t));
  const { parameterValues } = levenbergMarquardt(data, (p) => (at) => functions.call(p as Peaks, at), {
    ...options,
    jacobianFunction: (p) => {
      const { values, cols } = jacobians.call(p as Peaks);
      return (at) => {
        const from = (rowOf.get(at) ?? Number.NaN) * cols;
        return Array.from(values.subarray(from, from + cols));
      };
    },
  });
  return { x: parameterValues, functions: functions.count(), gradients: jacobians.count() };
}

/** With the package's own differences, of the steps that it takes unless told otherwise. */
export function withDifferences(): Outcome {
  const functions = counter(curveAt);
  const { parameterValues } = levenbergMarquardt(data, (p) => (at) => functions.call(p as Peaks, at), options);
  return { x: parameterValues, functions: functions.count(), gradients: 0 };
}
