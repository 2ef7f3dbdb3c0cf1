/** One walk over a function that keeps what is known of its integers, scope by scope, and asks of each access whether it hits. */

import { scalarConstant } from '../ir/constants.ts';
import type { AccumulateOp, IfOp, IrFunction, LoadOp, Op, Region, StoreOp, ValueId, WhileOp } from '../ir/types.ts';
import type { ArrayLengths, LengthLabel } from './array-lengths.ts';
import { analyzeLengths } from './array-lengths.ts';
import type { Loop } from './facts.ts';
import { definitionsOf } from './facts.ts';
import { assume } from './range-conditions.ts';
import { definePrim, hull, intervalOf, noteInteger } from './range-definitions.ts';
import type { Interval, RangeGraph, RangeNode } from './range-graph.ts';
import { createRangeGraph, zeroNode } from './range-graph.ts';
import { boundCarried, boundIndex, boundOut, defineCarried } from './range-loops.ts';
import type { Polynomial, PolynomialContext } from './range-polynomial.ts';
import { constantPolynomial, expand, isEstablished, isNonnegative, sum } from './range-polynomial.ts';

export type Access = LoadOp | StoreOp | AccumulateOp;

export function isAccess(op: Op): op is Access {
  return op.kind === 'load' || op.kind === 'store' || op.kind === 'accumulate';
}

interface Walk {
  readonly fn: IrFunction;
  readonly graph: RangeGraph;
  readonly lengths: ArrayLengths;
  readonly definitions: ReadonlyMap<ValueId, Op>;
  /** Labels whose length is no value of the function have a node of their own. */
  readonly lengthNodes: Map<LengthLabel, RangeNode>;
  readonly hits: Set<Access>;
  /** Some list is made without its elements. */
  readonly holes: boolean;
}

/** The accesses that certainly hit. */
export function findHits(fn: IrFunction, listsKeepLength: boolean): ReadonlySet<Access> {
  const definitions = definitionsOf(fn);
  const holes = [...definitions.values()].some((op) => op.kind === 'alloc' && op.fill === 'hole');
  const walk: Walk = {
    fn,
    graph: createRangeGraph((node) => isInt(node, fn, definitions)),
    lengths: analyzeLengths(fn, definitions, listsKeepLength),
    definitions,
    lengthNodes: new Map(),
    hits: new Set(),
    holes,
  };
  visitRegion(fn.body, walk);
  return walk.hits;
}

/** Of type int; the number of a boolean is one, that of a real is not. */
function isInt(node: RangeNode, fn: IrFunction, definitions: ReadonlyMap<ValueId, Op>): boolean {
  const op = definitions.get(node as ValueId);
  const rounded = op?.kind !== 'prim' || op.prim !== 'toNumber' || fn.values[op.args[0] as ValueId]?.type.kind !== 'real';
  return rounded && fn.values[node]?.type.kind === 'int';
}

function visitRegion(region: Region, walk: Walk): void {
  for (const op of region.ops) visitOp(op, walk);
}

function visitOp(op: Op, walk: Walk): void {
  const { graph } = walk;
  if (isAccess(op) && hits(op, walk)) walk.hits.add(op);
  switch (op.kind) {
    case 'const':
      if (typeof op.value === 'number' && Number.isInteger(op.value)) defineConstant(op.out, op.value, graph);
      return;
    case 'prim':
      return definePrim(op, definitionContext(walk));
    case 'length':
      return defineLength(op.out, op.array, walk);
    case 'load':
      return defineLoad(op, walk);
    case 'alloc':
      return graph.integers.has(op.length) ? graph.atMost(zeroNode, op.length, 0) : undefined;
    case 'if':
      return visitIf(op, walk);
    case 'for':
    case 'while':
      return visitLoop(op, walk);
    case 'functions':
      return op.bodies.forEach((body) => graph.scoped(() => visitRegion(body, walk)));
    default:
  }
}

function defineConstant(out: ValueId, value: number, graph: RangeGraph): void {
  noteInteger(out, { low: value, high: value }, graph);
  graph.alias(out, zeroNode, value);
}

function constant(id: ValueId, walk: Walk): number | boolean | undefined {
  return scalarConstant(walk.definitions.get(id));
}

function definitionContext(walk: Walk) {
  return {
    graph: walk.graph,
    constant: (id: ValueId) => constant(id, walk),
    isBoolean: (id: ValueId) => walk.fn.values[id]?.type.kind === 'bool',
    quotient(id: ValueId): readonly [ValueId, ValueId] | undefined {
      const op = walk.definitions.get(id);
      const [x, y] = op?.kind === 'prim' && op.prim === 'div' ? op.args : [];
      return x === undefined || y === undefined ? undefined : [x, y];
    },
  };
}

function conditionContext(walk: Walk) {
  return {
    graph: walk.graph,
    definition: (id: ValueId) => walk.definitions.get(id),
    constant: (id: ValueId) => constant(id, walk),
  };
}

/** No engine has longer arrays. */
const longest = 2 ** 36;

/**
 * The node of an array's length: the value that it was allocated with, where that is an integer. One that the caller passed is the length
 * only where it is not NaN, but it never exceeds it: a length that is too large, or not whole, has thrown.
 */
function lengthNode(array: ValueId, walk: Walk): RangeNode | undefined {
  const label = walk.lengths.labelOf(array);
  if (!label) return undefined;
  if (label.length !== undefined && walk.graph.integers.has(label.length)) return label.length;
  const known = walk.lengthNodes.get(label);
  if (known !== undefined) return known;
  const node = zeroNode - 1 - walk.lengthNodes.size;
  walk.lengthNodes.set(label, node);
  walk.graph.integers.add(node);
  walk.graph.intervals.set(node, { low: 0, high: longest });
  if (label.length !== undefined && walk.graph.isWhole(label.length)) walk.graph.define(label.length, 'upper', node, 0);
  return node;
}

function defineLength(out: ValueId, array: ValueId, walk: Walk): void {
  const node = lengthNode(array, walk);
  const { low, high } = node === undefined ? { low: 0, high: longest } : intervalOf(node as ValueId, walk.graph);
  noteInteger(out, { low: Math.max(0, low), high: Math.min(high, longest) }, walk.graph);
  if (node !== undefined) walk.graph.alias(out, node, 0);
}

const elementRanges: Partial<Record<string, Interval>> = {
  i8: { low: -128, high: 127 },
  u8: { low: 0, high: 255 },
  u8c: { low: 0, high: 255 },
  i16: { low: -32768, high: 32767 },
  u16: { low: 0, high: 65535 },
  i32: { low: -(2 ** 31), high: 2 ** 31 - 1 },
  u32: { low: 0, high: 2 ** 32 - 1 },
};

/** An element of an integer array; a load that may miss may be undefined. */
function defineLoad(op: LoadOp, walk: Walk): void {
  const type = walk.fn.values[op.array]?.type;
  const range = type?.kind === 'array' ? elementRanges[type.storage] : undefined;
  if (range && (op.access !== 'checked' || walk.hits.has(op))) {
    noteInteger(op.out, { low: Math.min(0, range.low), high: Math.max(0, range.high) }, walk.graph);
  }
}

function visitIf(op: IfOp, walk: Walk): void {
  const { graph } = walk;
  const arms = [
    [op.then, true],
    [op.otherwise, false],
  ] as const;
  const [onTrue, onFalse] = arms.map(([region, truth]) =>
    graph.scoped(() => {
      assume(op.cond, truth, conditionContext(walk));
      visitRegion(region, walk);
      return region.yields.map((id) => (graph.integers.has(id) ? intervalOf(id, graph) : undefined));
    }),
  );
  op.outs.forEach((out, i) => {
    const [left, right] = [onTrue?.[i], onFalse?.[i]];
    if (left && right) noteInteger(out, hull(left, right), graph);
  });
  if (throws(op.then)) assume(op.cond, false, conditionContext(walk));
  if (throws(op.otherwise)) assume(op.cond, true, conditionContext(walk));
}

function throws(region: Region): boolean {
  return region.ops.some((op) => op.kind === 'throw');
}

function visitLoop(loop: Loop, walk: Walk): void {
  const { graph } = walk;
  loop.inits.forEach((_, slot) => defineCarried(loop, slot, walk));
  graph.scoped(() => {
    boundCarried(loop, walk);
    if (loop.kind === 'for') boundIndex(loop, graph);
    else visitCondition(loop, walk);
    visitRegion(loop.body, walk);
  });
  loop.inits.forEach((_, slot) => boundOut(loop, slot, walk));
}

/** A test before the body holds in it, of the body's own names for the carried values. */
function visitCondition(loop: WhileOp, walk: Walk): void {
  const { graph } = walk;
  if (loop.test === 'after') return void graph.scoped(() => visitRegion(loop.condition, walk));
  visitRegion(loop.condition, walk);
  const [test] = loop.condition.yields;
  loop.condition.params.forEach((id, slot) => {
    const param = loop.body.params[slot];
    if (param === undefined) return;
    graph.equate(id, param);
  });
  if (test !== undefined) assume(test, true, conditionContext(walk));
}

/** 0 ≤ index ≤ length − 1. */
function hits(op: Access, walk: Walk): boolean {
  const { graph } = walk;
  const length = lengthNode(op.array, walk);
  if (length === undefined || !graph.isWhole(op.index) || hasHoles(op, walk)) return false;
  const cx = { graph, definition: (id: RangeNode) => walk.definitions.get(id as ValueId) };
  const index = expand(op.index, cx);
  if (!isEstablished(index, cx)) return false;
  return (graph.low(op.index) >= 0 || isNonnegative(index, cx)) && isBelow(op, length, index, walk, cx);
}

function isBelow(op: Access, length: RangeNode, index: Polynomial, walk: Walk, cx: PolynomialContext): boolean {
  if (cx.graph.distance(op.index, length) <= -1) return true;
  const given = walk.lengths.labelOf(op.array)?.length;
  const whole = expand(given !== undefined && cx.graph.isWhole(given) ? given : length, cx);
  return isEstablished(whole, cx) && isNonnegative(sum(sum(whole, index, -1), constantPolynomial(-1)), cx);
}

/** An element of a list may be missing although its index is in range. */
function hasHoles(op: Access, walk: Walk): boolean {
  const type = walk.fn.values[op.array]?.type;
  if (op.kind !== 'load' || op.access !== 'orZero' || type?.kind !== 'array' || type.storage !== 'list') return false;
  return walk.holes;
}
