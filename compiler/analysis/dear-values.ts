/** What the primal has computed at some cost: a derivative that needs the cosine beside the sine takes the one that is there. */
import type { IrFunction, Op, PrimName, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { isDear } from './cost.ts';
import { type Definitions, isWithin } from './definitions.ts';

export interface DearValues {
  /** The result of the primitive on these operands, where it is computed whenever `op` is: beside it, or before it around it. */
  find(prim: PrimName, args: readonly ValueId[], op: Op): ValueId | undefined;
}

export function indexDearValues(fn: IrFunction, definitions: Definitions): DearValues {
  const found = new Map<string, ValueId[]>();
  walkFunction(fn, (op) => {
    if (op.kind !== 'prim' || !isDear(op.prim)) return;
    const key = keyOf(op.prim, op.args);
    found.set(key, [...(found.get(key) ?? []), op.out]);
  });
  return {
    find: (prim, args, op) => {
      const here = definitions.placeOfOp(op);
      return found.get(keyOf(prim, args))?.find((id) => {
        const { place, op: made } = definitions.definitionOf(id);
        const isBefore = made !== undefined && definitions.orderOf(made) < definitions.orderOf(op);
        return place === here || (isBefore && isWithin(here, place));
      });
    },
  };
}

function keyOf(prim: PrimName, args: readonly ValueId[]): string {
  return `${prim} ${args.join(' ')}`;
}
