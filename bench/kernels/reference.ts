/** What the kernels should give, by series in whole numbers: at least 120 bits of each value are right. */
import { type Big, bigOf, fixed, width } from './big.ts';

/** Bits behind the point that series are summed with, beyond those that the size of the argument asks for. */
const precision = 200;

/** e ** (x / 2 ** bits) · 2 ** bits for |x| < 2 ** bits. */
function expSeries(x: bigint, bits: number): bigint {
  const halvings = 8;
  const guard = bits + halvings + 8;
  const reduced = x << 8n;
  let sum = 1n << BigInt(guard);
  let term = sum;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = (term * reduced) >> BigInt(guard);
    term /= n;
    sum += term;
  }
  for (let i = 0; i < halvings; i++) sum = (sum * sum) >> BigInt(guard);
  return sum >> BigInt(guard - bits);
}

/** ln 2 · 2 ** bits, from 1/k · 3 ** -k. */
export function ln2(bits: number): bigint {
  const known = logarithms.get(bits);
  if (known !== undefined) return known;
  const guard = BigInt(bits + 16);
  let sum = 0n;
  let power = (2n << guard) / 3n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += power / k;
    power /= 9n;
  }
  const found = sum >> 16n;
  logarithms.set(bits, found);
  return found;
}

const logarithms = new Map<number, bigint>();

/** e ** x. */
export function bigExp(x: Big): Big {
  const bits = precision + Math.max(0, width(x.mantissa) + x.exponent) * 2;
  const whole = fixed(x, bits);
  const logarithm = ln2(bits);
  const n = whole / logarithm;
  return { mantissa: expSeries(whole - n * logarithm, bits), exponent: Number(n) - bits };
}

/** e ** x - 1, to as many bits where x is small. */
export function bigExpm1(x: Big): Big {
  const small = Math.max(0, -(width(x.mantissa) + x.exponent));
  if (small > 100) return taylorExpm1(x);
  const bits = precision + small;
  const { mantissa, exponent } = bigExp({ mantissa: fixed(x, bits), exponent: -bits });
  const one = -exponent;
  return one >= 0 ? { mantissa: mantissa - (1n << BigInt(one)), exponent } : { mantissa, exponent };
}

/** x + x² / 2, for |x| < 2 ** -100. */
const taylorExpm1 = (x: Big): Big => corrected(x, x, 2n);

/** x · (1 + y / divisor), to 300 bits. */
function corrected(x: Big, y: Big, divisor: bigint): Big {
  const bits = 300;
  return { mantissa: x.mantissa * ((1n << BigInt(bits)) + fixed(y, bits) / divisor), exponent: x.exponent - bits };
}

/** ln x for x > 0: a double is near, and a series gives what it lacks. */
export function bigLog(x: Big, guess: number): Big {
  const near = bigOf(guess);
  const power = bigExp({ mantissa: -near.mantissa, exponent: near.exponent });
  const product = x.mantissa * power.mantissa;
  const bits = 2 * precision;
  const rest = fixed({ mantissa: product, exponent: x.exponent + power.exponent }, bits) - (1n << BigInt(bits));
  const square = (rest * rest) >> BigInt(bits);
  const cube = (square * rest) >> BigInt(bits);
  const lacking = rest - square / 2n + cube / 3n - ((square * square) >> BigInt(bits)) / 4n;
  return { mantissa: fixed(near, bits) + lacking, exponent: -bits };
}

export function bigTanh(x: Big): Big {
  const doubled = bigExpm1({ mantissa: x.mantissa, exponent: x.exponent + 1 });
  const bits = precision + Math.max(0, -doubled.exponent);
  const numerator = fixed(doubled, bits);
  const denominator = numerator + (2n << BigInt(bits));
  return { mantissa: (numerator << BigInt(bits)) / denominator, exponent: -bits };
}

/** x ** y for x > 0. */
export function bigPow(x: Big, y: Big, guess: number): Big {
  const logarithm = bigLog(x, guess);
  return bigExp({ mantissa: logarithm.mantissa * y.mantissa, exponent: logarithm.exponent + y.exponent });
}

/** ln(1 + x), from the exact sum; as 1 + x is near 1 for small x, with so many more bits. */
export function bigLog1p(x: Big, guess: number): Big {
  if (width(x.mantissa) + x.exponent < -60) return corrected(x, x, -2n);
  const exponent = Math.min(0, x.exponent);
  return bigLog({ mantissa: fixed(x, -exponent) + (1n << BigInt(-exponent)), exponent }, guess);
}

/** π · 2 ** bits, by Machin's formula. */
export function pi(bits: number): bigint {
  const known = circles.get(bits);
  if (known !== undefined) return known;
  const found = (16n * inverseTangent(5n, bits + 16) - 4n * inverseTangent(239n, bits + 16)) >> 16n;
  circles.set(bits, found);
  return found;
}

const circles = new Map<number, bigint>();

/** arctan(1 / x) · 2 ** bits. */
function inverseTangent(x: bigint, bits: number): bigint {
  let sum = 0n;
  let power = (1n << BigInt(bits)) / x;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += k % 4n === 1n ? power / k : -(power / k);
    power /= x * x;
  }
  return sum;
}

/** sin(x + quarters · π / 2). */
export function bigSin(x: Big, quarters = 0): Big {
  const size = Math.max(0, width(x.mantissa) + x.exponent);
  if (quarters === 0 && width(x.mantissa) + x.exponent < -60)
    return corrected(x, { mantissa: x.mantissa ** 2n, exponent: 2 * x.exponent }, -6n);
  const bits = precision + 80;
  const quarter = pi(bits + size - 1);
  const whole = fixed(x, bits + size);
  const n = (2n * whole + quarter) / (2n * quarter) - (2n * whole + quarter < 0n ? 1n : 0n);
  const rest = (whole - n * quarter) >> BigInt(size);
  const turned = Number(BigInt.asUintN(2, n + BigInt(quarters)));
  const value = turned & 1 ? alternating(1n << BigInt(bits), rest, 1n, bits) : alternating(rest, rest, 2n, bits);
  return { mantissa: turned & 2 ? -value : value, exponent: -bits };
}

/** term - term · x² / (k (k + 1)) + …: the series of the sine or of the cosine of x / 2 ** bits. */
function alternating(start: bigint, x: bigint, first: bigint, bits: number): bigint {
  const square = (x * x) >> BigInt(bits);
  let sum = start;
  let term = start;
  for (let k = first; term !== 0n && term !== -1n; k += 2n) {
    term = -((term * square) >> BigInt(bits)) / (k * (k + 1n));
    sum += term;
  }
  return sum;
}
