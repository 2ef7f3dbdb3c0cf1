/**
 * Which arrays may be the same memory, and what each operation writes.
 *
 * Arrays fall into classes; two arrays of different classes never overlap. `alloc`, `copy` and `buffer` each begin a class; what
 * flows through an `if`, a loop or a stack joins classes. Parameters and globals of one storage are one class, since a caller may
 * pass one array twice, or views of one buffer.
 */

import type { IrFunction, Op, Storage, ValueId, WhileOp } from '../ir/types.ts';
import { regionsOf, walkFunction } from '../ir/walk.ts';
import type { Loop } from './facts.ts';
import { carriedOffset, carriedParam } from './facts.ts';

export type MemoryClass = number & { readonly brand: 'MemoryClass' };

export interface Memory {
  /** The class of an array, or of a stack. */
  classOf(reference: ValueId): MemoryClass;
  /** Whether somebody outside of the function sees the class: a parameter's, a global's. */
  isOutside(reference: ValueId): boolean;
  /** Whether one reference alone stands for the class: equal indices are equal places. */
  isSingle(reference: ValueId): boolean;
  /** The classes that an operation writes, its regions included. */
  writesOf(op: Op): ReadonlySet<MemoryClass>;
}

export function analyzeMemory(fn: IrFunction): Memory {
  const sets = createDisjointSets();
  joinOutside(fn, sets);
  const references: DisjointSets = {
    ...sets,
    join: (left, right) => void (left !== undefined && isReference(fn, left as ValueId) && sets.join(left, right)),
  };
  walkFunction(fn, (op) => joinThrough(op, references));
  const outside = outsideClasses(fn, sets);
  const written = new WeakMap<Op, ReadonlySet<MemoryClass>>();
  const classOf = (id: ValueId): MemoryClass => sets.find(id) as MemoryClass;
  const writesOf = (op: Op): ReadonlySet<MemoryClass> => {
    const known = written.get(op);
    if (known) return known;
    const found = new Set<MemoryClass>();
    collectWrites(op, classOf, writesOf, found);
    written.set(op, found);
    return found;
  };
  return { classOf, isOutside: (id) => outside.has(classOf(id)), isSingle: (id) => !sets.isJoined(id), writesOf };
}

interface DisjointSets {
  find(id: number): number;
  join(left: number | undefined, right: number | undefined): void;
  /** Whether the set has more than one member. */
  isJoined(id: number): boolean;
}

function createDisjointSets(): DisjointSets {
  const parents = new Map<number, number>();
  const joined = new Set<number>();
  const find = (id: number): number => {
    let root = id;
    for (let up = parents.get(root); up !== undefined; up = parents.get(root)) root = up;
    for (let at = id; at !== root; ) {
      const up = parents.get(at) ?? root;
      parents.set(at, root);
      at = up;
    }
    return root;
  };
  return {
    find,
    join(left, right) {
      if (left === undefined || right === undefined) return;
      const [a, b] = [find(left), find(right)];
      if (a !== b) parents.set(Math.max(a, b), Math.min(a, b));
      joined.add(Math.min(a, b));
    },
    isJoined: (id) => joined.has(find(id)),
  };
}

/** References that come from outside: parameters, globals, and whatever a call that is not inlined may hold. */
function outsideReferences(fn: IrFunction): ValueId[] {
  const found = fn.params.map((param) => param.id).filter((id) => isReference(fn, id));
  walkFunction(fn, (op) => {
    if (op.kind === 'global' && isReference(fn, op.out)) found.push(op.out);
    if (op.kind === 'call') found.push(...[...op.args, ...op.outs].filter((id) => isReference(fn, id)));
  });
  return found;
}

function isReference(fn: IrFunction, id: ValueId): boolean {
  const kind = fn.values[id]?.type.kind;
  return kind === 'array' || kind === 'stack';
}

function joinOutside(fn: IrFunction, sets: DisjointSets): void {
  const first = new Map<Storage | 'stack', ValueId>();
  for (const id of outsideReferences(fn)) {
    const type = fn.values[id]?.type;
    const group = type?.kind === 'array' ? type.storage : 'stack';
    sets.join(first.get(group), id);
    if (!first.has(group)) first.set(group, id);
  }
}

function outsideClasses(fn: IrFunction, sets: DisjointSets): Set<number> {
  return new Set(outsideReferences(fn).map((id) => sets.find(id)));
}

/** What flows through control flow or a stack; the class of a stack is that of the arrays in it. */
function joinThrough(op: Op, sets: DisjointSets): void {
  if (op.kind === 'if') {
    op.outs.forEach((out, i) => {
      sets.join(out, op.then.yields[i]);
      sets.join(out, op.otherwise.yields[i]);
    });
  } else if (op.kind === 'for' || op.kind === 'while') {
    op.inits.forEach((_, slot) => joinSlot(op, slot, sets));
  } else if (op.kind === 'push') {
    sets.join(op.value, op.stack);
  } else if (op.kind === 'pop') {
    sets.join(op.out, op.stack);
  }
}

function joinSlot(loop: Loop, slot: number, sets: DisjointSets): void {
  const at = slot + carriedOffset(loop);
  const init = loop.inits[slot];
  sets.join(init, carriedParam(loop, slot));
  sets.join(init, loop.body.yields[at]);
  sets.join(init, loop.outs[at]);
  if (loop.kind === 'while') sets.join(init, conditionParam(loop, slot));
}

function conditionParam(loop: WhileOp, slot: number): ValueId | undefined {
  return loop.condition.params[slot];
}

function collectWrites(
  op: Op,
  classOf: (id: ValueId) => MemoryClass,
  writesOf: (op: Op) => ReadonlySet<MemoryClass>,
  found: Set<MemoryClass>,
): void {
  if (writesArray(op)) found.add(classOf(op.array));
  if (op.kind === 'push' || op.kind === 'pop') found.add(classOf(op.stack));
  if (op.kind === 'call') for (const id of op.args) found.add(classOf(id));
  for (const region of regionsOf(op)) {
    for (const inner of region.ops) for (const memory of writesOf(inner)) found.add(memory);
  }
}

export type ArrayWriter = Extract<Op, { kind: 'store' | 'accumulate' | 'addInto' | 'fill' | 'set' }>;

export function writesArray(op: Op): op is ArrayWriter {
  return op.kind === 'store' || op.kind === 'accumulate' || op.kind === 'addInto' || op.kind === 'fill' || op.kind === 'set';
}

/** Does the operation read what stands in the memory of `reference`? The length of a list counts, that of a typed array never changes. */
export function readsContents(fn: IrFunction, op: Op): ValueId | undefined {
  if (op.kind === 'load' || op.kind === 'present' || op.kind === 'copy') return op.array;
  if (op.kind === 'set' || op.kind === 'addInto') return op.source;
  return op.kind === 'length' && isList(fn, op.array) ? op.array : undefined;
}

export function isList(fn: Pick<IrFunction, 'values'>, array: ValueId): boolean {
  const type = fn.values[array]?.type;
  return type?.kind === 'array' && type.storage === 'list';
}
