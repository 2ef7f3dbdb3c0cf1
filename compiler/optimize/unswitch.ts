/**
 * Strong zeros out of loops.
 *   In:      checked IR, after the last derivative.
 *   Out:     a small innermost loop, in which a seed that does not change has strong zeros, asks once whether the seed is 0.
 *   Example: for i { dx[i] += s === 0 ? 0 : s * p[i] }   →   if (s !== 0) for i { dx[i] += s * p[i] }
 *   Never:   repeats a loop that holds another one.
 */
import { anotherLike, type Builder, copying, createBuilder } from '../ir/build.ts';
import type { ForOp, IrFunction, Op, PrimOp, Region, ValueId } from '../ir/types.ts';
import { regionsOf, renameOp, walkRegion, withRegions } from '../ir/walk.ts';
import { definedWithin } from './facts.ts';
import type { Pass } from './pass.ts';

export const unswitch: Pass = { name: 'unswitch', summary: 'ask before a loop whether its seed is zero', run: unswitchLoops };

/** Operations of a body that is written twice; with the seed 0 little of it is left. */
const largestBody = 24;

function unswitchLoops(fn: IrFunction): IrFunction {
  const b = createBuilder(fn.origin, fn.values, false);
  const state = { changed: false };
  const body = visitRegion(fn.body, b, state);
  return state.changed ? { ...fn, body, values: b.values } : fn;
}

function visitRegion(region: Region, b: Builder, state: { changed: boolean }): Region {
  const ops = region.ops.flatMap((op): readonly Op[] => {
    const seed = op.kind === 'for' ? invariantSeed(op) : undefined;
    if (op.kind !== 'for' || seed === undefined) return [withRegions(op, (inner) => visitRegion(inner, b, state))];
    state.changed = true;
    return bothLoops(op, seed, b);
  });
  return { ...region, ops };
}

/** The seed of a strong zero that is the same in all iterations. */
function invariantSeed(loop: ForOp): ValueId | undefined {
  const products: PrimOp[] = [];
  let size = 0;
  let isInnermost = true;
  walkRegion(loop.body, (op) => {
    size++;
    if (op.kind === 'prim' && op.prim === 'mulz') products.push(op);
    isInnermost &&= regionsOf(op).length === 0 || op.kind === 'if';
  });
  if (!isInnermost || loop.exits || size > largestBody) return undefined;
  const inside = definedWithin(loop);
  return products.map(({ args }) => args[0] as ValueId).find((seed) => !inside.has(seed));
}

function bothLoops(loop: ForOp, seed: ValueId, b: Builder): readonly Op[] {
  b.origin = loop.origin;
  return b.region([], () => {
    const isZero = b.prim('eq', [seed, b.constant(0)]);
    const then = b.region([], () => without(loop, seed, b));
    const otherwise = b.region([], () => plain(loop, seed, b));
    b.push({ kind: 'if', cond: isZero, then, otherwise, outs: loop.outs, origin: loop.origin });
    return [];
  }).ops;
}

/** The loop where the seed is 0. */
function without(loop: ForOp, seed: ValueId, b: Builder): readonly ValueId[] {
  const zeroed = mapProducts(loop, seed, ({ out, origin }) => ({ kind: 'const', out, value: 0, origin }));
  const renaming = copying(b.values);
  b.push(renameOp(zeroed, renaming));
  return loop.outs.map(renaming.use);
}

/** The loop where it is not: its products are plain. */
function plain(loop: ForOp, seed: ValueId, b: Builder): readonly ValueId[] {
  const outs = loop.outs.map((id) => anotherLike(b.values, id));
  b.push({ ...mapProducts(loop, seed, (op) => ({ ...op, prim: 'mul' })), outs });
  return outs;
}

function mapProducts(loop: ForOp, seed: ValueId, change: (op: PrimOp) => Op): ForOp {
  const visit = (op: Op): Op =>
    op.kind === 'prim' && op.prim === 'mulz' && op.args[0] === seed
      ? change(op)
      : withRegions(op, (region) => ({ ...region, ops: region.ops.map(visit) }));
  return { ...loop, body: { ...loop.body, ops: loop.body.ops.map(visit) } };
}
