/** Expressions as text, with the parentheses that are needed and no others. */
import { unreachable } from '../diagnostics/internal.ts';
import { printNumber, printString, printTemplateText } from './numbers.ts';
import { binaryPrecedence, operandPrecedence, precedence } from './precedence.ts';
import type { Expr, Variable } from './syntax.ts';
import { walkExpr } from './traverse.ts';

export interface PrintContext {
  readonly name: (variable: Variable) => string;
  /** Write `x[i]!`: the user's noUncheckedIndexedAccess. */
  readonly uncheckedIndexedAccess: boolean;
}

/** `expr` where something that binds as `least` is wanted. */
export function printExpr(expr: Expr, cx: PrintContext, least = 0): string {
  const own = precedenceOf(expr);
  const body = printBare(expr, cx);
  return own < least ? `(${body})` : body;
}

/** `expr` where only its truth matters. */
export function printTest(expr: Expr, cx: PrintContext, least = 0): string {
  if (expr.kind === 'truthy') return printExpr(expr.operand, cx, least);
  if (expr.kind === 'unary' && expr.operator === '!') return `!${printTest(expr.operand, cx, precedence.unary)}`;
  if (expr.kind === 'binary' && (expr.operator === '&&' || expr.operator === '||')) {
    const [left, right] = [expr.left, expr.right].map((side, i) => printTest(side, cx, leastOf(expr, side, i)));
    const body = `${left} ${expr.operator} ${right}`;
    return binaryPrecedence[expr.operator] < least ? `(${body})` : body;
  }
  return printExpr(expr, cx, least);
}

function leastOf(outer: Extract<Expr, { kind: 'binary' }>, side: Expr, position: number): number {
  const least = operandPrecedence(outer.operator, position === 0 ? 'left' : 'right', side.kind === 'binary' ? side.operator : undefined);
  // `a || b && c` is read wrongly by many.
  const mixes = side.kind === 'binary' && (side.operator === '&&' || side.operator === '||') && side.operator !== outer.operator;
  return mixes ? precedence.unary : least;
}

function precedenceOf(expr: Expr): number {
  switch (expr.kind) {
    case 'number':
      return expr.value < 0 || Object.is(expr.value, -0) ? precedence.unary : precedence.primary;
    case 'unary':
      return precedence.unary;
    case 'binary':
      return binaryPrecedence[expr.operator];
    case 'conditional':
      return precedence.conditional;
    case 'set':
      return precedence.assignment;
    case 'cast':
      return precedence.relational;
    case 'update':
      return precedence.postfix;
    default:
      return precedence.primary;
  }
}

function printBare(expr: Expr, cx: PrintContext): string {
  const part = (inner: Expr, least = 0): string => printExpr(inner, cx, least);
  switch (expr.kind) {
    case 'number':
      return printNumber(expr.value);
    case 'boolean':
      return String(expr.value);
    case 'read':
      return cx.name(expr.variable);
    case 'unary':
      return printUnary(expr, cx);
    case 'truthy':
      return `Boolean(${part(expr.operand)})`;
    case 'binary':
      return printBinary(expr, cx);
    case 'conditional':
      return `${printTest(expr.test, cx, precedence.conditional + 1)} ? ${part(expr.then, 4)} : ${part(expr.otherwise, 4)}`;
    case 'call':
      return `${expr.callee}(${expr.args.map((arg) => part(arg, precedence.assignment)).join(', ')})`;
    case 'method':
      return `${part(expr.object, precedence.call)}.${expr.name}(${expr.args.map((arg) => part(arg, precedence.assignment)).join(', ')})`;
    case 'element':
      return `${printPlace(expr, cx)}${cx.uncheckedIndexedAccess && !expr.raw ? '!' : ''}`;
    case 'length':
      return `${part(expr.array, precedence.call)}${expr.maybe ? '?' : ''}.length`;
    case 'map':
      return printMap(expr, cx);
    case 'lambda':
      return printLambda(expr, cx);
    case 'cast':
      return `${part(expr.operand, precedence.relational)} as ${expr.type}`;
    case 'sure':
      return `${part(expr.operand, precedence.call)}!`;
    case 'update':
      return expr.operator === '++' ? `${cx.name(expr.variable)}++` : `--${cx.name(expr.variable)}`;
    case 'text':
      return expr.text;
    case 'set':
      return `${expr.target} = ${part(expr.value, precedence.assignment)}`;
    case 'list':
      return `[${expr.elements.map((element) => part(element, precedence.assignment)).join(', ')}]`;
    case 'object':
      return expr.fields.length === 0 ? '{}' : `{ ${printFields(expr, cx).join(', ')} }`;
    case 'template':
      return printTemplate(expr, cx);
    default:
      return unreachable(expr);
  }
}

/** `array[index]`, `array.field`. */
export function printPlace({ array, index, field, maybe }: Place, cx: PrintContext): string {
  const of = printExpr(array, cx, precedence.call);
  if (field !== undefined && isIdentifier(field)) return `${of}${maybe ? '?' : ''}.${field}`;
  return `${of}${maybe ? '?.' : ''}[${field === undefined ? printExpr(index, cx) : printString(field)}]`;
}

type Place = Pick<Extract<Expr, { kind: 'element' }>, 'array' | 'index' | 'field' | 'maybe'>;

const isIdentifier = (name: string): boolean => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);

function printMap({ array, parameter, body }: Extract<Expr, { kind: 'map' }>, cx: PrintContext): string {
  let isRead = false;
  walkExpr(body, (node) => {
    if (node.kind === 'read' && node.variable === parameter) isRead = true;
  });
  const value = printExpr(body, cx, precedence.assignment);
  const head = `${printExpr(array, cx, precedence.call)}.map((${isRead ? cx.name(parameter) : ''}) =>`;
  return `${head} ${body.kind === 'object' ? `(${value})` : value})`;
}

function printLambda({ parameters, callee, captured }: Extract<Expr, { kind: 'lambda' }>, cx: PrintContext): string {
  const args = [...captured.map((each) => printExpr(each, cx, precedence.assignment)), ...parameters];
  return `(${parameters.join(', ')}) => ${callee}(${args.join(', ')})`;
}

export function printFields(expr: Extract<Expr, { kind: 'object' }>, cx: PrintContext): string[] {
  return expr.fields.map(([name, value]) => printField(name, printExpr(value, cx, precedence.assignment)));
}

function printField(name: string, value: string): string {
  if (name === '...') return `...${value}`;
  if (name === value) return name;
  return `${isIdentifier(name) ? name : printString(name)}: ${value}`;
}

function printUnary(expr: Extract<Expr, { kind: 'unary' }>, cx: PrintContext): string {
  const operand = expr.operator === '!' ? printTest(expr.operand, cx, precedence.unary) : printExpr(expr.operand, cx, precedence.unary);
  // Two minus signs in a row would be a decrement.
  return expr.operator === '-' && operand.startsWith('-') ? `-(${operand})` : `${expr.operator}${operand}`;
}

function printBinary(expr: Extract<Expr, { kind: 'binary' }>, cx: PrintContext): string {
  const [left, right] = [expr.left, expr.right].map((side, i) => printExpr(side, cx, leastOf(expr, side, i)));
  return `${left} ${expr.operator} ${right}`;
}

function printTemplate(expr: Extract<Expr, { kind: 'template' }>, cx: PrintContext): string {
  if (expr.parts.every((part) => typeof part === 'string')) return printString(expr.parts.join(''));
  const parts = expr.parts.map((part) => (typeof part === 'string' ? printTemplateText(part) : `\${${printExpr(part, cx)}}`));
  return `\`${parts.join('')}\``;
}
