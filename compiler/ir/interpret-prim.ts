/** The primitives as JavaScript computes them. A missed load is undefined, so every operand may be undefined too. */
import { InternalError } from '../diagnostics/internal.ts';
import type { PrimName } from './types.ts';

export type Scalar = number | boolean | undefined;

/** The operation V8 itself would do: no approximation, no shortcut. */
export function evaluatePrim(prim: PrimName, args: readonly unknown[]): number | boolean | undefined {
  const evaluate = primitives[prim];
  // The operand kinds are the verifier's affair; JavaScript's own conversions decide what undefined computes like.
  return evaluate(...(args as readonly number[] as [number, number, number]));
}

type Evaluate = (x: number, y: number, z: number, ...more: number[]) => number | boolean | undefined;

const primitives: Record<PrimName, Evaluate> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  rem: (x, y) => x % y,
  pow: (x, y) => x ** y,
  neg: (x) => -x,
  mulz: (seed, partial) => (seed === 0 ? 0 : seed * partial),
  lt: (x, y) => x < y,
  le: (x, y) => x <= y,
  gt: (x, y) => x > y,
  ge: (x, y) => x >= y,
  eq: (x, y) => x === y,
  ne: (x, y) => x !== y,
  not: (x) => !x,
  and: (x, y) => Boolean(x) && Boolean(y),
  or: (x, y) => Boolean(x) || Boolean(y),
  select: (test, x, y) => (test ? x : y),
  truthy: (x) => Boolean(x),
  toNumber: (x) => Number(x),
  bitAnd: (x, y) => x & y,
  bitOr: (x, y) => x | y,
  bitXor: (x, y) => x ^ y,
  bitNot: (x) => ~x,
  shiftLeft: (x, y) => x << y,
  shiftRight: (x, y) => x >> y,
  shiftRightUnsigned: (x, y) => x >>> y,
  isNaN: (x) => Number.isNaN(x),
  isFinite: (x) => Number.isFinite(x),
  isInteger: (x) => Number.isInteger(x),
  isSafeInteger: (x) => Number.isSafeInteger(x),
  sameValue: (x, y) => Object.is(x, y),
  given: (x) => x !== undefined && x !== null,
  stopGradient: (x) => x,
  'Math.abs': (x) => Math.abs(x),
  'Math.acos': (x) => Math.acos(x),
  'Math.acosh': (x) => Math.acosh(x),
  'Math.asin': (x) => Math.asin(x),
  'Math.asinh': (x) => Math.asinh(x),
  'Math.atan': (x) => Math.atan(x),
  'Math.atan2': (y, x) => Math.atan2(y, x),
  'Math.atanh': (x) => Math.atanh(x),
  'Math.cbrt': (x) => Math.cbrt(x),
  'Math.ceil': (x) => Math.ceil(x),
  'Math.clz32': (x) => Math.clz32(x),
  'Math.cos': (x) => Math.cos(x),
  'Math.cosh': (x) => Math.cosh(x),
  'Math.exp': (x) => Math.exp(x),
  'Math.expm1': (x) => Math.expm1(x),
  'Math.floor': (x) => Math.floor(x),
  'Math.fround': (x) => Math.fround(x),
  'Math.hypot': (...all) => Math.hypot(...all),
  'Math.imul': (x, y) => Math.imul(x, y),
  'Math.log': (x) => Math.log(x),
  'Math.log10': (x) => Math.log10(x),
  'Math.log1p': (x) => Math.log1p(x),
  'Math.log2': (x) => Math.log2(x),
  'Math.max': (...all) => Math.max(...all),
  'Math.min': (...all) => Math.min(...all),
  // biome-ignore lint/style/useExponentiationOperator: the oracle calls what the user called
  'Math.pow': (x, y) => Math.pow(x, y),
  'Math.round': (x) => Math.round(x),
  'Math.sign': (x) => Math.sign(x),
  'Math.sin': (x) => Math.sin(x),
  'Math.sinh': (x) => Math.sinh(x),
  'Math.sqrt': (x) => Math.sqrt(x),
  'Math.tan': (x) => Math.tan(x),
  'Math.tanh': (x) => Math.tanh(x),
  'Math.trunc': (x) => Math.trunc(x),
};

const errorClasses = { Error, RangeError, TypeError, EvalError, ReferenceError, SyntaxError, URIError } as const;

/** One of JavaScript's own errors, as the user's code would have made it. */
export function userError(name: keyof typeof errorClasses, message: string): Error {
  const Class = errorClasses[name];
  if (!Class) throw new InternalError(`no error class ${name}`);
  return new Class(message);
}
