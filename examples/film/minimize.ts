/** fmin's conjugate gradients take a function that returns the value and fills the gradient: as `areaValueAndGradInto` does. */
import 'fmin';
import { counter, type Outcome } from '../outcome.ts';
import { areaValueAndGradInto } from './film.grad.ts';
import { area } from './film.ts';

type Objective = (x: Float64Array, gradient: Float64Array) => number;

interface Fmin {
  conjugateGradient(f: Objective, start: Float64Array, options: { maxIterations: number }): { x: Float64Array; fx: number };
}

/** The package's build names no exports: as a module it leaves itself here. */
const { conjugateGradient } = (globalThis as unknown as { fmin: Fmin }).fmin;

const size = 12;
const slope = (i: number, j: number): number => 0.4 * i - 0.25 * j;
const frame = Float64Array.from({ length: size * size }, (_, at) => slope(Math.floor(at / size), at % size));

/** In a plane frame the film of least area is plane. */
export const known = Float64Array.from({ length: (size - 2) ** 2 }, (_, at) =>
  slope(1 + Math.floor(at / (size - 2)), 1 + (at % (size - 2))),
);

const start = known.map((height, at) => height + Math.sin(3 * at));

export function withGradgen(): Outcome {
  const gradients = counter((x: Float64Array, gradient: Float64Array) => areaValueAndGradInto(x, frame, size, gradient));
  const { x } = conjugateGradient(gradients.call, start, { maxIterations: 1000 });
  return { x, functions: 0, gradients: gradients.count() };
}

/** The package has no differences of its own: these are the usual ones. */
export function withDifferences(): Outcome {
  const functions = counter((x: Float64Array) => area(x, frame, size));
  const objective: Objective = (x, gradient) => {
    const value = functions.call(x);
    const moved = x.slice();
    for (let i = 0; i < x.length; i++) {
      const at = x[i] as number;
      moved[i] = at + 1e-7;
      gradient[i] = (functions.call(moved) - value) / 1e-7;
      moved[i] = at;
    }
    return value;
  };
  const { x } = conjugateGradient(objective, start, { maxIterations: 1000 });
  return { x, functions: functions.count(), gradients: 0 };
}
