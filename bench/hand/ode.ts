/** Vectors of length n that the solver works on; `history` holds y before each step, (steps + 1) × n. */
export interface OdeMemory {
  readonly history: Float64Array;
  readonly stages: readonly [Float64Array, Float64Array, Float64Array];
  readonly slopes: readonly [Float64Array, Float64Array, Float64Array, Float64Array];
  readonly dy: Float64Array;
  readonly sum: Float64Array;
  readonly dStage: Float64Array;
  readonly dSlope: Float64Array;
}

export function odeMemory(n: number, steps: number): OdeMemory {
  const vector = (): Float64Array => new Float64Array(n);
  return {
    history: new Float64Array((steps + 1) * n),
    stages: [vector(), vector(), vector()],
    slopes: [vector(), vector(), vector(), vector()],
    dy: vector(),
    sum: vector(),
    dStage: vector(),
    dSlope: vector(),
  };
}

/** Value and gradient of `odeLast`: y is kept once per step, the stages are computed again. */
export function odeByHand(x: Float64Array, steps: number, dx: Float64Array, memory: OdeMemory): number {
  const n = x.length;
  const h = 2 / steps;
  const { history, slopes, dy } = memory;
  const [k1, k2, k3, k4] = slopes;
  history.fill(0, 0, n);
  for (let s = 0; s < steps; s++) {
    runStages(x, s * n, h, memory);
    for (let i = 0; i < n; i++) history[(s + 1) * n + i] = history[s * n + i] + (h / 6) * (k1[i] + 2 * (k2[i] + k3[i]) + k4[i]);
  }
  dx.fill(0);
  dy.fill(0);
  dy[n - 1] = 1;
  for (let s = steps - 1; s >= 0; s--) {
    runStages(x, s * n, h, memory);
    reverseStep(x, s * n, h, dx, memory);
  }
  return history[steps * n + n - 1];
}

function runStages(x: Float64Array, now: number, h: number, { history, stages, slopes }: OdeMemory): void {
  const n = x.length;
  const [second, third, fourth] = stages;
  const [k1, k2, k3, k4] = slopes;
  k1[0] = x[0];
  for (let i = 1; i < n; i++) k1[i] = x[i] * history[now + i - 1];
  advance(x, history, now, 0.5 * h, k1, second, k2);
  advance(x, history, now, 0.5 * h, k2, third, k3);
  advance(x, history, now, h, k3, fourth, k4);
}

/** stage = y + step · before, slope = f(stage). */
function advance(
  x: Float64Array,
  history: Float64Array,
  now: number,
  step: number,
  before: Float64Array,
  stage: Float64Array,
  slope: Float64Array,
): void {
  const n = x.length;
  for (let i = 0; i < n; i++) stage[i] = history[now + i] + step * before[i];
  slope[0] = x[0];
  for (let i = 1; i < n; i++) slope[i] = x[i] * stage[i - 1];
}

/** Turns `dy`, the adjoint of y after the step, into that of y before it. */
function reverseStep(x: Float64Array, now: number, h: number, dx: Float64Array, memory: OdeMemory): void {
  const { history, stages, dy, sum, dStage, dSlope } = memory;
  const n = x.length;
  const last = h / 6;
  const middle = h / 3;
  const y = history.subarray(now, now + n);
  for (let i = 0; i < n; i++) dSlope[i] = last * dy[i];
  reverseSlope(x, stages[2], dSlope, dx, dStage);
  sum.set(dy);
  addStage(sum, dStage, dSlope, middle, h, dy);
  reverseSlope(x, stages[1], dSlope, dx, dStage);
  addStage(sum, dStage, dSlope, middle, 0.5 * h, dy);
  reverseSlope(x, stages[0], dSlope, dx, dStage);
  addStage(sum, dStage, dSlope, last, 0.5 * h, dy);
  reverseSlope(x, y, dSlope, dx, dStage);
  for (let i = 0; i < n; i++) dy[i] = sum[i] + dStage[i];
}

/** stage = y + step · slope: the stage's adjoint goes to y and, with its share of the result, to the slope. */
function addStage(sum: Float64Array, dStage: Float64Array, dSlope: Float64Array, share: number, step: number, dy: Float64Array): void {
  for (let i = 0; i < sum.length; i++) {
    sum[i] += dStage[i];
    dSlope[i] = share * dy[i] + step * dStage[i];
  }
}

function reverseSlope(x: Float64Array, y: Float64Array, dSlope: Float64Array, dx: Float64Array, dy: Float64Array): void {
  const n = x.length;
  dx[0] += dSlope[0];
  dy[n - 1] = 0;
  for (let i = 1; i < n; i++) {
    dx[i] += dSlope[i] * y[i - 1];
    dy[i - 1] = dSlope[i] * x[i];
  }
}
