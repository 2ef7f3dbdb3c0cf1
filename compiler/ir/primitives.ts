/** The names of the primitives: pure operations on scalars. */

/**
 * Operators, in IR spelling. `mulz(seed, partial)` is the strong-zero product: 0 where seed is 0, else seed · partial.
 * `given(x)` is `x !== undefined` for a parameter that may be left out; `truthy` is Boolean(x); `sameValue` is Object.is;
 * `stopGradient(x)` is x, without a derivative.
 */
export const operatorNames = [
  'add',
  'sub',
  'mul',
  'div',
  'rem',
  'pow',
  'neg',
  'mulz',
  'lt',
  'le',
  'gt',
  'ge',
  'eq',
  'ne',
  'not',
  'and',
  'or',
  'select',
  'truthy',
  'toNumber',
  'bitAnd',
  'bitOr',
  'bitXor',
  'bitNot',
  'shiftLeft',
  'shiftRight',
  'shiftRightUnsigned',
  'isNaN',
  'isFinite',
  'isInteger',
  'isSafeInteger',
  'sameValue',
  'given',
  'stopGradient',
] as const;

/** `Math.*`, in the user's spelling. */
export const mathNames = [
  'Math.abs',
  'Math.acos',
  'Math.acosh',
  'Math.asin',
  'Math.asinh',
  'Math.atan',
  'Math.atan2',
  'Math.atanh',
  'Math.cbrt',
  'Math.ceil',
  'Math.clz32',
  'Math.cos',
  'Math.cosh',
  'Math.exp',
  'Math.expm1',
  'Math.floor',
  'Math.fround',
  'Math.hypot',
  'Math.imul',
  'Math.log',
  'Math.log10',
  'Math.log1p',
  'Math.log2',
  'Math.max',
  'Math.min',
  'Math.pow',
  'Math.round',
  'Math.sign',
  'Math.sin',
  'Math.sinh',
  'Math.sqrt',
  'Math.tan',
  'Math.tanh',
  'Math.trunc',
] as const;

export type OperatorName = (typeof operatorNames)[number];
export type MathName = (typeof mathNames)[number];
export type PrimName = OperatorName | MathName;

/** Primitives whose result is a whole number (or NaN, or infinite). */
export const makesWhole: ReadonlySet<PrimName> = new Set<PrimName>([
  'Math.floor',
  'Math.ceil',
  'Math.round',
  'Math.trunc',
  'Math.sign',
  'Math.imul',
  'Math.clz32',
  'toNumber',
  'bitAnd',
  'bitOr',
  'bitXor',
  'bitNot',
  'shiftLeft',
  'shiftRight',
  'shiftRightUnsigned',
]);

/** Primitives that give whole numbers for whole numbers. */
export const keepsWhole: ReadonlySet<PrimName> = new Set<PrimName>(['add', 'sub', 'mul', 'neg', 'rem', 'Math.max', 'Math.min', 'Math.abs']);
