/** What operations cost on V8: enough to tell what is dear to repeat from what is not. */
import type { Op, PrimName, Type } from '../ir/types.ts';

/**
 * `npm run costs` on an x86-64 machine under Node 20.20, numbers between 0.1 and 0.9, rounded to half a nanosecond; what is not here takes
 * less than one, but for a division, whose 0.5 is its share where several overlap (its result comes after 13 to 15 cycles).
 */
export const nanoseconds: Partial<Record<PrimName, number>> = {
  div: 0.5,
  'Math.sqrt': 1.5,
  'Math.round': 1,
  'Math.sign': 1,
  'Math.sin': 4,
  'Math.cos': 4.5,
  'Math.acos': 5,
  'Math.exp': 6,
  'Math.log': 6.5,
  'Math.expm1': 6.5,
  'Math.asin': 7.5,
  'Math.cbrt': 8,
  'Math.log1p': 10,
  rem: 10.5,
  'Math.tan': 10.5,
  'Math.cosh': 13,
  'Math.log2': 13.5,
  'Math.atan2': 15.5,
  'Math.sinh': 15.5,
  'Math.acosh': 16,
  'Math.atan': 16.5,
  'Math.log10': 18,
  'Math.tanh': 18,
  'Math.atanh': 22.5,
  'Math.asinh': 24.5,
  'Math.hypot': 34.5,
  'Math.pow': 63.5,
  pow: 63.5,
};

/** What a record costs, stored and loaded again: 0.7 ns in the first cache, about 3 where it has to come from memory. */
const recordNanoseconds = 3;

/** Is the primitive dearer to compute again than to store and load? Remainders of integers are not. */
export function isDear(prim: PrimName, kind: Type['kind'] = 'real'): boolean {
  return (nanoseconds[prim] ?? 0) > recordNanoseconds && !(prim === 'rem' && kind === 'int');
}

/** Bytes that a record of one value takes. */
export function recordedBytes(kind: Type['kind']): number {
  return { real: 8, int: 8, bool: 1, array: 1000, text: 1000, stack: 1e6, function: 1e6 }[kind];
}

/**
 * Is the operation a pure function of its operands (and of memory, for reads), without regions, that may be repeated? `same` may not:
 * a view that is made again is another object.
 */
export function isPure(op: Op): boolean {
  return ['const', 'prim', 'load', 'present', 'length', 'view', 'global'].includes(op.kind);
}
