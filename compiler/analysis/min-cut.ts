/**
 * Minimum vertex cut by maximum flow (Dinic, 1970) on the split graph: every vertex is an edge from its entry to its exit with
 * the vertex's weight as capacity, every dependence an edge of infinite capacity.
 */

export interface CutProblem {
  readonly size: number;
  readonly weights: readonly number[];
  /** Pairs (from, to): `to` is computed from `from`. */
  readonly edges: readonly (readonly [number, number])[];
  /** Vertices that cannot be computed again. */
  readonly sources: readonly number[];
  /** Vertices that are needed. */
  readonly sinks: readonly number[];
}

interface Edge {
  readonly to: number;
  capacity: number;
  readonly reverse: number;
}

/** The cheapest set of vertices that separates the sources from the sinks; of several, the one nearest to the sinks. */
export function minimumCut(problem: CutProblem): readonly number[] {
  const { size } = problem;
  const [source, sink] = [2 * size, 2 * size + 1];
  const graph: Edge[][] = Array.from({ length: 2 * size + 2 }, () => []);
  const connect = (from: number, to: number, capacity: number): void => {
    const [out, back] = [edgesOf(graph, from), edgesOf(graph, to)];
    out.push({ to, capacity, reverse: back.length });
    back.push({ to: from, capacity: 0, reverse: out.length - 1 });
  };
  for (let v = 0; v < size; v++) connect(2 * v, 2 * v + 1, problem.weights[v] ?? 1);
  for (const [from, to] of problem.edges) connect(2 * from + 1, 2 * to, Infinity);
  for (const v of problem.sources) connect(source, 2 * v, Infinity);
  for (const v of problem.sinks) connect(2 * v + 1, sink, Infinity);
  saturate(graph, source, sink);
  const reaching = reachesSink(graph, sink);
  return Array.from({ length: size }, (_, v) => v).filter((v) => !reaching.has(2 * v) && reaching.has(2 * v + 1));
}

function edgesOf(graph: Edge[][], vertex: number): Edge[] {
  return graph[vertex] as Edge[];
}

function saturate(graph: Edge[][], source: number, sink: number): void {
  for (let levels = levelsFrom(graph, source); levels[sink] !== -1; levels = levelsFrom(graph, source)) {
    const next = new Array<number>(graph.length).fill(0);
    while (pushPath(graph, levels, next, source, sink) > 0);
  }
}

function levelsFrom(graph: Edge[][], source: number): number[] {
  const levels = new Array<number>(graph.length).fill(-1);
  levels[source] = 0;
  const queue = [source];
  for (const at of queue) {
    for (const edge of edgesOf(graph, at)) {
      if (edge.capacity <= 0 || levels[edge.to] !== -1) continue;
      levels[edge.to] = (levels[at] ?? 0) + 1;
      queue.push(edge.to);
    }
  }
  return levels;
}

/** One augmenting path by depth-first search without recursion (chains of thousands of operations are common). */
function pushPath(graph: Edge[][], levels: readonly number[], next: number[], source: number, sink: number): number {
  const path: Edge[] = [];
  let at = source;
  while (at !== sink) {
    const edges = edgesOf(graph, at);
    let edge = edges[next[at] ?? 0];
    while (edge && !(edge.capacity > 0 && levels[edge.to] === (levels[at] ?? 0) + 1)) {
      next[at] = (next[at] ?? 0) + 1;
      edge = edges[next[at] ?? 0];
    }
    if (edge) {
      path.push(edge);
      at = edge.to;
      continue;
    }
    const last = path.pop();
    if (!last) return 0;
    at = edgesOf(graph, last.to)[last.reverse]?.to ?? source;
    next[at] = (next[at] ?? 0) + 1;
  }
  const flow = path.reduce((least, edge) => Math.min(least, edge.capacity), Infinity);
  for (const edge of path) {
    edge.capacity -= flow;
    (edgesOf(graph, edge.to)[edge.reverse] as Edge).capacity += flow;
  }
  return flow;
}

/** Vertices from which the sink can still be reached in the residual graph. */
function reachesSink(graph: Edge[][], sink: number): Set<number> {
  const seen = new Set([sink]);
  const work = [sink];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    for (const edge of edgesOf(graph, at)) {
      const forward = edgesOf(graph, edge.to)[edge.reverse];
      if (!forward || forward.capacity <= 0 || seen.has(edge.to)) continue;
      seen.add(edge.to);
      work.push(edge.to);
    }
  }
  return seen;
}
