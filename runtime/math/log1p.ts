import { double, powersOfTwo, words } from './binades.ts';
import { log } from './log.ts';
import { logParts, smallLog } from './logarithms.ts';

const log1pSteps = logParts;
const log1pBinades = powersOfTwo;
const log1pDouble = double;
const log1pWords = words;

/**
 * ln(1 + x) for every x; error below 0.65 ulp. As {@link log}, but the difference of 1 + x and the point is taken without rounding the sum;
 * near 0 there is only the series.
 */
export function log1p(x: number): number {
  const sum = 1 + x;
  log1pDouble[0] = sum;
  const high = log1pWords[1] as number;
  if ((high - 0x3fef0000) >>> 0 < 0x18000) return smallLog(x);
  if ((high - 0x100000) >>> 0 >= 0x7fc00000) return log(sum);
  const bits = high - 0x3fe60000;
  const n = bits >> 20;
  const table = log1pSteps;
  const at = ((bits >> 13) & 127) << 2;
  const scale = log1pBinades[1022 - n] as number;
  const point = table[at] as number;
  // (1 + x) · 2 ** -n - point, in an order in which all steps are exact.
  const near = n < 0 ? x * scale + (scale - 1) - (point - 1) : x * scale - (point - scale);
  const r = near * (table[at + 1] as number);
  const s = r * r;
  const odd = 0.3333333333333333 + s * (0.2 + s * 0.14285714285714285);
  const even = 0.5 + s * (0.25 + s * 0.16666666666666666);
  const low = n * 5.497923018708371e-14 + (table[at + 3] as number) + s * (r * odd - even);
  return n * 0.6931471805598903 + (table[at + 2] as number) + (r + low);
}
