import { double, powersOfTwo, words } from './binades.ts';
import { expOfParts, farExp } from './exp.ts';
import { logTable } from './log-table.ts';

const powLogarithms = logTable;
const powBinades = powersOfTwo;
const powDouble = double;
const powWords = words;
const powRest: Float64Array = /* @__PURE__ */ new Float64Array(1);

/**
 * x ** y for all x and y, with the special cases of `Math.pow`; error below 0.52 ulp (0.76 where the result is subnormal).
 * e ** (y · ln x), where the logarithm and the product have two parts each.
 */
export function pow(x: number, y: number): number {
  return x > 1e-300 && x < 1e300 ? powOf(x, y, 0) : unusualPow(x, y);
}

function unusualPow(x: number, y: number): number {
  if (!(Math.abs(x) > 0 && Math.abs(x) < Number.POSITIVE_INFINITY)) return x ** y;
  if (x < 0) return Number.isInteger(y) ? (y % 2 === 0 ? pow(-x, y) : -pow(-x, y)) : x ** y;
  return x < 1 ? powOf(x * 18014398509481984, y, -54) : powOf(x * 5.421010862427522e-20, y, 64);
}

/** (x · 2 ** shift) ** y. */
function powOf(x: number, y: number, shift: number): number {
  const high = logarithmOf(x, shift);
  const yShort = Math.fround(y);
  const short = Math.fround(high);
  const product = yShort * short;
  const beyond = (y - yShort) * short + y * (high - short + (powRest[0] as number));
  return product > -708 && product < 708 ? expOfParts(product, beyond, 0) : farPow(x, y, product, beyond);
}

/** The product is NaN, or infinite, also where y is or where it is beyond `Math.fround`; else the power is near the end of the range. */
function farPow(x: number, y: number, product: number, beyond: number): number {
  return Number.isNaN(product) ? x ** y : farExp(product, beyond);
}

/**
 * The logarithm of x · 2 ** shift; what the double lacks is left in `powRest`. A function of its own, as V8 inlines none above 460 bytes
 * of bytecode; of a call with all that it calls it inlines about 760, which is what `pow` has.
 */
function logarithmOf(x: number, shift: number): number {
  powDouble[0] = x;
  const bits = (powWords[1] as number) - 0x3fe60000;
  const exponent = bits >> 20;
  const n = exponent + shift;
  const table = powLogarithms;
  const at = 3 * ((bits >> 13) & 127);
  const z = x * (powBinades[1022 - exponent] as number);
  const inverse = table[at] as number;
  const zShort = z + 3221225472 - 3221225472;
  // All but the sum is exact.
  const rHigh = zShort * inverse - 1;
  const rLow = (z - zShort) * inverse;
  const r = rHigh + rLow;
  const start = n * 0.6931471805598903 + (table[at + 1] as number);
  const first = start + r;
  const halfSquare = -0.5 * rHigh * rHigh;
  const sum = first + halfSquare;
  const square = r * r;
  const odd = 0.3333333333333333 + square * (0.2 + square * (0.14285714285714285 + square * 0.1111111111111111));
  const even = 0.25 + square * (0.16666666666666666 + square * 0.125);
  const lost = start - first + r + (rHigh - r + rLow) + (first - sum + halfSquare);
  const rest = n * 5.497923018708371e-14 + (table[at + 2] as number) + lost;
  const low = rest - 0.5 * rLow * (rHigh + r) + square * r * (odd - r * even);
  const logarithm = sum + low;
  powRest[0] = sum - logarithm + low;
  return logarithm;
}
