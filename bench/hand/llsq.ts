/** Value and gradient of `llsq`: each point forward and backward at once, nothing recorded. */
export function llsqByHand(x: Float64Array, n: number, dx: Float64Array): number {
  const m = x.length;
  dx.fill(0);
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const t = -1 + (2 * i) / (n - 1);
    let value = 0;
    for (let j = m - 1; j >= 0; j--) value = value * t + x[j];
    const residual = Math.sign(t) - value;
    loss += 0.5 * residual * residual;
    let dValue = -residual;
    for (let j = 0; j < m; j++) {
      dx[j] += dValue;
      dValue *= t;
    }
  }
  return loss;
}
