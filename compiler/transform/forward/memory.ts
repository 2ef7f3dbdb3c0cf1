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
import { isActive, type Lane, setTangent, tangentHint, tangentOf, tangentTwins } from './context.ts';

/** A load that misses is undefined, its tangent 0. A number stored without a tangent clears the one that was there. */
export function tangentOfAccess(op: LoadOp | StoreOp | AccumulateOp, lane: Lane): void {
  const { array, index } = op;
  if (isReference(lane.b.typeOf(op.kind === 'load' ? op.out : op.value))) return tangentOfReference(op, lane);
  if (op.kind === 'load') {
    if (!isActive(op.out, lane)) return;
    const access = op.access === 'inRange' ? 'inRange' : 'orZero';
    setTangent(op.out, lane.b.loadReal(tangentArray(array, lane), index, access, tangentHint(op.out, lane)), lane);
  } else if (lane.activity.isActiveElement(array, index)) {
    if (op.kind === 'accumulate' && !lane.tangents.has(op.value)) return;
    lane.b.effect(op.kind, { array: tangentArray(array, lane), index, value: tangentOf(op.value, lane), access: op.access });
  }
}

/** A reference goes the way of the number it leads to: its tangent is loaded, stored, viewed beside it. */
export function tangentOfReference(op: Op, lane: Lane): void {
  const tangent = copyBeside(lane.b, op, tangentTwins(lane));
  if (tangent !== undefined && 'out' in op) setTangent(op.out, tangent, lane);
}

type MemoryOp = AllocOp | BufferOp | CopyOp | GlobalOp | FillOp | SetOp | AddIntoOp;

export function tangentOfMemory(op: MemoryOp, lane: Lane): void {
  const target = 'out' in op ? op.out : op.array;
  if (!isActive(target, lane)) return;
  switch (op.kind) {
    case 'alloc':
    case 'buffer':
      if (lane.handsOut && op.slot !== undefined) return setTangent(op.out, resultBeside(op, lane), lane);
      return setTangent(op.out, twinOf(lane.b, op, tangentTwins(lane)), lane);
    case 'global':
      return setTangent(op.out, zerosBeside(op.out, lane), lane);
    case 'copy':
      return setTangent(op.out, tangentOfCopy(op, lane), lane);
    case 'fill':
      if (isReference(lane.b.typeOf(op.value))) return tangentOfReference(op, lane);
      return lane.b.effect('fill', { array: tangentArray(op.array, lane), value: tangentOf(op.value, lane), ...rangeOf(op) });
    case 'set':
      return tangentOfSet(op, lane);
    case 'addInto':
      if (isActive(op.source, lane))
        lane.b.effect('addInto', { array: tangentArray(op.array, lane), source: tangentArray(op.source, lane) });
      return;
    default:
      return unreachable(op);
  }
}

/** The tangent array of an active array. It always exists: activity of memory is a matter of the whole class. */
function tangentArray(id: ValueId, lane: Lane): ValueId {
  return tangentOf(id, lane);
}

/** The tangent of a result takes the result's place. */
function resultBeside(op: AllocOp | BufferOp, lane: Lane): ValueId {
  const type = shadowType(lane.b.typeOf(op.out));
  const { out: _, kind, origin: __, ...draft } = op;
  return lane.b.define(kind, draft, type, tangentHint(op.out, lane));
}

/** New zeros of the shape that `array` has now. */
export function zerosBeside(array: ValueId, lane: Lane): ValueId {
  return zerosLike(lane.b, array, lane.b.typeOf(array), tangentHint(array, lane));
}

function tangentOfCopy(op: CopyOp, lane: Lane): ValueId {
  if (!isActive(op.array, lane)) return zerosBeside(op.out, lane);
  const draft = { array: tangentArray(op.array, lane), ...rangeOf(op), ...(op.deep && { deep: op.deep }) };
  return lane.b.define('copy', draft, shadowType(lane.b.typeOf(op.out)), tangentHint(op.out, lane));
}

/** What is set from an inactive source has tangent 0. */
function tangentOfSet(op: SetOp, lane: Lane): void {
  const offset = op.offset === undefined ? {} : { offset: op.offset };
  if (isActive(op.source, lane)) {
    lane.b.effect('set', { array: tangentArray(op.array, lane), source: tangentArray(op.source, lane), ...offset });
    return;
  }
  const from = op.offset ?? lane.b.constant(0);
  const to = lane.b.prim('add', [from, lane.b.length(op.source)]);
  lane.b.effect('fill', { array: tangentArray(op.array, lane), value: lane.b.constant(0), from, to });
}
