/** Primitives on constants. Only what IEEE or the language defines to the last bit: never a transcendental, never `pow`. */
import type { PrimName } from '../ir/types.ts';

export type Constant = number | boolean | string;
type Evaluator = (...args: readonly Constant[]) => Constant;

const unary =
  (f: (x: number) => Constant): Evaluator =>
  (x) =>
    f(Number(x));
const binary =
  (f: (x: number, y: number) => Constant): Evaluator =>
  (x, y) =>
    f(Number(x), Number(y));

const evaluators: Partial<Record<PrimName, Evaluator>> = {
  add: binary((x, y) => x + y),
  sub: binary((x, y) => x - y),
  mul: binary((x, y) => x * y),
  div: binary((x, y) => x / y),
  rem: binary((x, y) => x % y),
  neg: unary((x) => -x),
  mulz: binary((seed, partial) => (seed === 0 ? 0 : seed * partial)),
  lt: binary((x, y) => x < y),
  le: binary((x, y) => x <= y),
  gt: binary((x, y) => x > y),
  ge: binary((x, y) => x >= y),
  eq: (x, y) => x === y,
  ne: (x, y) => x !== y,
  not: (x) => !x,
  and: (x, y) => Boolean(x) && Boolean(y),
  or: (x, y) => Boolean(x) || Boolean(y),
  select: (test, x, y) => (test ? (x ?? Number.NaN) : (y ?? Number.NaN)),
  truthy: (x) => Boolean(x),
  toNumber: (x) => Number(x),
  bitAnd: binary((x, y) => x & y),
  bitOr: binary((x, y) => x | y),
  bitXor: binary((x, y) => x ^ y),
  bitNot: unary((x) => ~x),
  shiftLeft: binary((x, y) => x << y),
  shiftRight: binary((x, y) => x >> y),
  shiftRightUnsigned: binary((x, y) => x >>> y),
  isNaN: (x) => Number.isNaN(x),
  isFinite: (x) => Number.isFinite(x),
  isInteger: (x) => Number.isInteger(x),
  isSafeInteger: (x) => Number.isSafeInteger(x),
  sameValue: (x, y) => Object.is(x, y),
  given: () => true,
  'Math.abs': unary(Math.abs),
  'Math.ceil': unary(Math.ceil),
  'Math.clz32': unary(Math.clz32),
  'Math.floor': unary(Math.floor),
  'Math.fround': unary(Math.fround),
  'Math.imul': binary(Math.imul),
  'Math.max': (...args) => Math.max(...args.map(Number)),
  'Math.min': (...args) => Math.min(...args.map(Number)),
  'Math.round': unary(Math.round),
  'Math.sign': unary(Math.sign),
  'Math.sqrt': unary(Math.sqrt),
  'Math.trunc': unary(Math.trunc),
};

/** The value of a primitive on constants, or undefined where it must be left to the machine that runs the code. */
export function evaluatePrim(prim: PrimName, args: readonly Constant[]): Constant | undefined {
  return evaluators[prim]?.(...args);
}
