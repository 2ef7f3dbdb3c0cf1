/** Is a reference there for one operation only? Asking whether it is given, how long it is, and which object it is does not count. */
import type { IrFunction, Op, ValueId } from '../../ir/types.ts';
import { operandsOf, regionsOf, walkFunction } from '../../ir/walk.ts';

export function isUsedOnlyBy(fn: IrFunction, reference: ValueId, op: Op): boolean {
  let only = !fn.body.yields.includes(reference);
  walkFunction(fn, (each) => {
    const asks =
      each.kind === 'same' || each.kind === 'length' || each.kind === 'buffer' || (each.kind === 'prim' && each.prim === 'given');
    if (each !== op && !asks && operandsOf(each).includes(reference)) only = false;
    if (regionsOf(each).some((region) => region.yields.includes(reference))) only = false;
  });
  return only;
}
