/**
 * Whole numbers, proven. The type `int` of a parameter is a promise of the user's that nobody checks: with n = 2.5, `i < n` runs
 * three times in f, and has to in its derivative.
 */
import { infoOf, isIntegerStorage } from '../ir/build.ts';
import { keepsWhole, makesWhole } from '../ir/primitives.ts';
import type { IrFunction, ValueId } from '../ir/types.ts';
import type { Definitions } from './definitions.ts';

/** Is the value a whole number (or NaN, or infinite) whatever the arguments are? */
export function isWhole(fn: IrFunction, definitions: Definitions, id: ValueId): boolean {
  const { op, place } = definitions.definitionOf(id);
  if (!op) return place.owner?.kind === 'for' && place.region.params[0] === id && isWhole(fn, definitions, place.owner.from);
  switch (op.kind) {
    case 'const':
      return Number.isInteger(op.value);
    case 'length':
      return true;
    case 'load': {
      const { type } = infoOf(fn.values, op.array);
      return type.kind === 'array' && isIntegerStorage(type.storage);
    }
    case 'prim':
      return makesWhole.has(op.prim) || (keepsWhole.has(op.prim) && op.args.every((arg) => isWhole(fn, definitions, arg)));
    default:
      return false;
  }
}
