import { powersOfTwo } from './binades.ts';
import { expTable } from './exp-table.ts';

/** ln 2 / 128: with zeros at its end, so that whole multiples are exact, and what is left. */
export const stepHigh = 0.005415212347998022;
export const stepLow = 1.2655086083325438e-13;
export const stepsPerUnit = 184.6649652337873;
/** Added and taken away again, it rounds to a whole number. */
export const rounder = 6755399441055744;

/**
 * e ** x for every x; error below 0.52 ulp (1 where the result is subnormal). 2 ** (k / 128) comes from a table, in two parts, the
 * rest, at most ln 2 / 256, from its Taylor series (Tang, ACM TOMS 15, 1989).
 */
export function exp(x: number): number {
  return x > -708 && x < 709 ? expOfParts(x, 0, 0) : expOfSum(x, 0);
}

/** e ** (x + beyond), where `beyond` is small beside x. Beyond the range of doubles it is exact but for the last step. */
export function expOfSum(x: number, beyond: number): number {
  if (x > -708 && x < 709) return expOfParts(x, beyond, 0);
  if (x > 710) return Number.POSITIVE_INFINITY;
  if (x < -746) return 0;
  if (Number.isNaN(x)) return x;
  return x > 0 ? expOfParts(x, beyond, -60) * 1.152921504606847e18 : expOfParts(x, beyond, 60) * 8.673617379884035e-19;
}

function expOfParts(x: number, beyond: number, shift: number): number {
  const k = x * stepsPerUnit + rounder - rounder;
  const n = k | 0;
  const r = x - k * stepHigh - k * stepLow + beyond;
  const at = (n & 127) << 1;
  const start = expTable[at] as number;
  const series = r + r * r * (0.5 + r * (0.16666666666666666 + r * (0.041666666666666664 + r * 0.008333333333333333)));
  return (start + ((expTable[at + 1] as number) + start * series)) * (powersOfTwo[(n >> 7) + 1022 + shift] as number);
}
