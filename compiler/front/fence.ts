/** The fence: every construct of a function, and of the functions it reaches, that cannot be compiled, in one report. */
import { ts } from '#ts-morph';
import { messages } from '../diagnostics/catalog.ts';
import { calleeOf, functionBehind, nameOfFunction } from './callees.ts';
import { capturedWrites } from './captures.ts';
import { checkCall, isFunctionAllowed } from './fence-calls.ts';
import { checkMacro } from './fence-macros.ts';
import { checkSyntax } from './fence-syntax.ts';
import { isGlobalName } from './lower/constants.ts';
import { type ModuleContext, report } from './lower/context.ts';
import { derivativeAt, innermost, isDifferentiated, macroNamed } from './macros.ts';
import { enclosingFunction, type FunctionWithBody, isConstant, isFunctionNode, isLocal, spanOf } from './syntax.ts';
import { hasNullElements, isArrayOfAny, isArrayOfOthers } from './types.ts';
import { refusalOf } from './unusable.ts';

/** Reports to `cx`; gives the functions reached, the first one included. */
export function checkFence(cx: ModuleContext, fn: FunctionWithBody): readonly FunctionWithBody[] {
  const reached = new Set<FunctionWithBody>();
  enter(cx, fn, reached);
  return [...reached];
}

function enter(cx: ModuleContext, fn: FunctionWithBody, reached: Set<FunctionWithBody>): void {
  if (reached.has(fn)) return;
  reached.add(fn);
  checkFunction(cx, fn);
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    checkNode(cx, node);
    const callee = ts.isCallExpression(node) ? functionCalled(cx, node) : undefined;
    if (callee) enter(cx, callee, reached);
    ts.forEachChild(node, visit);
  };
  fn.parameters.forEach(visit);
  visit(fn.body);
}

/** The function that is called, or whose derivative is. */
function functionCalled({ types }: ModuleContext, node: ts.CallExpression): FunctionWithBody | undefined {
  const derivative = derivativeAt(types, node.expression);
  if (derivative) return innermost(derivative);
  return macroNamed(types, node.expression) ? undefined : calleeOf(types, node);
}

/** What holds for a function as a whole. */
function checkFunction(cx: ModuleContext, fn: FunctionWithBody): void {
  const at = spanOf(fn.name ?? fn);
  if (ts.getModifiers(fn)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword))
    report(cx, messages.asyncOrGenerator(at, 'an async function'));
  if (fn.asteriskToken) report(cx, messages.asyncOrGenerator(at, 'a generator'));
  for (const { name, at: node } of capturedWrites(cx.types, fn)) report(cx, messages.capturedWrite(spanOf(node), name, nameOfFunction(fn)));
}

function checkNode(cx: ModuleContext, node: ts.Node): void {
  if (checkMacro(cx, node)) return;
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return checkCall(cx, node);
  if (ts.isIdentifier(node)) return checkName(cx, node);
  if (isFunctionNode(node) && !ts.isFunctionDeclaration(node) && !isFunctionAllowed(cx, node)) {
    return report(cx, messages.functionValue(spanOf(node), 'a function'));
  }
  checkSyntax(cx, node);
}

/** Functions stand only where they are called, and variables of modules nowhere. */
function checkName(cx: ModuleContext, node: ts.Identifier): void {
  if (isGlobalName(cx, node, 'arguments') && node.text === 'arguments')
    return report(cx, messages.thisOrArguments(spanOf(node), 'arguments'));
  const isDeclared = (ts.isVariableDeclaration(node.parent) || ts.isBindingElement(node.parent)) && node.parent.name === node;
  const symbol = isReference(node) || isDeclared ? cx.types.symbolAt(node) : undefined;
  const declaration = symbol?.valueDeclaration;
  if (!symbol || !declaration || (symbol.flags & (ts.SymbolFlags.Enum | ts.SymbolFlags.Module)) !== 0) return;
  if (functionBehind(symbol) && !isDeclared && !isCalled(node) && !isDifferentiated(cx.types, node))
    report(cx, messages.functionValue(spanOf(node), `'${node.text}'`));
  const isValue = (symbol.flags & ts.SymbolFlags.Variable) !== 0;
  if (isValue && isDeclared === (enclosingFunction(declaration) !== undefined) && !isOfParameter(declaration) && refuseType(cx, node))
    return;
  if (isValue && isOfParameter(declaration) && hasNullElements(cx.types, node)) return refuseElements(cx, node, declaration);
  const isVariable = ts.isVariableDeclaration(declaration) && !isLocal(declaration);
  const isOwn = !cx.program.isSourceFileDefaultLibrary(declaration.getSourceFile());
  if (isVariable && isOwn && !isConstant(declaration)) report(cx, messages.moduleVariable(spanOf(node), node.text));
}

/** Reports a variable whose type cannot be used. */
function refuseType(cx: ModuleContext, node: ts.Identifier): boolean {
  const kind = cx.types.kindAt(node);
  if (kind.kind !== 'other') return false;
  const refusal = kind.why === 'method' || kind.why === 'accessor' ? undefined : refusalOf(node, node.text, kind);
  if (refusal) report(cx, refusal);
  else if (isArrayOfOthers(cx.types, node) && !isArrayOfAny(cx.types, node)) refuseElements(cx, node, node);
  return refusal !== undefined;
}

function refuseElements(cx: ModuleContext, node: ts.Identifier, at: ts.Node): void {
  report(cx, messages.arrayOfOthers(spanOf(at), node.text, cx.types.text(cx.types.checker.getTypeAtLocation(node))));
}

function isOfParameter(declaration: ts.Node): boolean {
  let at = declaration;
  while (ts.isBindingElement(at)) at = at.parent.parent;
  return ts.isParameter(at);
}

/** Is it a use of a name, not a declaration, property or label? */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isFunctionLike(parent)) return parent.name !== node;
  return (
    !ts.isBreakOrContinueStatement(parent) && !ts.isLabeledStatement(parent) && !(ts.isPropertyAssignment(parent) && parent.name === node)
  );
}

function isCalled(node: ts.Identifier): boolean {
  let at: ts.Node = node;
  while (ts.isParenthesizedExpression(at.parent) || ts.isNonNullExpression(at.parent) || ts.isAsExpression(at.parent)) at = at.parent;
  return ts.isCallExpression(at.parent) && at.parent.expression === at;
}
