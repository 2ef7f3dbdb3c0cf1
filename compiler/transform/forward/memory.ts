/** Every active array has a tangent array beside it, made where it is made and written where it is written. */
import { unreachable } from '../../diagnostics/internal.ts';
import type {
  AccumulateOp,
  AddIntoOp,
  AllocOp,
  BufferOp,
  CopyOp,
  FillOp,
  GlobalOp,
  LoadOp,
  SetOp,
  StoreOp,
  ValueId,
} from '../../ir/types.ts';
import { type Forward, isActive, setTangent, tangentHint, tangentOf, tangentType } from './context.ts';

/** A load that misses is undefined, its tangent 0. A number stored without a tangent clears the one that was there. */
export function tangentOfAccess(op: LoadOp | StoreOp | AccumulateOp, cx: Forward): void {
  const { array, index } = op;
  if (op.kind === 'load') {
    if (!isActive(op.out, cx)) return;
    const access = op.access === 'inRange' ? 'inRange' : 'orZero';
    setTangent(op.out, cx.b.load(tangentArray(array, cx), index, access, tangentHint(op.out, cx)), cx);
  } else if (isActive(array, cx)) {
    if (op.kind === 'accumulate' && !cx.tangents.has(op.value)) return;
    cx.b.effect(op.kind, { array: tangentArray(array, cx), index, value: tangentOf(op.value, cx), access: op.access });
  }
}

type MemoryOp = AllocOp | BufferOp | CopyOp | GlobalOp | FillOp | SetOp | AddIntoOp;

export function tangentOfMemory(op: MemoryOp, cx: Forward): void {
  const target = 'out' in op ? op.out : op.array;
  if (!isActive(target, cx)) return;
  switch (op.kind) {
    case 'alloc':
      return setTangent(op.out, zeros(op.out, op.length, cx, op.fill === 'record' ? 'record' : 'zero'), cx);
    case 'buffer':
    case 'global':
      return setTangent(op.out, zerosBeside(op.out, cx), cx);
    case 'copy':
      return setTangent(op.out, tangentOfCopy(op, cx), cx);
    case 'fill':
      return cx.b.effect('fill', { array: tangentArray(op.array, cx), value: tangentOf(op.value, cx), ...rangeOf(op) });
    case 'set':
      return tangentOfSet(op, cx);
    case 'addInto':
      if (isActive(op.source, cx)) cx.b.effect('addInto', { array: tangentArray(op.array, cx), source: tangentArray(op.source, cx) });
      return;
    default:
      return unreachable(op);
  }
}

/** The tangent array of an active array. It always exists: activity of memory is a matter of the whole class. */
function tangentArray(id: ValueId, cx: Forward): ValueId {
  return tangentOf(id, cx);
}

/** New zeros, as many as `array` has elements now. */
export function zerosBeside(array: ValueId, cx: Forward): ValueId {
  return zeros(array, cx.b.length(array), cx, 'zero');
}

function zeros(array: ValueId, length: ValueId, cx: Forward, fill: 'zero' | 'record'): ValueId {
  return cx.b.define('alloc', { length, fill }, tangentType(cx.b.typeOf(array)), tangentHint(array, cx));
}

function tangentOfCopy(op: CopyOp, cx: Forward): ValueId {
  if (!isActive(op.array, cx)) return zerosBeside(op.out, cx);
  const draft = { array: tangentArray(op.array, cx), ...rangeOf(op) };
  return cx.b.define('copy', draft, tangentType(cx.b.typeOf(op.out)), tangentHint(op.out, cx));
}

/** What is set from an inactive source has tangent 0. */
function tangentOfSet(op: SetOp, cx: Forward): void {
  const offset = op.offset === undefined ? {} : { offset: op.offset };
  if (isActive(op.source, cx)) {
    cx.b.effect('set', { array: tangentArray(op.array, cx), source: tangentArray(op.source, cx), ...offset });
    return;
  }
  const from = op.offset ?? cx.b.constant(0);
  const to = cx.b.prim('add', [from, cx.b.length(op.source)]);
  cx.b.effect('fill', { array: tangentArray(op.array, cx), value: cx.b.constant(0), from, to });
}

function rangeOf(op: { readonly from?: ValueId; readonly to?: ValueId }) {
  return { ...(op.from !== undefined && { from: op.from }), ...(op.to !== undefined && { to: op.to }) };
}
