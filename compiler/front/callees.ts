/** Which function a call calls. */
import { ts } from '#ts-morph';
import { bare, type FunctionNode, type FunctionWithBody, functionOf } from './syntax.ts';
import type { TypeReader } from './types.ts';

/** The function of the project that is called; undefined for built-in and unknown ones. */
export function calleeOf(types: TypeReader, node: ts.CallExpression): FunctionWithBody | undefined {
  const callee = bare(node.expression);
  if (ts.isArrowFunction(callee) || ts.isFunctionExpression(callee)) return callee as FunctionWithBody;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  if (!ts.isIdentifier(name)) return undefined;
  return functionBehind(types.symbolAt(name));
}

export function functionBehind(symbol: ts.Symbol | undefined): FunctionWithBody | undefined {
  for (const declaration of symbol?.declarations ?? []) {
    const fn = functionOf(declaration);
    if (fn && (!ts.isVariableDeclaration(declaration) || isConstantDeclaration(declaration))) return fn;
  }
  return undefined;
}

export function isConstantDeclaration(declaration: ts.VariableDeclaration): boolean {
  return (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
}

export function nameOfFunction(fn: FunctionNode): string {
  if (fn.name) return fn.name.text;
  let at: ts.Node = fn.parent;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isSatisfiesExpression(at)) at = at.parent;
  return ts.isVariableDeclaration(at) && ts.isIdentifier(at.name) ? at.name.text : 'function';
}
