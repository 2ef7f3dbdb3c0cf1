/**
 * Divisions in chains of adjoints.
 *   In:      checked IR, after the last derivative.
 *   Out:     where one iteration waits for the adjoint of the one before, it multiplies it by a reciprocal that need not wait: 4 cycles
 *            instead of 13 to 15.
 *   Example: for i { s = s === 0 ? 0 : s / x[i] }   →   for i { s = s === 0 ? 0 : s * (1 / x[i]) }
 *   Never:   changes a quotient of the function's own.
 */
import { infoOf } from '../ir/build.ts';
import { scalarConstant } from '../ir/constants.ts';
import type { ForOp, IrFunction, Op, ValueId, ValueInfo } from '../ir/types.ts';
import { freeValues, operandsOf, outsOf, regionsOf, walkFunction } from '../ir/walk.ts';
import { definitionsOf } from './facts.ts';
import type { Pass } from './pass.ts';

export const chains: Pass = { name: 'chains', summary: 'divide ahead of adjoints that iterations wait for', run: shortenChains };

interface Chaining {
  readonly values: ValueInfo[];
  readonly definitions: ReadonlyMap<ValueId, Op>;
  changed: boolean;
}

function shortenChains(fn: IrFunction): IrFunction {
  const cx: Chaining = { values: [...fn.values], definitions: definitionsOf(fn), changed: false };
  walkFunction(fn, (op) => void (op.kind === 'for' && keepProducts(op, cx)));
  return cx.changed ? { ...fn, values: cx.values } : fn;
}

/** The products count as exact, so that no quotient is made of them. */
function keepProducts(loop: ForOp, cx: Chaining): void {
  const waiting = waitingIn(loop);
  for (const op of loop.body.ops) {
    if (op.kind !== 'prim' || op.prim !== 'mulz' || !waiting.has(op.args[0] as ValueId) || !isReciprocal(op.args[1] as ValueId, cx))
      continue;
    const info = infoOf(cx.values, op.out);
    if (waiting.has(op.args[1] as ValueId) || info.exact) continue;
    cx.values[op.out] = { ...info, exact: true };
    cx.changed = true;
  }
}

function isReciprocal(id: ValueId, { definitions, values }: Chaining): boolean {
  const op = definitions.get(id);
  return (
    op?.kind === 'prim' && op.prim === 'div' && scalarConstant(definitions.get(op.args[0] as ValueId)) === 1 && values[id]?.exact === false
  );
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
