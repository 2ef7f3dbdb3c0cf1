/**
 * Ranges: proves that an index hits its array.
 *   In:      checked IR.      Out: loads, stores and accumulations that certainly hit are `inRange`.
 *   Example: for i in 0..length x { load.checked x i }   →   load.inRange x i
 *   Never:   guesses. A real may be fractional, an int may be NaN until a test has been passed; neither is a length by itself.
 */

import type { IrFunction, Op, Region } from '../ir/types.ts';
import { regionsOf, walkFunction, withRegions } from '../ir/walk.ts';
import { isList } from './memory.ts';
import type { Pass } from './pass.ts';
import type { Access } from './range-walk.ts';
import { findHits, isAccess } from './range-walk.ts';

export const ranges: Pass = { name: 'ranges', summary: 'prove that indices are in range', run: proveRanges };

/** Lists are first assumed to keep their length; if a store to one is not proven, they are left alone. */
function proveRanges(fn: IrFunction): IrFunction {
  const hits = findHits(fn, true);
  return markHits(fn, mayGrow(fn, hits) ? findHits(fn, false) : hits);
}

function mayGrow(fn: IrFunction, hits: ReadonlySet<Access>): boolean {
  let grows = false;
  walkFunction(fn, (op) => {
    if (op.kind === 'store' && isList(fn, op.array) && op.access === 'checked' && !hits.has(op)) grows = true;
  });
  return grows;
}

function markHits(fn: IrFunction, hits: ReadonlySet<Access>): IrFunction {
  const state = { changed: false };
  const markOp = (op: Op): Op => {
    if (regionsOf(op).length > 0) return withRegions(op, mark);
    if (!isAccess(op) || op.access === 'inRange' || !hits.has(op)) return op;
    state.changed = true;
    return { ...op, access: 'inRange' };
  };
  const mark = (region: Region): Region => ({ ...region, ops: region.ops.map(markOp) });
  const body = mark(fn.body);
  return state.changed ? { ...fn, body } : fn;
}
