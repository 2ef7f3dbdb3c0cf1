/** Prepares the forward sweep for being reversed: counts trips and carries the shadows of memory that moves.
 *  In:      a function without calls whose parameters are only read.
 *  Out:     the same results. Every `while` also carries how many iterations began, every counted loop with exits the counter of its
 *           last iteration. Where references are joined (by an `if`, a loop, a stack), each reference has a shadow beside it, made,
 *           joined and carried in the same way, so that aliases stay aliases. Growing lists made inside loops hand out their final length.
 *  Never:   changes an existing value or id.
 */

import type { Activity } from '../../analysis/activity.ts';
import { ruledFunctions } from '../../analysis/local-functions.ts';
import { type Memory, type MemoryClass, reachableFrom } from '../../analysis/memory.ts';
import { invariant } from '../../diagnostics/internal.ts';
import { type Builder, createBuilder, infoOf } from '../../ir/build.ts';
import { isRecord, isReference, isRefs, shadowType } from '../../ir/memory-types.ts';
import type { CopyOp, CustomRule, IrFunction, Op, Region, ValueId } from '../../ir/types.ts';
import { walkFunction } from '../../ir/walk.ts';
import { copyBeside, isPassiveAt, type MakingOp, type Twins, twinOf, zerosBeside } from '../twins.ts';
import { augmentApply, augmentFunctions, augmentIf, augmentLoop } from './augment-joins.ts';
import type { KeptChoice } from './choice.ts';
import { adjointName, type Counts } from './context.ts';
import { isUsedOnlyBy } from './sole-use.ts';

export interface Augmented {
  readonly fn: IrFunction;
  readonly counts: Counts;
  /** Shadows of the references of moving memory. */
  readonly shadows: ReadonlyMap<ValueId, ValueId>;
  /** Loops that do nothing but choose, with their choices. */
  readonly choices: ReadonlyMap<Op, readonly KeptChoice[]>;
  /** The final length of an array made inside a loop or branch. */
  readonly lengths: ReadonlyMap<ValueId, ValueId>;
  /** By the store or fill of a reference: the shadow that it replaced, or a copy of the list. */
  readonly replaced: ReadonlyMap<Op, ValueId>;
  /** By the call of a function with a rule: its arguments, memory as it was at the call. */
  readonly keptArguments: ReadonlyMap<Op, readonly ValueId[]>;
}

export interface Work {
  readonly fn: IrFunction;
  readonly b: Builder;
  readonly memory: Memory;
  readonly activity: Activity;
  readonly shadows: Map<ValueId, ValueId>;
  readonly lengths: Map<ValueId, ValueId>;
  readonly counts: Map<Op, ValueId>;
  readonly choices: Map<Op, readonly KeptChoice[]>;
  readonly keepsChoices: boolean;
  readonly replaced: Map<Op, ValueId>;
  readonly keptArguments: Map<Op, readonly ValueId[]>;
  readonly ruled: ReadonlyMap<ValueId, CustomRule>;
  /** Memory that some operation goes down into. */
  readonly structures: ReadonlySet<MemoryClass>;
  /** Shadows of parameters, made at the entry. */
  readonly inputShadow: (param: ValueId) => ValueId | undefined;
}

/** `keepsChoices`: loops that only choose keep what they chose. */
export function augment(fn: IrFunction, memory: Memory, activity: Activity, inputs: readonly ValueId[], keepsChoices: boolean): Augmented {
  const b = createBuilder(fn.origin, fn.values, false);
  const slots = new Map<ValueId, ValueId>();
  const shadows = new Map<ValueId, ValueId>();
  const lengths = new Map<ValueId, ValueId>();
  const counts = new Map<Op, ValueId>();
  const choices = new Map<Op, readonly KeptChoice[]>();
  const inputShadow = (param: ValueId): ValueId | undefined => slots.get(param);
  const replaced = new Map<Op, ValueId>();
  const structures = structuresOf(fn, memory);
  const ruled = ruledFunctions(fn);
  const keptArguments = new Map<Op, readonly ValueId[]>();
  const work: Work = {
    fn,
    b,
    memory,
    activity,
    shadows,
    lengths,
    counts,
    choices,
    inputShadow,
    replaced,
    structures,
    keptArguments,
    keepsChoices,
    ruled,
  };
  const entry = b.region([], () => {
    for (const id of fn.body.params) if (isMoving(work, id)) shadows.set(id, paramShadow(work, id, inputs));
    return [];
  });
  const body = augmentRegion(work, fn.body, true);
  return {
    fn: { ...fn, values: b.values, body: { ...body, ops: [...entry.ops, ...body.ops] } },
    counts: { began: (loop) => countOf(counts, loop), last: (loop) => countOf(counts, loop), moved: (set) => countOf(counts, set) },
    choices,
    shadows,
    lengths,
    replaced,
    keptArguments,
  };
}

function structuresOf(fn: IrFunction, memory: Memory): ReadonlySet<MemoryClass> {
  const found = new Set<MemoryClass>();
  walkFunction(fn, (op) => {
    const operands = op.kind === 'addInto' ? [op.array, op.source] : op.kind === 'copy' && op.deep ? [op.array, op.out] : [];
    for (const id of operands) for (const each of reachableFrom(memory.classOf(id))) found.add(each);
  });
  return found;
}

function countOf(counts: ReadonlyMap<Op, ValueId>, op: Op): ValueId {
  const count = counts.get(op);
  invariant(count !== undefined, `a ${op.kind} without its count`);
  return count;
}

/** Memory whose references are joined or kept in memory, or that refers to other memory, and that carries a derivative. */
export function isMoving(work: Work, id: ValueId): boolean {
  const kind = infoOf(work.fn.values, id).type.kind;
  if (kind !== 'array') return false;
  const found = work.memory.classOf(id);
  return (!found.single || found.contents.length > 0) && work.activity.isActiveMemory(found);
}

function paramShadow(work: Work, id: ValueId, inputs: readonly ValueId[]): ValueId {
  const { type } = infoOf(work.fn.values, id);
  const slot = inputs.indexOf(id);
  const hint = shadowHint(work, id);
  if (slot >= 0) return work.b.define('buffer', { like: id, slot }, shadowType(type), hint);
  return zerosBeside(work.b, id, type, hint);
}

export function shadowHint(work: Work, id: ValueId): string | undefined {
  const hint = infoOf(work.fn.values, id).hint;
  return hint === undefined ? undefined : adjointName(hint);
}

export function augmentRegion(work: Work, region: Region, isRoot: boolean): Region {
  const { b } = work;
  const grown: ValueId[] = [];
  const augmented = b.region(region.params, () => {
    for (const op of region.ops) augmentOp(work, op, isRoot, grown);
    for (const id of grown) work.lengths.set(id, b.length(id));
    return region.yields;
  });
  return augmented;
}

function augmentOp(work: Work, op: Op, isRoot: boolean, grown: ValueId[]): void {
  const { b } = work;
  b.origin = op.origin;
  if (op.kind === 'if') return augmentIf(work, op);
  if (op.kind === 'for' || op.kind === 'while') return augmentLoop(work, op);
  if (op.kind === 'functions') return augmentFunctions(work, op);
  if (op.kind === 'apply') return augmentApply(work, op);
  if (op.kind === 'set') work.counts.set(op, b.length(op.source));
  b.push(op);
  if (op.kind === 'alloc' || op.kind === 'copy' || op.kind === 'buffer') return augmentArray(work, op, isRoot, grown);
  if (op.kind === 'global' && isMoving(work, op.out)) work.shadows.set(op.out, twin(work, op.out));
  if (op.kind === 'stack' && infoOf(work.fn.values, op.out).type.kind === 'stack') return shadowStack(work, op.out);
  if (op.kind === 'push' && isMoving(work, op.value))
    b.effect('push', { stack: shadowOf(work, op.stack), value: shadowOf(work, op.value) });
  if (op.kind === 'pop' && isMoving(work, op.out)) {
    const type = shadowType(infoOf(work.fn.values, op.out).type);
    work.shadows.set(op.out, b.define('pop', { stack: shadowOf(work, op.stack) }, type, shadowHint(work, op.out)));
  }
  shadowReference(work, op);
  if (op.kind === 'store' && op.access === 'checked' && growsWhileMoving(work, op.array)) growShadow(work, op.array, op.index);
}

/**
 * Where a reference comes from memory or goes there, its shadow does the same with the memory's shadow. Of memory that some
 * operation goes down into, what is replaced is kept: the reverse sweep puts it back, so that such an operation finds the references
 * of its own moment.
 */
function shadowReference(work: Work, op: Op): void {
  const { b } = work;
  const isPassive = op.kind === 'store' && isPassiveAt(b, op.array, op.index);
  if (
    (op.kind === 'store' || op.kind === 'fill') &&
    !isPassive &&
    isMoving(work, op.value) &&
    work.structures.has(work.memory.classOf(op.array))
  ) {
    const array = shadowOf(work, op.array);
    const type = infoOf(b.values, array).type;
    const old =
      op.kind === 'fill'
        ? b.define('copy', { array }, type)
        : b.define('load', { array, index: op.index, access: 'checked' }, shadowType(infoOf(work.fn.values, op.value).type));
    work.replaced.set(op, old);
  }
  const shadow = copyBeside(work.b, op, twinsOf(work));
  if (shadow !== undefined && 'out' in op) work.shadows.set(op.out, shadow);
}

function twinsOf(work: Work): Twins {
  return { has: (id) => isMoving(work, id), of: (id) => shadowOf(work, id), hint: (id) => shadowHint(work, id) };
}

/** A stack of references has a stack of their shadows; the shadow of a stack of numbers is made in the reverse sweep. */
function shadowStack(work: Work, stack: ValueId): void {
  const { type } = infoOf(work.fn.values, stack);
  if (type.kind === 'stack' && type.element === 'array') work.shadows.set(stack, work.b.define('stack', {}, type));
}

function augmentArray(work: Work, op: MakingOp, isRoot: boolean, grown: ValueId[]): void {
  const id = op.out;
  const found = work.memory.classOf(id);
  if (!work.activity.isActiveMemory(found)) return;
  if (isMoving(work, id)) {
    work.shadows.set(id, sharesShadow(work, op) ? shadowOf(work, op.array) : twinOf(work.b, op, twinsOf(work)));
    return;
  }
  if (isRoot || isRecord(infoOf(work.fn.values, id).type)) return;
  if (found.grows) grown.push(id);
  else work.lengths.set(id, work.b.length(id));
}

/** The deep copy of an argument used for nothing else needs no shadow of its own, if no references are put in it and it does not grow. */
function sharesShadow(work: Work, op: MakingOp): op is CopyOp {
  if (op.kind !== 'copy' || !op.deep || !work.fn.body.params.includes(op.array) || !isMoving(work, op.array)) return false;
  const found = reachableFrom(work.memory.classOf(op.out));
  const isStoredTo = (write: Op): boolean =>
    (write.kind === 'store' || write.kind === 'fill') && isReference(infoOf(work.fn.values, write.value).type);
  if (found.some(({ writes, grows }) => grows || writes.some(isStoredTo))) return false;
  return isUsedOnlyBy(work.fn, op.array, op);
}

function twin(work: Work, id: ValueId): ValueId {
  return zerosBeside(work.b, id, infoOf(work.fn.values, id).type, shadowHint(work, id));
}

export function shadowOf(work: Work, id: ValueId): ValueId {
  const shadow = work.shadows.get(id);
  invariant(shadow !== undefined, `no shadow for v${id}`);
  return shadow;
}

/** A list of references grows by the store of a shadow. */
function growsWhileMoving(work: Work, array: ValueId): boolean {
  return !isRefs(infoOf(work.fn.values, array).type) && work.memory.classOf(array).grows && isMoving(work, array);
}

/** Where a list grew at its end, so does its shadow (all of whose elements are still 0 in the forward sweep). */
function growShadow(work: Work, array: ValueId, index: ValueId): void {
  const { b } = work;
  b.effect('store', { array: shadowOf(work, array), index, value: b.constant(0), access: 'checked' });
}
