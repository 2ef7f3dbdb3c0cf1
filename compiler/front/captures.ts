/** What a local function takes from the functions around it. */
import { ts } from '#ts-morph';
import { functionBehind } from './callees.ts';
import { derivativeAt, innermost } from './macros.ts';
import { type FunctionWithBody, isInside, isLocal, targetsOf } from './syntax.ts';
import type { TypeReader } from './types.ts';

/** Variables of the functions and blocks around `fn` that it (or a local function it calls) reads, in order. */
export function capturedBy(types: TypeReader, fn: FunctionWithBody, seen: readonly FunctionWithBody[] = []): ts.Symbol[] {
  if (!isLocal(fn) || seen.includes(fn)) return [];
  const captured = new Set<ts.Symbol>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const symbol = types.symbolAt(node);
      const inner = functionNamed(types, node, symbol);
      if (inner && inner !== fn && isLocal(inner)) for (const one of capturedBy(types, inner, [...seen, fn])) addOuter(one, fn, captured);
      else if (symbol && !inner) addOuter(symbol, fn, captured);
    }
    ts.forEachChild(node, visit);
  };
  visit(fn);
  return [...captured];
}

/** The function that a name stands for, or whose derivative it is. */
function functionNamed(types: TypeReader, node: ts.Identifier, symbol: ts.Symbol | undefined): FunctionWithBody | undefined {
  const derivative = functionBehind(symbol) ? undefined : derivativeAt(types, node);
  return derivative ? innermost(derivative) : functionBehind(symbol);
}

function addOuter(symbol: ts.Symbol, fn: FunctionWithBody, captured: Set<ts.Symbol>): void {
  const declaration = symbol.valueDeclaration;
  if (declaration && isVariable(declaration) && isLocal(declaration) && !isInside(declaration, fn)) captured.add(symbol);
}

function isVariable(node: ts.Node): boolean {
  return ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node);
}

/** Variables of the functions and blocks around `fn` that it assigns, with the place. */
export function capturedWrites(types: TypeReader, fn: FunctionWithBody): { readonly name: string; readonly at: ts.Node }[] {
  if (!isLocal(fn)) return [];
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
