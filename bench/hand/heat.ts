/**
 * Gradient of `heatLoss` with respect to `u0`, `k` and `target`; gives dk. `history` holds (steps + 1) · n numbers: u before
 * each step and at the end.
 */
export function heatLossByHand(
  u0: Float64Array,
  k: number,
  steps: number,
  target: Float64Array,
  du: Float64Array,
  dTarget: Float64Array,
  history: Float64Array,
): number {
  const n = u0.length;
  const flux = new Float64Array(n);
  history.set(u0);
  for (let step = 0; step < steps; step++) forwardStep(history, step * n, n, k, flux);
  for (let i = 0; i < n; i++) {
    du[i] = 2 * (history[steps * n + i] - target[i]);
    dTarget[i] = -du[i];
  }
  let dk = 0;
  for (let step = steps - 1; step >= 0; step--) dk += reverseStep(history, step * n, n, k, du);
  return dk;
}

function forwardStep(history: Float64Array, now: number, n: number, k: number, flux: Float64Array): void {
  const next = now + n;
  for (let i = 1; i < n; i++) {
    const left = history[now + i - 1];
    const right = history[now + i];
    const mean = 0.5 * (left + right);
    flux[i] = k * (1 + mean * mean) * (right - left);
  }
  history[next] = history[now];
  for (let i = 1; i < n - 1; i++) history[next + i] = history[now + i] + (flux[i + 1] - flux[i]);
  history[next + n - 1] = history[now + n - 1];
}

/** Both reverse loops of a step in one; gives its share of dk. */
function reverseStep(history: Float64Array, now: number, n: number, k: number, du: Float64Array): number {
  let dk = 0;
  let dLeft = 0;
  for (let i = 1; i < n; i++) {
    const dRight = i < n - 1 ? du[i] : 0;
    const dFlux = dLeft - dRight;
    dLeft = dRight;
    const left = history[now + i - 1];
    const right = history[now + i];
    const mean = 0.5 * (left + right);
    const slope = right - left;
    const conductivity = 1 + mean * mean;
    dk += dFlux * conductivity * slope;
    const dSlope = dFlux * k * conductivity;
    const dMean = dFlux * k * slope * mean;
    du[i - 1] += dMean - dSlope;
    du[i] += dMean + dSlope;
  }
  return dk;
}
