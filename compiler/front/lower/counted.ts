/** Which `for` loops are counted: an integer start, a constant step, and a bound that stays. */
import { ts } from '#ts-morph';
import type { Storage, ValueId } from '../../ir/types.ts';
import { calleeOf } from '../callees.ts';
import { type ArrayWrite, type Effects, effectsOf, storageOfKind } from '../effects.ts';
import { bare, enclosingFunction, isAssignment, isConstant, isUpdate, leavesOf, targetsOf } from '../syntax.ts';
import { foldNumber, isKnownMember } from './constants.ts';
import { from, type Lowering } from './context.ts';
import { lowerNumber } from './expressions.ts';
import { isAccess } from './places.ts';
import { isWholeValue } from './whole.ts';

export interface CountedPlan {
  readonly counter: ts.Symbol;
  readonly from: ValueId;
  readonly to: ValueId;
  readonly step: number;
  /** What else the loop does after each iteration. */
  readonly updates: readonly ts.Expression[];
}

interface Test {
  readonly counter: ts.Symbol;
  readonly bound: ts.Expression;
  readonly operator: '<' | '<=' | '>' | '>=';
}

/** How a `for` counts, or undefined where it has to be a `while`. Its initializer has been lowered. */
export function countedPlan(f: Lowering, node: ts.ForStatement): CountedPlan | undefined {
  if (!node.condition || !node.incrementor) return undefined;
  for (const test of testsOf(f, bare(node.condition))) {
    const plan = planFor(f, node, test);
    if (plan) return plan;
  }
  return undefined;
}

function planFor(f: Lowering, node: ts.ForStatement, test: Test): CountedPlan | undefined {
  const parts = commaParts(node.incrementor as ts.Expression);
  const steps = parts.map((part) => stepOf(f, part, test.counter));
  const at = steps.findIndex((step) => step !== undefined);
  const step = steps[at];
  const start = f.env.get(test.counter);
  if (step === undefined || start === undefined || f.b.typeOf(start).kind !== 'int') return undefined;
  const updates = parts.filter((_, i) => i !== at);
  const effects = effectsOf(f.cx.types, [node.statement, node.condition, ...updates]);
  const goesUp = test.operator === '<' || test.operator === '<=';
  if (effects.assigned.has(test.counter) || goesUp !== step > 0) return undefined;
  if (!isInvariant(f, test.bound, effects, test)) return undefined;
  return { counter: test.counter, from: start, to: boundOf(f, test), step, updates };
}

/** `i < n`, and `n > i` read the other way; of `i < j` both readings. */
function testsOf(f: Lowering, node: ts.Expression): Test[] {
  if (!ts.isBinaryExpression(node)) return [];
  const operator = node.operatorToken.getText();
  const mirrored = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;
  if (!(operator in mirrored)) return [];
  const known = operator as Test['operator'];
  return [...testOf(f, node.left, node.right, known), ...testOf(f, node.right, node.left, mirrored[known])];
}

function testOf(f: Lowering, counter: ts.Expression, bound: ts.Expression, operator: Test['operator']): Test[] {
  const at = bare(counter);
  const symbol = ts.isIdentifier(at) ? f.cx.types.symbolAt(at) : undefined;
  return symbol && f.env.has(symbol) ? [{ counter: symbol, bound: bare(bound), operator }] : [];
}

function commaParts(node: ts.Expression): ts.Expression[] {
  const at = bare(node);
  if (ts.isBinaryExpression(at) && at.operatorToken.kind === ts.SyntaxKind.CommaToken)
    return [...commaParts(at.left), ...commaParts(at.right)];
  return [at];
}

/** The constant that an update adds to the counter. */
function stepOf(f: Lowering, update: ts.Expression, counter: ts.Symbol): number | undefined {
  const isCounter = (node: ts.Expression): boolean => f.cx.types.symbolAt(bare(node)) === counter;
  if (isUpdate(update)) return isCounter(update.operand) ? (update.operator === ts.SyntaxKind.PlusPlusToken ? 1 : -1) : undefined;
  if (!isAssignment(update) || !isCounter(update.left)) return undefined;
  const operator = update.operatorToken.kind;
  const right = bare(update.right);
  if (operator === ts.SyntaxKind.PlusEqualsToken) return wholeStep(foldNumber(f, right));
  if (operator === ts.SyntaxKind.MinusEqualsToken) return wholeStep(negated(foldNumber(f, right)));
  if (operator !== ts.SyntaxKind.EqualsToken || !ts.isBinaryExpression(right)) return undefined;
  const kind = right.operatorToken.kind;
  if (kind === ts.SyntaxKind.PlusToken && isCounter(right.left)) return wholeStep(foldNumber(f, right.right));
  if (kind === ts.SyntaxKind.PlusToken && isCounter(right.right)) return wholeStep(foldNumber(f, right.left));
  return kind === ts.SyntaxKind.MinusToken && isCounter(right.left) ? wholeStep(negated(foldNumber(f, right.right))) : undefined;
}

const negated = (value: number | undefined): number | undefined => (value === undefined ? undefined : -value);

function wholeStep(value: number | undefined): number | undefined {
  return value !== undefined && Number.isInteger(value) && value !== 0 ? value : undefined;
}

/** The bound as an exclusive one. The counter is an integer: i <= x just where i < floor(x) + 1. */
function boundOf(f: Lowering, { bound, operator }: Test): ValueId {
  if (operator === '<' || operator === '>') return lowerNumber(f, bound);
  const shift = operator === '<=' ? 1 : -1;
  const folded = foldNumber(f, bound);
  if (folded !== undefined && Number.isInteger(folded)) return from(f, bound).constant(folded + shift);
  const less = lessOne(f, bound, shift);
  if (less !== undefined) return less;
  const value = lowerNumber(f, bound);
  const b = from(f, bound);
  const whole = isWholeValue(f, value) ? value : b.prim(shift === 1 ? 'Math.floor' : 'Math.ceil', [value]);
  return b.prim('add', [whole, b.constant(shift)]);
}

/** `i <= n - 1` is `i < n`. */
function lessOne(f: Lowering, bound: ts.Expression, shift: number): ValueId | undefined {
  if (shift !== 1 || !ts.isBinaryExpression(bound) || bound.operatorToken.kind !== ts.SyntaxKind.MinusToken) return undefined;
  if (foldNumber(f, bound.right) !== 1) return undefined;
  const trial = f.b.region([], () => [lowerNumber(f, bound.left)]);
  const value = trial.yields[0] as ValueId;
  if (!isWholeValue(f, value)) return undefined;
  trial.ops.forEach((op) => f.b.push(op));
  return value;
}

/** Does an expression give the same value at every test of the loop? */
function isInvariant(f: Lowering, node: ts.Expression, effects: Effects, test: Test): boolean {
  const at = bare(node);
  if (ts.isNumericLiteral(at)) return true;
  if (ts.isIdentifier(at)) return isInvariantName(f, at, effects, test);
  if (isUpdate(at) || isAssignment(at)) return false;
  if (ts.isPrefixUnaryExpression(at)) return isInvariant(f, at.operand, effects, test);
  if (ts.isBinaryExpression(at)) {
    const logical = at.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken || at.operatorToken.kind === ts.SyntaxKind.CommaToken;
    return !logical && isInvariant(f, at.left, effects, test) && isInvariant(f, at.right, effects, test);
  }
  if (ts.isOptionalChain(at)) return false;
  if (ts.isPropertyAccessExpression(at)) return isInvariantProperty(f, at, effects, test);
  if (ts.isElementAccessExpression(at)) return isInvariantElement(f, at, effects, test);
  return ts.isCallExpression(at) && isMathCall(f, at) && at.arguments.every((argument) => isInvariant(f, argument, effects, test));
}

function isInvariantName(f: Lowering, node: ts.Identifier, effects: Effects, test: Test): boolean {
  const symbol = f.cx.types.symbolAt(node);
  return symbol !== undefined && symbol !== test.counter && !effects.assigned.has(symbol);
}

function isMathCall(f: Lowering, node: ts.CallExpression): boolean {
  const callee = bare(node.expression);
  return calleeOf(f.cx.types, node) === undefined && ts.isPropertyAccessExpression(callee) && callee.expression.getText() === 'Math';
}

function isInvariantProperty(f: Lowering, node: ts.PropertyAccessExpression, effects: Effects, test: Test): boolean {
  if (isKnownMember(f.cx, node)) return true;
  const object = bare(node.expression);
  const field = node.name.text;
  if (isAccess(f.cx, node)) {
    const isWritten = effects.writes.some((write) => (write.field ?? field) === field && mayWrite(f, write, object));
    return !isWritten && isInvariant(f, object, effects, test);
  }
  if (storageAt(f, object) === undefined) return ts.isIdentifier(object) && !f.env.has(f.cx.types.symbolAt(object) as ts.Symbol);
  return field === 'length' && isInvariant(f, object, effects, test) && !lengthMayChange(f, object, effects, test);
}

function isInvariantElement(f: Lowering, node: ts.ElementAccessExpression, effects: Effects, test: Test): boolean {
  const object = bare(node.expression);
  if (!isInvariant(f, object, effects, test) || !isInvariant(f, node.argumentExpression, effects, test)) return false;
  return !effects.writes.some((write) => mayWrite(f, write, object));
}

/** May the loop lengthen the array? Only lists grow, and not by a store at the counter of a loop up to their own length. */
export function lengthMayChange(f: Lowering, array: ts.Expression, effects: Effects, test?: Test): boolean {
  const storage = storageAt(f, array);
  if (storage !== undefined && storage !== 'list' && storage !== 'refs') return false;
  const bounded = test?.operator === '<' ? test.counter : undefined;
  return effects.writes.some((write) => mayWrite(f, write, array) && (write.index === undefined || write.index !== bounded));
}

function mayWrite(f: Lowering, write: ArrayWrite, array: ts.Expression): boolean {
  const storage = storageAt(f, array);
  if (storage !== undefined && write.storage !== undefined && write.storage !== storage) return false;
  const root = f.cx.types.symbolAt(array);
  return root === undefined || write.root === undefined || root === write.root || !areDistinct(root, write.root);
}

/** How the array keeps its numbers: as it was lowered, else by its type. */
function storageAt(f: Lowering, node: ts.Expression): Storage | undefined {
  const symbol = f.cx.types.symbolAt(node);
  const value = symbol && f.env.get(symbol);
  const kind = f.cx.types.kindAt(node);
  const type = value === undefined ? undefined : f.b.typeOf(value);
  return type?.kind === 'array' ? type.storage : storageOfKind(kind);
}

/** A constant that holds an array made where it is declared is no other such array, and no parameter of the same function. */
function areDistinct(a: ts.Symbol, b: ts.Symbol): boolean {
  if (isFresh(a) && isFresh(b)) return true;
  return (isFresh(a) && isParameterBeside(b, a)) || (isFresh(b) && isParameterBeside(a, b));
}

function isFresh(symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !isConstant(declaration) || !declaration.initializer) return false;
  const value = bare(declaration.initializer);
  return ts.isNewExpression(value) || ts.isArrayLiteralExpression(value) || ts.isObjectLiteralExpression(value);
}

/** A parameter that is never assigned holds what the caller made; one that is may hold anything. */
function isParameterBeside(symbol: ts.Symbol, local: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  if (!declaration || !ts.isParameter(declaration) || !local.valueDeclaration) return false;
  const { body } = declaration.parent as ts.FunctionLikeDeclaration;
  return body !== undefined && enclosingFunction(local.valueDeclaration) === declaration.parent && !assigns(body, symbol.name);
}

function assigns(node: ts.Node, name: string): boolean {
  const heads = ts.isForOfStatement(node) && ts.isExpression(node.initializer) ? leavesOf(node.initializer) : [];
  const isTarget = [...targetsOf(node), ...heads].some((target) => ts.isIdentifier(target) && target.text === name);
  return isTarget || (ts.forEachChild(node, (child) => assigns(child, name) || undefined) ?? false);
}
