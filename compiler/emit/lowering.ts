/** What lowering a function to statements carries along: which variable holds a value, and where statements go. */
import { infoOf } from '../ir/build.ts';
import { isNumbers } from '../ir/memory-types.ts';
import type { BufferOp, ConstantValue, GlobalOp, IrFunction, NumberStorage, Type, ValueId } from '../ir/types.ts';
import type { Classes } from './coalesce.ts';
import { describeValue, isEmptyWish } from './describe.ts';
import type { Liveness } from './liveness.ts';
import type { Block, Expr, MemoryClass, Stmt, Variable } from './syntax.ts';
import { boolean, number, read, text } from './syntax.ts';

/** What the place where a body is printed decides: names of parameters, results, globals. */
export interface Surroundings {
  /** The variable of a parameter, by position. */
  parameter(position: number): Variable;
  /** The memory of a result: an expression that makes it, or a parameter that already is it. */
  buffer(op: BufferOp, like: Expr): Expr | Variable;
  global(op: GlobalOp): Expr;
  /** The name by which another function of the program is called. */
  callee(key: string): string;
  /** What a seed that is added to an adjoint must pass first: it is as long as what it belongs to. */
  seedCheck?(seed: ValueId, length: Expr): Stmt | undefined;
  /** Statements ahead of the body. */
  readonly opening?: readonly Stmt[];
  /** What follows the body, given the yielded values. */
  finish(results: readonly Expr[]): readonly Stmt[];
}

/** A record on the arena, or (of arrays) a JavaScript array, in which case there is no `depth`. */
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
  readonly memoryOf: (array: ValueId) => MemoryClass;
  readonly surroundings: Surroundings;
  readonly variables: Map<ValueId, Variable>;
  readonly stacks: Map<ValueId, StackVariables>;
  /** What values without a name are used for. */
  readonly roles: ReadonlyMap<ValueId, string>;
  readonly recorded: ReadonlyMap<ValueId, ValueId>;
  /** How many records are stacks: a single one needs no name for its depth. */
  readonly stackCount: number;
  /** The types of the references in stacks of arrays. */
  readonly elementTypes: ReadonlyMap<ValueId, string>;
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
  const hints = [...new Set([...wishes, describeValue(speaker(root, lowering), lowering)])];
  const integer = lowering.classes.members(root).every((id) => lowering.fn.values[id]?.type.kind !== 'real');
  const made = newVariable(typeScriptType(typeOf(root, lowering)), hints, lowering, wishes.length > 0, integer);
  lowering.variables.set(root, made);
  return made;
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

export function typeScriptType(type: Type): string {
  if (type.kind === 'bool') return 'boolean';
  if (type.kind === 'text') return 'string';
  return isNumbers(type) ? storageType(type.storage) : 'number';
}

const constructors: Record<NumberStorage, string> = {
  f64: 'Float64Array',
  f32: 'Float32Array',
  list: 'Array<number>',
  i8: 'Int8Array',
  u8: 'Uint8Array',
  u8c: 'Uint8ClampedArray',
  i16: 'Int16Array',
  u16: 'Uint16Array',
  i32: 'Int32Array',
  u32: 'Uint32Array',
};

export const storageConstructor = (storage: NumberStorage): string => constructors[storage];

export const storageType = (storage: NumberStorage): string => (storage === 'list' ? 'number[]' : constructors[storage]);

export function storageOf(id: ValueId, lowering: Lowering): NumberStorage {
  const type = typeOf(id, lowering);
  if (!isNumbers(type)) throw new TypeError('not an array');
  return type.storage;
}
