/** The fence for calls: which functions and methods are known, and what the others are told. */
import { ts } from '#ts-morph';
import { messages } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { calleeOf } from './callees.ts';
import { isGlobalName } from './lower/constants.ts';
import { type ModuleContext, report } from './lower/context.ts';
import { errorOf } from './lower/errors.ts';
import { functionFor } from './lower/from-function.ts';
import { builtinNameOf, isBuiltin, isMathName, mathNameOf } from './lower/math.ts';
import { constantOf } from './lower/methods.ts';
import { bare, type FunctionNode, functionOf, spanOf } from './syntax.ts';
import { isArrayOfOthers, storageNamed } from './types.ts';

export function checkCall(cx: ModuleContext, node: ts.CallExpression | ts.NewExpression): void {
  const diagnostic = ts.isNewExpression(node) ? newProblem(cx, node) : callProblem(cx, node);
  if (diagnostic) report(cx, diagnostic);
}

function newProblem(cx: ModuleContext, node: ts.NewExpression): Diagnostic | undefined {
  const callee = bare(node.expression);
  const name = ts.isIdentifier(callee) && isGlobalName(cx, callee, callee.text) ? callee.text : '';
  if (storageNamed(name)) return (node.arguments?.length ?? 0) > 1 ? messages.view(spanOf(node), `\`new ${name}(buffer, …)\``) : undefined;
  const isError = errorOf({ cx }, node) !== undefined && isThrown(node);
  return name === 'Array' || isError ? undefined : messages.classOrNew(spanOf(node), `\`new ${node.expression.getText()}\``);
}

function isThrown(node: ts.Node): boolean {
  let at = node.parent;
  while (ts.isParenthesizedExpression(at)) at = at.parent;
  return ts.isThrowStatement(at);
}

function callProblem(cx: ModuleContext, node: ts.CallExpression): Diagnostic | undefined {
  if (node.questionDotToken) return messages.optionalChain(spanOf(node));
  const math = mathNameOf(cx, node.expression);
  if (math === 'Math.random') return messages.random(spanOf(node));
  if (math !== undefined) return isMathName(math) ? undefined : messages.unknownCall(spanOf(node), math);
  if (calleeOf(cx.types, node)) return undefined;
  const builtin = builtinNameOf(cx, node.expression);
  if (builtin !== undefined) return builtinProblem(cx, node, builtin);
  const callee = bare(node.expression);
  if (ts.isPropertyAccessExpression(callee)) return methodProblem(cx, node, callee);
  return messages.unknownCall(spanOf(node), node.expression.getText());
}

function builtinProblem(cx: ModuleContext, node: ts.CallExpression, name: string): Diagnostic | undefined {
  const [owner = '', method] = name.split('.');
  if (isBuiltin(name) || name === 'Array') return undefined;
  if (errorOf({ cx }, node) !== undefined && isThrown(node)) return undefined;
  if (owner === 'console') return messages.sideEffect(spanOf(node), name);
  const makes = owner === 'Array' || storageNamed(owner) !== undefined;
  if (makes && method === 'of') return undefined;
  if (makes && method === 'from') {
    const [, map] = node.arguments;
    const isKnown = map === undefined || constantOf({ cx }, map) !== undefined || functionFor({ cx }, map) !== undefined;
    return map && (!isKnown || !isShape(node.arguments[0])) ? messages.arrayCallback(spanOf(node), name) : undefined;
  }
  return messages.unknownCall(spanOf(node), name);
}

function isShape(node: ts.Expression | undefined): boolean {
  return node !== undefined && ts.isObjectLiteralExpression(bare(node));
}

const supported: ReadonlySet<string> = new Set(['fill', 'slice', 'set', 'push', 'subarray']);
const withCallback: ReadonlySet<string> = new Set([
  'map',
  'reduce',
  'reduceRight',
  'forEach',
  'filter',
  'some',
  'every',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'flatMap',
]);
const shrinking: ReadonlySet<string> = new Set(['pop', 'shift', 'unshift', 'splice']);
const rewrites: Readonly<Record<string, string>> = {
  at: 'write `a[a.length - 1]`',
  concat: 'make an array of both lengths and copy in two loops, or with `set`',
  reverse: 'swap the elements in a loop: `[a[i], a[j]] = [a[j], a[i]]`',
  sort: 'sort outside, and pass the sorted array or the order in',
  toSorted: 'sort outside, and pass the sorted array or the order in',
  entries: 'write `for (let i = 0; i < a.length; i++)`',
  keys: 'write `for (let i = 0; i < a.length; i++)`',
  values: 'write `for (const value of a)`',
};

function methodProblem(cx: ModuleContext, node: ts.CallExpression, callee: ts.PropertyAccessExpression): Diagnostic | undefined {
  const { kind, ...form } = cx.types.kindAt(callee.expression);
  const isTuple = kind === 'record' && 'tuple' in form && form.tuple;
  const method = callee.name.text;
  if (callee.questionDotToken) return messages.optionalChain(spanOf(node));
  if (kind === 'text') return messages.text(spanOf(node), `\`.${method}()\``);
  if (isArrayOfOthers(cx.types, callee.expression)) return undefined;
  if (kind !== 'array' && kind !== 'list' && !isTuple && !isGeneric(cx, callee.expression)) {
    return kind === 'real' || kind === 'int'
      ? messages.text(spanOf(node), `\`.${method}()\``)
      : messages.unknownCall(spanOf(node), callee.getText());
  }
  if (isTuple ? method === 'slice' : supported.has(method)) return undefined;
  if (withCallback.has(method)) return messages.arrayCallback(spanOf(node), method);
  if (shrinking.has(method)) return messages.shrinking(spanOf(node), `'${method}'`);
  return messages.arrayMethod(spanOf(node), method, rewrites[method] ?? 'write the loop that it stands for');
}

/** The kind of a generic parameter shows at each use only. */
function isGeneric(cx: ModuleContext, node: ts.Expression): boolean {
  return (cx.types.checker.getTypeAtLocation(node).flags & ts.TypeFlags.TypeParameter) !== 0;
}

/** A function may stand where it gets a name and where it is called. What takes it as an argument is known, or refused itself. */
export function isFunctionAllowed(cx: ModuleContext, node: FunctionNode): boolean {
  let at: ts.Node = node;
  while (ts.isParenthesizedExpression(at.parent) || ts.isAsExpression(at.parent) || ts.isSatisfiesExpression(at.parent)) at = at.parent;
  const { parent } = at;
  if (functionOf(parent) === node || ts.isExportAssignment(parent)) return true;
  if (!ts.isCallExpression(parent)) return false;
  return parent.expression === at || calleeOf(cx.types, parent) === undefined;
}
