/** Declarations, assignments of every kind, `++` and `--`. A place is evaluated once, before the right side. */
import { ts } from 'ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { bool } from '../../ir/build.ts';
import type { PrimName, ValueId } from '../../ir/types.ts';
import { bare, isConstant, spanOf, type Update } from '../syntax.ts';
import { lowerPlaceOfElement, store } from './arrays.ts';
import { from, type Lowering, named, report } from './context.ts';
import { choose } from './exits.ts';
import { arithmeticPrim, lowerExpression, lowerNumber, lowerTuple } from './expressions.ts';
import { givenTest, truthOf } from './logic.ts';
import { refuseNode, standIn } from './refuse.ts';

type Place =
  | { readonly kind: 'variable'; readonly symbol: ts.Symbol; readonly node: ts.Expression }
  | { readonly kind: 'element'; readonly array: ValueId; readonly index: ValueId; readonly node: ts.Expression };

export function lowerDeclarations(f: Lowering, declarations: readonly ts.VariableDeclaration[]): void {
  for (const declaration of declarations) lowerDeclaration(f, declaration);
}

function lowerDeclaration(f: Lowering, declaration: ts.VariableDeclaration): void {
  const { name, initializer } = declaration;
  if (ts.isIdentifier(name)) return declareName(f, declaration, name);
  if (!ts.isArrayBindingPattern(name) || !initializer) return refuseNode(f, name);
  destructure(f, initializer, name.elements.length, (i, value) => {
    const element = name.elements[i] as ts.ArrayBindingElement;
    if (ts.isOmittedExpression(element)) return;
    if (ts.isIdentifier(element.name)) declare(f, element.name, value);
    else refuseNode(f, element);
  });
}

function declareName(f: Lowering, declaration: ts.VariableDeclaration, name: ts.Identifier): void {
  const symbol = f.cx.types.symbolAt(name);
  const { initializer } = declaration;
  if (!symbol) return;
  if (!initializer) {
    const isVar = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped) === 0;
    if (!isVar) f.env.set(symbol, undefined);
    return;
  }
  const kind = f.cx.types.kindAt(name);
  if (kind.kind === 'tuple' && isConstant(declaration)) {
    const values = lowerTuple(f, initializer, kind.elements.length);
    f.tuples.set(
      symbol,
      values.map((value, i) => named(f, value, `${name.text}${i}`)),
    );
    return;
  }
  declare(f, name, lowerExpression(f, initializer));
}

function declare(f: Lowering, name: ts.Identifier, value: ValueId): void {
  const symbol = f.cx.types.symbolAt(name);
  if (symbol) f.env.set(symbol, named(f, value, name.text));
}

/** Takes a tuple or the first elements of an array apart, each element handed on before the next is read. */
function destructure(f: Lowering, source: ts.Expression, count: number, assign: (i: number, value: ValueId) => void): void {
  const at = bare(source);
  const isList = ts.isArrayLiteralExpression(at) && !at.elements.some(ts.isSpreadElement) && at.elements.length >= count;
  const kind = f.cx.types.kindAt(at);
  if (isList || kind.kind === 'tuple') {
    const size = isList ? at.elements.length : kind.kind === 'tuple' ? kind.elements.length : count;
    lowerTuple(f, at, size)
      .slice(0, count)
      .forEach((value, i) => assign(i, value));
    return;
  }
  const array = lowerExpression(f, at);
  if (f.b.typeOf(array).kind !== 'array') return refuseNode(f, source);
  for (let i = 0; i < count; i++) assign(i, from(f, source).load(array, f.b.constant(i), 'checked'));
}

export function lowerAssignment(f: Lowering, node: ts.BinaryExpression): ValueId {
  const target = bare(node.left);
  if (ts.isArrayLiteralExpression(target)) return assignPattern(f, node, target);
  const place = lowerPlace(f, target);
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.EqualsToken:
      return write(f, place, lowerExpression(f, node.right));
    case ts.SyntaxKind.BarBarEqualsToken:
    case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
      return assignIf(f, node, place);
    default:
      return assignWith(f, node, place);
  }
}

/** `[u, v] = [v, u]`: the right side first, then the targets from left to right. */
function assignPattern(f: Lowering, node: ts.BinaryExpression, pattern: ts.ArrayLiteralExpression): ValueId {
  destructure(f, node.right, pattern.elements.length, (i, value) => {
    const target = pattern.elements[i] as ts.Expression;
    if (ts.isOmittedExpression(target)) return;
    const place = lowerPlace(f, bare(target));
    write(f, place, value);
  });
  return f.b.constant(0);
}

function assignWith(f: Lowering, node: ts.BinaryExpression, place: Place | undefined): ValueId {
  const prim = compoundPrim(node.operatorToken.kind);
  const old = read(f, place);
  const right = lowerNumber(f, node.right);
  return write(f, place, from(f, node).prim(prim, [old, right]));
}

/** `||=`, `&&=`, `??=`: the right side is evaluated, and the place written, only if the old value asks for it. */
function assignIf(f: Lowering, node: ts.BinaryExpression, place: Place | undefined): ValueId {
  const operator = node.operatorToken.kind;
  const old = read(f, place);
  const assigned = (): readonly ValueId[] => [write(f, place, lowerExpression(f, node.right))];
  const kept = (): readonly ValueId[] => [old];
  const test = operator === ts.SyntaxKind.QuestionQuestionEqualsToken ? presence(f, node.left, place, old) : truthOf(f, node.left, old);
  if (test === undefined) return old;
  const isAnd = operator === ts.SyntaxKind.AmpersandAmpersandEqualsToken;
  const [value] = isAnd ? choose(f, node, test, assigned, kept) : choose(f, node, test, kept, assigned, old);
  return value as ValueId;
}

function presence(f: Lowering, node: ts.Expression, place: Place | undefined, old: ValueId): ValueId | undefined {
  if (place?.kind === 'element') return from(f, node).define('present', { array: place.array, index: place.index }, bool);
  return givenTest(f, node, old);
}

const compounds: Partial<Record<ts.SyntaxKind, ts.SyntaxKind>> = {
  [ts.SyntaxKind.PlusEqualsToken]: ts.SyntaxKind.PlusToken,
  [ts.SyntaxKind.MinusEqualsToken]: ts.SyntaxKind.MinusToken,
  [ts.SyntaxKind.AsteriskEqualsToken]: ts.SyntaxKind.AsteriskToken,
  [ts.SyntaxKind.SlashEqualsToken]: ts.SyntaxKind.SlashToken,
  [ts.SyntaxKind.PercentEqualsToken]: ts.SyntaxKind.PercentToken,
  [ts.SyntaxKind.AsteriskAsteriskEqualsToken]: ts.SyntaxKind.AsteriskAsteriskToken,
  [ts.SyntaxKind.AmpersandEqualsToken]: ts.SyntaxKind.AmpersandToken,
  [ts.SyntaxKind.BarEqualsToken]: ts.SyntaxKind.BarToken,
  [ts.SyntaxKind.CaretEqualsToken]: ts.SyntaxKind.CaretToken,
  [ts.SyntaxKind.LessThanLessThanEqualsToken]: ts.SyntaxKind.LessThanLessThanToken,
  [ts.SyntaxKind.GreaterThanGreaterThanEqualsToken]: ts.SyntaxKind.GreaterThanGreaterThanToken,
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken]: ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
};

function compoundPrim(operator: ts.SyntaxKind): PrimName {
  return arithmeticPrim(compounds[operator] ?? ts.SyntaxKind.Unknown) ?? 'add';
}

/** `i++` gives the old value, `++i` the new one. */
export function lowerUpdate(f: Lowering, node: Update): ValueId {
  const place = lowerPlace(f, bare(node.operand));
  const old = read(f, place);
  const prim = node.operator === ts.SyntaxKind.PlusPlusToken ? 'add' : 'sub';
  const b = from(f, node);
  const next = write(f, place, b.prim(prim, [old, b.constant(1)]));
  return ts.isPostfixUnaryExpression(node) ? old : next;
}

function lowerPlace(f: Lowering, target: ts.Expression): Place | undefined {
  if (ts.isElementAccessExpression(target)) return { kind: 'element', ...lowerPlaceOfElement(f, target), node: target };
  const symbol = ts.isIdentifier(target) ? f.cx.types.symbolAt(target) : undefined;
  if (symbol && f.env.has(symbol)) return { kind: 'variable', symbol, node: target };
  if (symbol && ts.isIdentifier(target)) report(f.cx, messages.moduleVariable(spanOf(target), target.text));
  else refuseNode(f, target);
  return undefined;
}

function read(f: Lowering, place: Place | undefined): ValueId {
  if (place?.kind === 'variable') return lowerExpression(f, place.node);
  return place ? from(f, place.node).load(place.array, place.index, 'checked') : standIn(f);
}

function write(f: Lowering, place: Place | undefined, value: ValueId): ValueId {
  if (place?.kind === 'variable') f.env.set(place.symbol, named(f, value, place.symbol.name));
  if (place?.kind === 'element') store(from(f, place.node), place.array, place.index, value);
  return value;
}
