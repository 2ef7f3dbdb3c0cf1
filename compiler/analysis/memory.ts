/**
 * Memory classes: which references may point to the same memory.
 *
 * Flow-insensitive unification (Steensgaard, POPL 1996): references that an `if` or a loop joins share a class, and so do a
 * reference and the view of it. A class whose memory holds references has a class of contents: one for the elements of a
 * list, one per field of a record. Parameters need no joining: what f writes of its arguments has been copied, so their memory
 * never changes.
 */
import { elementType, infoOf } from '../ir/build.ts';
import { isGrowing, isRecord, isReference, isRefs } from '../ir/memory-types.ts';
import type { IrFunction, Op, Type, ValueId } from '../ir/types.ts';
import { operandsOf, outsOf, walkFunction } from '../ir/walk.ts';
import { openCallMoves, ruledFunctions } from './local-functions.ts';
import { createUnion, type Union } from './union.ts';

export interface MemoryClass {
  /** Every reference in the class. */
  readonly references: readonly ValueId[];
  /** What creates or brings in its memory; undefined stands for a parameter of the function. */
  readonly origins: readonly { readonly id: ValueId; readonly op?: Op }[];
  /** Operations that change elements. */
  readonly writes: readonly Op[];
  /** True for a list that a store may lengthen. */
  readonly grows: boolean;
  /** True if every reference is one and the same value, which is not null: nothing is joined, and no other memory holds it. */
  readonly single: boolean;
  /** What its memory refers to. */
  readonly contents: readonly MemoryClass[];
  /** Those of its contents that are not only in fields without a derivative. */
  readonly numbers: readonly MemoryClass[];
  /** What its references are; those that are joined agree on it. */
  readonly types: readonly Type[];
}

export interface Memory {
  classOf(reference: ValueId): MemoryClass;
  readonly classes: readonly MemoryClass[];
  /** The classes whose elements an operation itself changes. */
  writtenBy(op: Op): readonly MemoryClass[];
}

const creators: ReadonlySet<Op['kind']> = new Set(['alloc', 'copy', 'buffer', 'global', 'stack']);

/** The reference whose memory an operation changes, if it changes any. `addInto` also changes what can be reached from there. */
export function writtenBy(op: Op): ValueId | undefined {
  switch (op.kind) {
    case 'store':
    case 'accumulate':
    case 'addInto':
    case 'fill':
    case 'set':
      return op.array;
    case 'push':
    case 'pop':
      return op.stack;
    default:
      return undefined;
  }
}

/** The class, its contents, theirs, and so on. */
export function reachableFrom(found: MemoryClass): readonly MemoryClass[] {
  const reached = new Set([found]);
  for (const each of reached) for (const content of each.contents) reached.add(content);
  return [...reached];
}

/** The same without what is only in fields that have no derivative. */
export function numbersFrom(found: MemoryClass): readonly MemoryClass[] {
  const reached = new Set([found]);
  for (const each of reached) for (const content of each.numbers) reached.add(content);
  return [...reached];
}

export function analyzeMemory(fn: IrFunction): Memory {
  const references = new Set<ValueId>(fn.body.params.filter((id) => isReference(infoOf(fn.values, id).type)));
  const union = joinReferences(fn, references);
  return collectClasses(fn, [...references], union);
}

/** Joins what may be one; notes every reference of the function. */
export function joinReferences(fn: IrFunction, references: Set<ValueId> = new Set()): Union {
  const typeOf = (id: ValueId): Type => infoOf(fn.values, id).type;
  const union = createUnion(fn.values.length);
  const note = (id: ValueId): void => {
    if (!isReference(typeOf(id)) || references.has(id)) return;
    references.add(id);
    noteContents(id, typeOf(id), union);
  };
  for (const id of references) noteContents(id, typeOf(id), union);
  const kept = new Map<ValueId, ValueId>();
  const fieldOf = fieldNames(fn);
  for (const [from, to] of openCallMoves(fn)) {
    if (!isReference(typeOf(from))) continue;
    [from, to].forEach(note);
    union.join(from, to);
  }
  walkFunction(fn, (op) => {
    operandsOf(op).forEach(note);
    outsOf(op).forEach(note);
    joinStacked(op, (id) => isReference(typeOf(id)), kept, union.join);
    joinContents(op, typeOf, fieldOf, union);
    for (const [a, b] of joinedBy(op)) {
      if (!isReference(typeOf(a))) continue;
      [a, b].forEach(note);
      union.join(a, b);
    }
  });
  return union;
}

/** A node for everything that can be reached from a reference, whether the function goes there or not. */
function noteContents(id: ValueId, type: Type, union: Union): void {
  for (const field of referenceFields(type)) {
    const held = elementType(type, isRefs(type) ? undefined : Number(field));
    const node = union.contentOf(id, field);
    union.noteType(node, held);
    noteContents(node, held, union);
  }
}

/** How the element at an index is called: a field of a record by its number; the elements of a list are all alike. */
export type FieldOf = (array: ValueId, index: ValueId) => string;

export function fieldNames(fn: IrFunction): FieldOf {
  const constants = new Map<ValueId, string>();
  walkFunction(fn, (op) => void (op.kind === 'const' && constants.set(op.out, String(op.value))));
  return (array, index) => (isRecord(infoOf(fn.values, array).type) ? (constants.get(index) ?? '?') : everyElement);
}

export const everyElement = '*';

/** What a reference is stored into holds it, what is loaded from there may be it. */
function joinContents(op: Op, typeOf: (id: ValueId) => Type, fieldOf: FieldOf, union: Union): void {
  if (op.kind === 'view') return union.join(op.out, op.array);
  if (op.kind === 'load' && isReference(typeOf(op.out))) union.join(op.out, union.contentOf(op.array, fieldOf(op.array, op.index)));
  if (op.kind === 'store' && isReference(typeOf(op.value))) union.join(op.value, union.contentOf(op.array, fieldOf(op.array, op.index)));
  if (op.kind === 'fill' && isReference(typeOf(op.value))) union.join(op.value, union.contentOf(op.array, everyElement));
  if (op.kind !== 'copy' || op.deep) return;
  for (const field of referenceFields(typeOf(op.out))) union.join(union.contentOf(op.out, field), union.contentOf(op.array, field));
}

/** Names of the elements that are references. */
export function referenceFields(type: Type): readonly string[] {
  if (isRefs(type)) return isReference(type.element) ? [everyElement] : [];
  return isRecord(type) ? type.fields.flatMap((field, at) => (isReference(field.type) ? [String(at)] : [])) : [];
}

/** What is pushed on a stack of references and what is popped from it is one class; `kept` holds one of it per stack. */
function joinStacked(op: Op, isRef: (id: ValueId) => boolean, kept: Map<ValueId, ValueId>, join: (a: ValueId, b: ValueId) => void): void {
  if (op.kind !== 'push' && op.kind !== 'pop') return;
  const reference = op.kind === 'push' ? op.value : op.out;
  if (!isRef(reference)) return;
  const other = kept.get(op.stack);
  if (other === undefined) kept.set(op.stack, reference);
  else join(other, reference);
}

/** Pairs of values that an operation with regions makes one: what flows in and what it is called inside and after. */
export function joinedBy(op: Op): readonly (readonly [ValueId, ValueId])[] {
  if (op.kind === 'if') {
    return op.outs.flatMap(
      (out, i) =>
        [
          [out, op.then.yields[i]],
          [out, op.otherwise.yields[i]],
        ] as [ValueId, ValueId][],
    );
  }
  if (op.kind !== 'for' && op.kind !== 'while') return [];
  const params = op.kind === 'for' ? op.body.params.slice(1) : op.body.params;
  const skip = op.exits ? 1 : 0;
  return op.inits.flatMap((init, i) => {
    const param = params[i] as ValueId;
    const pairs: [ValueId, ValueId][] = [
      [init, param],
      [op.body.yields[i + skip] as ValueId, param],
      [op.outs[i + skip] as ValueId, param],
    ];
    if (op.kind === 'while') pairs.push([op.condition.params[i] as ValueId, param]);
    return pairs;
  });
}

/** The joins of an `if` or a loop in the direction in which values move. */
export function movesOf(op: Op): readonly (readonly [ValueId, ValueId])[] {
  if (op.kind === 'if') return joinedBy(op).map(([out, source]) => [source, out] as const);
  if (op.kind !== 'for' && op.kind !== 'while') return [];
  const pairs = joinedBy(op);
  const perValue = op.kind === 'while' ? 4 : 3;
  return op.inits.flatMap((init, i) => {
    const param = pairs[i * perValue]?.[1] as ValueId;
    const [yielded, out] = [pairs[i * perValue + 1]?.[0] as ValueId, pairs[i * perValue + 2]?.[0] as ValueId];
    const tested = op.kind === 'while' ? [op.condition.params[i] as ValueId] : [];
    return [param, out, ...tested].flatMap(
      (target) =>
        [
          [init, target],
          [yielded, target],
        ] as const,
    );
  });
}

interface Draft {
  readonly references: ValueId[];
  readonly origins: { readonly id: ValueId; readonly op?: Op }[];
  readonly writes: Op[];
  grows: boolean;
  single: boolean;
  readonly contents: Draft[];
  readonly numbers: Draft[];
  readonly types: Type[];
}

const emptyDraft = (): Draft => ({
  references: [],
  origins: [],
  writes: [],
  grows: false,
  single: true,
  contents: [],
  numbers: [],
  types: [],
});

function collectClasses(fn: IrFunction, references: readonly ValueId[], union: Union): Memory {
  const drafts = new Map<ValueId, Draft>();
  const draftOf = (id: ValueId): Draft => {
    const root = union.find(id);
    const draft = drafts.get(root) ?? emptyDraft();
    drafts.set(root, draft);
    return draft;
  };
  for (const id of references) {
    draftOf(id).references.push(id);
    draftOf(id).types.push(infoOf(fn.values, id).type);
  }
  for (const [node, type] of union.types()) draftOf(node).types.push(type);
  for (const draft of drafts.values()) draft.single = draft.references.length === 1;
  for (const [holder, held, field] of union.contents()) {
    const content = draftOf(held);
    content.single = false;
    draftOf(holder).contents.push(content);
    if (!isPassive(draftOf(holder), field)) draftOf(holder).numbers.push(content);
  }
  const known = new Set(references);
  for (const id of fn.body.params) if (known.has(id)) addOrigin(draftOf(id), { id }, true);
  const ruled = ruledFunctions(fn);
  walkFunction(fn, (op) => {
    noteOp(fn, op, draftOf, known);
    if (op.kind === 'apply' && ruled.has(op.callee)) for (const id of op.outs) if (known.has(id)) addOrigin(draftOf(id), { id, op }, true);
  });
  const written = (op: Op): readonly MemoryClass[] => {
    const reference = writtenBy(op);
    if (reference === undefined) return [];
    return op.kind === 'addInto' ? reachableFrom(draftOf(reference)) : [draftOf(reference)];
  };
  return { classes: [...drafts.values()], classOf: draftOf, writtenBy: written };
}

function isPassive({ types }: Draft, field: string): boolean {
  return types.some((type) => isRecord(type) && type.fields[Number(field)]?.passive === true);
}

function noteOp(fn: IrFunction, op: Op, draftOf: (id: ValueId) => Draft, known: ReadonlySet<ValueId>): void {
  if (op.kind === 'const' && known.has(op.out)) draftOf(op.out).single = false;
  if (creators.has(op.kind) && 'out' in op && known.has(op.out)) addOrigin(draftOf(op.out), { id: op.out, op }, makesAll(op));
  const written = writtenBy(op);
  if (written === undefined) return;
  const draft = draftOf(written);
  for (const each of op.kind === 'addInto' ? (reachableFrom(draft) as Draft[]) : [draft]) each.writes.push(op);
  if (op.kind === 'store' && op.access === 'checked' && isGrowing(infoOf(fn.values, written).type)) draft.grows = true;
}

/** Does the operation bring in what its memory refers to, too? */
function makesAll(op: Op): boolean {
  return op.kind === 'global' || op.kind === 'buffer' || (op.kind === 'copy' && op.deep === true);
}

function addOrigin(draft: Draft, origin: { readonly id: ValueId; readonly op?: Op }, all: boolean): void {
  const drafts = all ? (reachableFrom(draft) as Draft[]) : [draft];
  for (const each of drafts) each.origins.push(origin);
}
