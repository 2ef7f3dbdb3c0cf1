/**
 * Rosenbrock's function: Σᵢ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)².
 * @grad
 */
export function rosenbrock(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length - 1; i++) {
    const valley = x[i + 1] - x[i] * x[i];
    const slope = 1 - x[i];
    sum += 100 * valley * valley + slope * slope;
  }
  return sum;
}
