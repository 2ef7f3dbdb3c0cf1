/** Value and gradient of `rosenbrock`: one pass, the adjoint of x[i] kept in a local until its second term is there. */
export function rosenbrockByHand(x: Float64Array, dx: Float64Array): number {
  const last = x.length - 1;
  let sum = 0;
  let adjoint = 0;
  let xi = x[0];
  for (let i = 0; i < last; i++) {
    const next = x[i + 1];
    const valley = next - xi * xi;
    const slope = 1 - xi;
    sum += 100 * valley * valley + slope * slope;
    const dValley = 200 * valley;
    dx[i] = adjoint - 2 * (dValley * xi + slope);
    adjoint = dValley;
    xi = next;
  }
  dx[last] = adjoint;
  return sum;
}
