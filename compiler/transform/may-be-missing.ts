/**
 * References of which the function asks whether they are there, or of what they are handed on as: parameters that may be left out are
 * among them.
 */
import { callMoves } from '../analysis/local-functions.ts';
import { movesOf } from '../analysis/memory.ts';
import type { IrFunction, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';

export function mayBeMissing(fn: IrFunction): ReadonlySet<ValueId> {
  const moves = [...callMoves(fn)];
  const found = new Set<ValueId>();
  walkFunction(fn, (op) => {
    moves.push(...movesOf(op));
    if (op.kind === 'prim' && op.prim === 'given') for (const id of op.args) found.add(id);
  });
  for (let size = -1; size < found.size; ) {
    size = found.size;
    for (const [from, to] of moves) if (found.has(to)) found.add(from);
  }
  return found;
}
