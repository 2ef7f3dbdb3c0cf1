/** Cases whose data are records and nested arrays: as `fValueAndGrad`, which makes its result, and as `…Into`, which fills one. */
import { type Joint, planarReach, type SpatialArm, spatialReach } from '../fixtures/programs/arm.ts';
import { loadGenerated, required } from '../fixtures/programs/derivatives.ts';
import { distance } from '../fixtures/programs/distance.ts';
import { kmeans } from '../fixtures/programs/kmeans.ts';
import * as shaped from '../fixtures/programs/shaped-inputs.ts';
import { layoutEnergy, springEnergy } from '../fixtures/programs/springs.ts';
import { numbersIn, type Value } from '../fixtures/programs/values.ts';
import type { Vec2, Vec3 } from '../fixtures/programs/vector.ts';
import type { BenchCase, Contender, Rival } from './contenders.ts';
import { planarReachByHand, spatialReachByHand } from './hand/arm.ts';
import { distanceByHand, distanceMadeByHand } from './hand/distance.ts';
import { kmeansByHand } from './hand/kmeans.ts';
import { layoutEnergyByHand, springEnergyByHand } from './hand/springs.ts';
import * as rivals from './record-rivals.ts';

/** The function and its gradient at one or more points, all of them in one call. */
interface Subject {
  readonly own: Contender;
  /** Sums the values of `fValueAndGrad` and keeps the gradients in `made`, so that none can be dropped. */
  readonly fresh: Contender;
  readonly made: Value;
  /** Sums the values of `fValueAndGradInto`, which fills `filled`. */
  readonly into: Contender;
  readonly filled: Value;
  /** By hand as `fresh`: keeps what it makes in `madeByHand`. */
  readonly freshByHand: Contender;
  readonly madeByHand: Value;
  /** By hand as `into`: fills `filledByHand`. */
  readonly intoByHand: Contender;
  readonly filledByHand: Value;
}

interface Generated<Args extends readonly unknown[], Gradient, Buffers extends readonly unknown[]> {
  readonly fresh: (...args: Args) => { readonly value: number; readonly grad: Gradient };
  readonly into: (...args: [...Args, ...Buffers]) => number;
}

async function generated<Args extends readonly unknown[], Gradient, Buffers extends readonly unknown[] = [Gradient]>(
  file: string,
  fn: (...args: never[]) => number,
): Promise<Generated<Args, Gradient, Buffers>> {
  const module = await loadGenerated(file);
  return {
    fresh: required(module, `${fn.name}ValueAndGrad`) as unknown as Generated<Args, Gradient, Buffers>['fresh'],
    into: required(module, `${fn.name}ValueAndGradInto`) as unknown as Generated<Args, Gradient, Buffers>['into'],
  };
}

/** What the ratios have to stay below; `fresh` only where making the result costs little beside the function. */
interface Bounds {
  readonly fresh?: number;
  readonly into?: number;
}

function bothForms(
  name: string,
  size: string,
  { fresh: freshBound, into: intoBound }: Bounds,
  prepare: () => Promise<Subject>,
  rivalsOf: () => readonly Rival[],
): BenchCase[] {
  const limit = (bound: number | undefined) => (bound === undefined ? {} : { bound });
  return [
    {
      ...{ name, size, ...limit(freshBound) },
      async prepare() {
        const { own, fresh, made, freshByHand: hand, madeByHand } = await prepare();
        return { own, generated: fresh, hand, results: { generated: () => numbersIn(made), hand: () => numbersIn(madeByHand) } };
      },
    },
    {
      ...{ name: `${name}-into`, size, ...limit(intoBound), rivals: rivalsOf },
      async prepare() {
        const { own, into, filled, intoByHand: hand, filledByHand } = await prepare();
        return { own, generated: into, hand, results: { generated: () => numbersIn(filled), hand: () => numbersIn(filledByHand) } };
      },
    },
  ];
}

/** Σ value(i) over `count` points. */
function total(count: number, value: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += value(i);
  return sum;
}

/** The value of a result whose gradient is put away. */
function kept<Gradient>({ value, grad }: { readonly value: number; readonly grad: Gradient }, made: Gradient[], i: number): number {
  made[i] = grad;
  return value;
}

/** The value of a function that fills the gradient `zeros`, which is put away. */
function filledAnew<Gradient>(zeros: Gradient, made: Gradient[], i: number, fill: (grad: Gradient, i: number) => number): number {
  made[i] = zeros;
  return fill(zeros, i);
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

async function prepareDistance(count: number): Promise<Subject> {
  type Pair = [u: Vec2, v: Vec2];
  const { fresh, into } = await generated<Pair, Pair, Pair>('distance', distance);
  const pairs = indices(count).map(shaped.distanceInput);
  const zeros = (): Pair[] => pairs.map(() => [zero(), zero()]);
  const [filled, filledByHand] = [zeros(), zeros()];
  const [made, madeByHand]: [Pair[], Pair[]] = [[], []];
  return {
    own: () => total(count, (i) => distance(pairs[i][0], pairs[i][1])),
    fresh: () => total(count, (i) => kept(fresh(pairs[i][0], pairs[i][1]), made, i)),
    made,
    into: () => total(count, (i) => into(pairs[i][0], pairs[i][1], filled[i][0], filled[i][1])),
    filled,
    freshByHand: () => total(count, (i) => kept(distanceMadeByHand(pairs[i][0], pairs[i][1]), madeByHand, i)),
    madeByHand,
    intoByHand: () => total(count, (i) => distanceByHand(pairs[i][0], pairs[i][1], filledByHand[i][0], filledByHand[i][1])),
    filledByHand,
  };
}

function zero(): Vec2 {
  return { x: 0, y: 0 };
}

async function prepareKmeans(n: number, k: number, d: number): Promise<Subject> {
  const [points, centroids] = shaped.kmeansInput(n, k, d);
  const { fresh, into } = await generated<Parameters<typeof kmeans>, number[][]>('kmeans', kmeans);
  const zeros = (): number[][] => centroids.map((row) => row.map(() => 0));
  const [filled, filledByHand] = [zeros(), zeros()];
  const [made, madeByHand]: [number[][][], number[][][]] = [[], []];
  return {
    own: () => kmeans(points, centroids),
    fresh: () => kept(fresh(points, centroids), made, 0),
    made,
    into: () => into(points, centroids, filled),
    filled,
    freshByHand: () => filledAnew(zeros(), madeByHand, 0, (grad) => kmeansByHand(points, centroids, grad)),
    madeByHand,
    intoByHand: () => kmeansByHand(points, centroids, filledByHand),
    filledByHand,
  };
}

async function prepareSprings(n: number): Promise<Subject> {
  const [nodes, edges] = shaped.springInput(n);
  const { fresh, into } = await generated<Parameters<typeof springEnergy>, Vec2[]>('springs', springEnergy);
  const [filled, filledByHand] = [nodes.map(zero), nodes.map(zero)];
  const [made, madeByHand]: [Vec2[][], Vec2[][]] = [[], []];
  return {
    own: () => springEnergy(nodes, edges),
    fresh: () => kept(fresh(nodes, edges), made, 0),
    made,
    into: () => into(nodes, edges, filled),
    filled,
    freshByHand: () => filledAnew(nodes.map(zero), madeByHand, 0, (grad) => springEnergyByHand(nodes, edges, grad)),
    madeByHand,
    intoByHand: () => springEnergyByHand(nodes, edges, filledByHand),
    filledByHand,
  };
}

async function prepareLayout(n: number): Promise<Subject> {
  const [nodes, edges, repulsion] = shaped.layoutInput(n);
  const { fresh, into } = await generated<Parameters<typeof layoutEnergy>, Vec2[]>('springs', layoutEnergy);
  const [filled, filledByHand] = [nodes.map(zero), nodes.map(zero)];
  const [made, madeByHand]: [Vec2[][], Vec2[][]] = [[], []];
  return {
    own: () => layoutEnergy(nodes, edges, repulsion),
    fresh: () => kept(fresh(nodes, edges, repulsion), made, 0),
    made,
    into: () => into(nodes, edges, repulsion, filled),
    filled,
    freshByHand: () => filledAnew(nodes.map(zero), madeByHand, 0, (grad) => layoutEnergyByHand(nodes, edges, repulsion, grad)),
    madeByHand,
    intoByHand: () => layoutEnergyByHand(nodes, edges, repulsion, filledByHand),
    filledByHand,
  };
}

async function preparePlanarArm(count: number): Promise<Subject> {
  const { fresh, into } = await generated<Parameters<typeof planarReach>, Joint[]>('arm', planarReach);
  const arms = indices(count).map(shaped.planarArmInput);
  const zeros = ([joints]: (typeof arms)[number]): Joint[] => joints.map(noAngle);
  const [filled, filledByHand, memory] = [arms.map(zeros), arms.map(zeros), new Float64Array(8)];
  const [made, madeByHand]: [Joint[][], Joint[][]] = [[], []];
  const byHand = (grad: Joint[], i: number): number => planarReachByHand(arms[i][0], arms[i][1], grad, memory);
  return {
    own: () => total(count, (i) => planarReach(arms[i][0], arms[i][1])),
    fresh: () => total(count, (i) => kept(fresh(arms[i][0], arms[i][1]), made, i)),
    made,
    into: () => total(count, (i) => into(arms[i][0], arms[i][1], filled[i])),
    filled,
    freshByHand: () => total(count, (i) => filledAnew(zeros(arms[i]), madeByHand, i, byHand)),
    madeByHand,
    intoByHand: () => total(count, (i) => byHand(filledByHand[i], i)),
    filledByHand,
  };
}

function noAngle(): Joint {
  return { angle: 0, length: 0 };
}

type SpatialGradient = [arm: [Joint, Joint, Joint, Joint], target: Vec3];

async function prepareSpatialArm(count: number): Promise<Subject> {
  const { fresh, into } = await generated<[arm: SpatialArm, target: Vec3], SpatialGradient, SpatialGradient>('arm', spatialReach);
  const arms = indices(count).map(shaped.spatialArmInput);
  const zeros = (): SpatialGradient => [[noAngle(), noAngle(), noAngle(), noAngle()], { x: 0, y: 0, z: 0 }];
  const [filled, filledByHand, memory] = [arms.map(zeros), arms.map(zeros), new Float64Array(33)];
  const [made, madeByHand]: [SpatialGradient[], SpatialGradient[]] = [[], []];
  const byHand = ([dArm, dTarget]: SpatialGradient, i: number): number => spatialReachByHand(arms[i][0], arms[i][1], dArm, dTarget, memory);
  return {
    own: () => total(count, (i) => spatialReach(arms[i][0], arms[i][1])),
    fresh: () => total(count, (i) => kept(fresh(arms[i][0], arms[i][1]), made, i)),
    made,
    into: () => total(count, (i) => into(arms[i][0], arms[i][1], filled[i][0], filled[i][1])),
    filled,
    freshByHand: () => total(count, (i) => filledAnew(zeros(), madeByHand, i, byHand)),
    madeByHand,
    intoByHand: () => total(count, (i) => byHand(filledByHand[i], i)),
    filledByHand,
  };
}

export function kmeansCases(k: number, n: number, d: number): readonly BenchCase[] {
  return bothForms(
    'kmeans',
    `n = ${n}, k = ${k}, d = ${d}`,
    {},
    () => prepareKmeans(n, k, d),
    () => rivals.kmeansRivals(n, k, d),
  );
}

export const recordCases: readonly BenchCase[] = [
  ...bothForms(
    'distance',
    '100 pairs',
    {},
    () => prepareDistance(100),
    () => rivals.distanceRivals(100),
  ),
  ...kmeansCases(10, 1000, 8),
  ...bothForms(
    'springs',
    '200 nodes, 400 edges',
    { into: 2.5 },
    () => prepareSprings(200),
    () => rivals.springRivals(200),
  ),
  ...bothForms(
    'springs-repelled',
    '200 nodes, 400 edges, all pairs',
    { fresh: 2.5, into: 2.5 },
    () => prepareLayout(200),
    () => rivals.layoutRivals(200),
  ),
  ...bothForms(
    'planar-arm',
    '100 arms of 4 joints',
    { fresh: 2.5, into: 2.5 },
    () => preparePlanarArm(100),
    () => rivals.planarArmRivals(100),
  ),
  ...bothForms(
    'spatial-arm',
    '100 arms of 4 joints',
    { fresh: 2.5, into: 2.5 },
    () => prepareSpatialArm(100),
    () => rivals.spatialArmRivals(100),
  ),
];
