/** Truth: conditions, comparisons, short circuits, and whether there is a value at all. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { bool } from '../../ir/build.ts';
import type { Op, PrimName, ValueId } from '../../ir/types.ts';
import { bare, spanOf } from '../syntax.ts';
import { describe, from, isNumber, type Lowering, mayBeNothing, report } from './context.ts';
import { type Arm, goesOn, join, lowerArm } from './exits.ts';
import { lowerExpression } from './expressions.ts';
import { givenTest, isMissingLiteral, lowerMaybeLogical, missingTest } from './missing.ts';
import { refusedText, refusedValue } from './refuse.ts';

export { givenTest, isMissingLiteral, lowerEither, lowerGiven } from './missing.ts';

/** An expression as a condition: its truth. */
export function lowerCondition(f: Lowering, node: ts.Expression): ValueId {
  const at = bare(node);
  if (ts.isPrefixUnaryExpression(at) && at.operator === ts.SyntaxKind.ExclamationToken) {
    const operand = lowerCondition(f, at.operand);
    return from(f, at).prim('not', [operand]);
  }
  if (ts.isBinaryExpression(at)) {
    const operator = at.operatorToken.kind;
    if (operator === ts.SyntaxKind.AmpersandAmpersandToken || operator === ts.SyntaxKind.BarBarToken) return lowerShortCircuit(f, at);
  }
  return truthOf(f, at, lowerExpression(f, at));
}

export function truthOf(f: Lowering, node: ts.Expression, id: ValueId): ValueId {
  const type = f.b.typeOf(id);
  const optional = f.optional.has(id);
  if (f.absent.has(id)) return from(f, node).constant(false);
  if (type.kind === 'bool' && !optional && !f.reads.has(id)) return id;
  const b = from(f, node);
  const given = optional ? b.prim('given', [id]) : f.reads.get(id);
  if (type.kind === 'array') return givenTest(f, node, id) ?? b.constant(true);
  if (type.kind === 'text') return refusedTruth(f, node);
  const truthy = type.kind === 'bool' ? id : b.prim('truthy', [id]);
  return given === undefined ? truthy : b.prim('and', [given, truthy]);
}

function refusedTruth(f: Lowering, node: ts.Expression): ValueId {
  refusedText(f, node);
  return f.b.constant(false);
}

/** `a && b` or `a || b` as a condition. */
function lowerShortCircuit(f: Lowering, node: ts.BinaryExpression): ValueId {
  const isAnd = node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
  const left = lowerCondition(f, node.left);
  const right = lowerArm(f, [], () => ({ end: goesOn, values: [lowerCondition(f, node.right)] }));
  return settleShortCircuit(f, node, isAnd, left, right);
}

/** Tests in their order, up to the first that holds. */
export function lowerAny(f: Lowering, node: ts.Expression, tests: readonly (() => ValueId)[]): ValueId {
  const [first, ...others] = tests;
  if (!first) return from(f, node).constant(false);
  return others.reduce((left, test) => {
    const right = lowerArm(f, [], () => ({ end: goesOn, values: [test()] }));
    return settleShortCircuit(f, node, false, left, right);
  }, first());
}

/** Both sides are booleans: an operator where the right side may as well be computed, else a branch. */
function settleShortCircuit(f: Lowering, node: ts.Expression, isAnd: boolean, left: ValueId, right: Arm): ValueId {
  if (isHarmless(right, f)) {
    right.ops.forEach((op) => f.b.push(op));
    return from(f, node).prim(isAnd ? 'and' : 'or', [left, right.values[0] as ValueId]);
  }
  const known = lowerArm(f, [], () => ({ end: goesOn, values: [from(f, node).constant(!isAnd)] }));
  return join(f, node, left, isAnd ? [right, known] : [known, right]).values[0] as ValueId;
}

const harmless: ReadonlySet<Op['kind']> = new Set(['const', 'prim', 'load', 'length', 'present', 'same']);
const harmlessSize = 12;

/** May it be computed although it was not asked for? Nothing in it has an effect, and it is small. */
function isHarmless(arm: Arm, f: Lowering): boolean {
  if (arm.ops.length > harmlessSize || !arm.ops.every((op) => harmless.has(op.kind) && !readsNothing(f, op))) return false;
  return [...f.env].every(([variable, value]) => arm.env.get(variable) === value);
}

/** May it read an object that is not there? */
function readsNothing(f: Lowering, op: Op): boolean {
  return (op.kind === 'load' || op.kind === 'length' || op.kind === 'present') && mayBeNothing(f, op.array);
}

/** `a && b` or `a || b` as a value. */
export function lowerLogical(f: Lowering, node: ts.BinaryExpression): ValueId {
  const isAnd = node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
  if (f.cx.types.mayBeMissing(node)) return lowerMaybeLogical(f, node, isAnd);
  const left = lowerExpression(f, node.left);
  const right = lowerArm(f, [], () => ({ end: goesOn, values: [lowerExpression(f, node.right)] }));
  const both = f.b.typeOf(left).kind === 'bool' && f.b.typeOf(right.values[0] as ValueId).kind === 'bool';
  if (both && !f.optional.has(left)) return settleShortCircuit(f, node, isAnd, left, right);
  const cond = truthOf(f, node.left, left);
  const kept = lowerArm(f, [], () => ({ end: goesOn, values: [left] }));
  return join(f, node, cond, isAnd ? [right, kept] : [kept, right]).values[0] as ValueId;
}

const comparisons: Partial<Record<ts.SyntaxKind, PrimName>> = {
  [ts.SyntaxKind.LessThanToken]: 'lt',
  [ts.SyntaxKind.LessThanEqualsToken]: 'le',
  [ts.SyntaxKind.GreaterThanToken]: 'gt',
  [ts.SyntaxKind.GreaterThanEqualsToken]: 'ge',
  [ts.SyntaxKind.EqualsEqualsToken]: 'eq',
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: 'eq',
  [ts.SyntaxKind.ExclamationEqualsToken]: 'ne',
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: 'ne',
};

export function lowerComparison(f: Lowering, node: ts.BinaryExpression): ValueId {
  const prim = comparisons[node.operatorToken.kind];
  if (!prim) return refusedValue(f, node);
  const [left, right] = [bare(node.left), bare(node.right)];
  if (isMissingLiteral(f, right)) return missingTest(f, node, left, right);
  if (isMissingLiteral(f, left)) return missingTest(f, node, right, left);
  return compare(f, node, prim, lowerExpression(f, left), lowerExpression(f, right));
}

/** `left === right` and the like, of values. */
export function compare(f: Lowering, node: ts.Expression, prim: PrimName, left: ValueId, right: ValueId): ValueId {
  const [a, b] = [f.b.typeOf(left), f.b.typeOf(right)];
  const build = from(f, node);
  if (isNumber(a) && isNumber(b)) return build.prim(prim, [left, right]);
  if (a.kind === 'array' && b.kind === 'array' && (prim === 'eq' || prim === 'ne')) {
    const same = build.define('same', { left, right }, bool);
    return prim === 'eq' ? same : build.prim('not', [same]);
  }
  if (a.kind === 'bool' && b.kind === 'bool') {
    return prim === 'eq' || prim === 'ne'
      ? build.prim(prim, [left, right])
      : build.prim(prim, [build.prim('toNumber', [left]), build.prim('toNumber', [right])]);
  }
  if (a.kind === 'text' && b.kind === 'text' && (prim === 'eq' || prim === 'ne')) return build.prim(prim, [left, right]);
  report(
    f.cx,
    a.kind === b.kind ? messages.text(spanOf(node), 'this comparison') : messages.mixedValue(spanOf(node), describe(a), describe(b)),
  );
  return build.constant(false);
}
