/** Prepares the forward sweep for being reversed: counts trips and carries the shadows of memory that moves.
 *  In:      a function without calls whose parameters are only read.
 *  Out:     the same results. Every `while` also carries how many iterations began, every counted loop with exits the counter of its
 *           last iteration. Where references are joined (by an `if`, a loop, a stack), each reference has a shadow beside it, made,
 *           joined and carried in the same way, so that aliases stay aliases. Growing lists made inside loops hand out their final length.
 *  Never:   changes an existing value or id.
 */

import type { Activity } from '../../analysis/activity.ts';
import { type Memory, type MemoryClass, reachableFrom } from '../../analysis/memory.ts';
import { invariant } from '../../diagnostics/internal.ts';
import { type Builder, createBuilder, infoOf } from '../../ir/build.ts';
import { isRecord, isReference, isRefs, shadowType } from '../../ir/memory-types.ts';
import type { CopyOp, ForOp, IfOp, IrFunction, Op, Region, ValueId, WhileOp } from '../../ir/types.ts';
import { walkFunction } from '../../ir/walk.ts';
import { copyBeside, isPassiveAt, type MakingOp, type Twins, twinOf, zerosBeside } from '../twins.ts';
import { adjointName, type Counts, type LoopOp } from './context.ts';
import { isUsedOnlyBy } from './sole-use.ts';

export interface Augmented {
  readonly fn: IrFunction;
  readonly counts: Counts;
  /** Shadows of the references of moving memory. */
  readonly shadows: ReadonlyMap<ValueId, ValueId>;
  /** The final length of an array made inside a loop or branch. */
  readonly lengths: ReadonlyMap<ValueId, ValueId>;
  /** By the store or fill of a reference: the shadow that it replaced, or a copy of the list. */
  readonly replaced: ReadonlyMap<Op, ValueId>;
}

interface Work {
  readonly fn: IrFunction;
  readonly b: Builder;
  readonly memory: Memory;
  readonly activity: Activity;
  readonly shadows: Map<ValueId, ValueId>;
  readonly lengths: Map<ValueId, ValueId>;
  readonly counts: Map<Op, ValueId>;
  readonly replaced: Map<Op, ValueId>;
  /** Memory that some operation goes down into. */
  readonly structures: ReadonlySet<MemoryClass>;
  /** Shadows of parameters, made at the entry. */
  readonly inputShadow: (param: ValueId) => ValueId | undefined;
}

export function augment(fn: IrFunction, memory: Memory, activity: Activity, inputs: readonly ValueId[]): Augmented {
  const b = createBuilder(fn.origin, fn.values, false);
  const slots = new Map<ValueId, ValueId>();
  const shadows = new Map<ValueId, ValueId>();
  const lengths = new Map<ValueId, ValueId>();
  const counts = new Map<Op, ValueId>();
  const inputShadow = (param: ValueId): ValueId | undefined => slots.get(param);
  const replaced = new Map<Op, ValueId>();
  const structures = structuresOf(fn, memory);
  const work: Work = { fn, b, memory, activity, shadows, lengths, counts, inputShadow, replaced, structures };
  const entry = b.region([], () => {
    for (const id of fn.body.params) if (isMoving(work, id)) shadows.set(id, paramShadow(work, id, inputs));
    return [];
  });
  const body = augmentRegion(work, fn.body, true);
  return {
    fn: { ...fn, values: b.values, body: { ...body, ops: [...entry.ops, ...body.ops] } },
    counts: { began: (loop) => countOf(counts, loop), last: (loop) => countOf(counts, loop), moved: (set) => countOf(counts, set) },
    shadows,
    lengths,
    replaced,
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
function isMoving(work: Work, id: ValueId): boolean {
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

function shadowHint(work: Work, id: ValueId): string | undefined {
  const hint = infoOf(work.fn.values, id).hint;
  return hint === undefined ? undefined : adjointName(hint);
}

function augmentRegion(work: Work, region: Region, isRoot: boolean): Region {
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

function shadowOf(work: Work, id: ValueId): ValueId {
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

function augmentIf(work: Work, op: IfOp): void {
  const moving = op.outs.map((out, i) => ({ out, i })).filter(({ out }) => isMoving(work, out));
  const then = augmentRegion(work, op.then, false);
  const otherwise = augmentRegion(work, op.otherwise, false);
  const shadows = moving.map(({ out }) => carryShadow(work, out));
  const extra = (region: Region): ValueId[] => moving.map(({ i }) => shadowOf(work, region.yields[i] as ValueId));
  work.b.push({
    ...op,
    then: { ...then, yields: [...then.yields, ...extra(then)] },
    otherwise: { ...otherwise, yields: [...otherwise.yields, ...extra(otherwise)] },
    outs: [...op.outs, ...shadows],
  });
}

/** A new reference for the shadow of a joined one. */
function carryShadow(work: Work, id: ValueId): ValueId {
  const shadow = work.b.value(shadowType(infoOf(work.fn.values, id).type), shadowHint(work, id));
  work.shadows.set(id, shadow);
  return shadow;
}

/** What a loop carries in addition: initial value, parameter, what the body yields for it, out. */
interface Extra {
  readonly init: ValueId;
  readonly param: ValueId;
  readonly yielded: () => ValueId;
  readonly out: ValueId;
}

function augmentLoop(work: Work, op: LoopOp): void {
  const { b } = work;
  const params = op.kind === 'for' ? op.body.params.slice(1) : op.body.params;
  const skip = op.exits ? 1 : 0;
  const extras: Extra[] = params.flatMap((param, i) =>
    isMoving(work, param)
      ? [
          {
            init: shadowOf(work, op.inits[i] as ValueId),
            param: carryShadow(work, param),
            yielded: () => shadowOf(work, op.body.yields[i + skip] as ValueId),
            out: carryShadow(work, op.outs[i + skip] as ValueId),
          },
        ]
      : [],
  );
  const count = countingExtra(work, op);
  if (count) extras.push(count);
  if (op.kind === 'while') op.condition.params.forEach((param) => isMoving(work, param) && carryShadow(work, param));
  const inner = augmentRegion(work, { ...op.body, params: [...op.body.params, ...extras.map(({ param }) => param)] }, false);
  const tail = b.region([], () => extras.map(({ yielded }) => yielded()));
  const body = { ...inner, ops: [...inner.ops, ...tail.ops], yields: [...inner.yields, ...tail.yields] };
  const carried = { inits: [...op.inits, ...extras.map(({ init }) => init)], outs: [...op.outs, ...extras.map(({ out }) => out)], body };
  const done: LoopOp = op.kind === 'for' ? { ...op, ...carried } : { ...op, ...carried, condition: widenCondition(work, op, extras) };
  if (count) work.counts.set(done, count.out);
  b.push(done);
}

function widenCondition(work: Work, op: WhileOp, extras: readonly Extra[]): Region {
  const added = extras.map(({ param }) => work.b.value(infoOf(work.b.values, param).type));
  return { ...op.condition, params: [...op.condition.params, ...added] };
}

/** Iterations begun, or the last counter: whatever the reverse loop starts from. */
function countingExtra(work: Work, op: LoopOp): Extra | undefined {
  const { b } = work;
  if (op.kind === 'while') {
    const param = b.value({ kind: 'int' }, 'trips');
    const yielded = (): ValueId => b.prim('add', [param, b.constant(1)], 'trips');
    return { init: b.constant(0), param, yielded, out: b.value({ kind: 'int' }, 'trips') };
  }
  return op.exits ? lastCounter(b, op) : undefined;
}

function lastCounter(b: Builder, op: ForOp): Extra {
  const index = op.body.params[0] as ValueId;
  const hint = b.hintOf(index);
  const name = hint === undefined ? 'last' : `last${hint.charAt(0).toUpperCase()}${hint.slice(1)}`;
  const init = b.prim('sub', [op.from, b.constant(op.step)]);
  return { init, param: b.value({ kind: 'int' }, name), yielded: () => index, out: b.value({ kind: 'int' }, name) };
}
