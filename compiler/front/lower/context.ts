/** What the lowering of one function knows while it runs, and what all functions of a module share. */
import { isNumbers } from '../../ir/memory-types.ts';
import type { ts } from 'ts-morph';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Origin } from '../../diagnostics/origin.ts';
import type { Builder } from '../../ir/build.ts';
import type { IrFunction, NumberStorage, Type, ValueId } from '../../ir/types.ts';
import { type FunctionWithBody, spanOf } from '../syntax.ts';
import type { Kind, TypeReader } from '../types.ts';

/** A function lowered for one use: what it is given, and what it gives. */
export interface Callee {
  readonly key: string;
  readonly fn: IrFunction;
  /** Types of what it returns, in order. */
  readonly returns: readonly Type[];
}

/** Shared by everything that is lowered for one module. */
export interface ModuleContext {
  readonly types: TypeReader;
  readonly program: ts.Program;
  readonly diagnostics: Diagnostic[];
  readonly callees: Map<string, Callee>;
  /** Functions being lowered, outermost first: a second entry is recursion. */
  readonly active: FunctionWithBody[];
  /** Constants whose initializers are being lowered. */
  readonly activeConstants: ts.Node[];
  /** Absolute paths of the files whose text was used. */
  readonly uses: Set<string>;
  readonly strictNull: boolean;
  /** The name under which each function appears among the callees. */
  readonly names: Map<ts.Node, string>;
}

/** A place that a jump goes to. */
export interface Target {
  readonly name: string;
}

/** What a labelled statement, a loop or a function offers to jumps in it. */
export interface Scope {
  readonly labels: readonly string[];
  readonly loop: boolean;
  readonly onBreak: Target;
  readonly onContinue?: Target;
}

/** Where a returned value waits for the end of the function. */
export interface ReturnSlot {
  readonly slot: number;
  readonly name: string;
  readonly kind: Kind;
}

export type Variable = ts.Symbol | ReturnSlot;

export interface Lowering {
  readonly cx: ModuleContext;
  readonly b: Builder;
  readonly fn: FunctionWithBody;
  env: Map<Variable, ValueId | undefined>;
  readonly tuples: Map<ts.Symbol, readonly ValueId[]>;
  readonly texts: Map<ts.Symbol, string>;
  /** Parameters that may be undefined and were not yet replaced. */
  readonly optional: Set<ValueId>;
  /** Values that stand for what was refused: nothing further is said about them. */
  readonly refused: Set<ValueId>;
  /** Values that stand for parameters left out at every call of this instance. */
  readonly absent: Set<ValueId>;
  /** Parameters that are carried along and may only stand in messages. */
  readonly opaque: Set<ValueId>;
  /** Elements read where the checker counts with undefined: the value, and whether there was one. */
  readonly reads: Map<ValueId, ValueId>;
  /** Counters of counted loops: whole numbers. */
  readonly counters: Set<ValueId>;
  readonly slots: readonly ReturnSlot[];
  readonly returnsTuple: boolean;
  readonly scopes: Scope[];
  readonly onReturn: Target;
  /** Where each exit code jumps to; the code is the position. */
  readonly sites: (Target | undefined)[];
  readonly siteOf: Map<ts.Node, number>;
  /** Carried variables that turned out to be real; kept between attempts. */
  readonly reals: RealCarried;
}

/** By loop: carried variables that hold reals. `changed` asks for another attempt. */
export interface RealCarried {
  readonly byLoop: Map<ts.Node, Set<Variable>>;
  changed: boolean;
}

export function report(cx: ModuleContext, diagnostic: Diagnostic): void {
  const same = (other: Diagnostic): boolean =>
    other.code === diagnostic.code &&
    other.message === diagnostic.message &&
    other.at?.start === diagnostic.at?.start &&
    other.at?.file === diagnostic.at?.file;
  if (!cx.diagnostics.some(same)) cx.diagnostics.push(diagnostic);
}

/** What is emitted from here on comes from this node. */
export function from(f: Lowering, node: ts.Node): Builder {
  f.b.origin = spanOf(node);
  return f.b;
}

/** Gives a value the user's name, unless it has one already. */
export function named(f: Lowering, id: ValueId, hint: string): ValueId {
  const info = f.b.values[id];
  if (info && info.hint === undefined) f.b.values[id] = { ...info, hint };
  return id;
}

export function variableName(variable: Variable): string {
  return variable.name;
}

export function isSlot(variable: Variable): variable is ReturnSlot {
  return 'slot' in variable;
}

/** A value of a type that is never read: it fills a place on a path that does not use it. */
export function placeholder(f: Lowering, type: Type): ValueId {
  if (type.kind === 'bool') return f.b.constant(false);
  return type.kind === 'array' ? emptyArray(f, type) : f.b.constant(0);
}

/** Its origin says that it stands for no array of the user's. */
function emptyArray(f: Lowering, type: Type): ValueId {
  const { origin } = f.b;
  f.b.origin = neverRead;
  const id = f.b.define('alloc', { length: f.b.constant(0), fill: 'zero' }, type);
  f.b.origin = origin;
  return id;
}

export const neverRead: Origin = { kind: 'synthetic', reason: 'never read' };

export function typeOfKind(kind: Kind): Type | undefined {
  switch (kind.kind) {
    case 'real':
      return { kind: 'real' };
    case 'int':
      return { kind: 'int' };
    case 'bool':
      return { kind: 'bool' };
    case 'array':
      return { kind: 'array', storage: kind.storage };
    default:
      return undefined;
  }
}

export function storageOf(type: Type): NumberStorage | undefined {
  return isNumbers(type) ? type.storage : undefined;
}

export function isNumber(type: Type): boolean {
  return type.kind === 'real' || type.kind === 'int';
}

/** How a type is called in messages. */
export function describe(type: Type): string {
  if (type.kind === 'array') return type.storage === 'list' ? 'a number[]' : `an array (${type.storage})`;
  return type.kind === 'bool' ? 'a boolean' : 'a number';
}
