/** What lowering a function to statements carries along: which variable holds a value, and where statements go. */
import { infoOf } from '../ir/build.ts';
import { isNumbers, isRecord, isRefs, sameType } from '../ir/memory-types.ts';
import type {
  AllocOp,
  BufferOp,
  ConstantValue,
  GlobalOp,
  IrFunction,
  NumberStorage,
  Op,
  PrimName,
  RecordType,
  Type,
  ValueId,
} from '../ir/types.ts';
import type { Classes } from './coalesce.ts';
import { describeElement, describeValue, isEmptyWish } from './describe.ts';
import type { Liveness } from './liveness.ts';
import type { ResultMemory } from './matrices.ts';
import { outside } from './memory-classes.ts';
import type { Mutabilities, Mutability } from './mutability.ts';
import type { Block, Expr, MemoryClass, Stmt, Variable } from './syntax.ts';
import { boolean, number, read, text } from './syntax.ts';
import { type RecordNames, type TypeStyle, typeScriptType } from './type-text.ts';

/** What the place where a body is printed decides: names of parameters, results, globals. */
export interface Surroundings {
  /** The variable of a parameter, by position. */
  parameter(position: number): Variable;
  /** The memory of a result: an expression that makes it, or a parameter that already is it. */
  buffer(op: BufferOp, like: Expr, zeros: Expr | undefined): Expr | Variable;
  /** Is the memory that the caller supplies zero already? */
  readonly isPrepared?: boolean;
  /** The memory of a result that belongs to no parameter. */
  result?(op: AllocOp, at: (id: ValueId) => Expr): ResultMemory;
  global(op: GlobalOp): Expr;
  /** Kernels take the place of what `Math` has. */
  readonly fastMath?: boolean;
  /** What the file calls types of records. */
  readonly names?: RecordNames;
  /** The name by which another function of the program is called. */
  callee(key: string): string;
  /** The type of a parameter of a local function. */
  parameterType?(callee: ValueId, at: number): string | undefined;
  /** The name of a local function, by its value. */
  localFunction?(callee: ValueId): string;
  /** Stacks that local functions share. */
  readonly sharedStacks?: ReadonlySet<ValueId>;
  /** The types of the references in stacks that are shared. */
  readonly stackedTypes?: ReadonlyMap<ValueId, readonly string[]>;
  /** May what lies behind a reference (or, `[]`, in it) be of a read-only type? Where more is known than the function itself says. */
  isReadOnly?(id: ValueId, part: '[]' | ''): boolean;
  /** Is what a reference leads to, and all in it, known to be the caller's and written by nobody? */
  isKept?(id: ValueId): boolean;
  /** What is written through references, where more is known than the function itself says. */
  readonly written?: Mutability;
  /** Values that may be missing, where more is known than the function itself says. */
  readonly missing?: ReadonlyMap<ValueId, string>;
  /** What a seed that is added to an adjoint must pass first: it is as long as what it belongs to, or of the shape of `like`. */
  seedCheck?(seed: ValueId, value: Expr, like: Expr): Stmt | undefined;
  /** Statements ahead of the body. */
  readonly opening?: readonly Stmt[];
  /** What follows the body, given the yielded values. */
  finish(results: readonly Expr[]): readonly Stmt[];
}

/** A record on the arena, or, without a `depth`, an object with `push` and `pop`: a JavaScript array of references, a shared stack. */
export interface StackVariables {
  readonly saved: Variable;
  readonly depth: Variable | undefined;
  readonly grow: string;
  readonly memory: MemoryClass;
}

export interface Lowering {
  readonly fn: IrFunction;
  readonly live: Liveness;
  readonly classes: Classes;
  /** The class of the memory behind a reference; of one field, where it is a record. */
  readonly memoryOf: (array: ValueId, field?: string) => MemoryClass;
  /** Memory that the function writes. */
  readonly writtenParts: ReadonlySet<MemoryClass>;
  readonly surroundings: Surroundings;
  /** What is called in the place of `Math`'s functions. */
  readonly kernels: ReadonlyMap<PrimName, string>;
  readonly variables: Map<ValueId, Variable>;
  readonly stacks: Map<ValueId, StackVariables>;
  /** What values without a name are used for. */
  readonly roles: ReadonlyMap<ValueId, string>;
  readonly recorded: ReadonlyMap<ValueId, ValueId>;
  /** How many records are stacks: a single one needs no name for its depth. */
  readonly stackCount: number;
  /** The types of the references in stacks of arrays. */
  readonly elementTypes: ReadonlyMap<ValueId, readonly string[]>;
  /** What new records and lists begin with. */
  readonly literals: ReadonlyMap<ValueId, ReadonlyMap<number, ValueId>>;
  /** Stores that these literals have taken up. */
  readonly literalStores: ReadonlySet<Op>;
  /** Values that may be null or undefined. */
  readonly missing: ReadonlyMap<ValueId, string>;
  /** Lists of references may have holes. */
  readonly lacking: boolean;
  /** References that something is written through. */
  readonly mutability: Mutabilities;
  /** The block being written. */
  block: Block;
  nextVariable: number;
}

export function newVariable(type: string, hints: readonly string[], lowering: Lowering, named = false, integer = false): Variable {
  return { id: lowering.nextVariable++, type, hints, fixed: false, named, integer };
}

/** The variable of a value and of all that share it. */
export function variableOf(id: ValueId, lowering: Lowering): Variable {
  const root = lowering.classes.representative(id);
  const known = lowering.variables.get(root);
  if (known) return known;
  const wishes = wishesOf(root, lowering);
  const says = speaker(root, lowering);
  const hints = [...new Set([...wishes, describeValue(says, lowering), describeElement(says, lowering) ?? []].flat())];
  const integer = lowering.classes.members(root).every((id) => lowering.fn.values[id]?.type.kind !== 'real');
  const lacking = lowering.classes.members(root).flatMap((id) => lowering.missing.get(id) ?? []);
  const type = [typeTextOf(root, lowering), ...new Set(lacking)].join(' | ');
  const plain = newVariable(type, hints, lowering, wishes.length > 0, integer);
  const annotated = needsType(typeOf(root, lowering));
  const made: Variable = { ...plain, ...(lacking.length > 0 && { optional: true }), ...(annotated && { annotated }) };
  lowering.variables.set(root, made);
  return made;
}

/** TypeScript takes `[a, b]` for an array, and a field that is null or left out for one that always is. */
function needsType(type: Type): boolean {
  if (isRefs(type)) return needsType(type.element);
  return isRecord(type) && (type.tuple || type.fields.some((field) => field.optional || needsType(field.type)));
}

/** The type of a value as TypeScript writes it. */
export const typeTextOf = (id: ValueId, lowering: Lowering): string => typeScriptType(typeOf(id, lowering), styleOf(id, lowering));

/** How the types of a value and of its parts are written. */
export function styleOf(id: ValueId, lowering: Lowering): TypeStyle {
  const isBeside = lowering.fn.values[id]?.exact === false;
  return {
    nameOf: (type) => lowering.surroundings.names?.(type, isBeside, isWritten(id, type, lowering)),
    isFixed: (part) => isFixed(id, part, lowering),
  };
}

function isFixed(id: ValueId, part: '[]' | '', lowering: Lowering): boolean {
  const { isReadOnly: knows } = lowering.surroundings;
  if (knows) return lowering.classes.members(id).every((member) => knows(member, part));
  return lowering.memoryOf(id, '') === outside && (isUnwritten(id, part, lowering) || isReadOnly(id, part, lowering));
}

/** What is read-only where it comes from, where the type must not be. */
export function writable(value: Expr, type: string | undefined): Expr {
  const isLess = (from: string, to: string): boolean => from.split('readonly ').length > to.split('readonly ').length;
  return value.kind === 'read' && type !== undefined && isLess(value.variable.type, type) ? { kind: 'cast', operand: value, type } : value;
}

/** Is something written that is a record of this type behind the reference, or that is reached through one? */
function isWritten(id: ValueId, type: RecordType, lowering: Lowering): boolean {
  const { itself, inside } = lowering.surroundings.written ?? lowering.mutability.written;
  const isSelf = isRecord(typeOf(id, lowering)) && sameType(type, typeOf(id, lowering));
  return lowering.classes.members(id).some((member) => inside.has(member) || (isSelf && itself.has(member)));
}

const isUnwritten = (id: ValueId, part: '[]' | '', lowering: Lowering): boolean => !lowering.writtenParts.has(lowering.memoryOf(id, part));

/** Other memory of its class may be written, but not through what this variable holds. */
function isReadOnly(id: ValueId, part: '[]' | '', lowering: Lowering): boolean {
  const { itself, inside } = lowering.mutability;
  const isSelf = (part === '[]') === isRefs(typeOf(id, lowering));
  const written = isSelf ? itself : inside;
  return lowering.classes.members(id).every((member) => !written.has(member));
}

/** The member of a class that says most: what a loop or branch hands on, else the value itself. */
function speaker(root: ValueId, lowering: Lowering): ValueId {
  const members = lowering.classes.members(root);
  const isLoopOut = (id: ValueId): boolean => ['for', 'while'].includes(lowering.live.definition(id)?.kind ?? '');
  return members.find(isLoopOut) ?? members.find((id) => lowering.live.definition(id) !== undefined) ?? root;
}

function wishesOf(root: ValueId, lowering: Lowering): readonly string[] {
  return lowering.classes
    .members(root)
    .flatMap((id) => lowering.fn.values[id]?.hint ?? [])
    .filter((wish) => !isEmptyWish(wish));
}

/** A value where it is read: constants are written out. */
export function valueExpr(id: ValueId, lowering: Lowering): Expr {
  const op = lowering.live.definition(id);
  if (op?.kind === 'const') return constantExpr(op.value);
  if (op?.kind === 'global') return lowering.surroundings.global(op);
  return read(variableOf(id, lowering));
}

function constantExpr(value: ConstantValue): Expr {
  if (typeof value === 'boolean') return boolean(value);
  return typeof value === 'number' ? number(value) : text(typeof value === 'string' ? JSON.stringify(value) : String(value));
}

export function typeOf(id: ValueId, lowering: Lowering): Type {
  return infoOf(lowering.fn.values, id).type;
}

export function storageOf(id: ValueId, lowering: Lowering): NumberStorage {
  const type = typeOf(id, lowering);
  if (!isNumbers(type)) throw new TypeError('not an array');
  return type.storage;
}
