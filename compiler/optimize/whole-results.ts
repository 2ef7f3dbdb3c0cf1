/**
 * Results that need no zeros.
 *   In:      checked IR, after `carry`.
 *   Out:     a result of which one loop stores all elements but the last, and what follows it stores that, begins with any contents.
 *   Example: buffer dx; for i < n - 1 { store dx i … }; store dx (max (n - 1) 0) …   →   the same, `dx` overwritten
 *   Never:   where something else is done with the result before.
 */
import { scalarConstant } from '../ir/constants.ts';
import type { BufferOp, ForOp, IrFunction, Op, ValueId } from '../ir/types.ts';
import { definitionsOf } from './facts.ts';
import type { Pass } from './pass.ts';
import { isDoubles, isLongAs, reads, storeOf } from './result-records.ts';

export const wholeResults: Pass = { name: 'whole-results', summary: 'no zeros for results whose elements are all stored', run: dropZeros };

type Definitions = ReadonlyMap<ValueId, Op>;

function dropZeros(fn: IrFunction): IrFunction {
  const definitions = definitionsOf(fn);
  const isWhole = (op: Op): op is BufferOp =>
    op.kind === 'buffer' && !op.overwritten && isDoubles(op.out, fn) && isFilled(op, fn, definitions);
  if (!fn.body.ops.some(isWhole)) return fn;
  const ops = fn.body.ops.map((op): Op => (isWhole(op) ? { ...op, overwritten: true } : op));
  return { ...fn, body: { ...fn.body, ops } };
}

function isFilled(buffer: BufferOp, { body }: IrFunction, definitions: Definitions): boolean {
  const [loop, last] = body.ops.filter((op) => op !== buffer && reads(op, buffer.out));
  if (loop?.kind !== 'for' || !storesAllButOne(loop, buffer, definitions)) return false;
  return last?.kind === 'store' && last.array === buffer.out && last.value !== buffer.out && isEnd(last.index, loop, definitions);
}

function storesAllButOne(loop: ForOp, buffer: BufferOp, definitions: Definitions): boolean {
  const isFromStart = loop.step === 1 && !loop.exits && scalarConstant(definitions.get(loop.from)) === 0;
  const to = definitions.get(loop.to);
  const isToLast = to?.kind === 'prim' && to.prim === 'sub' && scalarConstant(definitions.get(to.args[1] as ValueId)) === 1;
  return isFromStart && isToLast && isLongAs(to.args[0] as ValueId, buffer, definitions) && storeOf(loop, buffer.out) !== undefined;
}

/** The end of the loop; of an empty array it is before the start, where there is no element. */
function isEnd(index: ValueId, { from, to }: ForOp, definitions: Definitions): boolean {
  const op = definitions.get(index);
  if (index === to) return true;
  if (op?.kind !== 'prim' || op.prim !== 'Math.max' || !op.args.includes(to)) return false;
  return op.args.every((arg) => arg === to || arg === from || scalarConstant(definitions.get(arg)) === 0);
}
