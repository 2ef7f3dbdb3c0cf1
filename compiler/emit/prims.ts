/** Primitives as expressions. Nothing here may change a bit of an exact value. */
import type { MathName, OperatorName, PrimName } from '../ir/types.ts';
import type { BinaryOperator, Expr } from './syntax.ts';
import { binary, boolean, call, number, text } from './syntax.ts';
import { sameExpr } from './traverse.ts';

const infix: Partial<Record<PrimName, BinaryOperator>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  rem: '%',
  pow: '**',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  eq: '===',
  ne: '!==',
  and: '&&',
  or: '||',
  bitAnd: '&',
  bitOr: '|',
  bitXor: '^',
  shiftLeft: '<<',
  shiftRight: '>>',
  shiftRightUnsigned: '>>>',
};
const functions: Partial<Record<PrimName, string>> = {
  isNaN: 'Number.isNaN',
  isFinite: 'Number.isFinite',
  isInteger: 'Number.isInteger',
  isSafeInteger: 'Number.isSafeInteger',
  sameValue: 'Object.is',
  toNumber: 'Number',
};

/** `relaxed`: the value may be reassociated. */
export function primExpr(prim: OperatorName | MathName, args: readonly Expr[], relaxed = false): Expr {
  const [first = number(NaN), second = number(NaN), third = number(NaN)] = args;
  const operator = infix[prim];
  if (operator) return withFreedom(infixExpr(operator, first, second), relaxed);
  switch (prim) {
    case 'neg':
      return negate(first);
    case 'not':
      return not(first);
    case 'bitNot':
      return { kind: 'unary', operator: '~', operand: first };
    case 'truthy':
      return { kind: 'truthy', operand: first };
    case 'select':
      return conditional(first, second, third);
    case 'mulz':
      return strongZero(first, second, relaxed);
    case 'stopGradient':
      return first;
    case 'given':
      return binary('!==', first, text('undefined'));
    default:
      return call(functions[prim] ?? prim, args);
  }
}

function withFreedom(expr: Expr, relaxed: boolean): Expr {
  return relaxed && expr.kind === 'binary' && (expr.operator === '+' || expr.operator === '-') ? { ...expr, relaxed } : expr;
}

export function conditional(test: Expr, then: Expr, otherwise: Expr): Expr {
  if (test.kind === 'boolean') return test.value ? then : otherwise;
  const asked = test.kind === 'binary' && test.operator === '!=' && isNothing(test.right) ? withoutMark(test.left) : undefined;
  if (asked?.kind === 'element' && sameExpr(asked, withoutMark(then))) return binary('??', asked, otherwise);
  if (then.kind === 'boolean' && then.value) return binary('||', test, otherwise);
  if (otherwise.kind === 'boolean' && !otherwise.value) return binary('&&', test, then);
  if (then.kind === 'boolean') return binary('&&', not(test), otherwise);
  if (otherwise.kind === 'boolean') return binary('||', not(test), then);
  return { kind: 'conditional', test, then, otherwise };
}

/** Equalities turn around; an order comparison does not (NaN). */
export function not(expr: Expr): Expr {
  if (expr.kind === 'boolean') return boolean(!expr.value);
  if (expr.kind === 'unary' && expr.operator === '!' && !isTruthiness(expr.operand)) return expr.operand;
  if (expr.kind === 'binary' && expr.operator === '===') return { ...expr, operator: '!==' };
  if (expr.kind === 'binary' && expr.operator === '!==') return { ...expr, operator: '===' };
  if (expr.kind === 'binary' && expr.operator === '==') return { ...expr, operator: '!=' };
  if (expr.kind === 'binary' && expr.operator === '!=') return { ...expr, operator: '==' };
  return { kind: 'unary', operator: '!', operand: expr };
}

const isTruthiness = (expr: Expr): boolean => expr.kind === 'truthy';

function negate(expr: Expr): Expr {
  if (expr.kind === 'number') return number(-expr.value);
  if (expr.kind === 'unary' && expr.operator === '-') return expr.operand;
  return { kind: 'unary', operator: '-', operand: expr };
}

/** `seed === 0 ? 0 : seed * partial`; the seed is printed twice, so it stays a name. */
function strongZero(seed: Expr, partial: Expr, relaxed: boolean): Expr {
  if (seed.kind === 'number') return seed.value === 0 ? number(0) : infixExpr('*', seed, partial);
  const product: Expr = { kind: 'binary', operator: '*', left: seed, right: partial, relaxed };
  return conditional(binary('===', seed, number(0)), number(0), product);
}

function infixExpr(operator: BinaryOperator, left: Expr, right: Expr): Expr {
  // TypeScript refuses a comparison of two different literals.
  if (left.kind === 'number' && right.kind === 'number') {
    if (operator === '===') return boolean(left.value === right.value);
    if (operator === '!==') return boolean(left.value !== right.value);
  }
  if (operator === '&&' && left.kind === 'boolean') return left.value ? right : left;
  if (operator === '&&' && right.kind === 'boolean') return right.value ? left : right;
  if (operator === '||' && left.kind === 'boolean') return left.value ? left : right;
  if (operator === '||' && right.kind === 'boolean') return right.value ? right : left;
  return binary(operator, left, right);
}

/**
 * The same value written shorter, after folding: `a + -b` is `a - b` bit for bit. `s * (1 / y)` is `s / y` only
 * where the value is relaxed.
 */
export function shorten(expr: Expr): Expr {
  if (expr.kind === 'conditional') return conditional(expr.test, expr.then, expr.otherwise);
  if (expr.kind === 'unary' && expr.operator === '!') return not(expr.operand);
  if (expr.kind !== 'binary') return expr;
  const { left, right } = expr;
  if (left.kind === 'sure' && isNothing(right)) return { ...expr, left: left.operand };
  if (isLiteral(left) || isLiteral(right)) {
    const folded = infixExpr(expr.operator, left, right);
    if (folded.kind !== 'binary' || folded.operator !== expr.operator) return folded;
  }
  if (expr.operator === '+') {
    if (isNegated(right)) return { ...expr, operator: '-', right: negate(right) };
    if (left.kind === 'unary' && left.operator === '-') return binary('-', right, left.operand);
  }
  if (expr.operator === '-' && isNegated(right)) return binary('+', left, negate(right));
  if (expr.operator === '*' && expr.relaxed && right.kind === 'binary' && right.operator === '/' && isOne(right.left)) {
    return binary('/', left, right.right);
  }
  return expr;
}

const withoutMark = (expr: Expr): Expr => (expr.kind === 'sure' ? expr.operand : expr);

const isNothing = (expr: Expr): boolean => expr.kind === 'text' && (expr.text === 'null' || expr.text === 'undefined');

const isLiteral = (expr: Expr): boolean => expr.kind === 'number' || expr.kind === 'boolean';

const isOne = (expr: Expr): boolean => expr.kind === 'number' && expr.value === 1;

/** −0 is left alone: `x + -0` is x, `x - 0` is x too, but the reader should see what was written. */
const isNegated = (expr: Expr): boolean => (expr.kind === 'number' ? expr.value < 0 : expr.kind === 'unary' && expr.operator === '-');
