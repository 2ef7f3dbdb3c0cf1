/** Arguments at which kernels are examined. */
import type { Random } from '../../fixtures/proof/random.ts';

const view = new DataView(new ArrayBuffer(8));

/** A double of the binade that begins at 2 ** exponent, any one as likely. */
function inBinade(exponent: number, random: Random): number {
  view.setUint32(0, ((exponent + 1023) << 20) | random.integer(0, 0xfffff));
  view.setUint32(4, random.integer(0, 0xffffffff));
  return view.getFloat64(0);
}

/** The double that is so many steps away. */
function stepped(value: number, steps: number): number {
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(steps));
  return view.getFloat64(0);
}

/** Arguments; the second is 0 where the function takes one. */
export type Point = readonly [x: number, y: number];

export interface Range {
  readonly least: number;
  readonly most: number;
  /** Arguments around which many are taken: kinks of the method, zeros of the function. */
  readonly near: readonly number[];
}

/** Edges of binades and two steps to each side, what is near to, then random ones for ever. */
export function* pointsIn({ least, most, near }: Range, random: Random): Generator<Point> {
  const isIn = (x: number): boolean => x >= least && x <= most;
  for (let exponent = -1022; exponent < 1024; exponent++) {
    for (let step = -2; step <= 2; step++) for (const x of both(stepped(2 ** exponent, step))) if (isIn(x)) yield [x, 0];
  }
  for (const x of near) for (let step = -50; step <= 50; step++) if (isIn(stepped(x, step))) yield [stepped(x, step), 0];
  const top = Math.min(1023, Math.ceil(Math.log2(Math.max(Math.abs(least), Math.abs(most)))));
  for (;;) {
    // Half of them where something happens.
    const exponent = random.chance(0.5) ? random.integer(Math.max(-1022, top - 14), top) : random.integer(-1022, top);
    for (const x of both(inBinade(exponent, random))) if (isIn(x)) yield [x, 0];
    const around = random.pick(near);
    const x = around + random.pick([1, -1]) * inBinade(random.integer(-50, -2), random) * Math.max(1, Math.abs(around));
    if (isIn(x)) yield [x, 0];
  }
}

/** Bases over the whole range, and close to 1, with exponents that keep the power in range, and small ones. */
export function* pairs(random: Random): Generator<Point> {
  for (;;) {
    const x = random.chance(0.5)
      ? inBinade(random.integer(-1022, 1023), random)
      : 1 + random.pick([1, -1]) * inBinade(random.integer(-50, -2), random);
    const logarithm = Math.log(x);
    if (logarithm === 0) continue;
    const largest = 708 / Math.abs(logarithm);
    yield [
      x,
      random.chance(0.5)
        ? random.between(-largest, largest)
        : random.pick([1, -1]) * Math.min(largest, inBinade(random.integer(-60, 4), random)),
    ];
  }
}

const both = (x: number): readonly [number, number] => [x, -x];
