import { describe, expect, it } from 'vitest';
import { createRandomSource } from '../optimize/testing/random-source.ts';
import { type CutProblem, minimumCut } from './min-cut.ts';

/** Is every path from a source to a sink cut? */
function separates(problem: CutProblem, cut: ReadonlySet<number>): boolean {
  const seen = new Set(problem.sources.filter((v) => !cut.has(v)));
  for (const at of seen) for (const [from, to] of problem.edges) if (from === at && !cut.has(to)) seen.add(to);
  return !problem.sinks.some((v) => seen.has(v));
}

function weightOf(problem: CutProblem, cut: Iterable<number>): number {
  return [...cut].reduce((sum, v) => sum + (problem.weights[v] ?? 1), 0);
}

function lightest(problem: CutProblem): number {
  let best = Number.POSITIVE_INFINITY;
  for (let set = 0; set < 2 ** problem.size; set++) {
    const cut = new Set(Array.from({ length: problem.size }, (_, v) => v).filter((v) => (set >> v) & 1));
    if (separates(problem, cut)) best = Math.min(best, weightOf(problem, cut));
  }
  return best;
}

function randomProblem(seed: number): CutProblem {
  const random = createRandomSource(seed);
  const size = 3 + random.below(6);
  const vertices = Array.from({ length: size }, (_, v) => v);
  const edges = vertices.flatMap((to) =>
    vertices
      .slice(0, to)
      .filter(() => random.chance(0.4))
      .map((from) => [from, to] as const),
  );
  const pick = (chance: number): number[] => vertices.filter(() => random.chance(chance));
  return { size, weights: vertices.map(() => random.pick([1, 8, 8, 1000])), edges, sources: pick(0.4), sinks: pick(0.4) };
}

describe('minimumCut', () => {
  it('keeps one sum instead of its many terms', () => {
    const edges = [
      [0, 3],
      [1, 3],
      [2, 3],
      [3, 4],
    ] as const;
    expect(minimumCut({ size: 5, weights: [8, 8, 8, 8, 8], edges, sources: [0, 1, 2], sinks: [4] })).toEqual([4]);
  });
  it('keeps the one carried value that many needs follow from', () => {
    const edges = [
      [0, 1],
      [0, 2],
      [0, 3],
    ] as const;
    expect(minimumCut({ size: 4, weights: [8, 8, 8, 8], edges, sources: [0], sinks: [1, 2, 3] })).toEqual([0]);
  });
  it('needs nothing where all can be had again', () => {
    expect(minimumCut({ size: 2, weights: [8, 8], edges: [[0, 1]], sources: [], sinks: [1] })).toEqual([]);
  });
  it('is as light as the best of all subsets', () => {
    for (let seed = 0; seed < 400; seed++) {
      const problem = randomProblem(seed);
      const cut = minimumCut(problem);
      expect(separates(problem, new Set(cut)), `seed ${seed}`).toBe(true);
      expect(weightOf(problem, cut), `seed ${seed}`).toBe(lightest(problem));
    }
  });
});
