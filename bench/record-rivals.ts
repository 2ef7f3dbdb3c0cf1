/** The programs over records on both tapes, and by differences. */
import { planarReach, spatialReach } from '../fixtures/programs/arm.ts';
import { distance } from '../fixtures/programs/distance.ts';
import { kmeans } from '../fixtures/programs/kmeans.ts';
import * as shaped from '../fixtures/programs/shaped-inputs.ts';
import { layoutEnergy, springEnergy } from '../fixtures/programs/springs.ts';
import { numbersIn } from '../fixtures/programs/values.ts';
import type { Rival } from './contenders.ts';
import { differencesAt, mostDifferences, type Point } from './differences.ts';
import * as taped from './taped/programs/records.ts';
import { type TapedProgram, tapesOf } from './taped/tape.ts';

/** A tape keeps its memory from call to call, as `…Into` does. All points are on one tape; their numbers are its inputs. */
function rivalsAt(program: TapedProgram, points: readonly Point[]): readonly Rival[] {
  const numbers = Float64Array.from(points.flatMap(({ active }) => numbersIn(active)));
  return [...tapesOf(program, [numbers]), ...(numbers.length > mostDifferences ? [] : [differencesAt(points)])];
}

export function kmeansRivals(n: number, k: number, d: number): readonly Rival[] {
  const [points, centroids] = shaped.kmeansInput(n, k, d);
  return rivalsAt(taped.kmeans(points, d), [{ active: centroids, own: () => kmeans(points, centroids) }]);
}

export function springRivals(n: number): readonly Rival[] {
  const [nodes, edges] = shaped.springInput(n);
  return rivalsAt(taped.springEnergy(edges), [{ active: nodes, own: () => springEnergy(nodes, edges) }]);
}

export function layoutRivals(n: number): readonly Rival[] {
  const [nodes, edges, repulsion] = shaped.layoutInput(n);
  return rivalsAt(taped.layoutEnergy(edges, repulsion), [{ active: nodes, own: () => layoutEnergy(nodes, edges, repulsion) }]);
}

export function planarArmRivals(count: number): readonly Rival[] {
  const arms = indices(count).map(shaped.planarArmInput);
  const points = arms.map(([joints, target]): Point => ({ active: joints, own: () => planarReach(joints, target) }));
  return rivalsAt(taped.planarReaches(arms), points);
}

export function spatialArmRivals(count: number): readonly Rival[] {
  const arms = indices(count).map(shaped.spatialArmInput);
  const points = arms.map(([joints, target]): Point => ({ active: [joints, target], own: () => spatialReach(joints, target) }));
  return rivalsAt(taped.spatialReaches(arms), points);
}

export function distanceRivals(count: number): readonly Rival[] {
  const pairs = indices(count).map(shaped.distanceInput);
  const points = pairs.map(([u, v]): Point => ({ active: [u, v], own: () => distance(u, v) }));
  return rivalsAt(taped.distances, points);
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
