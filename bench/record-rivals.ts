/** The programs over records on both tapes. */
import * as shaped from '../fixtures/programs/shaped-inputs.ts';
import { numbersIn, type Value } from '../fixtures/programs/values.ts';
import type { Rival } from './contenders.ts';
import * as taped from './taped/programs/records.ts';
import { type TapedProgram, tapesOf } from './taped/tape.ts';

/** A tape keeps its memory from call to call, as `…Into` does. `active`: whose numbers are its inputs. */
function onTapes(program: TapedProgram, active: Value): readonly Rival[] {
  return tapesOf(program, [Float64Array.from(numbersIn(active))]);
}

export function kmeansOnTapes(n: number, k: number, d: number): readonly Rival[] {
  const [points, centroids] = shaped.kmeansInput(n, k, d);
  return onTapes(taped.kmeans(points, d), centroids);
}

export function springsOnTapes(n: number): readonly Rival[] {
  const [nodes, edges] = shaped.springInput(n);
  return onTapes(taped.springEnergy(edges), nodes);
}

export function layoutOnTapes(n: number): readonly Rival[] {
  const [nodes, edges, repulsion] = shaped.layoutInput(n);
  return onTapes(taped.layoutEnergy(edges, repulsion), nodes);
}

export function planarArmOnTapes(count: number): readonly Rival[] {
  const arms = indices(count).map(shaped.planarArmInput);
  return onTapes(
    taped.planarReaches(arms),
    arms.map(([joints]) => joints),
  );
}

export function spatialArmOnTapes(count: number): readonly Rival[] {
  const arms = indices(count).map(shaped.spatialArmInput);
  return onTapes(
    taped.spatialReaches(arms),
    arms.map(([joints, target]) => [joints.map(({ angle, length }) => ({ angle, length })), target]),
  );
}

export function distanceOnTapes(count: number): readonly Rival[] {
  return onTapes(taped.distances, indices(count).map(shaped.distanceInput));
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
