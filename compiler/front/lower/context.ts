/** What the lowering of one function knows while it runs, and what all functions of a module share. */

import type { ts } from '#ts-morph';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Origin } from '../../diagnostics/origin.ts';
import type { Builder } from '../../ir/build.ts';
import { isRecord, isRefs } from '../../ir/memory-types.ts';
import type { ArrayType, DerivedCallee, GivenRule, IrFunction, Type, ValueId } from '../../ir/types.ts';
import { typeOfKind } from '../kinds.ts';
import { type FunctionWithBody, spanOf } from '../syntax.ts';
import { constructorOf, type Kind, type TypeReader } from '../types.ts';

export { typeOfKind };

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
  /** Derivatives that are called, by key. */
  readonly derived: Map<string, DerivedCallee>;
  /** Derivatives that the user gives, by the key of the function. */
  readonly rules: Map<string, GivenRule>;
  /** What is being lowered now, by key, with the types of what it returns: a call of it is recursion. */
  readonly pending: Map<string, readonly Type[]>;
  /** Functions being lowered, outermost first: a second entry is recursion. */
  readonly active: FunctionWithBody[];
  /** Constants whose initializers are being lowered. */
  readonly activeConstants: ts.Node[];
  /** Absolute paths of the files whose text was used. */
  readonly uses: Set<string>;
  readonly strictNull: boolean;
  /** A field declared with `?` is never undefined where it is there. */
  readonly exactOptional: boolean;
  /** The name under which each function appears among the callees. */
  readonly names: Map<ts.Node, string>;
  /** By the names of fields: the order in which objects have them whose type is nowhere declared. */
  readonly orders: Map<string, readonly string[]>;
  /** Where the module itself is going to be changed. */
  readonly hidden?: HiddenConstants;
}

/** Constants of a module that it does not export, to be exported under other names. */
export interface HiddenConstants {
  readonly module: string;
  /** The names for those that are needed. */
  readonly names: Map<string, string>;
}

/** A place that a jump goes to. */
export interface Target {
  readonly name: string;
}

/** What a labelled statement, a loop or a function offers to jumps in it. */
export interface Scope {
  readonly labels: readonly string[];
  readonly loop: boolean;
  /** A `switch`: a target of `break` without a label, not of `continue`. */
  readonly breakable?: true;
  readonly onBreak: Target;
  readonly onContinue?: Target;
}

/** Where a returned value waits for the end of the function. */
export interface ReturnSlot {
  readonly slot: number;
  readonly name: string;
  readonly kind: Kind;
}

/** Whether a variable that may be undefined has a value. */
export interface Presence {
  readonly presenceOf: ts.Symbol;
  readonly name: string;
}

export type Variable = ts.Symbol | ReturnSlot | Presence;

export interface Lowering {
  readonly cx: ModuleContext;
  readonly b: Builder;
  readonly fn: FunctionWithBody;
  env: Map<Variable, ValueId | undefined>;
  /** Parameters that may be undefined and were not yet replaced. */
  readonly optional: Set<ValueId>;
  /** References that a branch or loop joined with what may be undefined or null. */
  readonly nullable: Set<ValueId>;
  /** Values that stand for what was refused: nothing further is said about them. */
  readonly refused: Set<ValueId>;
  /** Values that stand for parameters left out at every call of this instance. */
  readonly absent: Set<ValueId>;
  /** Parameters that are carried along and may only stand in messages. */
  readonly opaque: Set<ValueId>;
  /** Elements read where the checker counts with undefined: the value, and whether there was one. */
  readonly reads: Map<ValueId, ValueId>;
  /** The same of elements that the checker takes for certain, for those who ask all the same. */
  readonly elements: Map<ValueId, ValueId>;
  /** The variables that tell whether others have a value. */
  readonly presences: Map<ts.Symbol, Presence>;
  /** The function's own parameters. */
  readonly params: Set<ValueId>;
  /** Counters of counted loops: whole numbers. */
  readonly counters: Set<ValueId>;
  readonly slots: readonly ReturnSlot[];
  /** It is the marked function and returns a tuple, whose elements are results of their own. */
  readonly splitsTuple: boolean;
  readonly scopes: Scope[];
  readonly onReturn: Target;
  /** Where each exit code jumps to; the code is the position. */
  readonly sites: (Target | undefined)[];
  readonly siteOf: Map<ts.Node, number>;
  /** Types of carried variables that showed only at the end of the loop; kept between attempts. */
  readonly carriedTypes: CarriedTypes;
}

/** By loop: the types of carried variables that turned out to hold something else. `changed` asks for another attempt. */
export interface CarriedTypes {
  readonly byLoop: Map<ts.Node, Map<Variable, Type>>;
  /** What is returned where the declaration leaves it open, by slot. */
  readonly bySlot: Map<number, Type>;
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

/** A return value whose type is a type parameter: what it is shows at the first `return`, and asks for another attempt. */
export function noteReturned(f: Lowering, { slot, kind }: ReturnSlot, value: ValueId | undefined): void {
  const { carriedTypes } = f;
  if (value === undefined || kind.kind === 'other' || typeOfKind(kind) !== undefined || carriedTypes.bySlot.has(slot)) return;
  carriedTypes.bySlot.set(slot, f.b.typeOf(value));
  carriedTypes.changed = true;
}

export function isPresence(variable: Variable): variable is Presence {
  return 'presenceOf' in variable;
}

/** A value of a type that is never read: it fills a place on a path that does not use it. */
export function placeholder(f: Lowering, type: Type): ValueId {
  if (type.kind === 'bool') return f.b.constant(false);
  if (type.kind === 'text') return f.b.constant('');
  if (isRefs(type) || isRecord(type)) return missingValue(f, type);
  return type.kind === 'array' ? emptyArray(f, type) : f.b.constant(0);
}

/** `undefined`, where a value of the type might stand. */
export function missingValue(f: Lowering, type: Type, value: undefined | null = undefined): ValueId {
  return f.b.define('const', { value }, type);
}

/** Is the value `undefined` or `null`, as far as it is known here? */
export function isMissingValue(f: Lowering, id: ValueId): boolean {
  const op = f.b.definerOf(id);
  return op?.kind === 'const' && (op.value === undefined || op.value === null);
}

/** May a reference be undefined or null, as far as its making tells? */
export function mayBeNothing(f: Lowering, id: ValueId): boolean {
  if (f.optional.has(id) || f.nullable.has(id) || isMissingValue(f, id)) return true;
  const op = f.b.definerOf(id);
  if (op?.kind !== 'load') return false;
  const type = f.b.typeOf(op.array);
  const at = f.b.definerOf(op.index);
  if (!isRecord(type) || at?.kind !== 'const') return true;
  return type.fields[at.value as number]?.optional === true;
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

/** The text that a value is known to be. */
export function knownText(f: Lowering, id: ValueId): string | undefined {
  const op = f.b.definerOf(id);
  return op?.kind === 'const' && typeof op.value === 'string' ? op.value : undefined;
}

export function isNumber(type: Type): boolean {
  return type.kind === 'real' || type.kind === 'int';
}

/** How a type is called in messages. */
export function describe(type: Type): string {
  if (type.kind === 'text') return 'a text';
  if (type.kind === 'bool') return 'a boolean';
  return type.kind === 'array' ? describeArray(type) : 'a number';
}

function describeArray(type: ArrayType): string {
  if (isRecord(type)) {
    const parts = type.fields.map(({ name, type: of }) => (type.tuple ? of.kind : name)).join(', ');
    return type.tuple ? `a tuple [${parts}]` : `an object { ${parts} }`;
  }
  if (isRefs(type)) return `a list whose elements are ${describe(type.element).replace(/^an? /, 'each $&')}`;
  return type.storage === 'list' ? 'a number[]' : `a ${constructorOf(type.storage)}`;
}
