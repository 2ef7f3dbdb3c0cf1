/**
 * What is needed: from results, errors and memory that others see, back through values, carried slots, memory classes and stacks.
 * A write is live when somebody alive may read its memory; a push when a pop of its stack is.
 */

import { isReference } from '../ir/memory-types.ts';
import type { AllocOp, FunctionsOp, IfOp, IrFunction, Op, Region, ValueId } from '../ir/types.ts';
import { operandsOf, outsOf, regionsOf } from '../ir/walk.ts';
import type { Loop } from './facts.ts';
import { carriedOffset } from './facts.ts';
import { needsLengthGuard } from './length-guard.ts';
import type { Memory, MemoryClass } from './memory.ts';
import { analyzeMemory, writesArray } from './memory.ts';

export interface Liveness {
  isLive(op: Op): boolean;
  isRead(value: ValueId): boolean;
}

/** Where a value comes from: an operation's out, or the parameter of a loop's region. */
type Source =
  | { readonly kind: 'out'; readonly op: Op; readonly index: number }
  | { readonly kind: 'carried'; readonly loop: Loop; readonly slot: number };

interface Search {
  readonly fn: IrFunction;
  readonly memory: Memory;
  readonly sources: Map<ValueId, Source>;
  readonly parents: Map<Op, Op>;
  readonly touching: Map<MemoryClass, Op[]>;
  readonly allocations: AllocOp[];
  readonly liveOps: Set<Op>;
  readonly liveValues: Set<ValueId>;
  readonly liveMemory: Set<MemoryClass>;
  readonly pending: ValueId[];
  /** What is needed of local functions as soon as they are. */
  readonly local: Map<FunctionsOp, Op[]>;
}

export function analyzeLiveness(fn: IrFunction): Liveness {
  const search: Search = {
    fn,
    memory: analyzeMemory(fn),
    sources: new Map(),
    parents: new Map(),
    touching: new Map(),
    allocations: [],
    liveOps: new Set(),
    liveValues: new Set(),
    liveMemory: new Set(),
    pending: [],
    local: new Map(),
  };
  const roots: Op[] = [];
  indexRegion(fn.body, undefined, search, roots);
  for (const op of roots) markOp(op, search);
  for (const op of search.allocations) markGuard(op, search);
  for (const id of fn.body.yields) markEscape(id, search);
  for (let id = search.pending.pop(); id !== undefined; id = search.pending.pop()) visitValue(id, search);
  return { isLive: (op) => search.liveOps.has(op), isRead: (id) => search.liveValues.has(id) };
}

function indexRegion(region: Region, parent: Op | undefined, search: Search, roots: Op[]): void {
  for (const op of region.ops) {
    if (parent) search.parents.set(op, parent);
    outsOf(op).forEach((id, index) => search.sources.set(id, { kind: 'out', op, index }));
    if (op.kind === 'for' || op.kind === 'while') indexCarried(op, search);
    if (isRoot(op, search)) roots.push(op);
    if (op.kind === 'alloc') search.allocations.push(op);
    if (regionsOf(op).length === 0) for (const memory of search.memory.writesOf(op)) appendTo(search.touching, memory, op);
    const inside = op.kind === 'functions' ? newList(search.local, op) : roots;
    for (const inner of regionsOf(op)) indexRegion(inner, op, search, inside);
  }
}

function newList<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list: V[] = [];
  lists.set(key, list);
  return list;
}

/** Local functions that are called: what they return, and what they do to memory that others see. */
function markFunctions(op: FunctionsOp, search: Search): void {
  for (const { yields } of op.bodies) for (const id of yields) markEscape(id, search);
  for (const root of search.local.get(op) ?? []) markOp(root, search);
}

function indexCarried(loop: Loop, search: Search): void {
  const note = (params: readonly ValueId[]): void => params.forEach((id, slot) => search.sources.set(id, { kind: 'carried', loop, slot }));
  note(loop.kind === 'for' ? loop.body.params.slice(1) : loop.body.params);
  if (loop.kind === 'while') note(loop.condition.params);
}

/** An allocation that may throw is needed for its error at least, in the place where it stands. */
function markGuard(op: AllocOp, search: Search): void {
  const definition = (id: ValueId): Op | undefined => {
    const source = search.sources.get(id);
    return source?.kind === 'out' ? source.op : undefined;
  };
  if (!needsLengthGuard(op, definition)) return;
  const parent = search.parents.get(op);
  if (parent) markOp(parent, search);
  markValue(op.length, search);
}

/** Errors, writes that somebody else sees, and `set`, which throws where the source is too long. */
function isRoot(op: Op, search: Search): boolean {
  if (op.kind === 'throw' || op.kind === 'call' || op.kind === 'apply') return true;
  // Rules that are yet to be used may call them.
  if (op.kind === 'functions' && op.keys) return true;
  if (op.kind === 'set' && op.origin.kind === 'source') return true;
  return writesArray(op) && search.memory.writesOutside(op);
}

function appendTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function markValue(id: ValueId | undefined, search: Search): void {
  if (id === undefined || search.liveValues.has(id)) return;
  search.liveValues.add(id);
  search.pending.push(id);
}

function markEscape(id: ValueId, search: Search): void {
  markValue(id, search);
  if (search.fn.values[id]?.type.kind === 'array') for (const memory of search.memory.reachableFrom(id)) markMemory(memory, search);
}

/** Whoever changes the memory lives with it. */
function markMemory(memory: MemoryClass, search: Search): void {
  if (search.liveMemory.has(memory)) return;
  search.liveMemory.add(memory);
  for (const op of search.touching.get(memory) ?? []) markOp(op, search);
}

function markOp(op: Op, search: Search): void {
  if (search.liveOps.has(op)) return;
  search.liveOps.add(op);
  const parent = search.parents.get(op);
  if (parent) markOp(parent, search);
  for (const id of ownOperands(op)) markValue(id, search);
  if (op.kind === 'functions') markFunctions(op, search);
  for (const memory of search.memory.readsOf(op)) markMemory(memory, search);
  if (op.kind === 'pop') markMemory(search.memory.classOf(op.stack), search);
  if (op.kind === 'alloc' && !search.fn.settled) markParts(op, search);
}

/** An object that is used has its parts, read or not: a derivative to come makes its like, down to the last array in it. */
function markParts({ out }: AllocOp, search: Search): void {
  for (const op of search.touching.get(search.memory.classOf(out)) ?? [])
    if (op.kind === 'store' && isReference(search.fn.values[op.value]?.type)) markOp(op, search);
}

/** What an operation reads whatever becomes of its carried values and outs: conditions, bounds, exit codes. */
function ownOperands(op: Op): readonly ValueId[] {
  if (op.kind !== 'for' && op.kind !== 'while') return operandsOf(op);
  const code = op.exits ? op.body.yields.slice(0, 1) : [];
  return op.kind === 'for' ? [op.from, op.to, ...code] : [...op.condition.yields, ...code];
}

function visitValue(id: ValueId, search: Search): void {
  const source = search.sources.get(id);
  if (!source) return;
  if (source.kind === 'carried') return markSlot(source.loop, source.slot, search);
  markOp(source.op, search);
  if (source.op.kind === 'if') markArms(source.op, source.index, search);
  if (source.op.kind === 'for' || source.op.kind === 'while') markSlot(source.op, source.index - carriedOffset(source.op), search);
}

function markArms(op: IfOp, index: number, search: Search): void {
  markValue(op.then.yields[index], search);
  markValue(op.otherwise.yields[index], search);
}

function markSlot(loop: Loop, slot: number, search: Search): void {
  if (slot < 0) return;
  markValue(loop.inits[slot], search);
  markValue(loop.body.yields[slot + carriedOffset(loop)], search);
}
