/** How far one iteration moves a carried number: the k++ of a counter that is not the loop's own. */
import type { Op, ValueId } from '../ir/types.ts';

/** Between which constants the value changes per iteration. */
export interface Drift {
  readonly least: number;
  readonly most: number;
}

const depthLimit = 10;

/** The drift from `param` to `next`; undefined where `next` is not `param` plus whole constants. */
export function carriedDrift(
  param: ValueId,
  next: ValueId | undefined,
  definition: (id: ValueId) => Op | undefined,
  depth = 0,
): Drift | undefined {
  if (next === undefined || depth > depthLimit) return undefined;
  if (next === param) return { least: 0, most: 0 };
  const op = definition(next);
  const along = (id: ValueId | undefined): Drift | undefined => carriedDrift(param, id, definition, depth + 1);
  if (op?.kind === 'if') {
    const at = op.outs.indexOf(next);
    return either(along(op.then.yields[at]), along(op.otherwise.yields[at]));
  }
  if (op?.kind !== 'prim') return undefined;
  const [x, y, z] = op.args;
  if (op.prim === 'select') return either(along(y), along(z));
  if (op.prim === 'sub') return moved(along(x), wholeConstant(y, definition), -1);
  if (op.prim !== 'add') return undefined;
  return moved(along(x), wholeConstant(y, definition), 1) ?? moved(along(y), wholeConstant(x, definition), 1);
}

function either(left: Drift | undefined, right: Drift | undefined): Drift | undefined {
  return left && right && { least: Math.min(left.least, right.least), most: Math.max(left.most, right.most) };
}

function moved(drift: Drift | undefined, by: number | undefined, sign: 1 | -1): Drift | undefined {
  return drift && by !== undefined ? { least: drift.least + sign * by, most: drift.most + sign * by } : undefined;
}

function wholeConstant(id: ValueId | undefined, definition: (id: ValueId) => Op | undefined): number | undefined {
  const op = id === undefined ? undefined : definition(id);
  return op?.kind === 'const' && typeof op.value === 'number' && Math.abs(op.value) <= 2 ** 32 && Number.isInteger(op.value)
    ? op.value
    : undefined;
}
