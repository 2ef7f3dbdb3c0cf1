/**
 * Memory classes: which references may point to the same memory.
 *
 * Flow-insensitive unification (Steensgaard, POPL 1996, without fields): references that an `if` or a loop joins share a class.
 * Parameters need no joining: what f writes of its arguments has been copied, so their memory never changes.
 */
import { infoOf } from '../ir/build.ts';
import type { IrFunction, Op, ValueId } from '../ir/types.ts';
import { operandsOf, outsOf, walkFunction } from '../ir/walk.ts';

export interface MemoryClass {
  /** Every reference in the class. */
  readonly references: readonly ValueId[];
  /** What creates or brings in its memory; undefined stands for a parameter of the function. */
  readonly origins: readonly { readonly id: ValueId; readonly op?: Op }[];
  /** Operations that change elements. */
  readonly writes: readonly Op[];
  /** True for a list that a store may lengthen. */
  readonly grows: boolean;
  /** True if every reference is one and the same value: nothing is joined. */
  readonly single: boolean;
}

export interface Memory {
  classOf(reference: ValueId): MemoryClass;
  readonly classes: readonly MemoryClass[];
}

const creators: ReadonlySet<Op['kind']> = new Set(['alloc', 'copy', 'buffer', 'global', 'stack']);

/** The reference whose memory an operation changes, if it changes any. */
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

export function analyzeMemory(fn: IrFunction): Memory {
  const isReference = (id: ValueId): boolean => ['array', 'stack'].includes(infoOf(fn.values, id).type.kind);
  const sets = unionFind();
  const references = new Set<ValueId>(fn.body.params.filter(isReference));
  const note = (id: ValueId): void => void (isReference(id) && references.add(id));
  const kept = new Map<ValueId, ValueId>();
  walkFunction(fn, (op) => {
    operandsOf(op).forEach(note);
    outsOf(op).forEach(note);
    joinStacked(op, isReference, kept, sets.join);
    for (const [a, b] of joinedBy(op)) {
      if (!isReference(a)) continue;
      [a, b].forEach(note);
      sets.join(a, b);
    }
  });
  return collectClasses(fn, [...references], sets.find);
}

/** What is pushed on a stack of references and what is popped from it is one class; `kept` holds one of it per stack. */
function joinStacked(
  op: Op,
  isReference: (id: ValueId) => boolean,
  kept: Map<ValueId, ValueId>,
  join: (a: ValueId, b: ValueId) => void,
): void {
  if (op.kind !== 'push' && op.kind !== 'pop') return;
  const reference = op.kind === 'push' ? op.value : op.out;
  if (!isReference(reference)) return;
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

function collectClasses(fn: IrFunction, references: readonly ValueId[], find: (id: ValueId) => ValueId): Memory {
  const drafts = new Map<ValueId, { references: ValueId[]; origins: { id: ValueId; op?: Op }[]; writes: Op[]; grows: boolean }>();
  const draftOf = (id: ValueId) => {
    const root = find(id);
    const draft = drafts.get(root) ?? { references: [], origins: [], writes: [], grows: false };
    drafts.set(root, draft);
    return draft;
  };
  const known = new Set(references);
  for (const id of references) draftOf(id).references.push(id);
  for (const id of fn.body.params) if (known.has(id)) draftOf(id).origins.push({ id });
  walkFunction(fn, (op) => {
    if (creators.has(op.kind) && 'out' in op && known.has(op.out)) draftOf(op.out).origins.push({ id: op.out, op });
    const written = writtenBy(op);
    if (written === undefined) return;
    const draft = draftOf(written);
    draft.writes.push(op);
    const type = infoOf(fn.values, written).type;
    if (op.kind === 'store' && op.access === 'checked' && type.kind === 'array' && type.storage === 'list') draft.grows = true;
  });
  const classes = new Map([...drafts].map(([root, draft]) => [root, { ...draft, single: draft.references.length === 1 }]));
  return { classes: [...classes.values()], classOf: (id) => classes.get(find(id)) ?? emptyClass(id) };
}

function emptyClass(id: ValueId): MemoryClass {
  return { references: [id], origins: [], writes: [], grows: false, single: true };
}

function unionFind() {
  const parent = new Map<ValueId, ValueId>();
  const find = (id: ValueId): ValueId => {
    let root = id;
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
    for (let at = id; at !== root; ) {
      const next = parent.get(at) as ValueId;
      parent.set(at, root);
      at = next;
    }
    return root;
  };
  const join = (a: ValueId, b: ValueId): void => {
    const [x, y] = [find(a), find(b)];
    if (x !== y) parent.set(y, x);
  };
  return { find, join };
}
