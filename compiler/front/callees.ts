/** Which function a call calls, and what a local function takes from the functions around it. */
import { ts } from 'ts-morph';
import { bare, enclosingFunction, type FunctionNode, type FunctionWithBody, functionOf, isInside, targetsOf } from './syntax.ts';
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

function isConstantDeclaration(declaration: ts.VariableDeclaration): boolean {
  return (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
}

export function nameOfFunction(fn: FunctionNode): string {
  if (fn.name) return fn.name.text;
  let at: ts.Node = fn.parent;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isSatisfiesExpression(at)) at = at.parent;
  return ts.isVariableDeclaration(at) && ts.isIdentifier(at.name) ? at.name.text : 'function';
}

/** Variables of the functions around `fn` that it (or a local function it calls) reads, in order. */
export function capturedBy(types: TypeReader, fn: FunctionWithBody, seen: readonly FunctionWithBody[] = []): ts.Symbol[] {
  if (!enclosingFunction(fn) || seen.includes(fn)) return [];
  const captured = new Set<ts.Symbol>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const symbol = types.symbolAt(node);
      const inner = functionBehind(symbol);
      if (inner && inner !== fn && enclosingFunction(inner))
        for (const one of capturedBy(types, inner, [...seen, fn])) addOuter(one, fn, captured);
      else if (symbol && !inner) addOuter(symbol, fn, captured);
    }
    ts.forEachChild(node, visit);
  };
  visit(fn);
  return [...captured];
}

function addOuter(symbol: ts.Symbol, fn: FunctionWithBody, captured: Set<ts.Symbol>): void {
  const declaration = symbol.valueDeclaration;
  if (declaration && isVariable(declaration) && enclosingFunction(declaration) && !isInside(declaration, fn)) captured.add(symbol);
}

function isVariable(node: ts.Node): boolean {
  return ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node);
}

/** Variables of the functions around `fn` that it assigns, with the place. */
export function capturedWrites(types: TypeReader, fn: FunctionWithBody): { readonly name: string; readonly at: ts.Node }[] {
  if (!enclosingFunction(fn)) return [];
  const captured = new Set(capturedBy(types, fn));
  const found: { name: string; at: ts.Node }[] = [];
  const visit = (node: ts.Node): void => {
    for (const target of targetsOf(node)) {
      const symbol = types.symbolAt(target);
      if (symbol && captured.has(symbol)) found.push({ name: symbol.name, at: target });
    }
    ts.forEachChild(node, visit);
  };
  visit(fn.body);
  return found;
}
