/** The fence for statements and expressions: what each unsupported piece of syntax is told. */
import { ts } from 'ts-morph';
import { messages } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { isGlobalName, knownNumber } from './lower/constants.ts';
import { type ModuleContext, report } from './lower/context.ts';
import { errorOf } from './lower/errors.ts';
import { mathNameOf } from './lower/math.ts';
import { lengthOfRecord } from './lower/methods.ts';
import { nameOfNode } from './node-names.ts';
import { bare, isAssignment, spanOf, targetsOf } from './syntax.ts';

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
  [ts.SyntaxKind.SwitchStatement]: always((node) => messages.switchStatement(firstToken(node, 'switch'))),
  [ts.SyntaxKind.TryStatement]: always((node) => messages.tryStatement(firstToken(node, 'try'))),
  [ts.SyntaxKind.ForInStatement]: always((node) => messages.forIn(firstToken(node, 'for'))),
  [ts.SyntaxKind.ForOfStatement]: checkForOf,
  [ts.SyntaxKind.WithStatement]: unsupported,
  [ts.SyntaxKind.DebuggerStatement]: unsupported,
  [ts.SyntaxKind.EnumDeclaration]: unsupported,
  [ts.SyntaxKind.ClassDeclaration]: always((node) => messages.classOrNew(spanOf(node), 'a class')),
  [ts.SyntaxKind.ClassExpression]: always((node) => messages.classOrNew(spanOf(node), 'a class')),
  [ts.SyntaxKind.AwaitExpression]: always((node) => messages.asyncOrGenerator(spanOf(node), '`await`')),
  [ts.SyntaxKind.YieldExpression]: always((node) => messages.asyncOrGenerator(spanOf(node), '`yield`')),
  [ts.SyntaxKind.ThrowStatement]: checkThrow,
  [ts.SyntaxKind.ObjectLiteralExpression]: checkRecord,
  [ts.SyntaxKind.PropertyAccessExpression]: checkProperty,
  [ts.SyntaxKind.ElementAccessExpression]: checkElement,
  [ts.SyntaxKind.SpreadElement]: checkSpread,
  [ts.SyntaxKind.ThisKeyword]: always((node) => messages.thisOrArguments(spanOf(node), 'this')),
  [ts.SyntaxKind.SuperKeyword]: always((node) => messages.thisOrArguments(spanOf(node), 'super')),
  [ts.SyntaxKind.TypeOfExpression]: unsupported,
  [ts.SyntaxKind.DeleteExpression]: unsupported,
  [ts.SyntaxKind.RegularExpressionLiteral]: unsupported,
  [ts.SyntaxKind.BigIntLiteral]: unsupported,
  [ts.SyntaxKind.TaggedTemplateExpression]: unsupported,
  [ts.SyntaxKind.StringLiteral]: checkText,
  [ts.SyntaxKind.NoSubstitutionTemplateLiteral]: checkText,
  [ts.SyntaxKind.TemplateExpression]: checkText,
  [ts.SyntaxKind.BinaryExpression]: checkBinary,
  [ts.SyntaxKind.VariableDeclaration]: checkDeclaration,
};

function firstToken(node: ts.Node, word: string) {
  const span = spanOf(node);
  return { ...span, end: span.start + word.length };
}

function checkForOf(_: ModuleContext, node: ts.ForOfStatement): Diagnostic | undefined {
  if (node.awaitModifier) return messages.asyncOrGenerator(spanOf(node.awaitModifier), '`for await`');
  const target = ts.isVariableDeclarationList(node.initializer) ? node.initializer.declarations[0]?.name : bare(node.initializer);
  return target && !ts.isIdentifier(target) ? messages.destructuring(spanOf(target), 'the head of a loop') : undefined;
}

function checkThrow(cx: ModuleContext, node: ts.ThrowStatement): Diagnostic | undefined {
  return errorOf({ cx }, node.expression) ? undefined : messages.throwOther(spanOf(node));
}

/** `{ length: n }` may stand in `Array.from`. */
function checkRecord(_: ModuleContext, node: ts.ObjectLiteralExpression): Diagnostic | undefined {
  const { parent } = node;
  const isShape = ts.isCallExpression(parent) && /Array\.from$/.test(parent.expression.getText()) && lengthOfRecord(node) !== undefined;
  const isPattern = isAssignment(parent) && parent.left === node;
  if (isPattern) return messages.destructuring(spanOf(node), 'an object pattern');
  return isShape ? undefined : messages.record(spanOf(node), 'an object literal');
}

function checkProperty(cx: ModuleContext, node: ts.PropertyAccessExpression): Diagnostic | undefined {
  if (node.questionDotToken) return messages.optionalChain(spanOf(node));
  if (isCallee(node) || knownNumber(cx, node) !== undefined) return undefined;
  const kind = cx.types.kindAt(node.expression).kind;
  if (node.name.text === 'length' && isTarget(node)) return messages.shrinking(spanOf(node), "an assignment to 'length'");
  if (node.name.text === 'length' && kind === 'text') return messages.text(spanOf(node), 'a text');
  if (node.name.text === 'length') return undefined;
  if (isGlobalName(cx, node.expression, 'Math')) return mathFunction(cx, node);
  return isModuleMember(cx, node) ? undefined : messages.record(spanOf(node), `the property \`.${node.name.text}\``);
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

function checkElement(_: ModuleContext, node: ts.ElementAccessExpression): Diagnostic | undefined {
  return node.questionDotToken ? messages.optionalChain(spanOf(node)) : undefined;
}

/** `[...a]` and `[...a, b]` are copies. */
function checkSpread(_: ModuleContext, node: ts.SpreadElement): Diagnostic | undefined {
  const { parent } = node;
  const isCopy = ts.isArrayLiteralExpression(parent) && parent.elements[0] === node && !isAssignmentTarget(parent);
  return isCopy ? undefined : messages.spread(spanOf(node));
}

function isAssignmentTarget(node: ts.Node): boolean {
  return isAssignment(node.parent) && node.parent.left === node;
}

/** A text may stand in an error that is thrown, or be handed to a function that throws it. */
function checkText(cx: ModuleContext, node: ts.Expression): Diagnostic | undefined {
  if (ts.isExpressionStatement(node.parent)) return undefined;
  let at: ts.Node = node;
  while (ts.isExpression(at) && !ts.isCallExpression(at.parent) && !ts.isNewExpression(at.parent) && !ts.isStatement(at.parent))
    at = at.parent;
  const call = at.parent;
  const isArgument = (ts.isCallExpression(call) || ts.isNewExpression(call)) && call.arguments?.includes(at as ts.Expression);
  const isMessage = isArgument && ts.isExpression(call) && errorOf({ cx }, call) !== undefined;
  return isMessage || (isArgument && at === node && ts.isStringLiteralLike(node)) ? undefined : text(cx, node as never);
}

function checkBinary(_: ModuleContext, node: ts.BinaryExpression): Diagnostic | undefined {
  const operator = node.operatorToken.kind;
  if (operator === ts.SyntaxKind.InstanceOfKeyword || operator === ts.SyntaxKind.InKeyword) {
    return messages.unsupported(spanOf(node), nameOfNode(node));
  }
  const left = isAssignment(node) ? bare(node.left) : undefined;
  if (!left || !ts.isArrayLiteralExpression(left)) return undefined;
  const odd = left.elements.find(
    (element) => isAssignment(element) || ts.isArrayLiteralExpression(bare(element)) || ts.isObjectLiteralExpression(bare(element)),
  );
  return odd && messages.destructuring(spanOf(odd), isAssignment(odd) ? 'a default' : 'a pattern');
}

function checkDeclaration(cx: ModuleContext, node: ts.VariableDeclaration): Diagnostic | undefined {
  const { name, initializer } = node;
  if (ts.isIdentifier(name)) return undefined;
  if (ts.isObjectBindingPattern(name)) {
    const isMath = initializer && isGlobalName(cx, bare(initializer), 'Math');
    return isMath ? undefined : messages.destructuring(spanOf(name), 'an object pattern');
  }
  const odd = name.elements
    .filter(ts.isBindingElement)
    .find((element) => element.initializer || element.dotDotDotToken || !ts.isIdentifier(element.name));
  if (!odd) return undefined;
  return messages.destructuring(spanOf(odd), odd.initializer ? 'a default' : odd.dotDotDotToken ? 'a rest element' : 'a pattern');
}
