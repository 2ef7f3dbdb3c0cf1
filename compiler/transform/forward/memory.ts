/** Every active array has a tangent array beside it, made where it is made and written where it is written. */
import { unreachable } from '../../diagnostics/internal.ts';
import { isReference, shadowType } from '../../ir/memory-types.ts';
import type {
  AccumulateOp,
  AddIntoOp,
  AllocOp,
  BufferOp,
  CopyOp,
  FillOp,
  GlobalOp,
  LoadOp,
  Op,
  SetOp,
  StoreOp,
  ValueId,
} from '../../ir/types.ts';
import { copyBeside, rangeOf, twinOf, zerosBeside as zerosLike } from '../twins.ts';
import { type Forward, isActive, setTangent, tangentHint, tangentOf, tangentTwins } from './context.ts';

/** A load that misses is undefined, its tangent 0. A number stored without a tangent clears the one that was there. */
export function tangentOfAccess(op: LoadOp | StoreOp | AccumulateOp, cx: Forward): void {
  const { array, index } = op;
  if (isReference(cx.b.typeOf(op.kind === 'load' ? op.out : op.value))) return tangentOfReference(op, cx);
  if (op.kind === 'load') {
    if (!isActive(op.out, cx)) return;
    const access = op.access === 'inRange' ? 'inRange' : 'orZero';
    setTangent(op.out, cx.b.loadReal(tangentArray(array, cx), index, access, tangentHint(op.out, cx)), cx);
  } else if (cx.activity.isActiveElement(array, index)) {
    if (op.kind === 'accumulate' && !cx.tangents.has(op.value)) return;
    cx.b.effect(op.kind, { array: tangentArray(array, cx), index, value: tangentOf(op.value, cx), access: op.access });
  }
}

/** A reference goes the way of the number it leads to: its tangent is loaded, stored, viewed beside it. */
export function tangentOfReference(op: Op, cx: Forward): void {
  const tangent = copyBeside(cx.b, op, tangentTwins(cx));
  if (tangent !== undefined && 'out' in op) setTangent(op.out, tangent, cx);
}

type MemoryOp = AllocOp | BufferOp | CopyOp | GlobalOp | FillOp | SetOp | AddIntoOp;

export function tangentOfMemory(op: MemoryOp, cx: Forward): void {
  const target = 'out' in op ? op.out : op.array;
  if (!isActive(target, cx)) return;
  switch (op.kind) {
    case 'alloc':
    case 'buffer':
      return setTangent(op.out, twinOf(cx.b, op, tangentTwins(cx)), cx);
    case 'global':
      return setTangent(op.out, zerosBeside(op.out, cx), cx);
    case 'copy':
      return setTangent(op.out, tangentOfCopy(op, cx), cx);
    case 'fill':
      if (isReference(cx.b.typeOf(op.value))) return tangentOfReference(op, cx);
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

/** New zeros of the shape that `array` has now. */
export function zerosBeside(array: ValueId, cx: Forward): ValueId {
  return zerosLike(cx.b, array, cx.b.typeOf(array), tangentHint(array, cx));
}

function tangentOfCopy(op: CopyOp, cx: Forward): ValueId {
  if (!isActive(op.array, cx)) return zerosBeside(op.out, cx);
  const draft = { array: tangentArray(op.array, cx), ...rangeOf(op), ...(op.deep && { deep: op.deep }) };
  return cx.b.define('copy', draft, shadowType(cx.b.typeOf(op.out)), tangentHint(op.out, cx));
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
