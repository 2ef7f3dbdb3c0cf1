/** Expressions: a dispatcher, and the ones that fit into a few lines. Operands are evaluated in JavaScript's order. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { isRecord } from '../../ir/memory-types.ts';
import type { PrimName, ValueId } from '../../ir/types.ts';
import { bare, isAssignment, isUpdate, spanOf } from '../syntax.ts';
import { lowerAccess, lowerArrayLiteral, lowerNew, lowerProperty } from './arrays.ts';
import { lowerAssignment, lowerUpdate } from './assignment.ts';
import { lowerCall, lowerCallEffect } from './calls.ts';
import { lowerConstant } from './constants.ts';
import { from, isNumber, type Lowering, report } from './context.ts';
import { type Completion, choose, goesOn, neverEnds } from './exits.ts';
import { lowerComparison, lowerCondition, lowerEither, lowerGiven, lowerLogical } from './logic.ts';
import { isMissingLiteral, lowerChain, lowerMaybeConditional, lowerMissing } from './missing.ts';
import { lowerObject } from './objects.ts';
import { refusedText, refusedValue, standIn } from './refuse.ts';
import { getVariable } from './variables.ts';

export function lowerExpression(f: Lowering, node: ts.Expression): ValueId {
  if (isAssignment(node)) return lowerAssignment(f, node);
  if (isUpdate(node)) return lowerUpdate(f, node);
  if (bare(node) !== node) return lowerExpression(f, bare(node));
  if (ts.isOptionalChain(node)) return lowerChain(f, node);
  if (isMissingLiteral(f, node)) return lowerMissing(f, node);
  switch (node.kind) {
    case ts.SyntaxKind.NumericLiteral:
      return from(f, node).constant(Number((node as ts.NumericLiteral).text));
    case ts.SyntaxKind.StringLiteral:
    case ts.SyntaxKind.NoSubstitutionTemplateLiteral:
      return from(f, node).constant((node as ts.StringLiteralLike).text);
    case ts.SyntaxKind.TrueKeyword:
    case ts.SyntaxKind.FalseKeyword:
      return from(f, node).constant(node.kind === ts.SyntaxKind.TrueKeyword);
    case ts.SyntaxKind.Identifier:
      return lowerName(f, node as ts.Identifier);
    case ts.SyntaxKind.PrefixUnaryExpression:
      return lowerUnary(f, node as ts.PrefixUnaryExpression);
    case ts.SyntaxKind.BinaryExpression:
      return lowerBinary(f, node as ts.BinaryExpression);
    case ts.SyntaxKind.ConditionalExpression:
      return lowerConditional(f, node as ts.ConditionalExpression);
    case ts.SyntaxKind.ElementAccessExpression:
      return lowerAccess(f, node as ts.ElementAccessExpression);
    case ts.SyntaxKind.PropertyAccessExpression:
      return lowerProperty(f, node as ts.PropertyAccessExpression);
    case ts.SyntaxKind.CallExpression:
      return lowerCall(f, node as ts.CallExpression);
    case ts.SyntaxKind.NewExpression:
      return lowerNew(f, node as ts.NewExpression);
    case ts.SyntaxKind.ObjectLiteralExpression:
      return lowerObject(f, node as ts.ObjectLiteralExpression);
    case ts.SyntaxKind.ArrayLiteralExpression:
      return lowerArrayLiteral(f, node as ts.ArrayLiteralExpression);
    default:
      return refusedValue(f, node);
  }
}

function lowerName(f: Lowering, node: ts.Identifier): ValueId {
  const symbol = f.cx.types.symbolAt(node);
  if (symbol && f.env.has(symbol)) {
    const value = getVariable(f, symbol);
    if (value !== undefined && f.opaque.has(value))
      report(f.cx, messages.parameterType(spanOf(node), node.text, f.cx.types.text(f.cx.types.checker.getTypeAtLocation(node))));
    if (value !== undefined) return value;
    report(f.cx, messages.notInitialised(spanOf(node), node.text));
    return standIn(f);
  }
  return lowerConstant(f, node, symbol);
}

/** A number: what is boolean is converted, what is neither is refused. */
export function lowerNumber(f: Lowering, node: ts.Expression): ValueId {
  const id = lowerExpression(f, node);
  const type = f.b.typeOf(id);
  if (isNumber(type)) return id;
  if (type.kind === 'text') return refusedText(f, node);
  return type.kind === 'bool' ? from(f, node).prim('toNumber', [id]) : refusedValue(f, node);
}

function lowerUnary(f: Lowering, node: ts.PrefixUnaryExpression): ValueId {
  switch (node.operator) {
    case ts.SyntaxKind.PlusToken:
      return lowerNumber(f, node.operand);
    case ts.SyntaxKind.MinusToken:
      return negate(f, node);
    case ts.SyntaxKind.TildeToken: {
      const operand = lowerNumber(f, node.operand);
      return from(f, node).prim('bitNot', [operand]);
    }
    case ts.SyntaxKind.ExclamationToken: {
      const operand = lowerCondition(f, node.operand);
      return from(f, node).prim('not', [operand]);
    }
    default:
      return refusedValue(f, node);
  }
}

function negate(f: Lowering, node: ts.PrefixUnaryExpression): ValueId {
  const operand = bare(node.operand);
  if (ts.isNumericLiteral(operand)) return from(f, node).constant(-Number(operand.text));
  const value = lowerNumber(f, operand);
  return from(f, node).prim('neg', [value]);
}

const arithmetic: Partial<Record<ts.SyntaxKind, PrimName>> = {
  [ts.SyntaxKind.PlusToken]: 'add',
  [ts.SyntaxKind.MinusToken]: 'sub',
  [ts.SyntaxKind.AsteriskToken]: 'mul',
  [ts.SyntaxKind.SlashToken]: 'div',
  [ts.SyntaxKind.PercentToken]: 'rem',
  [ts.SyntaxKind.AsteriskAsteriskToken]: 'pow',
  [ts.SyntaxKind.AmpersandToken]: 'bitAnd',
  [ts.SyntaxKind.BarToken]: 'bitOr',
  [ts.SyntaxKind.CaretToken]: 'bitXor',
  [ts.SyntaxKind.LessThanLessThanToken]: 'shiftLeft',
  [ts.SyntaxKind.GreaterThanGreaterThanToken]: 'shiftRight',
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken]: 'shiftRightUnsigned',
};

/** The primitive of an arithmetic operator (`+` for `+=` is found by the caller). */
export function arithmeticPrim(operator: ts.SyntaxKind): PrimName | undefined {
  return arithmetic[operator];
}

function lowerBinary(f: Lowering, node: ts.BinaryExpression): ValueId {
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.CommaToken:
      lowerEffect(f, node.left);
      return lowerExpression(f, node.right);
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.BarBarToken:
      return lowerLogical(f, node);
    case ts.SyntaxKind.QuestionQuestionToken:
      return lowerEither(f, node);
    default:
      return lowerArithmetic(f, node) ?? lowerComparison(f, node);
  }
}

function lowerArithmetic(f: Lowering, node: ts.BinaryExpression): ValueId | undefined {
  const prim = arithmeticPrim(node.operatorToken.kind);
  if (!prim) return undefined;
  const left = lowerNumber(f, node.left);
  const right = lowerNumber(f, node.right);
  return from(f, node).prim(prim, [left, right]);
}

function lowerConditional(f: Lowering, node: ts.ConditionalExpression): ValueId {
  if (f.cx.types.mayBeMissing(node)) return lowerMaybeConditional(f, node);
  const cond = lowerCondition(f, node.condition);
  return choose(
    f,
    node,
    cond,
    () => [lowerExpression(f, node.whenTrue)],
    () => [lowerExpression(f, node.whenFalse)],
  )[0] as ValueId;
}

/** The elements of a tuple that is returned. */
export function lowerTuple(f: Lowering, node: ts.Expression, count: number): readonly ValueId[] {
  const at = bare(node);
  if (ts.isArrayLiteralExpression(at) && at.elements.length === count && !at.elements.some(ts.isSpreadElement)) {
    return at.elements.map((element) => lowerExpression(f, element));
  }
  if (ts.isConditionalExpression(at)) {
    const cond = lowerCondition(f, at.condition);
    return choose(
      f,
      at,
      cond,
      () => lowerTuple(f, at.whenTrue, count),
      () => lowerTuple(f, at.whenFalse, count),
    );
  }
  const tuple = lowerExpression(f, at);
  const type = f.b.typeOf(tuple);
  if (isRecord(type) && type.fields.length === count) return type.fields.map((_, i) => from(f, at).get(tuple, i));
  const refused = f.refused.has(tuple) ? tuple : refusedValue(f, node);
  return Array.from({ length: count }, () => refused);
}

/** An expression whose value is not used. */
export function lowerEffect(f: Lowering, node: ts.Expression): Completion {
  const at = bare(node);
  if (ts.isBinaryExpression(at)) return lowerBinaryEffect(f, at);
  if (ts.isConditionalExpression(at)) {
    const cond = lowerCondition(f, at.condition);
    choose(
      f,
      at,
      cond,
      () => effectOnly(f, at.whenTrue),
      () => effectOnly(f, at.whenFalse),
    );
    return goesOn;
  }
  if (ts.isVoidExpression(at)) return lowerEffect(f, at.expression);
  if (!ts.isCallExpression(at)) {
    lowerExpression(f, at);
    return goesOn;
  }
  const kind = f.cx.types.kindAt(at).kind;
  lowerCallEffect(f, at);
  return kind === 'never' ? neverEnds : goesOn;
}

function lowerBinaryEffect(f: Lowering, node: ts.BinaryExpression): Completion {
  const nothing = (): readonly ValueId[] => [];
  const right = (): readonly ValueId[] => effectOnly(f, node.right);
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.CommaToken:
      lowerEffect(f, node.left);
      return lowerEffect(f, node.right);
    case ts.SyntaxKind.AmpersandAmpersandToken:
      choose(f, node, lowerCondition(f, node.left), right, nothing);
      return goesOn;
    case ts.SyntaxKind.BarBarToken:
      choose(f, node, lowerCondition(f, node.left), nothing, right);
      return goesOn;
    case ts.SyntaxKind.QuestionQuestionToken:
      choose(f, node, lowerGiven(f, node.left), nothing, right);
      return goesOn;
    default:
      lowerExpression(f, node);
      return goesOn;
  }
}

function effectOnly(f: Lowering, node: ts.Expression): readonly ValueId[] {
  lowerEffect(f, node);
  return [];
}
