/** How far the kernels are from the true values. */
import { createRandom } from '../../fixtures/proof/random.ts';
import * as math from '../../runtime/math/index.ts';
import { type Big, bigOf, errorInUlps } from './big.ts';
import { pairs, pointsIn, type Range } from './points.ts';
import { bigExp, bigExpm1, bigPow, bigTanh } from './reference.ts';

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

const examined: Readonly<Record<KernelName, Examined>> = {
  exp: { truth: (x) => bigExp(bigOf(x)), range: { least: -745.1, most: 709.7, near: [-708, 709, -745, 0.0027, -0.0027] } },
  expm1: { truth: (x) => bigExpm1(bigOf(x)), range: { least: -50, most: 709.7, near: [-0.125, 0.125, -38, 700, Math.LN2] } },
  pow: { truth: (x, y) => bigPow(bigOf(x), bigOf(y), Math.log(x)) },
  tanh: { truth: (x) => bigTanh(bigOf(x)), range: { least: -25, most: 25, near: [0.25, 5, 20, ...thirtySeconds] } },
};

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
