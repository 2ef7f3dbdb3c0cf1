/**
 * Which arrays may be the same memory, and what each operation writes.
 *
 * Arrays fall into classes; two arrays of different classes never overlap. `alloc`, `copy` and `buffer` each begin a class; what
 * flows through an `if`, a loop or a stack joins classes, a view is of the class that it shows. What memory refers to is a class of
 * its own, per field of a record. Parameters and globals of one storage, and what they refer to, are one class, since a caller may
 * pass one array twice, or views of one buffer.
 */

import { callMoves, functionsOf } from '../analysis/local-functions.ts';
import { everyElement, type FieldOf, fieldNames, referenceFields } from '../analysis/memory.ts';
import { createUnion, type Union } from '../analysis/union.ts';
import { elementType } from '../ir/build.ts';
import { isGrowing, isReference, isRefs } from '../ir/memory-types.ts';
import type { IrFunction, Op, Region, Type, ValueId, WhileOp } from '../ir/types.ts';
import { regionsOf, walkFunction, walkRegion } from '../ir/walk.ts';
import type { Loop } from './facts.ts';
import { carriedOffset, carriedParam } from './facts.ts';

export type MemoryClass = number & { readonly brand: 'MemoryClass' };

export interface Memory {
  /** The class of an array, or of a stack. */
  classOf(reference: ValueId): MemoryClass;
  /** That class and all that can be reached from it. */
  reachableFrom(reference: ValueId): readonly MemoryClass[];
  /** Whether an operation itself writes what somebody outside of the function sees: memory of a parameter's, of a global's. */
  writesOutside(op: Op): boolean;
  /** Whether one reference alone stands for the class: equal indices are equal places. */
  isSingle(reference: ValueId): boolean;
  /** The classes that an operation writes, its regions included. */
  writesOf(op: Op): ReadonlySet<MemoryClass>;
  /** The classes whose elements an operation itself reads. */
  readsOf(op: Op): readonly MemoryClass[];
}

export function analyzeMemory(fn: IrFunction): Memory {
  const sets = createSets(fn);
  joinOutside(fn, sets);
  const fieldOf = fieldNames(fn);
  walkFunction(fn, (op) => joinThrough(op, fn, fieldOf, sets));
  for (const [from, to] of callMoves(fn)) if (isReference(fn.values[from]?.type)) sets.join(from, to);
  const contents = contentsByClass(sets.union);
  const classOf = (id: ValueId): MemoryClass => sets.union.find(id) as unknown as MemoryClass;
  const reach = (start: MemoryClass): readonly MemoryClass[] => {
    const reached = new Set([start]);
    for (const at of reached) for (const next of contents.get(at) ?? []) reached.add(next);
    return [...reached];
  };
  const outside = new Set(outsideReferences(fn).flatMap((id) => reach(classOf(id))));
  const joined = new Set(sets.joined.map(classOf));
  const cx: Classes = {
    fn,
    classOf,
    reachableFrom: (id) => reach(classOf(id)),
    holders: (id) => reach(classOf(id)).filter((found) => contents.has(found)),
    written: new WeakMap(),
    local: functionsOf(fn).flatMap(({ bodies }) => bodies),
  };
  return {
    classOf,
    reachableFrom: cx.reachableFrom,
    writesOutside: (op) => ownWrites(op, cx).some((found) => outside.has(found)),
    isSingle: (id) => !joined.has(classOf(id)),
    writesOf: (op) => writesOf(op, cx),
    readsOf: (op) => readsOf(op, cx),
  };
}

interface Sets {
  readonly union: Union;
  /** One member of everything that was joined. */
  readonly joined: ValueId[];
  join(left: ValueId | undefined, right: ValueId | undefined): void;
}

function createSets(fn: IrFunction): Sets {
  const union = createUnion(fn.values.length);
  const joined: ValueId[] = [];
  const join = (left: ValueId | undefined, right: ValueId | undefined): void => {
    if (left === undefined || right === undefined) return;
    union.join(left, right);
    joined.push(left);
  };
  return { union, joined, join };
}

function contentsByClass(union: Union): ReadonlyMap<MemoryClass, readonly MemoryClass[]> {
  const contents = new Map<MemoryClass, MemoryClass[]>();
  for (const [holder, held] of union.contents()) {
    const [outer, inner] = [union.find(holder), union.find(held)] as unknown as [MemoryClass, MemoryClass];
    contents.set(outer, [...(contents.get(outer) ?? []), inner]);
  }
  return contents;
}

/** References that come from outside: parameters, globals, and whatever a call that is not inlined may hold. */
function outsideReferences(fn: IrFunction): ValueId[] {
  const isRef = (id: ValueId): boolean => isReference(fn.values[id]?.type);
  const found = fn.params.map((param) => param.id).filter(isRef);
  walkFunction(fn, (op) => {
    if (op.kind === 'global' && isRef(op.out)) found.push(op.out);
    if (op.kind === 'call') found.push(...[...op.args, ...op.outs].filter(isRef));
  });
  return found;
}

function joinOutside(fn: IrFunction, sets: Sets): void {
  const first = new Map<string, ValueId>();
  const bring = (id: ValueId, type: Type): void => {
    const group = type.kind === 'array' ? type.storage : 'stack';
    sets.join(first.get(group), id);
    if (!first.has(group)) first.set(group, id);
    for (const field of referenceFields(type)) {
      bring(sets.union.contentOf(id, field), elementType(type, isRefs(type) ? undefined : Number(field)));
    }
  };
  for (const id of outsideReferences(fn)) bring(id, (fn.values[id] as (typeof fn.values)[number]).type);
}

/** What flows through control flow, memory or a stack; the class of a stack is that of the arrays in it. */
function joinThrough(op: Op, fn: IrFunction, fieldOf: FieldOf, { union, join }: Sets): void {
  const isRef = (id: ValueId | undefined): boolean => id !== undefined && isReference(fn.values[id]?.type);
  const joinReferences = (left: ValueId | undefined, right: ValueId | undefined): void => {
    if (isRef(left)) join(left, right);
  };
  switch (op.kind) {
    case 'if':
      op.outs.forEach((out, i) => {
        joinReferences(out, op.then.yields[i]);
        joinReferences(out, op.otherwise.yields[i]);
      });
      return;
    case 'for':
    case 'while':
      op.inits.forEach((_, slot) => joinSlot(op, slot, joinReferences));
      return;
    case 'push':
      return joinReferences(op.value, op.stack);
    case 'pop':
      return joinReferences(op.out, op.stack);
    case 'view':
      return join(op.out, op.array);
    case 'load':
      if (isRef(op.out)) join(op.out, union.contentOf(op.array, fieldOf(op.array, op.index)));
      return;
    case 'store':
      if (isRef(op.value)) join(op.value, union.contentOf(op.array, fieldOf(op.array, op.index)));
      return;
    case 'fill':
      if (isRef(op.value)) join(op.value, union.contentOf(op.array, everyElement));
      return;
    case 'copy':
      if (op.deep) return;
      for (const field of referenceFields((fn.values[op.out] as (typeof fn.values)[number]).type)) {
        join(union.contentOf(op.out, field), union.contentOf(op.array, field));
      }
      return;
    default:
  }
}

function joinSlot(loop: Loop, slot: number, join: (left: ValueId | undefined, right: ValueId | undefined) => void): void {
  const at = slot + carriedOffset(loop);
  const init = loop.inits[slot];
  join(init, carriedParam(loop, slot));
  join(init, loop.body.yields[at]);
  join(init, loop.outs[at]);
  if (loop.kind === 'while') join(init, conditionParam(loop, slot));
}

function conditionParam(loop: WhileOp, slot: number): ValueId | undefined {
  return loop.condition.params[slot];
}

interface Classes {
  readonly fn: IrFunction;
  readonly written: WeakMap<Op, ReadonlySet<MemoryClass>>;
  classOf(id: ValueId): MemoryClass;
  reachableFrom(id: ValueId): readonly MemoryClass[];
  /** The bodies of local functions: a call may run any of them. */
  readonly local: readonly Region[];
  /** What of that refers to further memory. */
  holders(id: ValueId): readonly MemoryClass[];
}

function writesOf(op: Op, cx: Classes): ReadonlySet<MemoryClass> {
  const known = cx.written.get(op);
  if (known) return known;
  const found = new Set<MemoryClass>(ownWrites(op, cx));
  for (const region of regionsOf(op)) {
    for (const inner of region.ops) for (const memory of writesOf(inner, cx)) found.add(memory);
  }
  if (op.kind === 'apply') for (const memory of localWrites(cx)) found.add(memory);
  cx.written.set(op, found);
  return found;
}

function localWrites(cx: Classes): readonly MemoryClass[] {
  const found: MemoryClass[] = [];
  for (const body of cx.local) walkRegion(body, (op) => void found.push(...ownWrites(op, cx)));
  return found;
}

/** A sum goes down into what its target refers to. */
function ownWrites(op: Op, cx: Classes): readonly MemoryClass[] {
  if (op.kind === 'addInto') return cx.reachableFrom(op.array);
  if (writesArray(op)) return [cx.classOf(op.array)];
  if (op.kind === 'push' || op.kind === 'pop') return [cx.classOf(op.stack)];
  return op.kind === 'call' ? op.args.flatMap(cx.reachableFrom) : [];
}

export type ArrayWriter = Extract<Op, { kind: 'store' | 'accumulate' | 'addInto' | 'fill' | 'set' }>;

export function writesArray(op: Op): op is ArrayWriter {
  return op.kind === 'store' || op.kind === 'accumulate' || op.kind === 'addInto' || op.kind === 'fill' || op.kind === 'set';
}

/** The length of a list counts, that of a typed array never changes. The shape of a structure is read with all that it holds. */
function readsOf(op: Op, cx: Classes): readonly MemoryClass[] {
  switch (op.kind) {
    case 'load':
    case 'present':
      return [cx.classOf(op.array)];
    case 'copy':
      return op.deep ? cx.reachableFrom(op.array) : [cx.classOf(op.array)];
    case 'set':
      return [cx.classOf(op.source)];
    case 'addInto':
      return [...cx.reachableFrom(op.source), ...cx.holders(op.array)];
    case 'buffer':
      return cx.reachableFrom(op.like);
    case 'length':
      return isList(cx.fn, op.array) ? [cx.classOf(op.array)] : [];
    case 'apply':
      return localReads(cx);
    default:
      return [];
  }
}

function localReads(cx: Classes): readonly MemoryClass[] {
  const found = new Set<MemoryClass>();
  for (const body of cx.local) {
    walkRegion(body, (op) => {
      for (const memory of op.kind === 'apply' ? [] : readsOf(op, cx)) found.add(memory);
    });
  }
  return [...found];
}

/** An array that a store at its end lengthens. */
export function isList(fn: Pick<IrFunction, 'values'>, array: ValueId): boolean {
  return isGrowing(fn.values[array]?.type);
}

/** Memory that gives back what it was given, undefined too; a typed array makes NaN of that. */
export function keepsUndefined(fn: Pick<IrFunction, 'values'>, array: ValueId): boolean {
  const type = fn.values[array]?.type;
  return isList(fn, array) || (type?.kind === 'array' && type.storage === 'record');
}
