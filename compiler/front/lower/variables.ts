/**
 * Variables that may hold no value. What refers to an object can be asked itself; beside a number, flag or text goes a variable of
 * its own that says whether it is there, through branches and loops as the others.
 */
import { ts } from '#ts-morph';
import { isReference } from '../../ir/memory-types.ts';
import type { ValueId } from '../../ir/types.ts';
import { missingOf } from '../classify.ts';
import { effectsOf } from '../effects.ts';
import { typeOfKind } from '../kinds.ts';
import { isConstant } from '../syntax.ts';
import { type Lowering, named, type Presence } from './context.ts';

/** Gives a variable its value, for the first time or anew. */
export function setVariable(f: Lowering, symbol: ts.Symbol, value: ValueId): void {
  const presence = f.presences.get(symbol) ?? presenceFor(f, symbol);
  if (presence) f.env.set(presence, presentValue(f, value));
  f.env.set(symbol, named(f, value, symbol.name));
}

/** Reads it; whether it is there is remembered with the value. */
export function getVariable(f: Lowering, symbol: ts.Symbol): ValueId | undefined {
  const value = f.env.get(symbol);
  const presence = f.presences.get(symbol);
  const there = presence && f.env.get(presence);
  if (value !== undefined && there !== undefined) f.reads.set(value, there);
  return value;
}

/** A variable that is assigned later and whose declaration counts with undefined. */
function presenceFor(f: Lowering, symbol: ts.Symbol): Presence | undefined {
  const declaration = symbol.valueDeclaration;
  const declared = declaration && f.cx.types.checker.getTypeOfSymbolAtLocation(symbol, declaration);
  const type = declared && typeOfKind(f.cx.types.kindOf(declared));
  if (!declared || missingOf(declared).length === 0 || !type || isReference(type)) return undefined;
  if (!declaration || !isAssignable(f, symbol, declaration)) return undefined;
  const presence: Presence = { presenceOf: symbol, name: `${symbol.name}Given` };
  f.presences.set(symbol, presence);
  return presence;
}

function isAssignable(f: Lowering, symbol: ts.Symbol, declaration: ts.Declaration): boolean {
  if (ts.isParameter(declaration)) return effectsOf(f.cx.types, [f.fn.body]).assigned.has(symbol);
  if (!ts.isVariableDeclaration(declaration) && !ts.isBindingElement(declaration)) return false;
  let at: ts.Node = declaration;
  while (!ts.isVariableDeclaration(at) && !ts.isParameter(at)) at = at.parent;
  return ts.isParameter(at) || !isConstant(at);
}

function presentValue(f: Lowering, value: ValueId): ValueId {
  if (f.absent.has(value)) return f.b.constant(false);
  if (f.optional.has(value)) return f.b.prim('given', [value]);
  return f.reads.get(value) ?? f.b.constant(true);
}
