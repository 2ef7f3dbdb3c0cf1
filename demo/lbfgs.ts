/** Minimization by limited-memory BFGS (J. Nocedal, 1980) with the line search of W. Hager and H. Zhang (2005). */

/** Fills `gradient` at `x` and gives the value. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface Step {
  /** How often the objective has been evaluated so far. */
  readonly evaluations: number;
  readonly value: number;
  readonly gradientNorm: number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly steps: readonly Step[];
}

export interface Options {
  /** Stops where the norm of the gradient has fallen to this. */
  readonly tolerance: number;
  readonly maxSteps: number;
  /** How many past steps the model of the curvature remembers. */
  readonly memory: number;
}

interface Point {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** 1 / ⟨step, change⟩. */
  readonly scale: number;
}

/** Ends where the gradient is small enough, or where rounding leaves no way down. */
export function minimize(objective: Objective, start: Float64Array, options: Options): Minimum {
  let evaluations = 0;
  const evaluate = (x: Float64Array): Point => {
    const gradient = new Float64Array(x.length);
    evaluations++;
    return { x, value: objective(x, gradient), gradient };
  };
  let point = evaluate(start);
  const pairs: Pair[] = [];
  const steps: Step[] = [{ evaluations, value: point.value, gradientNorm: norm(point.gradient) }];
  while (norm(point.gradient) > options.tolerance && steps.length <= options.maxSteps) {
    const next = searchLine(evaluate, point, direction(point.gradient, pairs), pairs.length === 0);
    if (next === undefined) break;
    remember(pairs, point, next, options.memory);
    point = next;
    steps.push({ evaluations, value: point.value, gradientNorm: norm(point.gradient) });
  }
  return { x: point.x, value: point.value, steps };
}

/** −H · gradient by the two-loop recursion. */
function direction(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const result = gradient.map((entry) => -entry);
  const shares: number[] = [];
  for (const { step, change, scale } of pairs.toReversed()) {
    const share = scale * dot(step, result);
    shares.unshift(share);
    addScaled(result, change, -share);
  }
  const latest = pairs.at(-1);
  if (latest) scaleBy(result, 1 / (latest.scale * dot(latest.change, latest.change)));
  for (const [at, { step, change, scale }] of pairs.entries()) addScaled(result, step, shares[at] - scale * dot(change, result));
  return result;
}

function remember(pairs: Pair[], before: Point, after: Point, memory: number): void {
  const step = after.x.map((entry, i) => entry - before.x[i]);
  const change = after.gradient.map((entry, i) => entry - before.gradient[i]);
  const curvature = dot(step, change);
  if (!(curvature > 0)) return;
  pairs.push({ step, change, scale: 1 / curvature });
  if (pairs.length > memory) pairs.shift();
}

/** A point along the direction that satisfies the (approximate) Wolfe conditions; undefined where none is found. */
function searchLine(evaluate: (x: Float64Array) => Point, from: Point, along: Float64Array, first: boolean): Point | undefined {
  const slope = dot(from.gradient, along);
  if (!(slope < 0)) return undefined;
  let low = 0;
  let high = Infinity;
  let length = first ? Math.min(1, 1 / norm(along)) : 1;
  for (let trial = 0; trial < 60; trial++) {
    const next = evaluate(from.x.map((entry, i) => entry + length * along[i]));
    const verdict = judge(from, next, slope, dot(next.gradient, along), length);
    if (verdict === 'accept') return next;
    if (verdict === 'shorter') high = length;
    else low = length;
    length = high === Infinity ? 2 * length : 0.5 * (low + high);
  }
  return undefined;
}

/** Near the minimum differences of values are rounding: there only the slopes decide. */
function judge(from: Point, next: Point, slope: number, nextSlope: number, length: number): 'accept' | 'shorter' | 'longer' {
  const decrease = 1e-4;
  const flatness = 0.9;
  const rounding = 1e-12 * Math.abs(from.value);
  const falls = next.value <= from.value + decrease * length * slope;
  const fallsBySlope = next.value <= from.value + rounding && nextSlope <= (2 * decrease - 1) * slope;
  if (!(falls || fallsBySlope)) return 'shorter';
  return nextSlope < flatness * slope ? 'longer' : 'accept';
}

function dot(left: Float64Array, right: Float64Array): number {
  return left.reduce((sum, entry, i) => sum + entry * right[i], 0);
}

function norm(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector));
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * source[i];
}

function scaleBy(target: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] *= factor;
}
