/**
 * Divisions in chains of adjoints.
 *   In:      checked IR, after the last derivative.
 *   Out:     where one iteration waits for the adjoint of the one before, it multiplies it by a reciprocal that need not wait: 4 cycles
 *            instead of 13 to 15.
 *   Example: for i { s = s === 0 ? 0 : s / x[i] }   →   for i { s = s === 0 ? 0 : s * (1 / x[i]) }
 *   Never:   changes a quotient of the function's own.
 */
import { type Builder, createBuilder, real } from '../ir/build.ts';
import { scalarConstant } from '../ir/constants.ts';
import type { ForOp, IrFunction, Op, PrimOp, Region, ValueId } from '../ir/types.ts';
import { freeValues, operandsOf, outsOf, regionsOf, withRegions } from '../ir/walk.ts';
import { definitionsOf } from './facts.ts';
import type { Pass } from './pass.ts';

export const chains: Pass = { name: 'chains', summary: 'divide ahead of adjoints that iterations wait for', run: shortenChains };

interface Chaining {
  readonly b: Builder;
  readonly definitions: ReadonlyMap<ValueId, Op>;
  changed: boolean;
}

function shortenChains(fn: IrFunction): IrFunction {
  const cx: Chaining = { b: createBuilder(fn.origin, fn.values, true), definitions: definitionsOf(fn), changed: false };
  const body = visit(fn.body, cx);
  return cx.changed ? { ...fn, body, values: cx.b.values } : fn;
}

function visit(region: Region, cx: Chaining): Region {
  const ops = region.ops.map((op) => {
    const inside = withRegions(op, (inner) => visit(inner, cx));
    return inside.kind === 'for' ? { ...inside, body: shortened(inside, cx) } : inside;
  });
  return { ...region, ops };
}

function shortened(loop: ForOp, cx: Chaining): Region {
  const waiting = waitingIn(loop);
  const ops = loop.body.ops.flatMap((op): readonly Op[] => {
    const made = op.kind === 'prim' && waiting.has(op.args[0] as ValueId) ? multiplied(op, waiting, cx) : undefined;
    cx.changed ||= made !== undefined;
    return made ?? [op];
  });
  return { ...loop.body, ops };
}

/** What depends on the numbers that the iteration before has handed on. */
function waitingIn({ body }: ForOp): ReadonlySet<ValueId> {
  const waiting = new Set(body.params.slice(1));
  for (const op of body.ops) {
    const reads = [...operandsOf(op), ...regionsOf(op).flatMap((region) => [...freeValues(region)])];
    if (reads.some((id) => waiting.has(id))) for (const out of outsOf(op)) waiting.add(out);
  }
  return waiting;
}

/** The product counts as exact, so that nobody makes a quotient of it again. */
function multiplied(op: PrimOp, waiting: ReadonlySet<ValueId>, { b, definitions }: Chaining): readonly Op[] | undefined {
  const [seed, partial] = op.args as [ValueId, ValueId];
  const quotient = definitions.get(partial);
  if (op.prim !== 'mulz' || waiting.has(partial) || quotient?.kind !== 'prim' || quotient.prim !== 'div') return undefined;
  if (scalarConstant(definitions.get(quotient.args[0] as ValueId)) !== 1 || b.values[partial]?.exact !== false) return undefined;
  b.origin = op.origin;
  const { ops } = b.region([], () => {
    const product = b.define('prim', { prim: 'mul', args: [seed, partial] }, real);
    const isZero = b.prim('eq', [seed, b.constant(0)]);
    b.name(op.out, 'product');
    b.push({ ...op, prim: 'select', args: [isZero, b.constant(0), product] });
    return [];
  });
  return ops;
}
