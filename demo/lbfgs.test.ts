import { expect, it } from 'vitest';
import { thurberLoss } from '../fixtures/programs/thurber.ts';
import { certified, observations, starts } from '../fixtures/programs/thurber-data.ts';
import { minimize } from './lbfgs.ts';

const options = { tolerance: 1e-10, maxSteps: 500, memory: 10 };

it('finds the minimum of a quadratic', () => {
  const quadratic = (x: Float64Array, gradient: Float64Array): number => {
    for (let i = 0; i < x.length; i++) gradient[i] = 2 * (i + 1) * (x[i] - i);
    return x.reduce((sum, entry, i) => sum + (i + 1) * (entry - i) ** 2, 0);
  };
  const { x, value } = minimize(quadratic, Float64Array.of(5, 5, 5, 5), options);
  expect(value).toBeLessThan(1e-18);
  for (const [i, entry] of x.entries()) expect(entry).toBeCloseTo(i, 8);
});

it("finds the minimum of Rosenbrock's valley", () => {
  const valley = ([x, y]: Float64Array, gradient: Float64Array): number => {
    gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
    gradient[1] = 200 * (y - x * x);
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
  };
  const { x, steps } = minimize(valley, Float64Array.of(-1.2, 1), options);
  expect(x[0]).toBeCloseTo(1, 9);
  expect(x[1]).toBeCloseTo(1, 9);
  expect(steps.length).toBeLessThan(60);
});

it('stops where there is no way down', () => {
  const { x, steps } = minimize((_, gradient) => gradient.fill(0) && Number.NaN, Float64Array.of(1), options);
  expect(x[0]).toBe(1);
  expect(steps).toHaveLength(1);
});

it.each(starts)("fits Thurber's curve with a gradient by differences", (scale) => {
  const loss = (u: Float64Array): number =>
    thurberLoss(
      u.map((entry, i) => entry * scale[i]),
      observations.x,
      observations.y,
    );
  const byDifferences = (u: Float64Array, gradient: Float64Array): number => {
    for (let i = 0; i < u.length; i++) {
      const moved = (by: number): number => loss(u.map((entry, at) => (at === i ? entry + by : entry)));
      gradient[i] = (8 * (moved(1e-4) - moved(-1e-4)) - moved(2e-4) + moved(-2e-4)) / 12e-4;
    }
    return loss(u);
  };
  const { value, steps } = minimize(
    byDifferences,
    scale.map(() => 1),
    { ...options, tolerance: 1e-3 },
  );
  expect(value / certified.residual).toBeCloseTo(1, 8);
  expect(steps.length).toBeLessThan(300);
});
