/** Numbers of any precision, `mantissa * 2 ** exponent`, for references that are exact far beyond a double. */

export interface Big {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const view = new DataView(new ArrayBuffer(8));

/** A finite double, exactly. */
export function bigOf(value: number): Big {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = biased === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: bits >> 63n ? -magnitude : magnitude, exponent: Math.max(biased, 1) - 1075 };
}

/** The value times 2 ** bits, rounded down. */
export function fixed({ mantissa, exponent }: Big, bits: number): bigint {
  const shift = exponent + bits;
  return shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift);
}

export const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** How many bits a number has. */
export const width = (value: bigint): number => (value === 0n ? 0 : magnitude(value).toString(16).length * 4 - leadingZeros(value));

function leadingZeros(value: bigint): number {
  return Math.clz32(Number.parseInt(magnitude(value).toString(16).charAt(0), 16)) - 28;
}

/** The distance of a double from the true value, in units of the last place of a double of that size. */
export function errorInUlps(value: number, truth: Big): number {
  const size = width(truth.mantissa) + truth.exponent;
  const place = Math.max(size - 53, -1074);
  if (!Number.isFinite(value)) return size > 1024 ? 0 : Number.POSITIVE_INFINITY;
  const got = bigOf(value);
  const bits = 64 - place;
  const distance = magnitude(fixed(got, bits) - fixed(truth, bits));
  return Number(distance) / 2 ** 64;
}

/** The nearest double (to half a unit of 2 ** -60 of it). */
export function doubleOf({ mantissa, exponent }: Big): number {
  const excess = Math.max(width(mantissa) - 60, 0);
  return Number(mantissa >> BigInt(excess)) * 2 ** (exponent + excess);
}
