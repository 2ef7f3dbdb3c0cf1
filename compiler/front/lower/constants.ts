/** Names that are no variables of the function: constants of modules, enums, and JavaScript's own. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { arrayOf, refsOf } from '../../ir/build.ts';
import { isNumbers, isReference, sameType } from '../../ir/memory-types.ts';
import type { Type, ValueId } from '../../ir/types.ts';
import { functionBehind } from '../callees.ts';
import { bare, enclosingFunction, isConstant, isLocal, spanOf, targetsOf } from '../syntax.ts';
import { type Kind, storageNamed } from '../types.ts';
import { isNeverWritten } from './constant-uses.ts';
import { from, type HiddenConstants, isNumber, type Lowering, type ModuleContext, report, typeOfKind } from './context.ts';
import { lowerExpression } from './expressions.ts';
import { refusedValue, standIn } from './refuse.ts';

/** Is the name JavaScript's own, not one of the user's? */
export function isGlobalName(cx: ModuleContext, node: ts.Node, name: string): boolean {
  if (!ts.isIdentifier(node) || node.text !== name) return false;
  const declarations = cx.types.symbolAt(node)?.declarations ?? [];
  // Other packages merge declarations into the library's own (@types/node does for typed arrays).
  return (
    declarations.length === 0 || declarations.some((declaration) => cx.program.isSourceFileDefaultLibrary(declaration.getSourceFile()))
  );
}

const globalNumbers: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY };

const namespaceNumbers: Readonly<Record<string, number>> = {
  'Math.PI': Math.PI,
  'Math.E': Math.E,
  'Math.LN2': Math.LN2,
  'Math.LN10': Math.LN10,
  'Math.LOG2E': Math.LOG2E,
  'Math.LOG10E': Math.LOG10E,
  'Math.SQRT2': Math.SQRT2,
  'Math.SQRT1_2': Math.SQRT1_2,
  'Number.EPSILON': Number.EPSILON,
  'Number.MAX_VALUE': Number.MAX_VALUE,
  'Number.MIN_VALUE': Number.MIN_VALUE,
  'Number.MAX_SAFE_INTEGER': Number.MAX_SAFE_INTEGER,
  'Number.MIN_SAFE_INTEGER': Number.MIN_SAFE_INTEGER,
  'Number.POSITIVE_INFINITY': Number.POSITIVE_INFINITY,
  'Number.NEGATIVE_INFINITY': Number.NEGATIVE_INFINITY,
  'Number.NaN': Number.NaN,
};

/** The value of `Math.PI`, `Number.EPSILON`, `NaN` …, of an enum's member, or of a literal; undefined for all else. */
export function knownNumber(cx: ModuleContext, node: ts.Expression): number | undefined {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isIdentifier(node))
    return Object.hasOwn(globalNumbers, node.text) && isGlobalName(cx, node, node.text) ? globalNumbers[node.text] : undefined;
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  const owner = ts.isIdentifier(node.expression) ? node.expression.text : '';
  const isBuiltIn = (owner === 'Math' || owner === 'Number') && isGlobalName(cx, node.expression, owner);
  return isBuiltIn ? namespaceNumbers[`${owner}.${node.name.text}`] : enumNumber(cx, node);
}

function enumNumber(cx: ModuleContext, node: ts.PropertyAccessExpression): number | undefined {
  const value = enumValue(cx, node);
  return typeof value === 'number' ? value : undefined;
}

function enumValue(cx: ModuleContext, node: ts.PropertyAccessExpression): number | string | undefined {
  const member = cx.types.symbolAt(node.name)?.valueDeclaration;
  if (!member || !ts.isEnumMember(member)) return undefined;
  cx.uses.add(member.getSourceFile().fileName);
  return cx.types.checker.getConstantValue(member);
}

/** `A: 0` in `const Mode = { A: 0, B: 1 } as const` of a module, which `Mode.A` stands for. */
function memberOf(cx: ModuleContext, node: ts.PropertyAccessExpression): ts.PropertyAssignment | undefined {
  const member = cx.types.symbolAt(node.name)?.valueDeclaration;
  if (!member || !ts.isPropertyAssignment(member)) return undefined;
  let at: ts.Node = member.parent.parent;
  if (!ts.isAsExpression(at) || !ts.isConstTypeReference(at.type)) return undefined;
  while (ts.isExpression(at)) at = at.parent;
  if (!ts.isVariableDeclaration(at) || !isConstant(at) || enclosingFunction(at)) return undefined;
  return cx.types.symbolAt(node.expression) === cx.types.symbolAt(at.name) ? member : undefined;
}

/** What a property access stands for without reading memory: a constant of `Math`, a member of an enum or of a constant object. */
export function isKnownMember(cx: ModuleContext, node: ts.PropertyAccessExpression): boolean {
  const member = memberOf(cx, node);
  return (
    knownNumber(cx, node) !== undefined ||
    enumValue(cx, node) !== undefined ||
    (member !== undefined && isPlain({ cx }, member.initializer))
  );
}

/** The value of a property access, where {@link isKnownMember}. */
export function lowerKnownMember(f: Lowering, node: ts.PropertyAccessExpression): ValueId | undefined {
  const known = knownNumber(f.cx, node) ?? enumValue(f.cx, node);
  if (known !== undefined) return from(f, node).constant(known);
  const member = memberOf(f.cx, node);
  if (!member || !isPlain(f, member.initializer)) return undefined;
  f.cx.uses.add(member.getSourceFile().fileName);
  return inlined(f, node, member, member.initializer);
}

/** A number, text or flag that is known while compiling. */
export function constantValueOf(f: Pick<Lowering, 'cx'>, node: ts.Expression): number | string | boolean | undefined {
  const at = bare(node);
  if (ts.isStringLiteralLike(at)) return at.text;
  if (at.kind === ts.SyntaxKind.TrueKeyword || at.kind === ts.SyntaxKind.FalseKeyword) return at.kind === ts.SyntaxKind.TrueKeyword;
  const known = foldNumber(f, at) ?? (ts.isPropertyAccessExpression(at) ? enumValue(f.cx, at) : undefined);
  if (known !== undefined) return known;
  const initializer = ts.isPropertyAccessExpression(at) ? memberOf(f.cx, at)?.initializer : undefined;
  const text = initializer ?? (ts.isIdentifier(at) ? constantBehind(f, at)?.initializer : undefined);
  return text && ts.isStringLiteralLike(bare(text)) ? (bare(text) as ts.StringLiteralLike).text : undefined;
}

/** A number that is known while compiling, by operations that every machine rounds alike. */
export function foldNumber(f: Pick<Lowering, 'cx'>, node: ts.Expression, seen: readonly ts.Node[] = []): number | undefined {
  const at = bare(node);
  const known = knownNumber(f.cx, at);
  if (known !== undefined) return known;
  if (ts.isPrefixUnaryExpression(at) && at.operator === ts.SyntaxKind.MinusToken) {
    const value = foldNumber(f, at.operand, seen);
    return value === undefined ? undefined : -value;
  }
  if (ts.isBinaryExpression(at)) return foldBinary(at.operatorToken.kind, foldNumber(f, at.left, seen), foldNumber(f, at.right, seen));
  const declaration = ts.isPropertyAccessExpression(at) ? memberOf(f.cx, at) : ts.isIdentifier(at) ? constantBehind(f, at) : undefined;
  if (!declaration?.initializer || seen.includes(declaration)) return undefined;
  f.cx.uses.add(declaration.getSourceFile().fileName);
  return foldNumber(f, declaration.initializer, [...seen, declaration]);
}

function foldBinary(operator: ts.SyntaxKind, left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (operator === ts.SyntaxKind.PlusToken) return left + right;
  if (operator === ts.SyntaxKind.MinusToken) return left - right;
  if (operator === ts.SyntaxKind.AsteriskToken) return left * right;
  return operator === ts.SyntaxKind.SlashToken ? left / right : undefined;
}

/** The `const` that a name stands for, in this or another module or in the function. */
export function constantBehind(f: Pick<Lowering, 'cx'>, node: ts.Identifier): ts.VariableDeclaration | undefined {
  const declaration = f.cx.types.symbolAt(node)?.valueDeclaration;
  return declaration && ts.isVariableDeclaration(declaration) && isConstant(declaration) ? declaration : undefined;
}

/** A name (or `namespace.name`) that is no variable of the function. */
export function lowerConstant(f: Lowering, node: ts.Identifier | ts.PropertyAccessExpression, symbol: ts.Symbol | undefined): ValueId {
  const known = knownNumber(f.cx, node);
  if (known !== undefined) return from(f, node).constant(known);
  if (functionBehind(symbol)) return refuseWith(f, messages.functionValue(spanOf(node), `'${node.getText()}'`));
  const declaration = symbol?.valueDeclaration;
  if (!symbol || !declaration || !ts.isVariableDeclaration(declaration)) return refusedValue(f, node);
  if (enclosingFunction(declaration)) return refuseWith(f, messages.notInitialised(spanOf(node), symbol.name));
  if (!isConstant(declaration)) return refuseWith(f, messages.moduleVariable(spanOf(node), symbol.name));
  f.cx.uses.add(declaration.getSourceFile().fileName);
  return lowerModuleConstant(f, node, symbol, declaration);
}

function refuseWith(f: Lowering, diagnostic: Parameters<typeof report>[1]): ValueId {
  report(f.cx, diagnostic);
  return standIn(f);
}

function lowerModuleConstant(f: Lowering, node: ts.Expression, symbol: ts.Symbol, declaration: ts.VariableDeclaration): ValueId {
  const { initializer } = declaration;
  const type = constantType(f, declaration);
  if (!type) return refusedValue(f, node);
  if (initializer && type.kind !== 'array' && isPlain(f, bare(initializer))) return inlined(f, node, declaration, initializer);
  const module = declaration.getSourceFile().fileName;
  if (isExported(f, symbol, declaration)) return from(f, node).define('global', { name: symbol.name, module }, type, symbol.name);
  const literal = initializer && isNumbers(type) ? literalNumbers(f, bare(initializer)) : undefined;
  const isCopied = literal !== undefined && isNeverWritten(f, symbol, declaration);
  if (!isCopied && f.cx.hidden?.module === module && !isLocal(declaration)) return hiddenConstant(f, node, symbol, type, f.cx.hidden);
  if (!isCopied) return refuseWith(f, messages.constantNotExported(spanOf(node), symbol.name));
  return from(f, node).define('global', { name: symbol.name, module, literal }, type, symbol.name);
}

/** One that its module does not export, but will. */
function hiddenConstant(f: Lowering, node: ts.Node, { name }: ts.Symbol, type: Type, { module, names }: HiddenConstants): ValueId {
  const exported = hiddenName(name);
  names.set(name, exported);
  return from(f, node).define('global', { name: exported, module }, type, name);
}

/** The name under which a constant is exported only for what is compiled. */
function hiddenName(name: string): string {
  return `gradgen$${name}`;
}

export function constantType(f: Lowering, declaration: ts.VariableDeclaration): Type | undefined {
  return constantTypeOf(f.cx.types.kindAt(declaration.name));
}

/** A list `as const` is a tuple for the checker and an array for us. */
function constantTypeOf(kind: Kind): Type | undefined {
  const type = typeOfKind(kind);
  if (kind.kind !== 'record' || !kind.tuple) return type;
  const elements = kind.fields.map((field) => constantTypeOf(field.kind));
  const [first] = elements;
  if (elements.every((element) => element !== undefined && isNumber(element))) return arrayOf('list');
  return first && isReference(first) && elements.every((element) => sameType(first, element)) ? refsOf(first) : type;
}

/** The initializer, evaluated where it is used: the operations are the same, so is the value. */
export function inlined(
  f: Lowering,
  node: ts.Expression,
  declaration: ts.VariableDeclaration | ts.PropertyAssignment,
  initializer: ts.Expression,
): ValueId {
  const { activeConstants } = f.cx;
  if (activeConstants.includes(declaration)) return refuseWith(f, messages.constantCycle(spanOf(node), declaration.name.getText()));
  activeConstants.push(declaration);
  const folded = foldNumber(f, initializer);
  const value = folded === undefined ? lowerExpression(f, initializer) : from(f, node).constant(folded);
  activeConstants.pop();
  return value;
}

/** Numbers, texts, other constants, operators and functions of Math. */
export function isPlain(f: Pick<Lowering, 'cx'>, node: ts.Node): boolean {
  if (ts.isNumericLiteral(node) || ts.isStringLiteralLike(node)) return true;
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) return true;
  if (ts.isIdentifier(node)) return knownNumber(f.cx, node) !== undefined || constantBehind(f, node) !== undefined;
  if (ts.isPropertyAccessExpression(node)) return isKnownMember(f.cx, node);
  if (ts.isCallExpression(node)) {
    const callee = bare(node.expression);
    const isMath = ts.isPropertyAccessExpression(callee) && isGlobalName(f.cx, callee.expression, 'Math') && callee.name.text !== 'random';
    return isMath && node.arguments.every((argument) => isPlain(f, argument));
  }
  const isOperator = ts.isBinaryExpression(node) && targetsOf(node).length === 0;
  const isWrapper =
    ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isConditionalExpression(node);
  if (ts.isBinaryExpression(node) && isOperator) return isPlain(f, node.left) && isPlain(f, node.right);
  if (ts.isPrefixUnaryExpression(node) && targetsOf(node).length === 0) return isPlain(f, node.operand);
  if (ts.isConditionalExpression(node)) return isPlain(f, node.condition) && isPlain(f, node.whenTrue) && isPlain(f, node.whenFalse);
  return isWrapper && isPlain(f, (node as ts.ParenthesizedExpression).expression);
}

export function isExported(f: Lowering, symbol: ts.Symbol, declaration: ts.Node): boolean {
  const module = f.cx.types.checker.getSymbolAtLocation(declaration.getSourceFile());
  if (!module) return false;
  return f.cx.types.checker
    .getExportsOfModule(module)
    .some((one) => one === symbol || (isAlias(one) && f.cx.types.checker.getAliasedSymbol(one) === symbol));
}

function isAlias(symbol: ts.Symbol): boolean {
  return (symbol.flags & ts.SymbolFlags.Alias) !== 0;
}

/** The numbers of `[1, 2]` or `new Float64Array([1, 2])`. */
export function literalNumbers(f: Lowering, node: ts.Expression): readonly number[] | undefined {
  if (ts.isNewExpression(node) && storageNamed(node.expression.getText())) {
    const [first] = node.arguments ?? [];
    return first && ts.isArrayLiteralExpression(bare(first)) ? literalNumbers(f, bare(first)) : undefined;
  }
  if (!ts.isArrayLiteralExpression(node)) return undefined;
  const numbers = node.elements.map((element) => foldNumber(f, element));
  return numbers.every((number): number is number => number !== undefined) ? numbers : undefined;
}
