/** What a condition that is known to be true or false says about numbers. */

import type { Op, PrimOp, ValueId } from '../ir/types.ts';
import type { RangeGraph } from './range-graph.ts';

export interface ConditionContext {
  readonly graph: RangeGraph;
  definition(id: ValueId): Op | undefined;
  constant(id: ValueId): number | boolean | undefined;
}

const depthLimit = 8;

/** Adds to the graph what follows from `cond` being `truth`. */
export function assume(cond: ValueId, truth: boolean, cx: ConditionContext, depth = 0): void {
  const op = cx.definition(cond);
  if (!op || depth > depthLimit) return;
  if (op.kind === 'if') return assumeArm(op, op.outs.indexOf(cond), (value) => value === truth, truth, cx, depth);
  if (op.kind !== 'prim') return;
  const [x, y] = op.args;
  if (x === undefined) return;
  if (op.prim === 'not') return assume(x, !truth, cx, depth + 1);
  if (y === undefined) return;
  if ((op.prim === 'and' && truth) || (op.prim === 'or' && !truth)) {
    assume(x, truth, cx, depth + 1);
    return assume(y, truth, cx, depth + 1);
  }
  assumeComparison(op, x, y, truth, cx, depth);
}

/** Where one branch yields a constant that was not seen, the other was taken. */
function assumeArm(
  op: Extract<Op, { kind: 'if' }>,
  index: number,
  matches: (value: number | boolean) => boolean,
  truth: boolean | undefined,
  cx: ConditionContext,
  depth: number,
): void {
  for (const [arm, other, taken] of [
    [op.then, op.otherwise, false],
    [op.otherwise, op.then, true],
  ] as const) {
    const seen = constantOf(arm.yields[index], cx);
    if (seen === undefined || matches(seen)) continue;
    assume(op.cond, taken, cx, depth + 1);
    const rest = other.yields[index];
    if (rest === undefined) return;
    if (truth !== undefined) assume(rest, truth, cx, depth + 1);
    else assumeZero(rest, cx, depth + 1);
    return;
  }
}

function constantOf(id: ValueId | undefined, cx: ConditionContext): number | boolean | undefined {
  return id === undefined ? undefined : cx.constant(id);
}

/** A code that is 0: no exit was taken. */
function assumeZero(code: ValueId, cx: ConditionContext, depth: number): void {
  const op = cx.definition(code);
  if (op?.kind === 'if' && depth <= depthLimit) assumeArm(op, op.outs.indexOf(code), (value) => value === 0, undefined, cx, depth);
}

/** A comparison that is true has no NaN; one that is false says something only of numbers that are none. */
function assumeComparison(op: PrimOp, x: ValueId, y: ValueId, truth: boolean, cx: ConditionContext, depth: number): void {
  const { graph } = cx;
  const known = truth || (graph.integers.has(x) && graph.integers.has(y));
  switch (op.prim) {
    case 'lt':
      return known ? below(graph, truth ? x : y, truth ? y : x, truth) : undefined;
    case 'le':
      return known ? below(graph, truth ? x : y, truth ? y : x, !truth) : undefined;
    case 'gt':
      return known ? below(graph, truth ? y : x, truth ? x : y, truth) : undefined;
    case 'ge':
      return known ? below(graph, truth ? y : x, truth ? x : y, !truth) : undefined;
    case 'eq':
      return truth ? assumeEqual(x, y, cx, depth) : assumeUnequal(x, y, cx);
    case 'ne':
      return truth ? assumeUnequal(x, y, cx) : assumeEqual(x, y, cx, depth);
    default:
  }
}

function below(graph: RangeGraph, x: ValueId, y: ValueId, strict: boolean): void {
  graph.atMost(x, y, 0, strict);
}

function assumeEqual(x: ValueId, y: ValueId, cx: ConditionContext, depth: number): void {
  cx.graph.atMost(x, y, 0);
  cx.graph.atMost(y, x, 0);
  if (cx.constant(y) === 0) assumeZero(x, cx, depth + 1);
  if (cx.constant(x) === 0) assumeZero(y, cx, depth + 1);
}

/** An integer that is not its own bound is beyond it. */
function assumeUnequal(x: ValueId, y: ValueId, { graph }: ConditionContext): void {
  if (!graph.integers.has(x) || !graph.integers.has(y)) return;
  for (const [a, b] of [
    [x, y],
    [y, x],
  ] as const)
    if (graph.distance(a, b) <= 0) graph.atMost(a, b, -1);
}
