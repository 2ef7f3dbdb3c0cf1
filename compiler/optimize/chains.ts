/**
 * Chains of adjoints.
 *   In:      checked IR, after the last derivative.
 *   Out:     where one iteration waits for the adjoint of the one before, it multiplies it by what need not wait: a reciprocal takes it 4
 *            cycles instead of the 13 to 15 of a division, and one factor 4 instead of the 8 of a constant and another.
 *   Example: for i { s = s === 0 ? 0 : s / x[i] }   →   for i { s = s === 0 ? 0 : s * (1 / x[i]) }
 *            for i { t = s * 0.01; s = t * r; … }   →   k = 0.01 * r; for i { s = s * k; … }
 *   Never:   changes a quotient or a product of the function's own; joins a constant so large or small that it could overflow.
 */
import { type Builder, createBuilder, infoOf } from '../ir/build.ts';
import { scalarConstant } from '../ir/constants.ts';
import type { ForOp, IrFunction, Op, Region, ValueId } from '../ir/types.ts';
import { freeValues, operandsOf, outsOf, regionsOf, walkFunction, withRegions } from '../ir/walk.ts';
import { definedWithin, definitionsOf } from './facts.ts';
import type { Pass } from './pass.ts';

export const chains: Pass = {
  name: 'chains',
  summary: 'divide and multiply ahead of adjoints that iterations wait for',
  run: shortenChains,
};

interface Chaining {
  readonly b: Builder;
  readonly definitions: ReadonlyMap<ValueId, Op>;
  changed: boolean;
  /** By product of three factors: the one that iterations wait for, and the product of the others. */
  readonly joined: Map<Op, readonly [ValueId, ValueId]>;
  /** What is to be computed ahead of a loop. */
  readonly ahead: Map<ForOp, readonly Op[]>;
}

function shortenChains(fn: IrFunction): IrFunction {
  const b = createBuilder(fn.origin, fn.values, false);
  const cx: Chaining = { b, definitions: definitionsOf(fn), changed: false, joined: new Map(), ahead: new Map() };
  walkFunction(fn, (op) => void (op.kind === 'for' && shortenIn(op, cx)));
  return cx.changed ? { ...fn, values: b.values, body: rewrite(fn.body, cx) } : fn;
}

function shortenIn(loop: ForOp, cx: Chaining): void {
  const waiting = waitingIn(loop);
  keepProducts(loop, waiting, cx);
  joinFactors(loop, waiting, cx);
}

/** The products count as exact, so that no quotient is made of them. */
function keepProducts(loop: ForOp, waiting: ReadonlySet<ValueId>, cx: Chaining): void {
  for (const op of loop.body.ops) {
    if (op.kind !== 'prim' || op.prim !== 'mulz' || !waiting.has(op.args[0] as ValueId) || !isReciprocal(op.args[1] as ValueId, cx))
      continue;
    const info = infoOf(cx.b.values, op.out);
    if (waiting.has(op.args[1] as ValueId) || info.exact) continue;
    cx.b.values[op.out] = { ...info, exact: true };
    cx.changed = true;
  }
}

function isReciprocal(id: ValueId, { definitions, b }: Chaining): boolean {
  const op = definitions.get(id);
  return (
    op?.kind === 'prim' &&
    op.prim === 'div' &&
    scalarConstant(definitions.get(op.args[0] as ValueId)) === 1 &&
    b.values[id]?.exact === false
  );
}

/** Of `s * c * k`, where c is a constant and k the same in all iterations, c and k. */
function joinFactors(loop: ForOp, waiting: ReadonlySet<ValueId>, cx: Chaining): void {
  const within = definedWithin(loop);
  const { b } = cx;
  b.origin = loop.origin;
  const made = b.region([], () => {
    for (const op of loop.body.ops) {
      const [product, known] = factorsOf(op, waiting, cx) ?? [];
      const [adjoint, other] = (product !== undefined && factorsOf(cx.definitions.get(product), waiting, cx)) || [];
      const constant = scalarConstant(cx.definitions.get(other as ValueId));
      if (known === undefined || adjoint === undefined || within.has(known) || !isModest(constant)) continue;
      cx.joined.set(op, [adjoint, b.prim('mul', [known, b.constant(constant)])]);
      cx.changed = true;
    }
    return [];
  });
  cx.ahead.set(loop, made.ops);
}

/** Of an adjoint that is a product, the factor that iterations wait for before the other. */
function factorsOf(op: Op | undefined, waiting: ReadonlySet<ValueId>, { b }: Chaining): readonly [ValueId, ValueId] | undefined {
  if (op?.kind !== 'prim' || op.prim !== 'mul' || infoOf(b.values, op.out).exact) return undefined;
  const [left, right] = op.args as [ValueId, ValueId];
  if (waiting.has(left) === waiting.has(right)) return undefined;
  return waiting.has(left) ? [left, right] : [right, left];
}

const isModest = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) > 2 ** -64 && Math.abs(value) < 2 ** 64;

function rewrite(region: Region, cx: Chaining): Region {
  const ops = region.ops.flatMap((op): readonly Op[] => {
    const inside = withRegions(op, (inner) => rewrite(inner, cx));
    const factors = cx.joined.get(op);
    if (factors && inside.kind === 'prim') return [{ ...inside, args: factors }];
    return op.kind === 'for' ? [...(cx.ahead.get(op) ?? []), inside] : [inside];
  });
  return { ...region, ops };
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
