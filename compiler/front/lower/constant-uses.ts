/** Is a constant of a module ever written? */
import { ts } from '#ts-morph';
import { isNumbers } from '../../ir/memory-types.ts';
import { leavesOf, targetsOf } from '../syntax.ts';
import { type Kind, storageNamed } from '../types.ts';
import { type Lowering, typeOfKind } from './context.ts';

/** A readonly type says so; else every use in the module has to be a read. */
export function isNeverWritten(f: Lowering, symbol: ts.Symbol, declaration: ts.VariableDeclaration): boolean {
  if (isDeepReadonly(f.cx.types.kindAt(declaration.name))) return true;
  return everyUse(
    declaration.getSourceFile(),
    (node) => node === declaration.name || f.cx.types.symbolAt(node) !== symbol || isRead(f, node),
  );
}

function isDeepReadonly(kind: Kind): boolean {
  if (kind.kind === 'array') return kind.readonly;
  if (kind.kind === 'list') return kind.readonly && isDeepReadonly(kind.element);
  if (kind.kind !== 'record') return true;
  return kind.fields.every((field) => field.readonly && isDeepReadonly(field.kind));
}

function everyUse(node: ts.Node, test: (node: ts.Identifier) => boolean): boolean {
  if (ts.isIdentifier(node)) return test(node);
  return !(ts.forEachChild(node, (child) => !everyUse(child, test) || undefined) ?? false);
}

/** Does a use only read? What it reads of an array of arrays must be a number in the end. */
function isRead(f: Lowering, node: ts.Identifier): boolean {
  const at = accessAround(node);
  const { parent } = at;
  if (isTarget(at)) return false;
  if (at !== node && typeOfKind(f.cx.types.kindAt(at))?.kind !== 'array') return true;
  if (!isNumbers(typeOfKind(f.cx.types.kindAt(at)))) return false;
  if (ts.isPropertyAccessExpression(parent)) return ['length', 'slice'].includes(parent.name.text);
  if (ts.isForOfStatement(parent)) return parent.expression === at;
  if (ts.isNewExpression(parent)) return storageNamed(parent.expression.getText()) !== undefined;
  if (!ts.isCallExpression(parent)) return ts.isSpreadElement(parent);
  const position = parent.arguments.indexOf(at as ts.Expression);
  const parameter = position < 0 ? undefined : f.cx.types.checker.getResolvedSignature(parent)?.parameters[position];
  const kind = parameter ? f.cx.types.kindOf(f.cx.types.checker.getTypeOfSymbolAtLocation(parameter, parent)) : undefined;
  return kind !== undefined && kind.kind !== 'other' && isDeepReadonly(kind);
}

/** `a[i].x` around `a`. */
function accessAround(node: ts.Node): ts.Node {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent) || ts.isNonNullExpression(parent)) return accessAround(parent);
  const isObject = (ts.isElementAccessExpression(parent) || ts.isPropertyAccessExpression(parent)) && parent.expression === node;
  const isMethod = isObject && ts.isPropertyAccessExpression(parent) && ['length', 'slice'].includes(parent.name.text);
  return isObject && !isMethod ? accessAround(parent) : node;
}

function isTarget(node: ts.Node): boolean {
  let at: ts.Node = node.parent;
  while (isAroundTarget(at)) at = at.parent;
  if (ts.isDeleteExpression(at)) return true;
  const targets = ts.isForOfStatement(at) && ts.isExpression(at.initializer) ? leavesOf(at.initializer) : targetsOf(at);
  return ts.isExpression(node) && targets.includes(node);
}

function isAroundTarget(node: ts.Node): boolean {
  const isPattern = ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node) || ts.isObjectLiteralElement(node);
  return isPattern || ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isSpreadElement(node);
}
