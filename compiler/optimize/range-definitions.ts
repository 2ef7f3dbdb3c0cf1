/** What the definition of an integer says about it: bounds, and inequalities against its operands. */

import type { PrimOp, ValueId } from '../ir/types.ts';
import type { Interval, RangeGraph } from './range-graph.ts';

export interface DefinitionContext {
  readonly graph: RangeGraph;
  constant(id: ValueId): number | boolean | undefined;
  isBoolean(id: ValueId): boolean;
  /** The operands of a quotient, for the floor of one. */
  quotient(id: ValueId): readonly [ValueId, ValueId] | undefined;
}

const int32: Interval = { low: -(2 ** 31), high: 2 ** 31 - 1 };

/** An integer whose bounds stay far below where doubles overflow. */
export function noteInteger(id: ValueId, { low, high }: Interval, graph: RangeGraph): void {
  graph.integers.add(id);
  graph.intervals.set(id, { low, high });
}

export function intervalOf(id: ValueId, graph: RangeGraph): Interval {
  return { low: graph.low(id), high: graph.high(id) };
}

export function definePrim(op: PrimOp, cx: DefinitionContext): void {
  const [x, y, z] = op.args;
  if (x === undefined) return;
  if (y === undefined) return defineUnary(op, x, cx);
  if (op.prim === 'select') return void (z !== undefined && defineSelect(op.out, y, z, cx));
  if (op.prim.startsWith('bit') || op.prim.startsWith('shift')) return defineBits(op, x, y, cx);
  if (op.prim === 'Math.min') boundByOperands(op.out, [x, y], cx);
  if (cx.graph.integers.has(x) && cx.graph.integers.has(y)) return defineBinary(op, x, y, cx);
  if (op.prim === 'add' || op.prim === 'sub') defineSteps(op, x, y, cx);
}

/**
 * A few steps from an integer that may be infinite or NaN: the same node, since NaN stays NaN. Beyond 2⁵³ steps vanish, but nothing
 * that is compared with a length gets there.
 */
function defineSteps(op: PrimOp, x: ValueId, y: ValueId, { graph, constant }: DefinitionContext): void {
  const by = constant(y);
  if (graph.isWhole(x) && typeof by === 'number' && Number.isInteger(by) && Math.abs(by) < 2 ** 32)
    graph.alias(op.out, x, op.prim === 'add' ? by : -by);
}

/** min(x, y) ≤ x holds wherever min(x, y) is not NaN. */
function boundByOperands(out: ValueId, operands: readonly ValueId[], { graph }: DefinitionContext): void {
  for (const operand of operands) graph.define(out, 'upper', operand, 0);
}

function defineUnary(op: PrimOp, x: ValueId, cx: DefinitionContext): void {
  const { graph } = cx;
  if (op.prim === 'toNumber' && cx.isBoolean(x)) return noteInteger(op.out, { low: 0, high: 1 }, graph);
  if (op.prim === 'bitNot') return noteInteger(op.out, int32, graph);
  if (isRounding(op.prim) && !graph.integers.has(x)) return defineRoundedQuotient(op.out, x, cx);
  if (!graph.integers.has(x)) return;
  const { low, high } = intervalOf(x, graph);
  if (op.prim === 'neg') noteInteger(op.out, { low: -high, high: -low }, graph);
  if (op.prim === 'Math.abs') noteInteger(op.out, { low: Math.max(0, low, -high), high: Math.max(Math.abs(low), Math.abs(high)) }, graph);
  if (!isRounding(op.prim)) return;
  noteInteger(op.out, { low, high }, graph);
  graph.alias(op.out, x, 0);
}

function isRounding(prim: string): boolean {
  return prim === 'Math.floor' || prim === 'Math.trunc' || prim === 'Math.ceil' || prim === 'Math.round';
}

/** Rounding x / c for an integer x ≥ 0 and a constant c ≥ 1 stays between 0 and x. */
function defineRoundedQuotient(out: ValueId, x: ValueId, cx: DefinitionContext): void {
  const [numerator, denominator] = cx.quotient(x) ?? [];
  const divisor = denominator === undefined ? undefined : cx.constant(denominator);
  if (numerator === undefined || typeof divisor !== 'number' || !(divisor >= 1) || !Number.isFinite(divisor)) return;
  const { graph } = cx;
  if (!graph.integers.has(numerator) || graph.low(numerator) < 0) return;
  noteInteger(out, { low: 0, high: Math.ceil(graph.high(numerator) / divisor) }, graph);
  graph.define(out, 'upper', numerator, 0);
}

function defineSelect(out: ValueId, x: ValueId, y: ValueId, { graph }: DefinitionContext): void {
  if (graph.integers.has(x) && graph.integers.has(y)) noteInteger(out, hull(intervalOf(x, graph), intervalOf(y, graph)), graph);
}

export function hull(left: Interval, right: Interval): Interval {
  return { low: Math.min(left.low, right.low), high: Math.max(left.high, right.high) };
}

function defineBits(op: PrimOp, x: ValueId, y: ValueId, cx: DefinitionContext): void {
  const { graph } = cx;
  if (op.prim === 'shiftRightUnsigned') return noteInteger(op.out, { low: 0, high: 2 ** 32 - 1 }, graph);
  const mask = cx.constant(y) ?? cx.constant(x);
  if (op.prim === 'bitAnd' && typeof mask === 'number' && mask >= 0 && mask < 2 ** 31)
    return noteInteger(op.out, { low: 0, high: mask }, graph);
  const { low, high } = graph.integers.has(x) ? intervalOf(x, graph) : { low: Number.NaN, high: Number.NaN };
  const keeps = low >= int32.low && high <= int32.high;
  if (op.prim === 'bitOr' && cx.constant(y) === 0 && keeps) {
    noteInteger(op.out, { low, high }, graph);
    return graph.alias(op.out, x, 0);
  }
  if (op.prim !== 'shiftRight' || !keeps || low < 0) return noteInteger(op.out, int32, graph);
  noteInteger(op.out, { low: 0, high }, graph);
  graph.define(op.out, 'upper', x, 0);
}

function defineBinary(op: PrimOp, x: ValueId, y: ValueId, cx: DefinitionContext): void {
  const { graph } = cx;
  const [a, b] = [intervalOf(x, graph), intervalOf(y, graph)];
  switch (op.prim) {
    case 'add':
      return defineSum(op.out, [x, a], [y, b], graph);
    case 'sub':
      return defineDifference(op.out, [x, a], [y, b], graph);
    case 'mul':
      return defineProduct(op.out, a, b, graph);
    case 'rem':
      return defineRemainder(op.out, [x, a], [y, b], graph);
    case 'Math.min':
      return noteInteger(op.out, { low: Math.min(a.low, b.low), high: Math.min(a.high, b.high) }, graph);
    case 'Math.max':
      noteInteger(op.out, { low: Math.max(a.low, b.low), high: Math.max(a.high, b.high) }, graph);
      graph.define(op.out, 'lower', x, 0);
      return graph.define(op.out, 'lower', y, 0);
    default:
  }
}

type Operand = readonly [ValueId, Interval];

/** Far beyond any length, and far below overflow: what stays within is a finite integer for certain. */
const limit = 2 ** 200;

function isTame({ low, high }: Interval): boolean {
  return low >= -limit && high <= limit;
}

function defineSum(out: ValueId, [x, a]: Operand, [y, b]: Operand, graph: RangeGraph): void {
  const bounds = { low: a.low + b.low, high: a.high + b.high };
  // One of known size added to any finite integer stays finite: steps vanish beyond 2⁵³ and never reach 2¹⁰²⁴.
  if (!isTame(bounds) && !isTame(a) && !isTame(b)) return;
  noteInteger(out, bounds, graph);
  if (!fitsDouble(bounds)) return;
  if (b.low === b.high) return graph.alias(out, x, b.low);
  if (a.low === a.high) return graph.alias(out, y, a.low);
  for (const [operand, other] of [
    [x, b],
    [y, a],
  ] as const)
    defineBetween(out, operand, other, graph);
}

/** out − operand lies in the interval. */
function defineBetween(out: ValueId, operand: ValueId, { low, high }: Interval, graph: RangeGraph): void {
  graph.define(out, 'upper', operand, high);
  graph.define(out, 'lower', operand, low);
}

/** Sums within ±2⁵³ are exact; beyond, an inequality may fail by a rounding. */
function fitsDouble({ low, high }: Interval): boolean {
  return low >= -(2 ** 53) && high <= 2 ** 53;
}

function defineDifference(out: ValueId, [x, a]: Operand, [y, b]: Operand, graph: RangeGraph): void {
  const raw = { low: a.low - b.high, high: a.high - b.low };
  if (!isTame(raw) && !isTame(a) && !isTame(b)) return;
  const bounds = { low: Math.max(raw.low, -graph.distance(y, x)), high: Math.min(raw.high, graph.distance(x, y)) };
  noteInteger(out, bounds, graph);
  if (!fitsDouble(raw)) return;
  if (b.low === b.high) return graph.alias(out, x, -b.low);
  defineBetween(out, x, { low: -b.high, high: -b.low }, graph);
}

function defineProduct(out: ValueId, a: Interval, b: Interval, graph: RangeGraph): void {
  const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  const bounds = { low: Math.min(...corners), high: Math.max(...corners) };
  if (isTame(bounds)) noteInteger(out, bounds, graph);
}

/** Only for a dividend ≥ 0 and a divisor ≥ 1: else the result may be NaN or negative. */
function defineRemainder(out: ValueId, [x, a]: Operand, [y, b]: Operand, graph: RangeGraph): void {
  if (!(a.low >= 0 && b.low >= 1)) return;
  noteInteger(out, { low: 0, high: Math.min(a.high, b.high - 1) }, graph);
  graph.define(out, 'upper', x, 0);
  graph.define(out, 'upper', y, -1);
}
