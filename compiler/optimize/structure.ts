/** Taking carried values out of loops and outs out of branches. */

import type { IfOp, ValueId, WhileOp } from '../ir/types.ts';
import type { Loop } from './facts.ts';
import { carriedOffset } from './facts.ts';

/** The loop with some of its carried values only. */
export function keepSlots(loop: Loop, keep: (slot: number) => boolean): Loop {
  const offset = carriedOffset(loop);
  const slots = <T>(list: readonly T[], start: number): T[] => list.filter((_, i) => i < start || keep(i - start));
  const carried = {
    inits: slots(loop.inits, 0),
    outs: slots(loop.outs, offset),
    body: { ...loop.body, params: slots(loop.body.params, loop.kind === 'for' ? 1 : 0), yields: slots(loop.body.yields, offset) },
  };
  if (loop.kind === 'for') return { ...loop, ...carried };
  const condition: WhileOp['condition'] = { ...loop.condition, params: slots(loop.condition.params, 0) };
  return { ...loop, ...carried, condition };
}

/** The `if` with some of its outs only. */
export function keepOuts(op: IfOp, keep: (index: number) => boolean): IfOp {
  const chosen = (ids: readonly ValueId[]): ValueId[] => ids.filter((_, i) => keep(i));
  const then = { ...op.then, yields: chosen(op.then.yields) };
  return { ...op, then, otherwise: { ...op.otherwise, yields: chosen(op.otherwise.yields) }, outs: chosen(op.outs) };
}
