/**
 * Inequalities between integers: x ≤ y + c, as edges of a graph (ABCD, Bodik, Gupta and Sarkar, PLDI 2000).
 *
 * Nodes are values, the lengths of arrays, and zero. An edge holds from where it is added to the end of the scope. Every edge is true
 * of numbers that are not NaN, and NaN never stands at its ends: an edge comes from a comparison that was true, or from values in
 * {@link RangeGraph.integers}.
 */
import type { ValueId } from '../ir/types.ts';

/** A value, or a negative number: zero, lengths. */
export type RangeNode = ValueId | number;

export const zeroNode: RangeNode = -1;

/** x ≤ node + plus; `strict`: x < node + plus. */
export interface Bound {
  readonly node: RangeNode;
  readonly plus: number;
  readonly strict: boolean;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface RangeGraph {
  /** Values that are certainly finite integers. */
  readonly integers: Set<RangeNode>;
  /** Constant bounds that hold wherever the value is visible. */
  readonly intervals: Map<RangeNode, Interval>;
  atMost(x: RangeNode, y: RangeNode, plus: number, strict?: boolean): void;
  /** x = y + plus. */
  equal(x: RangeNode, y: RangeNode, plus: number): void;
  /** Runs `inside` and takes back the edges that it added. */
  scoped<T>(inside: () => T): T;
  uppersOf(x: RangeNode): readonly Bound[];
  lowersOf(x: RangeNode): readonly Bound[];
  /** The least c that is found with x ≤ y + c, for integers; Infinity where none is. */
  distance(x: RangeNode, y: RangeNode): number;
  high(x: RangeNode): number;
  low(x: RangeNode): number;
}

/** Nodes visited by one search. */
const searchFuel = 60;

type Edges = Map<RangeNode, Bound[]>;

export function createRangeGraph(): RangeGraph {
  const integers = new Set<RangeNode>([zeroNode]);
  const intervals = new Map<RangeNode, Interval>();
  const [uppers, lowers]: [Edges, Edges] = [new Map(), new Map()];
  const trail: (readonly [RangeNode, RangeNode])[] = [];
  const constants = (direction: 'high' | 'low') => (node: RangeNode): Bound | undefined => {
    const bound = intervals.get(node)?.[direction];
    return bound !== undefined && Number.isFinite(bound) ? { node: zeroNode, plus: bound, strict: false } : undefined;
  };
  const upward = (x: RangeNode): Map<RangeNode, Bound> => search(x, uppers, constants('high'), isTighterAbove);
  const downward = (x: RangeNode): Map<RangeNode, Bound> => search(x, lowers, constants('low'), isTighterBelow);
  const high = (x: RangeNode): number => tightest(upward(x).get(zeroNode), -1);
  const low = (x: RangeNode): number => tightest(downward(x).get(zeroNode), 1);
  const graph: RangeGraph = {
    integers, intervals, high, low,
    atMost(x, y, plus, strict = false) {
      if (x === y || !Number.isFinite(plus)) return;
      const whole = strict && integers.has(x) && integers.has(y) && Number.isInteger(plus);
      const edge = whole ? { plus: plus - 1, strict: false } : { plus, strict };
      append(uppers, x, { node: y, ...edge });
      append(lowers, y, { node: x, plus: -edge.plus, strict: edge.strict });
      trail.push([x, y]);
    },
    equal(x, y, plus) {
      graph.atMost(x, y, plus);
      graph.atMost(y, x, -plus);
    },
    scoped(inside) {
      const mark = trail.length;
      const result = inside();
      while (trail.length > mark) {
        const [x, y] = trail.pop() as readonly [RangeNode, RangeNode];
        uppers.get(x)?.pop();
        lowers.get(y)?.pop();
      }
      return result;
    },
    uppersOf: (x) => uppers.get(x) ?? [],
    lowersOf: (x) => lowers.get(x) ?? [],
    distance(x, y) {
      if (x === y) return 0;
      const above = upward(x);
      const direct = tightest(above.get(y), -1);
      return Math.min(direct, tightest(above.get(zeroNode), -1) - low(y));
    },
  };
  return graph;
}

function append(edges: Edges, node: RangeNode, bound: Bound): void {
  const list = edges.get(node);
  if (list) list.push(bound);
  else edges.set(node, [bound]);
}

/** The integer bound: a strict one is one tighter. `toward` is −1 for upper and 1 for lower bounds; no bound is ±Infinity. */
function tightest(bound: Bound | undefined, toward: 1 | -1): number {
  if (!bound) return toward === -1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (!bound.strict) return toward === -1 ? Math.floor(bound.plus) : Math.ceil(bound.plus);
  return toward === -1 ? Math.ceil(bound.plus) - 1 : Math.floor(bound.plus) + 1;
}

function isTighterAbove(left: Bound, right: Bound): boolean {
  return left.plus < right.plus || (left.plus === right.plus && left.strict && !right.strict);
}

function isTighterBelow(left: Bound, right: Bound): boolean {
  return left.plus > right.plus || (left.plus === right.plus && left.strict && !right.strict);
}

/** What is known of `start` relative to everything within reach; zero is an end, never passed through. */
function search(
  start: RangeNode, edges: Edges, constant: (node: RangeNode) => Bound | undefined, isTighter: (left: Bound, right: Bound) => boolean,
): Map<RangeNode, Bound> {
  const best = new Map<RangeNode, Bound>([[start, { node: start, plus: 0, strict: false }]]);
  const queue: RangeNode[] = [start];
  for (let at = 0; at < queue.length && at < searchFuel; at++) {
    const node = queue[at] as RangeNode;
    const here = best.get(node) as Bound;
    const known = constant(node);
    for (const edge of known ? [known, ...(edges.get(node) ?? [])] : (edges.get(node) ?? [])) {
      const next: Bound = { node: edge.node, plus: here.plus + edge.plus, strict: here.strict || edge.strict };
      const old = best.get(edge.node);
      if (old && !isTighter(next, old)) continue;
      best.set(edge.node, next);
      if (edge.node !== zeroNode) queue.push(edge.node);
    }
  }
  return best;
}
