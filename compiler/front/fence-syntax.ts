/** The fence for statements and expressions: what each unsupported piece of syntax is told. */
import { ts } from '#ts-morph';
import { messages } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { isGlobalName, isKnownMember } from './lower/constants.ts';
import { type ModuleContext, report } from './lower/context.ts';
import { errorOf } from './lower/errors.ts';
import { mathNameOf } from './lower/math.ts';
import { nameOfNode } from './node-names.ts';
import { bare, spanOf, targetsOf } from './syntax.ts';
import { refusalOf } from './unusable.ts';

type Check = (cx: ModuleContext, node: never) => Diagnostic | undefined;

export function checkSyntax(cx: ModuleContext, node: ts.Node): void {
  const check = checks[node.kind];
  const diagnostic = check?.(cx, node as never);
  if (diagnostic) report(cx, diagnostic);
}

const always =
  (make: (node: ts.Node) => Diagnostic): Check =>
  (_, node: ts.Node) =>
    make(node);
const unsupported = always((node) => messages.unsupported(spanOf(node), nameOfNode(node)));
const text = always((node) => messages.text(spanOf(node), `the text \`${node.getText().slice(0, 30)}\``));

const checks: Partial<Record<ts.SyntaxKind, Check>> = {
  [ts.SyntaxKind.TryStatement]: always((node) => messages.tryStatement(firstToken(node, 'try'))),
  [ts.SyntaxKind.ForInStatement]: always((node) => messages.forIn(firstToken(node, 'for'))),
  [ts.SyntaxKind.ForOfStatement]: checkForOf,
  [ts.SyntaxKind.WithStatement]: unsupported,
  [ts.SyntaxKind.DebuggerStatement]: unsupported,
  [ts.SyntaxKind.ClassDeclaration]: always((node) => messages.classOrNew(spanOf(node), 'a class')),
  [ts.SyntaxKind.ClassExpression]: always((node) => messages.classOrNew(spanOf(node), 'a class')),
  [ts.SyntaxKind.AwaitExpression]: always((node) => messages.asyncOrGenerator(spanOf(node), '`await`')),
  [ts.SyntaxKind.YieldExpression]: always((node) => messages.asyncOrGenerator(spanOf(node), '`yield`')),
  [ts.SyntaxKind.ThrowStatement]: checkThrow,
  [ts.SyntaxKind.ObjectLiteralExpression]: checkRecord,
  [ts.SyntaxKind.PropertyAccessExpression]: checkProperty,
  [ts.SyntaxKind.BindingElement]: checkBinding,
  [ts.SyntaxKind.SpreadElement]: checkSpread,
  [ts.SyntaxKind.ThisKeyword]: always((node) => messages.thisOrArguments(spanOf(node), 'this')),
  [ts.SyntaxKind.SuperKeyword]: always((node) => messages.thisOrArguments(spanOf(node), 'super')),
  [ts.SyntaxKind.TypeOfExpression]: unsupported,
  [ts.SyntaxKind.DeleteExpression]: unsupported,
  [ts.SyntaxKind.RegularExpressionLiteral]: unsupported,
  [ts.SyntaxKind.BigIntLiteral]: unsupported,
  [ts.SyntaxKind.TaggedTemplateExpression]: unsupported,
  [ts.SyntaxKind.TemplateExpression]: checkText,
  [ts.SyntaxKind.BinaryExpression]: checkBinary,
};

function firstToken(node: ts.Node, word: string) {
  const span = spanOf(node);
  return { ...span, end: span.start + word.length };
}

function checkForOf(_: ModuleContext, node: ts.ForOfStatement): Diagnostic | undefined {
  if (node.awaitModifier) return messages.asyncOrGenerator(spanOf(node.awaitModifier), '`for await`');
  return undefined;
}

function checkThrow(cx: ModuleContext, node: ts.ThrowStatement): Diagnostic | undefined {
  return errorOf({ cx }, node.expression) ? undefined : messages.throwOther(spanOf(node));
}

/** Plain fields, shorthands and spreads. */
function checkRecord(_: ModuleContext, node: ts.ObjectLiteralExpression): Diagnostic | undefined {
  for (const property of node.properties) {
    if (ts.isAccessor(property)) return messages.record(spanOf(property.name), 'a getter or setter');
    if (ts.isMethodDeclaration(property)) return messages.record(spanOf(property.name), 'a method');
    if (property.name && ts.isComputedPropertyName(property.name)) return messages.record(spanOf(property.name), 'a computed name');
  }
  return undefined;
}

function checkBinding(_: ModuleContext, node: ts.BindingElement): Diagnostic | undefined {
  const name = node.propertyName;
  return name && ts.isComputedPropertyName(name) ? messages.record(spanOf(name), 'a computed name') : undefined;
}

function checkProperty(cx: ModuleContext, node: ts.PropertyAccessExpression): Diagnostic | undefined {
  if (isCallee(node) || isKnownMember(cx, node)) return undefined;
  const kind = cx.types.kindAt(node.expression);
  if (kind.kind === 'record' && !kind.tuple) return undefined;
  if (node.name.text === 'length' && isTarget(node)) return messages.shrinking(spanOf(node), "an assignment to 'length'");
  if (node.name.text === 'length' && kind.kind === 'text') return messages.text(spanOf(node), 'a text');
  if (node.name.text === 'length') return undefined;
  if (isGlobalName(cx, node.expression, 'Math')) return mathFunction(cx, node);
  if (isModuleMember(cx, node) || (node.name.text === 'buffer' && ts.isNewExpression(node.parent))) return undefined;
  const refusal = kind.kind === 'other' ? refusalOf(node.expression, node.expression.getText(), kind) : undefined;
  return refusal ?? messages.record(spanOf(node), `the property \`.${node.name.text}\``);
}

function mathFunction(cx: ModuleContext, node: ts.PropertyAccessExpression): Diagnostic | undefined {
  const isAlias = ts.isVariableDeclaration(node.parent);
  return isAlias && mathNameOf(cx, node) ? undefined : messages.functionValue(spanOf(node), `'${node.getText()}'`);
}

/** `namespace.name`, where the namespace is an imported module or an enum. */
function isModuleMember(cx: ModuleContext, node: ts.PropertyAccessExpression): boolean {
  const symbol = cx.types.symbolAt(bare(node.expression));
  return symbol !== undefined && (symbol.flags & (ts.SymbolFlags.Module | ts.SymbolFlags.Enum)) !== 0;
}

function isCallee(node: ts.Expression): boolean {
  let at: ts.Node = node;
  while (ts.isParenthesizedExpression(at.parent) || ts.isNonNullExpression(at.parent)) at = at.parent;
  return (ts.isCallExpression(at.parent) || ts.isNewExpression(at.parent)) && at.parent.expression === at;
}

function isTarget(node: ts.Expression): boolean {
  let at: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at)) at = at.parent;
  return targetsOf(at).includes(node);
}

/** In literals it copies, in patterns it takes the rest. */
function checkSpread(_: ModuleContext, node: ts.SpreadElement): Diagnostic | undefined {
  return ts.isArrayLiteralExpression(node.parent) ? undefined : messages.spread(spanOf(node));
}

/** A text may be put together in the message of an error that is thrown. */
function checkText(cx: ModuleContext, node: ts.Expression): Diagnostic | undefined {
  let at: ts.Node = node;
  while (ts.isExpression(at) && !ts.isCallExpression(at.parent) && !ts.isNewExpression(at.parent) && !ts.isStatement(at.parent))
    at = at.parent;
  const call = at.parent;
  const isArgument = (ts.isCallExpression(call) || ts.isNewExpression(call)) && call.arguments?.includes(at as ts.Expression);
  const isMessage = isArgument && ts.isExpression(call) && errorOf({ cx }, call) !== undefined;
  return isMessage ? undefined : text(cx, node as never);
}

function checkBinary(cx: ModuleContext, node: ts.BinaryExpression): Diagnostic | undefined {
  const operator = node.operatorToken.kind;
  if (operator === ts.SyntaxKind.InstanceOfKeyword || operator === ts.SyntaxKind.InKeyword) {
    return messages.unsupported(spanOf(node), nameOfNode(node));
  }
  return isConcatenation(cx, node) ? checkText(cx, node) : undefined;
}

function isConcatenation(cx: ModuleContext, node: ts.BinaryExpression): boolean {
  const operator = node.operatorToken.kind;
  if (operator === ts.SyntaxKind.PlusEqualsToken) return cx.types.kindAt(node.left).kind === 'text';
  return operator === ts.SyntaxKind.PlusToken && cx.types.kindAt(node).kind === 'text';
}
