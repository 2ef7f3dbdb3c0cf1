/** `new Float64Array(n)` throws for a bad n also where nobody reads the array: what is left of it is the test. */
import { bool, int } from '../ir/build.ts';
import { isGrowing } from '../ir/memory-types.ts';
import type { AllocOp, Op, Type, ValueId, ValueInfo } from '../ir/types.ts';

const depthLimit = 6;

/** Whether a dead allocation leaves its error behind: only those that the user wrote, with a length that is not known to be good. */
export function needsLengthGuard(op: AllocOp, definition: (id: ValueId) => Op | undefined): boolean {
  return op.origin.kind === 'source' && !isCertainLength(op.length, definition);
}

/** Integers ≥ 0 that an array may have as its length: lengths, small constants, and sums, products and extremes of these. */
export function isCertainLength(id: ValueId | undefined, definition: (id: ValueId) => Op | undefined, depth = 0): boolean {
  const op = id === undefined ? undefined : definition(id);
  if (!op || depth > depthLimit) return false;
  if (op.kind === 'length') return true;
  if (op.kind === 'const') return typeof op.value === 'number' && Number.isInteger(op.value) && op.value >= 0 && op.value < 2 ** 32;
  if (op.kind !== 'prim' || !['add', 'mul', 'Math.max', 'Math.min'].includes(op.prim)) return false;
  return op.args.every((arg) => isCertainLength(arg, definition, depth + 1));
}

/** A length, the least of some, or a small constant: far from where doubles stop counting by ones. */
export function isSmallInteger(id: ValueId, definition: (id: ValueId) => Op | undefined): boolean {
  const op = definition(id);
  if (op?.kind === 'prim') return op.prim === 'Math.min' && op.args.every((arg) => isSmallInteger(arg, definition));
  return isCertainLength(id, definition);
}

/** The operations that throw what the allocation would have thrown, in the words of V8. */
export function lengthGuard(op: AllocOp, values: readonly ValueInfo[], define: (info: ValueInfo) => ValueId): readonly Op[] {
  const type = values[op.out]?.type;
  const isList = isGrowing(type);
  const { origin } = op;
  const fresh = (of: Type): ValueId => define({ type: of, exact: false });
  const [limit, cond] = [fresh(int), fresh(bool)];
  const test: readonly Op[] = isList
    ? listTest(op, limit, cond, fresh(int))
    : [
        { kind: 'const', out: limit, value: -1, origin },
        { kind: 'prim', prim: 'le', args: [op.length, limit], out: cond, origin },
      ];
  const message = isList ? ['Invalid array length'] : ['Invalid typed array length: ', op.length];
  const fail: Op = { kind: 'throw', error: 'RangeError', message, origin };
  const then = { params: [], ops: [fail], yields: [] };
  return [...test, { kind: 'if', cond, then, otherwise: { params: [], ops: [], yields: [] }, outs: [], origin }];
}

/** A list's length must be an integer from 0 to 2³² − 1: `n >>> 0 !== n`. */
function listTest(op: AllocOp, zero: ValueId, cond: ValueId, whole: ValueId): readonly Op[] {
  const { origin } = op;
  return [
    { kind: 'const', out: zero, value: 0, origin },
    { kind: 'prim', prim: 'shiftRightUnsigned', args: [op.length, zero], out: whole, origin },
    { kind: 'prim', prim: 'ne', args: [whole, op.length], out: cond, origin },
  ];
}
