/** What a loop says of its counter and of what it carries. */

import type { ForOp, Op, ValueId } from '../ir/types.ts';
import type { Drift } from './carried-drift.ts';
import { carriedDrift } from './carried-drift.ts';
import type { Loop } from './facts.ts';
import { carriedOffset, carriedParam } from './facts.ts';
import { noteInteger } from './range-definitions.ts';
import type { RangeGraph } from './range-graph.ts';

export interface LoopContext {
  readonly graph: RangeGraph;
  readonly definitions: ReadonlyMap<ValueId, Op>;
}

function driftOf(loop: Loop, slot: number, cx: LoopContext) {
  const param = carriedParam(loop, slot);
  const init = loop.inits[slot];
  if (param === undefined || init === undefined || !cx.graph.integers.has(init)) return undefined;
  const next = loop.body.yields[slot + carriedOffset(loop)];
  const drift = carriedDrift(param, next, (id) => cx.definitions.get(id));
  return drift && { param, init, drift };
}

/** A counter of its own stays an integer; one that only grows stays above where it began. */
export function defineCarried(loop: Loop, slot: number, cx: LoopContext): void {
  const found = driftOf(loop, slot, cx);
  if (!found) return;
  const { graph } = cx;
  const bounds = {
    low: found.drift.least >= 0 ? graph.low(found.init) : Number.NEGATIVE_INFINITY,
    high: found.drift.most <= 0 ? graph.high(found.init) : Number.POSITIVE_INFINITY,
  };
  const out = loop.outs[slot + carriedOffset(loop)];
  for (const id of [found.param, out, conditionParam(loop, slot)]) if (id !== undefined) noteInteger(id, bounds, graph);
}

function conditionParam(loop: Loop, slot: number): ValueId | undefined {
  return loop.kind === 'while' ? loop.condition.params[slot] : undefined;
}

export function boundCarried(loop: Loop, cx: LoopContext): void {
  loop.inits.forEach((_, slot) => {
    const found = driftOf(loop, slot, cx);
    if (!found) return;
    boundByDrift(found.param, found, cx.graph);
  });
}

function boundByDrift(id: ValueId, { init, drift }: { init: ValueId; drift: Drift }, graph: RangeGraph): void {
  if (drift.least >= 0) graph.atMost(init, id, 0);
  if (drift.most <= 0) graph.atMost(id, init, 0);
}

export function boundOut(loop: Loop, slot: number, cx: LoopContext): void {
  const found = driftOf(loop, slot, cx);
  const out = loop.outs[slot + carriedOffset(loop)];
  if (found && out !== undefined) boundByDrift(out, found, cx.graph);
}

/** from ≤ index < to, or downward; a bound that is NaN has no iteration to speak of. */
export function boundIndex(loop: ForOp, graph: RangeGraph): void {
  const [index] = loop.body.params;
  if (index === undefined || !graph.isWhole(loop.from)) return;
  const up = loop.step > 0;
  const low = up ? graph.low(loop.from) : Number.NEGATIVE_INFINITY;
  noteInteger(index, { low, high: up ? Number.POSITIVE_INFINITY : graph.high(loop.from) }, graph);
  const [least, most] = up ? [loop.from, index] : [index, loop.from];
  graph.atMost(least, most, 0);
  const [inner, outer] = up ? [index, loop.to] : [loop.to, index];
  graph.atMost(inner, outer, 0, true);
}
