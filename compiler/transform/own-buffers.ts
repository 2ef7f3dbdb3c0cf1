/** Buffers become ordinary memory. What is a result buffer of one derivative is a local array of the next.
 *  In:      any function without calls.      Out:     the same, with every result `buffer` of numbers an `alloc` of the length
 *           of what it was like (if that is certainly there), and all other memory without the slot of a result.
 */
import { createBuilder, infoOf } from '../ir/build.ts';
import { isNumbers } from '../ir/memory-types.ts';
import type { AllocOp, BufferOp, IrFunction, Op } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { mayBeMissing } from './may-be-missing.ts';

export function ownBuffers(fn: IrFunction): IrFunction {
  let found = false;
  walkFunction(fn, (op) => {
    found ||= hasSlot(op);
  });
  if (!found) return fn;
  const missing = mayBeMissing(fn);
  const b = createBuilder(fn.origin, fn.values, false);
  const ops = fn.body.ops.flatMap((op): Op[] => {
    if (!hasSlot(op)) return [op];
    if (op.kind === 'alloc') return [{ kind: 'alloc', out: op.out, length: op.length, fill: op.fill, origin: op.origin }];
    if (!isNumbers(infoOf(fn.values, op.out).type) || missing.has(op.like))
      return [{ kind: 'buffer', out: op.out, like: op.like, origin: op.origin }];
    const { ops: made } = b.region([], () => {
      b.origin = op.origin;
      const length = b.length(op.like);
      b.push({ kind: 'alloc', out: op.out, length, fill: 'zero', origin: op.origin });
      return [];
    });
    return [...made];
  });
  return { ...fn, body: { ...fn.body, ops }, values: b.values };
}

function hasSlot(op: Op): op is AllocOp | BufferOp {
  return (op.kind === 'buffer' || op.kind === 'alloc') && op.slot !== undefined;
}
