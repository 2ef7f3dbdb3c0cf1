/**
 * Quotients of one seed.
 *   In:      checked IR, after the last derivative.
 *   Out:     what a seed gives the divisor uses what it gave the dividend: one division less.
 *   Example: a = s / v; b = s * ((u / v) / v)   →   a = s / v; b = a * (u / v)
 *   Never:   changes a quotient of the function's own.
 */
import { scalarConstant } from '../ir/constants.ts';
import type { IrFunction, Op, PrimOp, ValueId } from '../ir/types.ts';
import { definitionsOf } from './facts.ts';
import type { Pass } from './pass.ts';
import { rebuildFunction } from './rebuild.ts';

export const reciprocals: Pass = { name: 'reciprocals', summary: 'divide a seed once by what divides it twice', run: shareQuotients };

interface Sharing {
  readonly definitions: ReadonlyMap<ValueId, Op>;
  /** By seed and divisor, as far as they are in scope here: innermost last. */
  readonly quotients: Map<string, ValueId>[];
}

function shareQuotients(fn: IrFunction): IrFunction {
  const cx: Sharing = { definitions: definitionsOf(fn), quotients: [] };
  return rebuildFunction(fn, {
    enterRegion: () => void cx.quotients.push(new Map()),
    leaveRegion: () => void cx.quotients.pop(),
    rewrite: (op) => (op.kind === 'prim' && op.prim === 'mulz' ? shared(op, cx, fn) : undefined),
  });
}

function shared(op: PrimOp, { definitions, quotients }: Sharing, { values }: IrFunction): readonly Op[] | undefined {
  const [seed, partial] = op.args as [ValueId, ValueId];
  const quotient = definitions.get(partial);
  if (quotient?.kind !== 'prim' || quotient.prim !== 'div' || values[partial]?.exact !== false) return undefined;
  const [dividend, divisor] = quotient.args as [ValueId, ValueId];
  const key = `${seed}/${divisor}`;
  if (scalarConstant(definitions.get(dividend)) === 1) {
    quotients.at(-1)?.set(key, op.out);
    return undefined;
  }
  const before = quotients.findLast((each) => each.has(key))?.get(key);
  return before === undefined ? undefined : [{ ...op, args: [before, dividend] }];
}
