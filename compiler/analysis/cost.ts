/** What operations cost on V8, in nanoseconds, roughly: enough to tell what is dear to repeat from what is not. */
import type { Op, PrimName, Type } from '../ir/types.ts';

const dear: ReadonlySet<PrimName> = new Set<PrimName>([
  'pow',
  'rem',
  'Math.acos',
  'Math.acosh',
  'Math.asin',
  'Math.asinh',
  'Math.atan',
  'Math.atan2',
  'Math.atanh',
  'Math.cbrt',
  'Math.cos',
  'Math.cosh',
  'Math.exp',
  'Math.expm1',
  'Math.hypot',
  'Math.log',
  'Math.log10',
  'Math.log1p',
  'Math.log2',
  'Math.pow',
  'Math.sin',
  'Math.sinh',
  'Math.tan',
  'Math.tanh',
]);

/** Is the primitive dearer to compute again (5 to 40 ns) than to store and load (about 2 ns)? Remainders of integers are not. */
export function isDear(prim: PrimName, kind: Type['kind'] = 'real'): boolean {
  return dear.has(prim) && !(prim === 'rem' && kind === 'int');
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
