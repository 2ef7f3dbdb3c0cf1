/** Declarations, assignments of every kind, `++` and `--`. A place is evaluated once, before the right side. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { isReference } from '../../ir/memory-types.ts';
import type { PrimName, ValueId } from '../../ir/types.ts';
import { missingOf } from '../classify.ts';
import { typeOfKind } from '../kinds.ts';
import { bare, spanOf, type Update } from '../syntax.ts';
import { from, type Lowering, missingValue, report } from './context.ts';
import { choose } from './exits.ts';
import { arithmeticPrim, lowerExpression, lowerNumber } from './expressions.ts';
import { givenTest, truthOf } from './logic.ts';
import { assignPattern, bind, directValues, isMathAlias, isPattern } from './patterns.ts';
import { type AccessNode, isAccess, lowerFitting, lowerPlace, type MemoryPlace, presentAt, rawLoad, storePlace } from './places.ts';
import { refuseNode, standIn } from './refuse.ts';
import { setVariable } from './variables.ts';

type Place =
  | { readonly kind: 'variable'; readonly symbol: ts.Symbol; readonly node: ts.Identifier }
  | { readonly kind: 'memory'; readonly place: MemoryPlace; readonly node: AccessNode };

export function lowerDeclarations(f: Lowering, declarations: readonly ts.VariableDeclaration[]): void {
  for (const declaration of declarations) lowerDeclaration(f, declaration);
}

function lowerDeclaration(f: Lowering, declaration: ts.VariableDeclaration): void {
  const { name, initializer } = declaration;
  if (isMathAlias(f, declaration)) return;
  if (!initializer) return ts.isIdentifier(name) ? declareEmpty(f, declaration, name) : refuseNode(f, name);
  const direct = directValues(f, name, initializer);
  if (!direct || !ts.isArrayBindingPattern(name)) return bind(f, name, lowerExpression(f, initializer));
  name.elements.forEach((element, i) => {
    if (!ts.isOmittedExpression(element)) bind(f, element.name, direct[i] as ValueId);
  });
}

/** `let a: T | undefined;` holds undefined, and may be asked for it; others have no value yet. */
function declareEmpty(f: Lowering, declaration: ts.VariableDeclaration, name: ts.Identifier): void {
  const symbol = f.cx.types.symbolAt(name);
  const isVar = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped) === 0;
  if (!symbol || isVar) return;
  const { checker } = f.cx.types;
  const declared = declaration.type && checker.getTypeFromTypeNode(declaration.type);
  const type = declared && missingOf(declared).includes('undefined') ? typeOfKind(f.cx.types.kindOf(declared)) : undefined;
  if (!type) return void f.env.set(symbol, undefined);
  const nothing = missingValue(f, type);
  if (!isReference(type)) f.absent.add(nothing);
  setVariable(f, symbol, nothing);
}

export function lowerAssignment(f: Lowering, node: ts.BinaryExpression): ValueId {
  const target = bare(node.left);
  if (isPattern(target)) return assignParts(f, node, target);
  const place = lowerTarget(f, target);
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.EqualsToken:
      return write(f, place, lowerValueFor(f, place, node.right));
    case ts.SyntaxKind.BarBarEqualsToken:
    case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
      return assignIf(f, node, place);
    default:
      return assignWith(f, node, place);
  }
}

function lowerValueFor(f: Lowering, place: Place | undefined, node: ts.Expression): ValueId {
  return place?.kind === 'memory' ? lowerFitting(f, node, place.place.type) : lowerExpression(f, node);
}

/** `[u, v] = [v, u]`: the right side first, then the targets from left to right. */
function assignParts(f: Lowering, node: ts.BinaryExpression, pattern: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression): ValueId {
  const direct = directValues(f, pattern, node.right);
  if (!direct || !ts.isArrayLiteralExpression(pattern)) {
    const value = lowerExpression(f, node.right);
    assignPattern(f, pattern, value);
    return value;
  }
  pattern.elements.forEach((target, i) => {
    if (!ts.isOmittedExpression(target)) assign(f, target, direct[i] as ValueId);
  });
  return f.b.constant(0);
}

/** Writes a value to what stands at the left of an assignment. */
export function assign(f: Lowering, target: ts.Expression, value: ValueId): void {
  const at = bare(target);
  if (isPattern(at)) assignPattern(f, at, value);
  else write(f, lowerTarget(f, at), value);
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
  const assigned = (): readonly ValueId[] => [write(f, place, lowerValueFor(f, place, node.right))];
  const kept = (): readonly ValueId[] => [old];
  const test = operator === ts.SyntaxKind.QuestionQuestionEqualsToken ? presence(f, node.left, place, old) : truthOf(f, node.left, old);
  if (test === undefined) return old;
  const isAnd = operator === ts.SyntaxKind.AmpersandAmpersandEqualsToken;
  const [value] = isAnd ? choose(f, node, test, assigned, kept) : choose(f, node, test, kept, assigned, old);
  return value as ValueId;
}

function presence(f: Lowering, node: ts.Expression, place: Place | undefined, old: ValueId): ValueId | undefined {
  return place?.kind === 'memory' ? presentAt(f, node, place.place) : givenTest(f, node, old);
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
  const place = lowerTarget(f, bare(node.operand));
  const old = read(f, place);
  const prim = node.operator === ts.SyntaxKind.PlusPlusToken ? 'add' : 'sub';
  const b = from(f, node);
  const next = write(f, place, b.prim(prim, [old, b.constant(1)]));
  return ts.isPostfixUnaryExpression(node) ? old : next;
}

function lowerTarget(f: Lowering, target: ts.Expression): Place | undefined {
  if (isAccess(f.cx, target)) return memoryTarget(f, target);
  const symbol = ts.isIdentifier(target) ? f.cx.types.symbolAt(target) : undefined;
  if (symbol && f.env.has(symbol) && ts.isIdentifier(target)) return { kind: 'variable', symbol, node: target };
  if (symbol && ts.isIdentifier(target)) report(f.cx, messages.moduleVariable(spanOf(target), target.text));
  else refuseNode(f, target);
  return undefined;
}

function memoryTarget(f: Lowering, node: AccessNode): Place | undefined {
  const place = lowerPlace(f, node);
  if (place) return { kind: 'memory', place, node };
  report(f.cx, messages.newField(spanOf(node), node.getText()));
  return undefined;
}

function read(f: Lowering, place: Place | undefined): ValueId {
  if (place?.kind === 'variable') return lowerExpression(f, place.node);
  return place ? rawLoad(f, place.node, place.place) : standIn(f);
}

function write(f: Lowering, place: Place | undefined, value: ValueId): ValueId {
  if (place?.kind === 'variable') setVariable(f, place.symbol, value);
  if (place?.kind === 'memory') storePlace(f, place.node, place.place, value);
  return value;
}
