/** References of which the function asks whether they are there: parameters that may be left out are among them. */
import type { IrFunction, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';

export function mayBeMissing(fn: IrFunction): ReadonlySet<ValueId> {
  const tested = new Set<ValueId>();
  walkFunction(fn, (op) => {
    if (op.kind === 'prim' && op.prim === 'given') for (const id of op.args) tested.add(id);
  });
  return tested;
}
