/**
 * What forward mode knows while it copies a function. Several directions may go along in one sweep: the primal's operations stand once,
 * and each direction, a lane, has its own activity and its own tangents.
 */
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
  readonly lanes: readonly Lane[];
  /** The tangents are the results: they take the memory that a caller may supply for what they are tangents of. */
  readonly handsOut: boolean;
}

/** One direction. */
export interface Lane {
  readonly fn: IrFunction;
  readonly b: Builder;
  readonly memory: Memory;
  readonly activity: Activity;
  /** Tangents of numbers, arrays and stacks. An active number without an entry has tangent 0. */
  readonly tangents: Map<ValueId, ValueId>;
  /** Stacks of references whose memory is active. */
  readonly referenceStacks: ReadonlySet<ValueId>;
  readonly handsOut: boolean;
}

/** `directions`: for each lane the positions of the parameters along which it goes. */
export function createForward(fn: IrFunction, directions: readonly (readonly number[])[], handsOut = false): Forward {
  const memory = analyzeMemory(fn);
  const outputs = fn.body.yields.filter((id) => isDifferentiableType(infoOf(fn.values, id).type));
  const b = createBuilder(fn.origin, fn.values, false);
  const known = new Map<string, Pick<Lane, 'activity' | 'referenceStacks'>>();
  const knowledge = (inputs: readonly number[]): Pick<Lane, 'activity' | 'referenceStacks'> => {
    const ids = inputs.map((index) => fn.body.params[index] as ValueId);
    const activity = analyzeActivity(fn, memory, ids, outputs);
    return { activity, referenceStacks: activeReferenceStacks(fn, activity) };
  };
  const lanes = directions.map((inputs): Lane => {
    const key = inputs.join();
    const { activity, referenceStacks } = known.get(key) ?? knowledge(inputs);
    known.set(key, { activity, referenceStacks });
    return { fn, b, memory, activity, tangents: new Map(), referenceStacks, handsOut };
  });
  return { fn, b, lanes, handsOut };
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

export function isActive(id: ValueId, lane: Lane): boolean {
  return lane.activity.isActive(id) || lane.referenceStacks.has(id);
}

/** The tangent of a number or reference that must have one: 0 for a number without an entry. */
export function tangentOf(id: ValueId, lane: Lane): ValueId {
  return lane.tangents.get(id) ?? lane.b.constant(0);
}

/** Defines the tangent of `id` from here on; undefined: it is 0. */
export function setTangent(id: ValueId, tangent: ValueId | undefined, lane: Lane): void {
  if (tangent !== undefined) lane.tangents.set(id, tangent);
}

/** A new value to be the tangent of `id`, for the parameters of a region and the outs of an operation. */
export function newTangent(id: ValueId, lane: Lane): ValueId {
  const tangent = lane.b.value(shadowType(lane.b.typeOf(id)), tangentHint(id, lane));
  lane.tangents.set(id, tangent);
  return tangent;
}

export function tangentHint(id: ValueId, lane: Lane): string | undefined {
  const hint = lane.b.hintOf(id);
  return hint === undefined ? undefined : tangentName(hint);
}

/** `tangentOfX` for `x` (contract §3). */
export function tangentName(name: string): string {
  return `tangentOf${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Tangents of references, as the two modes make them. */
export function tangentTwins(lane: Lane): Twins {
  return { has: (id) => isActive(id, lane), of: (id) => tangentOf(id, lane), hint: (id) => tangentHint(id, lane) };
}

/** Appends an operation of the primal as it stands; memory of a result is only that where the primal's results are handed out. */
export function keepPrimal(op: Op, cx: Forward): void {
  const isResult = (op.kind === 'alloc' || op.kind === 'buffer') && op.slot !== undefined;
  if (!cx.handsOut || !isResult) return cx.b.push(op);
  const { slot: _, ...plain } = op;
  cx.b.push(plain as Op);
}

/** What is emitted from here on counts as made while differentiating something at `origin`. */
export function writeFor(origin: Origin, cx: Forward): void {
  cx.b.origin = adjointOf(origin);
}
