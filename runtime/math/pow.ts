import { double, powersOfTwo, words } from './binades.ts';
import { expOfSum } from './exp.ts';
import { powTable } from './pow-table.ts';

/** ln 2: with zeros at its end, so that whole multiples are exact, and what is left. */
const ln2High = 0.6931471805598903;
const ln2Low = 5.497923018708371e-14;

/**
 * x ** y for all x and y, with the special cases of `Math.pow`; error below 0.52 ulp (1 where the result is subnormal).
 * e ** (y · ln x), where the logarithm and the product have two parts each.
 */
export function pow(x: number, y: number): number {
  const size = Math.abs(y);
  if (x > 1e-300 && x < 1e300 && size > 1e-30 && size < 1e30 && x !== 1) return powOf(x, y, 0);
  if (!(x !== 0 && Math.abs(x) < Number.POSITIVE_INFINITY && size > 0 && size < Number.POSITIVE_INFINITY) || x === 1) return x ** y;
  if (x < 0) return Number.isInteger(y) ? (y % 2 === 0 ? pow(-x, y) : -pow(-x, y)) : Number.NaN;
  if (size <= 1e-30) return 1;
  if (size >= 1e30) return x > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  return x < 1 ? powOf(x * 18014398509481984, y, -54) : powOf(x * 5.421010862427522e-20, y, 64);
}

/** (x · 2 ** shift) ** y. */
function powOf(x: number, y: number, shift: number): number {
  double[0] = x;
  const bits = (words[1] as number) - 0x3fe60000;
  const exponent = bits >> 20;
  const n = exponent + shift;
  const at = 3 * ((bits >> 13) & 127);
  const z = x * (powersOfTwo[1022 - exponent] as number);
  const inverse = powTable[at] as number;
  const zHigh = Math.fround(z);
  // All but the sum is exact.
  const rHigh = zHigh * inverse - 1;
  const rLow = (z - zHigh) * inverse;
  const r = rHigh + rLow;
  const start = n * ln2High + (powTable[at + 1] as number);
  const first = start + r;
  const half = -0.5 * rHigh;
  const halfSquare = rHigh * half;
  const high = first + halfSquare;
  const lost = start - first + r + (rHigh - r + rLow) + (first - high + halfSquare);
  const square = r * r;
  const odd = 0.3333333333333333 + square * (0.2 + square * (0.14285714285714285 + square * 0.1111111111111111));
  const even = 0.25 + square * (0.16666666666666666 + square * 0.125);
  const low = n * ln2Low + (powTable[at + 2] as number) + lost + rLow * (half - 0.5 * r) + square * r * (odd - r * even);
  const logarithm = high + low;
  return product(y, logarithm, high - logarithm + low);
}

/** e ** (y · (high + low)). */
function product(y: number, high: number, low: number): number {
  const [yHigh, lHigh] = [Math.fround(y), Math.fround(high)];
  return expOfSum(yHigh * lHigh, (y - yHigh) * lHigh + y * (high - lHigh + low));
}
