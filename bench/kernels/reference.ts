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
function taylorExpm1({ mantissa, exponent }: Big): Big {
  const half = mantissa * mantissa;
  const bits = 220;
  const first = mantissa << BigInt(bits);
  const shift = exponent - 1 + bits;
  return { mantissa: first + (shift >= 0 ? half << BigInt(shift) : half >> BigInt(-shift)), exponent: exponent - bits };
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
