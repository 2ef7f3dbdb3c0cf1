import { powersOfTwo } from './binades.ts';
import { expTable } from './exp-table.ts';

// V8 knows what a module's own constants hold; what is imported or exported it loads and checks at each call. Numbers are written
// where they are used: names make longer bytecode, and V8 inlines up to a length.
const expSteps = expTable;
const expBinades = powersOfTwo;

/**
 * e ** x for every x; error below 0.52 ulp (0.76 where the result is subnormal). 2 ** (k / 128) comes from a table, in two parts, the
 * rest, at most ln 2 / 256, from its Taylor series (Tang, ACM TOMS 15, 1989). Adding and taking away 1.5 · 2 ** 52 rounds to a whole
 * number; ln 2 / 128 is taken in two parts, the first with zeros at its end, so that whole multiples are exact.
 */
export function exp(x: number): number {
  if (!(Math.abs(x) < 708)) return farExp(x, 0);
  const k = x * 184.6649652337873 + 6755399441055744 - 6755399441055744;
  const n = k | 0;
  const r = x - k * 0.005415212347998022 - k * 1.2655086083325438e-13;
  const at = (n & 127) << 1;
  const start = expSteps[at] as number;
  const square = r * r;
  const series = r + square * (0.5 + r * 0.16666666666666666 + square * (0.041666666666666664 + r * 0.008333333333333333));
  return (start + ((expSteps[at + 1] as number) + start * series)) * (expBinades[(n >> 7) + 1022] as number);
}

/** e ** (x + beyond) for |x| >= 708, where `beyond` is small beside x. */
export function farExp(x: number, beyond: number): number {
  if (x > 710) return Number.POSITIVE_INFINITY;
  if (x < -746) return 0;
  if (Number.isNaN(x)) return x;
  return x > 0 ? expOfParts(x, beyond, -60) * 1.152921504606847e18 : expOfParts(x, beyond, 60) * 8.673617379884035e-19;
}

/** e ** (x + beyond) · 2 ** shift for |x| < 708, or as far as a shift keeps the result in range. */
export function expOfParts(x: number, beyond: number, shift: number): number {
  const k = x * 184.6649652337873 + 6755399441055744 - 6755399441055744;
  const n = k | 0;
  const r = x - k * 0.005415212347998022 - k * 1.2655086083325438e-13 + beyond;
  const at = (n & 127) << 1;
  const start = expSteps[at] as number;
  const square = r * r;
  const series = r + square * (0.5 + r * 0.16666666666666666 + square * (0.041666666666666664 + r * 0.008333333333333333));
  return (start + ((expSteps[at + 1] as number) + start * series)) * (expBinades[(n >> 7) + 1022 + shift] as number);
}
