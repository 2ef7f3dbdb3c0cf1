import { double, powersOfTwo, words } from './binades.ts';
import { logParts, smallLog } from './logarithms.ts';

const logSteps = logParts;
const logBinades = powersOfTwo;
const logDouble = double;
const logWords = words;

/**
 * The natural logarithm for every x; error below 0.65 ulp. n · ln 2 and the logarithm of a point near x / 2 ** n, from a table, have
 * two parts each, the rest, at most 1/200, is summed from its series (Tang, ACM TOMS 16, 1990); near 1 there is only the series.
 */
export function log(x: number): number {
  logDouble[0] = x;
  const high = logWords[1] as number;
  if ((high - 0x3fef0000) >>> 0 < 0x18000) return smallLog(x - 1);
  return (high - 0x100000) >>> 0 < 0x7fc00000 ? logOf(x, high, 0) : unusualLog(x);
}

function unusualLog(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return x === 0 ? Number.NEGATIVE_INFINITY : x > 0 ? x : Number.NaN;
  const scaled = x < 1 ? x * 18014398509481984 : x * 5.421010862427522e-20;
  logDouble[0] = scaled;
  return logOf(scaled, logWords[1] as number, x < 1 ? -54 : 64);
}

/** The logarithm of x · 2 ** shift, where x has the high word `high`. */
function logOf(x: number, high: number, shift: number): number {
  const bits = high - 0x3fe60000;
  const exponent = bits >> 20;
  const n = exponent + shift;
  const table = logSteps;
  const at = ((bits >> 13) & 127) << 2;
  const r = (x * (logBinades[1022 - exponent] as number) - (table[at] as number)) * (table[at + 1] as number);
  const s = r * r;
  const odd = 0.3333333333333333 + s * (0.2 + s * 0.14285714285714285);
  const even = 0.5 + s * (0.25 + s * 0.16666666666666666);
  const low = n * 5.497923018708371e-14 + (table[at + 3] as number) + s * (r * odd - even);
  return n * 0.6931471805598903 + (table[at + 2] as number) + (r + low);
}
