/** What forward mode knows while it copies a function: the primal, its activity, and the tangents made so far. */
import { type Activity, analyzeActivity } from '../../analysis/activity.ts';
import { analyzeMemory, type Memory } from '../../analysis/memory.ts';
import { adjointOf, type Origin } from '../../diagnostics/origin.ts';
import { type Builder, createBuilder, infoOf } from '../../ir/build.ts';
import { isDifferentiableType, shadowType } from '../../ir/memory-types.ts';
import type { IrFunction, Op, ValueId } from '../../ir/types.ts';
import { walkFunction } from '../../ir/walk.ts';
import type { Twins } from '../twins.ts';

export interface Forward {
  readonly fn: IrFunction;
  readonly b: Builder;
  readonly memory: Memory;
  readonly activity: Activity;
  /** Tangents of numbers, arrays and stacks. An active number without an entry has tangent 0. */
  readonly tangents: Map<ValueId, ValueId>;
  /** Stacks of references whose memory is active. */
  readonly referenceStacks: ReadonlySet<ValueId>;
}

export function createForward(fn: IrFunction, inputs: readonly ValueId[]): Forward {
  const memory = analyzeMemory(fn);
  const outputs = fn.body.yields.filter((id) => isDifferentiableType(infoOf(fn.values, id).type));
  const activity = analyzeActivity(fn, memory, inputs, outputs);
  const b = createBuilder(fn.origin, fn.values, false);
  return { fn, b, memory, activity, tangents: new Map(), referenceStacks: activeReferenceStacks(fn, activity) };
}

function activeReferenceStacks(fn: IrFunction, activity: Activity): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  walkFunction(fn, (op) => {
    if (op.kind !== 'push' && op.kind !== 'pop') return;
    const kept = op.kind === 'push' ? op.value : op.out;
    if (infoOf(fn.values, kept).type.kind === 'array' && activity.isActive(kept)) found.add(op.stack);
  });
  return found;
}

export function isActive(id: ValueId, cx: Forward): boolean {
  return cx.activity.isActive(id) || cx.referenceStacks.has(id);
}

/** The tangent of a number or reference that must have one: 0 for a number without an entry. */
export function tangentOf(id: ValueId, cx: Forward): ValueId {
  return cx.tangents.get(id) ?? cx.b.constant(0);
}

/** Defines the tangent of `id` from here on; undefined: it is 0. */
export function setTangent(id: ValueId, tangent: ValueId | undefined, cx: Forward): void {
  if (tangent !== undefined) cx.tangents.set(id, tangent);
}

/** A new value to be the tangent of `id`, for the parameters of a region and the outs of an operation. */
export function newTangent(id: ValueId, cx: Forward): ValueId {
  const tangent = cx.b.value(shadowType(cx.b.typeOf(id)), tangentHint(id, cx));
  cx.tangents.set(id, tangent);
  return tangent;
}

export function tangentHint(id: ValueId, cx: Forward): string | undefined {
  const hint = cx.b.hintOf(id);
  return hint === undefined ? undefined : tangentName(hint);
}

/** `tangentOfX` for `x` (contract §3). */
export function tangentName(name: string): string {
  return `tangentOf${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Tangents of references, as the two modes make them. */
export function tangentTwins(cx: Forward): Twins {
  return { has: (id) => isActive(id, cx), of: (id) => tangentOf(id, cx), hint: (id) => tangentHint(id, cx) };
}

/** Appends an operation of the primal as it stands. */
export function keepPrimal(op: Op, cx: Forward): void {
  cx.b.push(op);
}

/** What is emitted from here on counts as made while differentiating something at `origin`. */
export function writeFor(origin: Origin, cx: Forward): void {
  cx.b.origin = adjointOf(origin);
}
