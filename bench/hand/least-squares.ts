/** Value and gradient of `leastSquares`: each point forward and backward at once, four points at a time. */
export function leastSquaresByHand(x: Float64Array, n: number, dx: Float64Array): number {
  dx.fill(0);
  let loss = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) loss += fourPoints(x, n, i, dx);
  for (; i < n; i++) loss += onePoint(x, n, i, dx);
  return loss;
}

function fourPoints(x: Float64Array, n: number, i: number, dx: Float64Array): number {
  const m = x.length;
  const t0 = -1 + (i * 2) / (n - 1);
  const t1 = -1 + ((i + 1) * 2) / (n - 1);
  const t2 = -1 + ((i + 2) * 2) / (n - 1);
  const t3 = -1 + ((i + 3) * 2) / (n - 1);
  let r0 = Math.sign(t0);
  let r1 = Math.sign(t1);
  let r2 = Math.sign(t2);
  let r3 = Math.sign(t3);
  let p0 = 1;
  let p1 = 1;
  let p2 = 1;
  let p3 = 1;
  for (let j = 0; j < m; j++) {
    const xj = x[j];
    r0 -= xj * p0;
    r1 -= xj * p1;
    r2 -= xj * p2;
    r3 -= xj * p3;
    p0 *= t0;
    p1 *= t1;
    p2 *= t2;
    p3 *= t3;
  }
  p0 = p1 = p2 = p3 = 1;
  for (let j = 0; j < m; j++) {
    dx[j] -= r0 * p0 + r1 * p1 + (r2 * p2 + r3 * p3);
    p0 *= t0;
    p1 *= t1;
    p2 *= t2;
    p3 *= t3;
  }
  return 0.5 * (r0 * r0 + r1 * r1 + (r2 * r2 + r3 * r3));
}

function onePoint(x: Float64Array, n: number, i: number, dx: Float64Array): number {
  const t = -1 + (i * 2) / (n - 1);
  let residual = Math.sign(t);
  let power = 1;
  for (let j = 0; j < x.length; j++) {
    residual -= x[j] * power;
    power *= t;
  }
  power = 1;
  for (let j = 0; j < x.length; j++) {
    dx[j] -= residual * power;
    power *= t;
  }
  return 0.5 * residual * residual;
}
