/** Where an index lies, seen from the counter of a loop. */
import type { Definitions } from '../analysis/definitions.ts';
import type { Builder } from '../ir/build.ts';
import { scalarConstant } from '../ir/constants.ts';
import type { ForOp, ValueId } from '../ir/types.ts';

/** c where the index is the counter and a whole constant c; undefined for any other index. */
export function distanceOf(index: ValueId, { body }: ForOp, definitions: Definitions): number | undefined {
  const { base, offset } = affineOf(index, definitions);
  return base === body.params[0] ? offset : undefined;
}

/** A value and a whole constant that is added to it; no value for a constant. */
export interface Affine {
  readonly base: ValueId | undefined;
  readonly offset: number;
}

/** A value as another one and a whole constant, as far as sums with constants go. */
export function affineOf(id: ValueId, definitions: Definitions): Affine {
  const { op } = definitions.definitionOf(id);
  const value = wholeConstant(id, definitions);
  if (value !== undefined) return { base: undefined, offset: value };
  if (op?.kind !== 'prim' || (op.prim !== 'add' && op.prim !== 'sub')) return { base: id, offset: 0 };
  const [left, right] = op.args as [ValueId, ValueId];
  const [first, second] = [wholeConstant(left, definitions), wholeConstant(right, definitions)];
  if (second !== undefined) return further(affineOf(left, definitions), op.prim === 'add' ? second : -second);
  return first !== undefined && op.prim === 'add' ? further(affineOf(right, definitions), first) : { base: id, offset: 0 };
}

const further = ({ base, offset }: Affine, by: number): Affine => ({ base, offset: offset + by });

/** An index and a whole constant, in the words that a user has for it, so that both are shared. */
export function moved(index: ValueId, by: number, b: Builder): ValueId {
  if (by === 0) return index;
  return b.prim(by > 0 ? 'add' : 'sub', [index, b.constant(Math.abs(by))]);
}

function wholeConstant(id: ValueId, definitions: Definitions): number | undefined {
  const value = scalarConstant(definitions.definitionOf(id).op);
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
