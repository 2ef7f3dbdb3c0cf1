/** The derivatives of `Math.*`, in the notation of a textbook. Operands are x, y in order; `result` is the value itself. */
import type { MathName } from '../ir/types.ts';
import {
  add,
  cos,
  cosh,
  div,
  eq,
  exp,
  flat,
  ge,
  hypot,
  kink,
  le,
  mul,
  neg,
  number,
  one,
  operand,
  plain,
  points,
  result,
  rule,
  select,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  strong,
  sub,
  variadic,
  x,
  y,
  zero,
} from './formula.ts';
import { power } from './operators.ts';
import type { AnyRule, Formula } from './rule.ts';

/** 1 − x² without the cancellation at ±1. */
const oneMinusSquare = mul(sub(one, x), add(one, x));

/** 0 at the origin by choice (contract §6), where the formula would divide by a distance of 0. */
const awayFrom = (distance: Formula, formula: Formula): Formula => select(eq(distance, zero), zero, formula);

/** The distance from the origin, which neither overflows nor underflows as x² + y² does. */
const radius = hypot(x, y);

export const mathRules = {
  'Math.abs': rule([plain(sign(x))], {
    at: points([2], [-3], [1e-2]),
    kinks: [kink([0], [0]), kink([-0], [0])],
    kinkNote: '0 where the argument of Math.abs is 0',
  }),
  'Math.acos': rule([strong(div(number(-1), sqrt(oneMinusSquare)))], { at: points([0.3], [-0.5], [0], [0.9]) }),
  /** Two roots: x² overflows long before x does, and one root would be real again for x < −1. */
  'Math.acosh': rule([strong(div(one, mul(sqrt(sub(x, one)), sqrt(add(x, one)))))], { at: points([1.1], [2], [30]) }),
  'Math.asin': rule([strong(div(one, sqrt(oneMinusSquare)))], { at: points([0.3], [-0.5], [0], [0.9]) }),
  'Math.asinh': rule([plain(div(one, hypot(x, one)))], { at: points([0.3], [-2], [0], [50]) }),
  'Math.atan': rule([plain(div(one, add(one, square(x))))], { at: points([0.3], [-2], [0], [20]) }),
  /** Math.atan2(x, y): x is the ordinate. */
  'Math.atan2': rule([strong(awayFrom(radius, div(div(y, radius), radius))), strong(awayFrom(radius, div(div(neg(x), radius), radius)))], {
    at: points([1, 2], [1, -2], [-3, 0.5], [-0.01, 0.02], [2, 0]),
    kinks: [kink([0, 0], [0, 0])],
    kinkNote: '0 where both arguments of Math.atan2 are 0',
  }),
  'Math.atanh': rule([strong(div(one, oneMinusSquare))], { at: points([0.3], [-0.5], [0], [0.9]) }),
  'Math.cbrt': rule([strong(awayFrom(result, div(one, mul(number(3), square(result)))))], {
    at: points([2], [-8], [0.1]),
    kinks: [kink([0], [0])],
    kinkNote: '0 where the argument of Math.cbrt is 0',
  }),
  'Math.ceil': flat,
  'Math.clz32': flat,
  'Math.cos': rule([plain(neg(sin(x)))], { at: points([0.3], [-2], [0]) }),
  'Math.cosh': rule([strong(sinh(x))], { at: points([0.3], [-2], [0]) }),
  'Math.exp': rule([strong(result)], { at: points([0], [1.5], [-3]) }),
  /** Not result + 1, which cancels where x is far below 0. */
  'Math.expm1': rule([strong(exp(x))], { at: points([0], [1.5], [-3], [1e-3]) }),
  'Math.floor': flat,
  'Math.fround': rule([plain(one)], { at: points([1], [-2], [0.5]) }),
  'Math.hypot': variadic((arity) => Array.from({ length: arity }, (_, i) => strong(awayFrom(result, div(operand(i), result)))), {
    at: points([3, 4], [-1, 0.5], [0.01, -0.02], [-2], [1, 2, 2]),
    kinks: [kink([0, 0], [0, 0])],
    kinkNote: '0 where all arguments of Math.hypot are 0',
  }),
  'Math.imul': flat,
  'Math.log': rule([strong(div(one, x))], { at: points([0.3], [1], [20]) }),
  'Math.log10': rule([strong(div(number(Math.LOG10E), x))], { at: points([0.3], [1], [20]) }),
  'Math.log1p': rule([strong(div(one, add(one, x)))], { at: points([0.3], [-0.5], [0], [20]) }),
  'Math.log2': rule([strong(div(number(Math.LOG2E), x))], { at: points([0.3], [1], [20]) }),
  'Math.max': rule([plain(select(ge(x, y), one, zero)), plain(select(ge(x, y), zero, one))], {
    at: points([1, 2], [2, 1], [-1, -3]),
    kinks: [kink([1, 1], [1, 0]), kink([-0, 0], [1, 0])],
    kinkNote: 'that of the first argument at a tie in Math.max',
  }),
  'Math.min': rule([plain(select(le(x, y), one, zero)), plain(select(le(x, y), zero, one))], {
    at: points([1, 2], [2, 1], [-1, -3]),
    kinks: [kink([1, 1], [1, 0]), kink([0, -0], [1, 0])],
    kinkNote: 'that of the first argument at a tie in Math.min',
  }),
  'Math.pow': power,
  'Math.round': flat,
  'Math.sign': flat,
  'Math.sin': rule([plain(cos(x))], { at: points([0.3], [-2], [0]) }),
  'Math.sinh': rule([strong(cosh(x))], { at: points([0.3], [-2], [0]) }),
  'Math.sqrt': rule([strong(awayFrom(result, div(number(0.5), result)))], {
    at: points([0.3], [2], [0.05], [100]),
    kinks: [kink([0], [0]), kink([-0], [0]), kink([-1], [Number.NaN])],
    kinkNote: '0 where the argument of Math.sqrt is 0',
  }),
  'Math.tan': rule([strong(add(one, square(result)))], { at: points([0.3], [-1], [0]) }),
  'Math.tanh': rule([plain(sub(one, square(result)))], { at: points([0.3], [-1], [0], [3]) }),
  'Math.trunc': flat,
} satisfies Record<MathName, AnyRule>;
