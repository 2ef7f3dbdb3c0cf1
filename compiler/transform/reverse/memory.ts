/** The reverse of operations on memory: what was read gives to the shadow, what was written takes from it and clears it. */

import type { Update } from '../../analysis/updates.ts';
import { invariant } from '../../diagnostics/internal.ts';
import { int, real } from '../../ir/build.ts';
import type {
  AccumulateOp,
  AddIntoOp,
  CopyOp,
  FillOp,
  ForOp,
  LoadOp,
  PopOp,
  PushOp,
  Region,
  SetOp,
  StoreOp,
  ValueId,
} from '../../ir/types.ts';
import { shadowType } from './augment.ts';
import { adjointHint, type ReverseContext } from './context.ts';
import type { AdjointScope } from './scope.ts';

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
    if (op.kind === 'stack' && isActiveArray(cx, op.out)) {
      cx.shadows.set(op.out, cx.b.define('stack', {}, cx.b.typeOf(op.out)));
    }
    if (op.kind !== 'alloc' && op.kind !== 'copy' && op.kind !== 'buffer') continue;
    const found = cx.memory.classOf(op.out);
    if (!found.single || !cx.activity.isActiveMemory(found)) continue;
    const length = op.kind === 'alloc' && !found.grows ? op.length : lengthOf(op.out);
    const type = shadowType(cx.b.typeOf(op.out));
    cx.shadows.set(op.out, cx.b.define('alloc', { length, fill: 'zero' }, type, adjointHint(cx, op.out)));
  }
}

export function reverseOfLoad(cx: ReverseContext, scope: AdjointScope, op: LoadOp): void {
  const value = scope.take(op.out);
  if (value === undefined || !isActiveArray(cx, op.array)) return;
  const access = op.access === 'inRange' ? 'inRange' : 'checked';
  cx.b.effect('accumulate', { array: shadowOf(cx, op.array), index: op.index, value, access });
}

export function reverseOfStore(cx: ReverseContext, scope: AdjointScope, op: StoreOp): void {
  if (!isActiveArray(cx, op.array)) return;
  const { b } = cx;
  const array = shadowOf(cx, op.array);
  const update = cx.updates.get(op);
  if (update) return reverseOfUpdate(cx, scope, op, update);
  if (cx.activity.isActiveNumber(op.value)) {
    const taken = b.load(array, op.index, op.access === 'inRange' ? 'inRange' : 'orZero', adjointHint(cx, op.value));
    b.effect('store', { array, index: op.index, value: b.constant(0), access: op.access });
    scope.add(op.value, taken, adjointHint(cx, op.value));
    return;
  }
  b.effect('store', { array, index: op.index, value: b.constant(0), access: op.access });
}

/** `a[i] += e`: the element's shadow stays, and `e` receives it. */
function reverseOfUpdate(cx: ReverseContext, scope: AdjointScope, op: StoreOp, { amount, sign }: Update): void {
  if (!cx.activity.isActiveNumber(amount)) return;
  const { b } = cx;
  const given = b.load(shadowOf(cx, op.array), op.index, op.access === 'inRange' ? 'inRange' : 'orZero', adjointHint(cx, amount));
  scope.add(amount, sign === 1 ? given : b.prim('neg', [given]), adjointHint(cx, amount));
}

export function reverseOfAccumulate(cx: ReverseContext, scope: AdjointScope, op: AccumulateOp): void {
  if (!isActiveArray(cx, op.array) || !cx.activity.isActiveNumber(op.value)) return;
  const given = cx.b.load(shadowOf(cx, op.array), op.index, op.access === 'inRange' ? 'inRange' : 'orZero');
  scope.add(op.value, given, adjointHint(cx, op.value));
}

export function reverseOfAddInto(cx: ReverseContext, op: AddIntoOp): void {
  if (!isActiveArray(cx, op.array) || !isActiveArray(cx, op.source)) return;
  cx.b.effect('addInto', { array: shadowOf(cx, op.source), source: shadowOf(cx, op.array) });
}

export function reverseOfCopy(cx: ReverseContext, op: CopyOp): void {
  if (!isActiveArray(cx, op.array) || !isActiveArray(cx, op.out)) return;
  const { b } = cx;
  const [from, into] = [shadowOf(cx, op.out), shadowOf(cx, op.array)];
  if (op.from === undefined) return b.effect('addInto', { array: into, source: from });
  const start = clampedIndex(cx, op.from, into);
  overRange(cx, b.constant(0), b.length(from), (i, sum) => {
    const value = b.load(from, i, 'inRange');
    b.effect('accumulate', { array: into, index: b.prim('add', [start, i]), value, access: 'checked' });
    return sum;
  });
}

export function reverseOfFill(cx: ReverseContext, scope: AdjointScope, op: FillOp): void {
  if (!isActiveArray(cx, op.array)) return;
  const { b } = cx;
  const array = shadowOf(cx, op.array);
  const from = op.from === undefined ? b.constant(0) : clampedIndex(cx, op.from, array);
  const to = op.to === undefined ? b.length(array) : clampedIndex(cx, op.to, array);
  const total = overRange(cx, from, to, (i, sum) => {
    const taken = b.load(array, i, 'inRange');
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
    const value = b.load(array, index, 'orZero');
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
