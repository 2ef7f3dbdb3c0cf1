/**
 * Inequalities between integers: x ≤ y + c, as edges of a graph (ABCD, Bodik, Gupta and Sarkar, PLDI 2000).
 *
 * Nodes are values, the lengths of arrays, and zero. What equals another node plus a constant is an alias of it for good; an edge that
 * came from a condition holds to the end of its scope. Every edge is true unless a value is NaN. A chain of edges that begins at a
 * certain integer, or with a test that was passed, meets no NaN: each next edge is a passed test too, or what a definition says of a
 * value that is a number.
 */
import type { ValueId } from '../ir/types.ts';

/** A value, or a negative number: zero, lengths. */
export type RangeNode = ValueId | number;

export const zeroNode: RangeNode = -1;

/** Relative to another node: that node plus a constant; `strict`: the bound itself is not reached. */
export interface Bound {
  readonly node: RangeNode;
  readonly plus: number;
  readonly strict: boolean;
  /** Comes from a comparison that was true: neither end is NaN. */
  readonly tested?: boolean;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface RangeGraph {
  /** Values that are certainly finite integers. */
  readonly integers: Set<RangeNode>;
  /** Also values of type int, which may be infinite or NaN. */
  isWhole(x: RangeNode): boolean;
  /** Constant bounds that hold wherever the value is visible. */
  readonly intervals: Map<RangeNode, Interval>;
  /** x ≤ y + plus, or x < y + plus, until the scope ends. */
  atMost(x: RangeNode, y: RangeNode, plus: number, strict?: boolean): void;
  /** x and y are the same, NaN included. */
  equate(x: RangeNode, y: RangeNode): void;
  /** x = y + plus, by definition of x. */
  alias(x: RangeNode, y: RangeNode, plus: number): void;
  /** `x` ≤ y + plus (or ≥) by definition of x: found from x, not from y, so that what many values are made from stays cheap. */
  define(x: RangeNode, side: 'upper' | 'lower', y: RangeNode, plus: number): void;
  /** The node that stands for x, and how much is added to it. */
  resolve(x: RangeNode): Bound;
  /** Runs `inside` and takes back the edges that it added. */
  scoped<T>(inside: () => T): T;
  uppersOf(x: RangeNode): readonly Bound[];
  lowersOf(x: RangeNode): readonly Bound[];
  /** The least c that is found with x ≤ y + c, for integers; Infinity where none is. */
  distance(x: RangeNode, y: RangeNode): number;
  high(x: RangeNode): number;
  low(x: RangeNode): number;
}

/** Edges looked at by one search. */
const searchFuel = 120;

type Edges = Map<RangeNode, Bound[]>;

interface State {
  readonly integers: Set<RangeNode>;
  readonly intervals: Map<RangeNode, Interval>;
  readonly aliases: Map<RangeNode, Bound>;
  readonly uppers: Edges;
  readonly lowers: Edges;
  /** Lists of edges in the order in which they grew. */
  readonly trail: Bound[][];
  /** Of type int: an integer unless it is infinite or NaN. */
  readonly isWhole: (x: RangeNode) => boolean;
}

export function createRangeGraph(isInt: (x: RangeNode) => boolean = () => false): RangeGraph {
  const integers = new Set<RangeNode>([zeroNode]);
  const state: State = {
    integers,
    intervals: new Map(),
    aliases: new Map(),
    uppers: new Map(),
    lowers: new Map(),
    trail: [],
    isWhole: (x) => integers.has(x) || isInt(x),
  };
  const resolve = (x: RangeNode): Bound => state.aliases.get(x) ?? { node: x, plus: 0, strict: false };
  return {
    integers,
    isWhole: state.isWhole,
    intervals: state.intervals,
    resolve,
    alias(x, y, plus) {
      const to = resolve(y);
      state.aliases.set(x, { node: to.node, plus: to.plus + plus, strict: false });
    },
    atMost: (x, y, plus, strict = false) => addEdge(state, resolve(x), resolve(y), { plus, strict, tested: true }),
    equate(x, y) {
      addEdge(state, resolve(x), resolve(y), { plus: 0, strict: false, tested: false });
      addEdge(state, resolve(y), resolve(x), { plus: 0, strict: false, tested: false });
    },
    define: (x, side, y, plus) => defineEdge(state, resolve(x), side, resolve(y), plus),
    scoped: (inside) => runScoped(state, inside),
    uppersOf: (x) => state.uppers.get(x) ?? [],
    lowersOf: (x) => state.lowers.get(x) ?? [],
    distance: (x, y) => distance(state, resolve(x), resolve(y)),
    high: (x) => Math.min(state.intervals.get(x)?.high ?? Number.POSITIVE_INFINITY, constantBound(state, resolve(x), -1)),
    low: (x) => Math.max(state.intervals.get(x)?.low ?? Number.NEGATIVE_INFINITY, constantBound(state, resolve(x), 1)),
  };
}

/** Stays for good: the value is visible nowhere else. */
function defineEdge({ uppers, lowers }: State, x: Bound, side: 'upper' | 'lower', y: Bound, plus: number): void {
  if (x.node === y.node || !Number.isFinite(plus)) return;
  listOf(side === 'upper' ? uppers : lowers, x.node).unshift({ node: y.node, plus: plus + y.plus - x.plus, strict: false });
}

/** Between integers, a strict bound is one tighter. */
function addEdge({ isWhole, uppers, lowers, trail }: State, x: Bound, y: Bound, { plus, strict, tested }: Omit<Bound, 'node'>): void {
  const total = plus + y.plus - x.plus;
  if (x.node === y.node || !Number.isFinite(total)) return;
  const whole = strict && isWhole(x.node) && isWhole(y.node) && Number.isInteger(total);
  const edge = { plus: whole ? total - 1 : total, strict: strict && !whole, ...(tested !== undefined && { tested }) };
  for (const [list, bound] of [
    [listOf(uppers, x.node), { ...edge, node: y.node }],
    [listOf(lowers, y.node), { ...edge, node: x.node, plus: -edge.plus }],
  ] as const) {
    list.push(bound);
    trail.push(list);
  }
}

function listOf(edges: Edges, node: RangeNode): Bound[] {
  const list = edges.get(node) ?? [];
  edges.set(node, list);
  return list;
}

function runScoped<T>({ trail }: State, inside: () => T): T {
  const mark = trail.length;
  const result = inside();
  while (trail.length > mark) trail.pop()?.pop();
  return result;
}

/** Which way a bound goes: −1 for upper bounds, 1 for lower ones. */
type Side = -1 | 1;

function constantBound(state: State, { node, plus }: Bound, side: Side): number {
  return (node === zeroNode ? 0 : tightest(reach(state, node, side).get(zeroNode), side)) + plus;
}

/** Upward from x and downward from y until they meet, in a node or in two constants. */
function distance(state: State, x: Bound, y: Bound): number {
  const offset = x.plus - y.plus;
  if (x.node === y.node) return offset;
  const [above, below] = [reach(state, x.node, -1), reach(state, y.node, 1)];
  let best = Number.POSITIVE_INFINITY;
  for (const [node, up] of above) {
    const down = below.get(node);
    if (!down) continue;
    const gap = { node, plus: up.plus - down.plus, strict: up.strict || down.strict };
    best = Math.min(best, tightest(gap, -1));
  }
  return best + offset;
}

/** The integer bound: a strict one is one tighter; no bound is ±Infinity. */
function tightest(bound: Bound | undefined, side: Side): number {
  if (!bound) return side === -1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (!bound.strict) return side === -1 ? Math.floor(bound.plus) : Math.ceil(bound.plus);
  return side === -1 ? Math.ceil(bound.plus) - 1 : Math.floor(bound.plus) + 1;
}

function isTighter(left: Bound, right: Bound, side: Side): boolean {
  return side * left.plus > side * right.plus || (left.plus === right.plus && left.strict && !right.strict);
}

/** What is known of `start` relative to everything within reach; zero is an end, never passed through. */
function reach(state: State, start: RangeNode, side: Side): Map<RangeNode, Bound> {
  const edges = side === -1 ? state.uppers : state.lowers;
  const best = new Map<RangeNode, Bound>([[start, { node: start, plus: 0, strict: false }]]);
  const queue: RangeNode[] = start === zeroNode ? [] : [start];
  let fuel = searchFuel;
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at] as RangeNode;
    const here = best.get(node) as Bound;
    for (const edge of boundsAt(state, node, side, edges)) {
      if (fuel-- <= 0) return best;
      const next: Bound = { node: edge.node, plus: here.plus + edge.plus, strict: here.strict || edge.strict };
      const old = best.get(edge.node);
      if (old && !isTighter(next, old, side)) continue;
      best.set(edge.node, next);
      if (edge.node !== zeroNode) queue.push(edge.node);
    }
  }
  return best;
}

function* boundsAt({ intervals }: State, node: RangeNode, side: Side, edges: Edges): Iterable<Bound> {
  const interval = intervals.get(node);
  const constant = side === -1 ? interval?.high : interval?.low;
  if (constant !== undefined && Number.isFinite(constant)) yield { node: zeroNode, plus: constant, strict: false };
  yield* edges.get(node) ?? [];
}
