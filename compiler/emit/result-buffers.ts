/**
 * Memory that will be a gradient result (a `slot`) is as its parameter is: a `buffer` like that, whatever the operation that makes it.
 */
import type { IrFunction, Op, ResultInfo } from '../ir/types.ts';

export function resultBuffers(fn: IrFunction): IrFunction {
  const gradients = fn.results.filter(({ kind }) => kind === 'gradient');
  const ops = fn.body.ops.map((op): Op => {
    const like = op.kind === 'alloc' && op.slot !== undefined ? parameterOf(gradients[op.slot], fn) : undefined;
    return op.kind === 'alloc' && op.slot !== undefined && like !== undefined
      ? { kind: 'buffer', out: op.out, like, slot: op.slot, origin: op.origin }
      : op;
  });
  return { ...fn, body: { ...fn.body, ops } };
}

const parameterOf = (result: ResultInfo | undefined, fn: IrFunction) => fn.body.params[result?.param ?? -1];
