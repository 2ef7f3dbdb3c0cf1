/** The reverse of operations on memory: what was read gives to the shadow, what was written takes from it and clears it. */

import type { Update } from '../../analysis/updates.ts';
import { invariant } from '../../diagnostics/internal.ts';
import { elementType, int, real } from '../../ir/build.ts';
import { isNumbers, isRecord, isReference, sameType, shadowType } from '../../ir/memory-types.ts';
import type {
  AccumulateOp,
  AddIntoOp,
  CopyOp,
  FillOp,
  ForOp,
  LoadOp,
  PopOp,
  PushOp,
  RecordType,
  Region,
  SetOp,
  StoreOp,
  Type,
  ValueId,
} from '../../ir/types.ts';
import { adjointHint, type ReverseContext } from './context.ts';
import type { AdjointScope } from './scope.ts';
import { isUsedOnlyBy } from './sole-use.ts';

function isActiveArray(cx: ReverseContext, array: ValueId): boolean {
  return cx.activity.isActiveMemory(cx.memory.classOf(array));
}

export function shadowOf(cx: ReverseContext, reference: ValueId): ValueId {
  const shadow = cx.shadows.get(reference);
  invariant(shadow !== undefined, `no shadow for v${reference}`);
  return shadow;
}

/** Makes the shadows of the arrays and stacks that a region creates, zeroed, at the start of its reverse. */
export function openShadows(cx: ReverseContext, region: Region, lengthOf: (array: ValueId) => ValueId): void {
  for (const op of region.ops) {
    if (op.kind === 'stack' && isActiveArray(cx, op.out) && !hasStack(cx, region, op.out)) openStack(cx, op.out);
    if (op.kind !== 'alloc' && op.kind !== 'copy' && op.kind !== 'buffer') continue;
    const found = cx.memory.classOf(op.out);
    if (!found.single || !cx.activity.isActiveMemory(found)) continue;
    if (found.contents.length > 0) continue;
    const type = shadowType(cx.b.typeOf(op.out));
    if (op.kind === 'copy' && region === cx.fn.body && !found.grows && isSoleCopy(cx, op, type)) {
      cx.shadows.set(op.out, shadowOf(cx, op.array));
      continue;
    }
    const length = isRecord(type) ? cx.b.constant(type.fields.length) : op.kind === 'alloc' && !found.grows ? op.length : lengthOf(op.out);
    cx.shadows.set(op.out, cx.b.define('alloc', { length, fill: 'zero' }, type, adjointHint(cx, op.out)));
  }
}

/** Local functions and their reverses find the shadows of stacks at the start of the function. */
export function openStacks(cx: ReverseContext): void {
  for (const op of cx.fn.body.ops) if (op.kind === 'stack' && isActiveArray(cx, op.out) && !cx.shadows.has(op.out)) openStack(cx, op.out);
}

/** A region of a loop has two reverses, that of the partial iteration and that of the whole ones, and each a stack of its own. */
function hasStack(cx: ReverseContext, region: Region, stack: ValueId): boolean {
  const type = cx.b.typeOf(stack);
  return cx.shadows.has(stack) && (region === cx.fn.body || (type.kind === 'stack' && type.element === 'array'));
}

function openStack(cx: ReverseContext, stack: ValueId): void {
  cx.shadows.set(stack, cx.b.define('stack', {}, cx.b.typeOf(stack)));
}

/** The copy of an argument that is used for nothing else, made once, needs no shadow of its own: nothing else adds to the argument's. */
function isSoleCopy(cx: ReverseContext, op: CopyOp, type: Type): boolean {
  const shadow = cx.shadows.get(op.array);
  if (op.from !== undefined || op.to !== undefined || shadow === undefined || !cx.fn.body.params.includes(op.array)) return false;
  return sameType(type, cx.b.typeOf(shadow)) && isUsedOnlyBy(cx.fn, op.array, op);
}

export function reverseOfLoad(cx: ReverseContext, scope: AdjointScope, op: LoadOp): void {
  const value = scope.take(op.out);
  if (value === undefined || !cx.activity.isActiveElement(op.array, op.index)) return;
  const access = op.access === 'inRange' ? 'inRange' : 'checked';
  cx.b.effect('accumulate', { array: shadowOf(cx, op.array), index: op.index, value, access });
}

export function reverseOfStore(cx: ReverseContext, scope: AdjointScope, op: StoreOp): void {
  if (isReference(cx.b.typeOf(op.value))) return putBack(cx, op);
  if (!cx.activity.isActiveElement(op.array, op.index)) return;
  const { b } = cx;
  const array = shadowOf(cx, op.array);
  const update = cx.updates.get(op);
  if (update) return reverseOfUpdate(cx, scope, op, update);
  if (cx.activity.isActiveNumber(op.value)) {
    const taken = b.loadReal(array, op.index, op.access === 'inRange' ? 'inRange' : 'orZero', adjointHint(cx, op.value));
    b.effect('store', { array, index: op.index, value: b.constant(0), access: op.access });
    scope.add(op.value, taken, adjointHint(cx, op.value));
    return;
  }
  b.effect('store', { array, index: op.index, value: b.constant(0), access: op.access });
}

function putBack(cx: ReverseContext, op: StoreOp): void {
  const old = cx.replaced.get(op);
  if (old !== undefined) cx.b.effect('store', { array: shadowOf(cx, op.array), index: op.index, value: old, access: op.access });
}

function putListBack(cx: ReverseContext, op: FillOp): void {
  const { b } = cx;
  const old = cx.replaced.get(op);
  if (old === undefined) return;
  const array = shadowOf(cx, op.array);
  overRange(cx, b.constant(0), b.length(old), (i, sum) => {
    const element = b.define('load', { array: old, index: i, access: 'inRange' }, elementType(b.typeOf(old)));
    b.effect('store', { array, index: i, value: element, access: 'inRange' });
    return sum;
  });
}

/** `a[i] += e`: the element's shadow stays, and `e` receives it. */
function reverseOfUpdate(cx: ReverseContext, scope: AdjointScope, op: StoreOp, { amount, sign }: Update): void {
  if (!cx.activity.isActiveNumber(amount)) return;
  const { b } = cx;
  const given = b.loadReal(shadowOf(cx, op.array), op.index, op.access === 'inRange' ? 'inRange' : 'orZero', adjointHint(cx, amount));
  scope.add(amount, sign === 1 ? given : b.prim('neg', [given]), adjointHint(cx, amount));
}

export function reverseOfAccumulate(cx: ReverseContext, scope: AdjointScope, op: AccumulateOp): void {
  if (!cx.activity.isActiveElement(op.array, op.index) || !cx.activity.isActiveNumber(op.value)) return;
  const given = cx.b.loadReal(shadowOf(cx, op.array), op.index, op.access === 'inRange' ? 'inRange' : 'orZero');
  scope.add(op.value, given, adjointHint(cx, op.value));
}

export function reverseOfAddInto(cx: ReverseContext, op: AddIntoOp): void {
  if (!isActiveArray(cx, op.array) || !isActiveArray(cx, op.source)) return;
  cx.b.effect('addInto', { array: shadowOf(cx, op.source), source: shadowOf(cx, op.array) });
}

/** A shallow copy shares its references with the original: their shadows are the same, and nothing flows. */
export function reverseOfCopy(cx: ReverseContext, op: CopyOp): void {
  if (!isActiveArray(cx, op.array) || !isActiveArray(cx, op.out)) return;
  const { b } = cx;
  const [from, into] = [shadowOf(cx, op.out), shadowOf(cx, op.array)];
  if (from === into) return;
  const type = b.typeOf(from);
  if (!isNumbers(type) && !op.deep) return isRecord(type) ? addFields(cx, type, from, into) : undefined;
  if (op.from === undefined) return b.effect('addInto', { array: into, source: from });
  const start = clampedIndex(cx, op.from, into);
  overRange(cx, b.constant(0), b.length(from), (i, sum) => {
    const value = b.loadReal(from, i, 'inRange');
    b.effect('accumulate', { array: into, index: b.prim('add', [start, i]), value, access: 'checked' });
    return sum;
  });
}

function addFields(cx: ReverseContext, type: RecordType, from: ValueId, into: ValueId): void {
  const { b } = cx;
  type.fields.forEach((field, at) => {
    if (field.omitted || field.type.kind !== 'real') return;
    b.effect('accumulate', { array: into, index: b.constant(at), value: b.get(from, at), access: 'inRange' });
  });
}

export function reverseOfFill(cx: ReverseContext, scope: AdjointScope, op: FillOp): void {
  if (isReference(cx.b.typeOf(op.value))) return putListBack(cx, op);
  if (!isActiveArray(cx, op.array)) return;
  const { b } = cx;
  const array = shadowOf(cx, op.array);
  const from = op.from === undefined ? b.constant(0) : clampedIndex(cx, op.from, array);
  const to = op.to === undefined ? b.length(array) : clampedIndex(cx, op.to, array);
  const total = overRange(cx, from, to, (i, sum) => {
    const taken = b.loadReal(array, i, 'inRange');
    b.effect('store', { array, index: i, value: b.constant(0), access: 'inRange' });
    return b.prim('add', [sum, taken]);
  });
  if (cx.activity.isActiveNumber(op.value)) scope.add(op.value, total, adjointHint(cx, op.value));
}

export function reverseOfSet(cx: ReverseContext, op: SetOp): void {
  if (!isActiveArray(cx, op.array)) return;
  const { b } = cx;
  const array = shadowOf(cx, op.array);
  const source = isActiveArray(cx, op.source) ? shadowOf(cx, op.source) : undefined;
  overRange(cx, b.constant(0), cx.counts.moved(op), (i, sum) => {
    const index = op.offset === undefined ? i : b.prim('add', [op.offset, i]);
    const value = b.loadReal(array, index, 'orZero');
    b.effect('store', { array, index, value: b.constant(0), access: 'checked' });
    if (source !== undefined) b.effect('accumulate', { array: source, index: i, value, access: 'inRange' });
    return sum;
  });
}

export function reverseOfPush(cx: ReverseContext, scope: AdjointScope, op: PushOp): void {
  if (!isActiveArray(cx, op.stack)) return;
  const given = cx.b.define('pop', { stack: shadowOf(cx, op.stack) }, real, adjointHint(cx, op.value));
  if (cx.activity.isActiveNumber(op.value)) scope.add(op.value, given, adjointHint(cx, op.value));
}

export function reverseOfPop(cx: ReverseContext, scope: AdjointScope, op: PopOp): void {
  const value = scope.take(op.out) ?? cx.b.constant(0);
  if (isActiveArray(cx, op.stack)) cx.b.effect('push', { stack: shadowOf(cx, op.stack), value });
}

/** A loop over from..to with one running sum, which `write` hands on or adds to. */
function overRange(cx: ReverseContext, from: ValueId, to: ValueId, write: (index: ValueId, sum: ValueId) => ValueId): ValueId {
  const { b } = cx;
  const [index, sum, out] = [b.value(int, 'i'), b.value(real, 'sum'), b.value(real, 'sum')];
  const init = b.constant(0);
  const body = b.region([index, sum], () => [write(index, sum)]);
  b.push({ kind: 'for', from, to, step: 1, inits: [init], body, outs: [out], exits: false, origin: b.origin } satisfies ForOp);
  return out;
}

/** What `slice` and `fill` make of a relative index: negative ones count from the end. */
function clampedIndex(cx: ReverseContext, index: ValueId, array: ValueId): ValueId {
  const { b } = cx;
  const whole = b.prim('Math.trunc', [index]);
  const fromEnd = b.prim('Math.max', [b.prim('add', [b.length(array), whole]), b.constant(0)]);
  const fromStart = b.prim('Math.min', [whole, b.length(array)]);
  return b.prim('select', [b.prim('lt', [whole, b.constant(0)]), fromEnd, fromStart]);
}
