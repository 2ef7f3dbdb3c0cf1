/** Arguments at which kernels are examined. */
import type { Random } from '../../fixtures/proof/random.ts';

const view = new DataView(new ArrayBuffer(8));

/** A double of the binade that begins at 2 ** exponent, any one as likely. */
function inBinade(exponent: number, random: Random): number {
  if (exponent < -1022) return inBinade(0, random) * 2 ** exponent;
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
  /** Binades from which half of the arguments are, if not the last fourteen. */
  readonly busy?: readonly [first: number, last: number];
}

/** Edges of binades and two steps to each side, what is near to, then random ones for ever. */
export function* pointsIn({ least, most, near, busy }: Range, random: Random): Generator<Point> {
  const isIn = (x: number): boolean => x >= least && x <= most;
  for (let exponent = -1022; exponent < 1024; exponent++) {
    for (let step = -2; step <= 2; step++) for (const x of both(stepped(2 ** exponent, step))) if (isIn(x)) yield [x, 0];
  }
  for (const x of near) for (let step = -20; step <= 20; step++) if (isIn(stepped(x, step))) yield [stepped(x, step), 0];
  const top = Math.min(1023, Math.ceil(Math.log2(Math.max(Math.abs(least), Math.abs(most)))));
  const [first, last] = busy ?? [top - 14, top];
  for (;;) {
    const exponent = random.chance(0.5) ? random.integer(first, last) : random.integer(-1074, top);
    for (const x of both(inBinade(exponent, random))) if (isIn(x)) yield [x, 0];
    const around = random.pick(near);
    const x = around + random.pick([1, -1]) * inBinade(random.integer(-50, -2), random) * Math.max(1, Math.abs(around));
    if (isIn(x)) yield [x, 0];
  }
}

/** Bases over the whole range, also negative ones, and close to 1; exponents that keep the power in range, and small ones. */
export function* pairs(random: Random): Generator<Point> {
  for (;;) {
    const x = random.chance(0.5)
      ? inBinade(random.integer(-1074, 1023), random)
      : 1 + random.pick([1, -1]) * inBinade(random.integer(-50, -2), random);
    const logarithm = Math.log(x);
    if (logarithm === 0) continue;
    const y = exponentFor(logarithm, random);
    yield [x, y];
    const whole = Math.trunc(y);
    if (whole !== 0 && Math.abs(whole) < 2 ** 52 && random.chance(0.2)) yield [-x, whole];
  }
}

function exponentFor(logarithm: number, random: Random): number {
  const largest = 708 / Math.abs(logarithm);
  const kind = random.unit();
  if (kind < 0.1) return random.between(-745.1, -706) / logarithm;
  if (kind < 0.15) return random.between(706, 709.7) / logarithm;
  if (kind < 0.55) return random.between(-largest, largest);
  return random.pick([1, -1]) * Math.min(largest, inBinade(random.integer(-60, 4), random));
}

const both = (x: number): readonly [number, number] => [x, -x];
