/** How far the kernels are from the true values. */
import { createRandom } from '../../fixtures/proof/random.ts';
import * as math from '../../runtime/math/index.ts';
import { type Big, bigOf, errorInUlps } from './big.ts';
import { pairs, pointsIn, type Range } from './points.ts';
import { bigExp, bigExpm1, bigLog, bigLog1p, bigPow, bigSin, bigTanh } from './reference.ts';

export type KernelName = keyof typeof math;
/** The second argument is that of `pow`. */
export type Kernel = (x: number, y: number) => number;

export const kernels: Readonly<Record<KernelName, Kernel>> = math;

interface Examined {
  truth(x: number, y: number): Big;
  /** Of `pow`, pairs with results in range are made instead. */
  readonly range?: Range;
}

const thirtySeconds = Array.from({ length: 160 }, (_, i) => (i + 0.5) / 32);
/** Next to these sine or cosine vanish; the last is the double that is closest to a multiple of π / 2 (Muller, Elementary Functions). */
const quarters = [...Array.from({ length: 60 }, (_, i) => ((i + 1) * Math.PI) / 2), 2 ** 11 * Math.PI, 6381956970095103 * 2 ** 797];
const turns: Range = {
  least: -Number.MAX_VALUE,
  most: Number.MAX_VALUE,
  busy: [-7, 12],
  near: [...quarters, ...quarters.map((x) => x + Math.PI / 128), 0.785, 3000, 2 ** 20 * Math.PI],
};
const logarithms = { most: Number.MAX_VALUE, busy: [-10, 10] as const };
const edges = [1e-300, 1e300, 0.6875, 0.96875, 1.03125, 1.375];

const examined: Readonly<Record<KernelName, Examined>> = {
  cos: { truth: (x) => bigSin(bigOf(x), 1), range: turns },
  exp: { truth: (x) => bigExp(bigOf(x)), range: { least: -745.1, most: 709.7, near: [-708, 709, -745, 0.0027, -0.0027] } },
  expm1: { truth: (x) => bigExpm1(bigOf(x)), range: { least: -50, most: 709.7, near: [-0.125, 0.125, -38, 700, Math.LN2] } },
  log: { truth: (x) => bigLog(bigOf(x), Math.log(x)), range: { ...logarithms, least: 5e-324, near: [1, ...edges] } },
  log1p: {
    truth: (x) => bigLog1p(bigOf(x), Math.log1p(x)),
    range: { ...logarithms, least: -1 + 2 ** -53, near: edges.map((x) => x - 1) },
  },
  pow: { truth: (x, y) => signed(bigPow(bigOf(Math.abs(x)), bigOf(y), Math.log(Math.abs(x))), x < 0 && y % 2 !== 0) },
  sin: { truth: (x) => bigSin(bigOf(x)), range: turns },
  tanh: { truth: (x) => bigTanh(bigOf(x)), range: { least: -25, most: 25, near: [0.25, 5, 20, ...thirtySeconds] } },
};

const signed = (value: Big, negative: boolean): Big => (negative ? { ...value, mantissa: -value.mantissa } : value);

export interface Worst {
  readonly ulps: number;
  readonly at: readonly number[];
}

/** The largest error of a function that is to be the kernel, over so many points. */
export function worstError(name: KernelName, kernel: Kernel, count: number, seed: number): Worst {
  const { truth, range } = examined[name];
  let worst: Worst = { ulps: 0, at: [] };
  let left = count;
  for (const [x, y] of range ? pointsIn(range, createRandom(seed)) : pairs(createRandom(seed))) {
    if (left-- === 0) break;
    const ulps = errorInUlps(kernel(x, y), truth(x, y));
    if (!(ulps <= worst.ulps)) worst = { ulps, at: range ? [x] : [x, y] };
  }
  return worst;
}
