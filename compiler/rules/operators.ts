/** The derivatives of the operators, in the notation of a textbook. Operands are x, y, z in order. */
import type { OperatorName } from '../ir/types.ts';
import {
  and,
  div,
  eq,
  flat,
  gt,
  kink,
  log,
  lt,
  mulz,
  neg,
  number,
  one,
  operand,
  plain,
  points,
  pow,
  result,
  round,
  rule,
  select,
  strong,
  sub,
  x,
  y,
  zero,
} from './formula.ts';
import type { AnyRule } from './rule.ts';

/** x ↦ x ** c with 0 < c < 1 has an infinite slope at 0; the derivative chosen there is 0. */
const slopeAtOrigin = and(eq(x, zero), and(gt(y, zero), lt(y, one)));

/**
 * ∂x: y · x ** (y − 1), 0 for y = 0 whatever x is. ∂y: x ** y · log x, 0 where x ** y is 0 (the limit for x → 0, y > 0).
 * The strong products also keep an infinity that is masked here from becoming NaN one order up.
 */
export const power = rule([strong(mulz(y, select(slopeAtOrigin, zero, pow(x, sub(y, one))))), strong(mulz(result, log(x)))], {
  at: points([2, 3], [0.5, -1.5], [3, 0.5], [1e-3, 2], [7, 0], [1, 4]),
  kinks: [
    kink([0, 0.5], [0, 0]),
    kink([0, 0], [0, Number.NEGATIVE_INFINITY]),
    kink([0, 1], [1, 0]),
    kink([0, 2], [0, 0]),
    kink([-2, 2], [-4, Number.NaN]),
    kink([-2, 3], [12, Number.NaN]),
    kink([-1, 0], [0, Number.NaN]),
  ],
  kinkNote: '0 where the base is 0 and the exponent lies between 0 and 1',
});

export const operatorRules = {
  add: rule([plain(one), plain(one)], {
    at: points([1, 2], [-3, 0], [1e-3, 1e-3]),
  }),
  sub: rule([plain(one), plain(number(-1))], {
    at: points([1, 2], [-3, 0], [1e-3, 1e-3]),
  }),
  mul: rule([plain(y), plain(x)], {
    at: points([3, 2], [-1.5, 0.25], [0, 4], [1e-3, -2]),
  }),
  div: rule([strong(div(one, y)), strong(neg(div(result, y)))], {
    at: points([3, 2], [-1.5, 0.25], [0, 4], [5, -1e-2]),
  }),
  /** x − k·y, k the whole part of the quotient; from the result, because x / y may round up to the next integer. */
  rem: rule([plain(one), plain(neg(round(div(sub(x, result), y))))], {
    at: points([7.5, 2], [-7.5, 2], [7.5, -2], [0.5, 3], [-0.25, 1]),
    kinks: [kink([0.1, Number.POSITIVE_INFINITY], [1, 0]), kink([1, 0.1], [1, -9])],
  }),
  pow: power,
  neg: rule([plain(number(-1))], { at: points([1], [-2], [0]) }),
  /** Bilinear, with the zero of the first factor strong in both terms. */
  mulz: rule([strong(y), { formula: x, strongZero: 'partial' }], {
    at: points([3, 2], [-1.5, 0.25], [0.5, -4]),
    kinks: [kink([0, 2], [2, 0])],
  }),
  select: rule([undefined, plain(select(operand(0), one, zero)), plain(select(operand(0), zero, one))], {
    at: points([1, 2, 3], [0, 2, 3], [1, -2, 0]),
  }),
  lt: flat,
  le: flat,
  gt: flat,
  ge: flat,
  eq: flat,
  ne: flat,
  not: flat,
  and: flat,
  or: flat,
  truthy: flat,
  toNumber: flat,
  given: flat,
  stopGradient: flat,
  isNaN: flat,
  isFinite: flat,
  isInteger: flat,
  isSafeInteger: flat,
  sameValue: flat,
  bitAnd: flat,
  bitOr: flat,
  bitXor: flat,
  bitNot: flat,
  shiftLeft: flat,
  shiftRight: flat,
  shiftRightUnsigned: flat,
} satisfies Record<OperatorName, AnyRule>;
