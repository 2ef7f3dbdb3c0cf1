/**
 * Store-to-load forwarding.
 *   In:      checked IR.      Out: a load that certainly reads what a store, or another load, of the same place put there is that value.
 *   Example: store.inRange w 0 x; y = load w 0   →   y = x
 *   Never:   forwards through a storage that rounds (Float32Array, integers), or a store that may have missed.
 */

import { functionsOf } from '../analysis/local-functions.ts';
import { isNumbers, isRecord, isReference } from '../ir/memory-types.ts';
import type { AccumulateOp, AddIntoOp, IrFunction, LoadOp, Op, PresentOp, StoreOp, ValueId } from '../ir/types.ts';
import type { ArrayLengths } from './array-lengths.ts';
import { analyzeLengths } from './array-lengths.ts';
import { strayedClasses } from './counter-access.ts';
import { exposedValues } from './exposure.ts';
import type { Loop } from './facts.ts';
import { definitionsOf, fits, isLoop } from './facts.ts';
import type { Memory, MemoryClass } from './memory.ts';
import { analyzeMemory, isList, keepsUndefined } from './memory.ts';
import { certainNumbers, isCertainlyNumber } from './number-facts.ts';
import type { Pass } from './pass.ts';
import type { Rebuild } from './rebuild.ts';
import { rebuildFunction } from './rebuild.ts';

export const forwardStores: Pass = { name: 'forward-stores', summary: 'read what was just stored from the value itself', run: forward };

/** A place that was written: the latest value, if that is known. */
interface Place {
  readonly index: ValueId;
  readonly value: ValueId | undefined;
}

/** What is known of an array since it was made or written through this reference. */
interface Contents {
  readonly array: ValueId;
  readonly places: readonly Place[];
  /** Every other element is 0. */
  readonly zeroElsewhere: boolean;
}

type Known = Map<MemoryClass, Contents>;

interface Forwarding {
  readonly fn: IrFunction;
  readonly memory: Memory;
  readonly definitions: ReadonlyMap<ValueId, Op>;
  readonly exposed: ReadonlySet<ValueId>;
  readonly certain: ReadonlySet<ValueId>;
  /** What is known where we are; the outer regions' own states lie below. */
  readonly scopes: Known[];
  /** What is known at the beginning of the region that is entered next. */
  readonly entering: [MemoryClass, Contents][];
  readonly lengths: ArrayLengths;
}

/** Places remembered per array. */
const placeLimit = 64;

function forward(fn: IrFunction): IrFunction {
  const definitions = definitionsOf(fn);
  const cx: Forwarding = {
    fn,
    memory: analyzeMemory(fn),
    definitions,
    exposed: exposedValues(fn),
    certain: certainNumbers(fn),
    lengths: analyzeLengths(fn, definitions, false),
    scopes: [],
    entering: [],
  };
  const local = new Set(functionsOf(fn).flatMap(({ bodies }) => bodies));
  return rebuildFunction(fn, {
    enter(op) {
      if (isLoop(op)) enterLoop(op, cx);
    },
    enterRegion: (region) => void cx.scopes.push(local.has(region) ? new Map() : new Map([...here(cx), ...cx.entering.splice(0)])),
    leaveRegion: () => void cx.scopes.pop(),
    rewrite: (op, rebuild) => forwardOp(op, cx, rebuild),
  });
}

function here(cx: Forwarding): Known {
  return cx.scopes.at(-1) ?? new Map();
}

/** Zeros that each iteration touches at its own counter only are zeros to every iteration. */
function enterLoop(loop: Loop, cx: Forwarding): void {
  const strayed = strayedClasses(loop, cx.fn, cx.memory);
  for (const memory of cx.memory.writesOf(loop)) {
    const contents = here(cx).get(memory);
    const zeros = contents?.zeroElsewhere === true && contents.places.length === 0;
    if (contents && zeros && loop.kind === 'for' && !strayed.has(memory)) cx.entering.push([memory, contents]);
  }
  forget(loop, cx);
}

/** Of what an operation writes nothing is known before a loop's body and after any region. */
function forget(op: Op, cx: Forwarding): void {
  for (const memory of cx.memory.writesOf(op)) here(cx).delete(memory);
}

function forwardOp(op: Op, cx: Forwarding, rebuild: Rebuild): readonly Op[] | undefined {
  if (op.kind === 'load') return forwardLoad(op, cx, rebuild);
  if (op.kind === 'present') return forwardPresent(op, cx, rebuild);
  if (op.kind === 'alloc' && op.fill === 'zero') noteZeros(op.out, cx);
  else if (op.kind === 'buffer' && !op.overwritten) noteZeros(op.out, cx);
  else if (op.kind === 'store') noteWrite(op, op.access === 'inRange' && keepsBits(cx, op.array) ? op.value : undefined, cx);
  else if (op.kind === 'accumulate') return forwardAccumulate(op, cx, rebuild);
  else if (op.kind === 'addInto') return forwardAddInto(op, cx);
  else forget(op, cx);
  return undefined;
}

function noteZeros(array: ValueId, cx: Forwarding): void {
  here(cx).set(cx.memory.classOf(array), { array, places: [], zeroElsewhere: true });
}

function keepsBits(cx: Forwarding, array: ValueId): boolean {
  const type = cx.fn.values[array]?.type;
  return type?.kind === 'array' && (type.storage === 'f64' || keepsUndefined(cx.fn, array));
}

/** A write leaves what is certainly another place; what may be the same one is unknown. Through another reference it may be any. */
function noteWrite({ array, index }: StoreOp | AccumulateOp, value: ValueId | undefined, cx: Forwarding): void {
  const memory = cx.memory.classOf(array);
  const before = here(cx).get(memory);
  const mine = before?.array === array ? before : undefined;
  const others = (mine?.places ?? []).filter((place) => !equal(place.index, index, cx));
  const places = [...others.map((place) => (differ(place.index, index, cx) ? place : { ...place, value: undefined })), { index, value }];
  if (places.length > placeLimit) here(cx).delete(memory);
  else here(cx).set(memory, { array, places, zeroElsewhere: mine?.zeroElsewhere ?? false });
}

function equal(left: ValueId, right: ValueId, cx: Forwarding): boolean {
  const [a, b] = [indexConstant(left, cx), indexConstant(right, cx)];
  return left === right || (a !== undefined && a === b);
}

function differ(left: ValueId, right: ValueId, cx: Forwarding): boolean {
  const [a, b] = [indexConstant(left, cx), indexConstant(right, cx)];
  return a !== undefined && b !== undefined && a !== b;
}

function indexConstant(id: ValueId, cx: Forwarding): number | undefined {
  const op = cx.definitions.get(id);
  return op?.kind === 'const' && typeof op.value === 'number' ? op.value : undefined;
}

/** What stands at a place: a value, 0, or undefined where nobody knows. */
function contentsAt(array: ValueId, index: ValueId, cx: Forwarding): ValueId | 'zero' | undefined {
  const contents = here(cx).get(cx.memory.classOf(array));
  if (contents?.array !== array) return undefined;
  const place = contents.places.find((each) => equal(each.index, index, cx));
  if (place) return place.value;
  return contents.zeroElsewhere && contents.places.every((each) => differ(each.index, index, cx)) ? 'zero' : undefined;
}

/** Adding to 0 is storing, except where it would lengthen a list. */
function forwardAccumulate(op: AccumulateOp, cx: Forwarding, rebuild: Rebuild): readonly Op[] | undefined {
  const stores = contentsAt(op.array, op.index, cx) === 'zero' && (op.access === 'inRange' || !isList(cx.fn, op.array));
  const known = stores && op.access === 'inRange' && keepsBits(cx, op.array) && isNumber(op.value, cx, rebuild);
  noteWrite(op, known ? op.value : undefined, cx);
  return stores ? [{ kind: 'store', array: op.array, index: op.index, value: op.value, access: op.access, origin: op.origin }] : undefined;
}

/** Adding to zeros as many numbers as there are is copying them. */
function forwardAddInto(op: AddIntoOp, cx: Forwarding): readonly Op[] | undefined {
  const contents = here(cx).get(cx.memory.classOf(op.array));
  const zeros = contents?.array === op.array && contents.zeroElsewhere && contents.places.length === 0;
  const [target, source] = [cx.lengths.labelOf(op.array), cx.lengths.labelOf(op.source)];
  forget(op, cx);
  const typed = isTyped(cx.fn, op.array) && isTyped(cx.fn, op.source);
  return zeros && typed && target !== undefined && target === source
    ? [{ kind: 'set', array: op.array, source: op.source, origin: { kind: 'synthetic', reason: 'sum with zeros' } }]
    : undefined;
}

function isTyped(fn: IrFunction, array: ValueId): boolean {
  return isNumbers(fn.values[array]?.type) && !isList(fn, array);
}

function forwardLoad(op: LoadOp, cx: Forwarding, rebuild: Rebuild): readonly Op[] | undefined {
  const found = contentsAt(op.array, op.index, cx);
  if (found === undefined) return undefined;
  if (found !== 'zero') return forwardValue(op, found, cx, rebuild);
  if (op.access === 'checked' || isReference(cx.fn.values[op.out]?.type)) return undefined;
  return [{ kind: 'const', out: op.out, value: 0, origin: op.origin }];
}

/** A typed array turns undefined into NaN; a list gives back what it was given, but `orZero` would not. */
function forwardValue(op: LoadOp, value: ValueId, cx: Forwarding, rebuild: Rebuild): readonly Op[] | undefined {
  if (!fits(rebuild.values[value]?.type, rebuild.values[op.out]?.type)) return undefined;
  const certain = isNumber(value, cx, rebuild);
  const unseen = keepsUndefined(cx.fn, op.array) ? op.access !== 'orZero' : !cx.exposed.has(op.out);
  if (!certain && !unseen) return undefined;
  rebuild.replace(op.out, value);
  return [];
}

/** Not even parameters: one that may be left out may be stored without being asked for. */
const nobody: ReadonlySet<ValueId> = new Set();

/** Of a record: was what stands in a field stored as something, or as nothing? */
function forwardPresent(op: PresentOp, cx: Forwarding, rebuild: Rebuild): readonly Op[] | undefined {
  const found = isRecord(cx.fn.values[op.array]?.type) ? contentsAt(op.array, op.index, cx) : undefined;
  if (found === undefined || found === 'zero') return undefined;
  const stored = cx.definitions.get(found);
  const missing = stored?.kind === 'const' && (stored.value === undefined || stored.value === null);
  const facts = { definitions: cx.definitions, values: rebuild.values, certain: nobody };
  const there = isReference(rebuild.values[found]?.type) ? makesMemory(stored) : isCertainlyNumber(facts, found);
  return missing || there ? [{ kind: 'const', out: op.out, value: !missing, origin: op.origin }] : undefined;
}

function makesMemory(op: Op | undefined): boolean {
  return op !== undefined && ['alloc', 'copy', 'buffer', 'view'].includes(op.kind);
}

function isNumber(id: ValueId, { definitions, certain }: Forwarding, { values }: Rebuild): boolean {
  return isCertainlyNumber({ definitions, values, certain }, id);
}
