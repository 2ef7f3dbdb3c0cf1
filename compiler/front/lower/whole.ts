/** Whole numbers, seen while lowering: what a counted loop needs of its start, and `i <= n` of its bound. */
import { isIntegerStorage } from '../../ir/build.ts';
import { keepsWhole, makesWhole } from '../../ir/primitives.ts';
import type { ValueId } from '../../ir/types.ts';
import type { Lowering } from './context.ts';

/** Is the value whole (or NaN, or infinite) whatever the arguments are? A parameter typed `int` may still be given 2.5. */
export function isWholeValue(f: Lowering, id: ValueId): boolean {
  const op = f.b.definerOf(id);
  switch (op?.kind) {
    case undefined:
      return f.counters.has(id);
    case 'const':
      return Number.isInteger(op.value);
    case 'length':
      return true;
    case 'load': {
      const type = f.b.typeOf(op.array);
      return type.kind === 'array' && isIntegerStorage(type.storage);
    }
    case 'prim':
      return makesWhole.has(op.prim) || (keepsWhole.has(op.prim) && op.args.every((arg) => isWholeValue(f, arg)));
    default:
      return false;
  }
}
