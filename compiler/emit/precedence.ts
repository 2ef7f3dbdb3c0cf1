/** The one table of JavaScript's precedences; a higher number binds tighter. */
import type { BinaryOperator } from './syntax.ts';

export const precedence = {
  assignment: 2,
  conditional: 3,
  relational: 10,
  unary: 15,
  postfix: 16,
  call: 18,
  primary: 20,
} as const;

export const binaryPrecedence: Record<BinaryOperator, number> = {
  '??': 4,
  '||': 4,
  '&&': 5,
  '|': 6,
  '^': 7,
  '&': 8,
  '===': 9,
  '!==': 9,
  '==': 9,
  '!=': 9,
  '<': 10,
  '<=': 10,
  '>': 10,
  '>=': 10,
  '<<': 11,
  '>>': 11,
  '>>>': 11,
  '+': 12,
  '-': 12,
  '*': 13,
  '/': 13,
  '%': 13,
  '**': 14,
};

/** Operators that a reader mixes up: a nested one of another kind keeps its parentheses. */
const mixed: ReadonlySet<BinaryOperator> = new Set(['*', '/', '%', '<<', '>>', '>>>', '&', '|', '^', '??', '===', '!==', '==', '!=']);

/** What the left and right operand of an operator must bind at least. */
export function operandPrecedence(operator: BinaryOperator, side: 'left' | 'right', inner: BinaryOperator | undefined): number {
  const own = binaryPrecedence[operator];
  if (inner !== undefined && inner !== operator && mixed.has(inner) && mixed.has(operator) && sameFamily(operator, inner)) return own + 1;
  // `-x ** 2` is a syntax error, and ** groups from the right.
  if (operator === '**') return side === 'left' ? precedence.postfix : own;
  if (operator === '&&' || operator === '||') return own;
  return side === 'left' ? own : own + 1;
}

function sameFamily(left: BinaryOperator, right: BinaryOperator): boolean {
  return binaryPrecedence[left] === binaryPrecedence[right];
}
