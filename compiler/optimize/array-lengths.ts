/**
 * Which arrays have one length. Equal labels, equal lengths.
 *
 * A typed array never changes its length. A list does, by a store at its end: lists have labels only under the assumption that no store
 * lengthens one, which the caller proves store by store (the first one that did would have been proven while the assumption still held).
 */

import { callMoves, functionsOf } from '../analysis/local-functions.ts';
import { isGrowing, isNumbers } from '../ir/memory-types.ts';
import type { AllocOp, IrFunction, Op, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import type { Loop } from './facts.ts';
import { carriedOffset, carriedParam, isLoop } from './facts.ts';
import { analyzeShapes } from './shapes.ts';

/** `length`: the value an allocation was given; the label's length is that number only where the number is an integer. */
export interface LengthLabel {
  readonly array?: ValueId;
  readonly length?: ValueId;
}

export interface ArrayLengths {
  labelOf(array: ValueId): LengthLabel | undefined;
}

const rounds = 12;

export function analyzeLengths(fn: IrFunction, definitions: ReadonlyMap<ValueId, Op>, listsKeepLength: boolean): ArrayLengths {
  const labels = new Map<ValueId, LengthLabel>();
  const ofLength = new Map<ValueId, LengthLabel>();
  const own = new Map<ValueId, LengthLabel>();
  const shaped = new Map<string, LengthLabel>();
  const hasLength = (id: ValueId): boolean => {
    const type = fn.values[id]?.type;
    if (isGrowing(type)) return listsKeepLength;
    return isNumbers(type);
  };
  const cx: Labelling = {
    labels,
    changed: false,
    keepsLength: hasLength,
    definition: (id) => definitions.get(id),
    own: (array) => remembered(own, array, { array }),
    shapes: analyzeShapes(fn, definitions),
    ofShape: (shape, array) => remembered(shaped, shape, { array }),
    ofLength: (length) => remembered(ofLength, length, { length }),
  };
  // What is handed in and out of local functions is unlike anything else.
  const handed = callMoves(fn).map(([, to]) => to);
  const localParams = functionsOf(fn).flatMap(({ bodies }) => bodies.flatMap(({ params }) => params));
  for (const id of [...fn.params.map((param) => param.id), ...handed, ...localParams]) if (hasLength(id)) labels.set(id, cx.own(id));
  for (let round = 0; round < rounds; round++) {
    cx.changed = false;
    walkFunction(fn, (op) => labelOp(op, cx));
    if (!cx.changed) return { labelOf: (id) => (hasLength(id) ? labels.get(id) : undefined) };
  }
  return { labelOf: () => undefined };
}

interface Labelling {
  readonly labels: Map<ValueId, LengthLabel>;
  changed: boolean;
  keepsLength(array: ValueId): boolean;
  definition(id: ValueId): Op | undefined;
  own(array: ValueId): LengthLabel;
  ofLength(length: ValueId): LengthLabel;
  /** What each reference is a part of, where that part always has one shape. */
  readonly shapes: ReadonlyMap<ValueId, string>;
  ofShape(shape: string, array: ValueId): LengthLabel;
}

function remembered<K>(known: Map<K, LengthLabel>, key: K, label: LengthLabel): LengthLabel {
  const old = known.get(key);
  if (!old) known.set(key, label);
  return old ?? label;
}

function assign(array: ValueId | undefined, label: LengthLabel | undefined, cx: Labelling): void {
  if (array === undefined || !label || cx.labels.get(array) === label) return;
  cx.labels.set(array, label);
  cx.changed = true;
}

function labelOp(op: Op, cx: Labelling): void {
  if (op.kind === 'alloc') assign(op.out, allocated(op, cx), cx);
  else if (op.kind === 'buffer') assign(op.out, inherited(op.out, op.like, cx), cx);
  else if (op.kind === 'copy')
    assign(op.out, op.from === undefined && op.to === undefined ? inherited(op.out, op.array, cx) : cx.own(op.out), cx);
  else if (op.kind === 'load') assign(op.out, partLabel(op.out, cx), cx);
  else if (op.kind === 'global' || op.kind === 'pop' || op.kind === 'view') assign(op.out, cx.own(op.out), cx);
  else if (op.kind === 'if') op.outs.forEach((out, i) => join(out, [op.then.yields[i], op.otherwise.yields[i]], cx));
  else if (isLoop(op)) op.inits.forEach((_, slot) => joinSlot(op, slot, cx));
}

/** Parts of one shape have one length. */
function partLabel(out: ValueId, cx: Labelling): LengthLabel {
  const shape = cx.shapes.get(out);
  return shape === undefined ? cx.own(out) : cx.ofShape(shape, out);
}

/** As long as another array where the length was read from it. */
function allocated(op: AllocOp, cx: Labelling): LengthLabel | undefined {
  const read = cx.definition(op.length);
  return read?.kind === 'length' && cx.keepsLength(read.array) ? cx.labels.get(read.array) : cx.ofLength(op.length);
}

/** The label of the array that gave its shape, unless that may grow meanwhile. */
function inherited(out: ValueId, from: ValueId, cx: Labelling): LengthLabel | undefined {
  return cx.keepsLength(from) ? cx.labels.get(from) : cx.own(out);
}

/** What all of them are where they agree, else a length of its own; what has no label yet is expected to agree. */
function join(target: ValueId | undefined, from: readonly (ValueId | undefined)[], cx: Labelling): void {
  if (target === undefined) return;
  const known = new Set(from.map((id) => (id === undefined ? undefined : cx.labels.get(id))).filter((label) => label !== undefined));
  if (known.size === 0) return;
  const [only] = known;
  const settled = cx.labels.get(target) === cx.own(target);
  assign(target, known.size === 1 && !settled ? only : cx.own(target), cx);
}

function joinSlot(loop: Loop, slot: number, cx: Labelling): void {
  const at = slot + carriedOffset(loop);
  const from = [loop.inits[slot], loop.body.yields[at]];
  join(carriedParam(loop, slot), from, cx);
  join(loop.outs[at], from, cx);
  if (loop.kind === 'while') join(loop.condition.params[slot], from, cx);
}
