/** The eight programs that tools of this kind are compared with: scalar code, small vectors, long loops, a small network. */

import type { BenchCase, Contender, Contenders, Rival } from './contenders.ts';
import { differencesOf, mostDifferences } from './differences.ts';
import * as inputs from './eight/inputs.ts';
import { logSumExpValueAndGradInto } from './eight/log-sum-exp.grad.ts';
import { logSumExp } from './eight/log-sum-exp.ts';
import { mixtureValueAndGradInto } from './eight/mixture.grad.ts';
import { mixture } from './eight/mixture.ts';
import { networkValueAndGradInto } from './eight/network.grad.ts';
import { network } from './eight/network.ts';
import { predatorPreyValueAndGradInto } from './eight/predator-prey.grad.ts';
import { predatorPrey } from './eight/predator-prey.ts';
import { rosenbrockValueAndGradInto } from './eight/rosenbrock.grad.ts';
import { rosenbrock } from './eight/rosenbrock.ts';
import { scalarValueAndGrad } from './eight/scalar.grad.ts';
import { scalar } from './eight/scalar.ts';
import { lseByHand } from './hand/lse.ts';
import { mixtureByHand, mixtureMemory } from './hand/mixture.ts';
import { networkByHand, networkMemory } from './hand/network.ts';
import { predatorPreyByHand } from './hand/predator-prey.ts';
import { rosenbrockByHand } from './hand/rosenbrock.ts';
import { scalarByHand } from './hand/scalar.ts';
import { peersOf } from './peers/table.ts';
import * as taped from './taped/programs/eight.ts';
import { type TapedProgram, tapesOf } from './taped/tape.ts';

/** A program at its arguments: the function, what it is differentiated by, and the gradient in each way. */
interface Problem<Name extends inputs.EightName> {
  readonly name: Name;
  readonly args: inputs.EightArguments[Name];
  readonly active: readonly Float64Array[];
  readonly own: Contender;
  /** Fill these buffers, one per active array. */
  generated(buffers: readonly Float64Array[]): Contender;
  hand(buffers: readonly Float64Array[]): Contender;
  readonly taped: TapedProgram;
}

function eightCase<Name extends inputs.EightName>(name: string, size: string, make: () => Problem<Name>): BenchCase {
  return {
    ...{ name, size, isOfEight: true },
    prepare: async () => contendersOf(make()),
    rivals: () => rivalsOf(make()),
  };
}

function contendersOf<Name extends inputs.EightName>({ active, own, generated, hand }: Problem<Name>): Contenders {
  const [buffers, buffersByHand] = [active, active].map((arrays) => arrays.map(({ length }) => new Float64Array(length)));
  return {
    ...{ own, generated: generated(buffers), hand: hand(buffersByHand) },
    results: { generated: () => joined(buffers), hand: () => joined(buffersByHand) },
  };
}

function joined(arrays: readonly Float64Array[]): number[] {
  return arrays.flatMap((array) => [...array]);
}

function rivalsOf<Name extends inputs.EightName>({ name, args, active, own, taped }: Problem<Name>): Rival[] {
  const count = active.reduce((sum, { length }) => sum + length, 0);
  const differences = count > mostDifferences ? [] : [differencesOf(active, own)];
  return [...tapesOf(taped, active), ...differences, ...peersOf(name, args)];
}

function rosenbrockProblem(n: number): Problem<'rosenbrock'> {
  const args = inputs.rosenbrockInput(n);
  const { x } = args;
  return {
    ...{ name: 'rosenbrock', args, active: [x], taped: taped.rosenbrock },
    own: () => rosenbrock(x),
    generated:
      ([dx]) =>
      () =>
        rosenbrockValueAndGradInto(x, dx),
    hand:
      ([dx]) =>
      () =>
        rosenbrockByHand(x, dx),
  };
}

function logSumExpProblem(n: number): Problem<'log-sum-exp'> {
  const args = inputs.logSumExpInput(n);
  const { x } = args;
  return {
    ...{ name: 'log-sum-exp', args, active: [x], taped: taped.logSumExp },
    own: () => logSumExp(x),
    generated:
      ([dx]) =>
      () =>
        logSumExpValueAndGradInto(x, dx),
    hand:
      ([dx]) =>
      () =>
        lseByHand(x, dx),
  };
}

function mixtureProblem(n: number, d: number, k: number): Problem<'mixture'> {
  const args = inputs.mixtureInput(n, d, k);
  const { weights, means, scales, points } = args;
  const memory = mixtureMemory(k, d);
  return {
    ...{ name: 'mixture', args, active: [weights, means, scales], taped: taped.mixture(args) },
    own: () => mixture(weights, means, scales, points),
    generated:
      ([dWeights, dMeans, dScales]) =>
      () =>
        mixtureValueAndGradInto(weights, means, scales, points, dWeights, dMeans, dScales),
    hand:
      ([dWeights, dMeans, dScales]) =>
      () =>
        mixtureByHand(weights, means, scales, points, dWeights, dMeans, dScales, memory),
  };
}

/** The numbers come out of an array at each call: of constants the optimizing compiler would compute what it can once. */
function scalarProblem(): Problem<'scalar'> {
  const args = inputs.scalarInput();
  const { point } = args;
  return {
    ...{ name: 'scalar', args, active: [point], taped: taped.scalar },
    own: () => scalar(point[0], point[1], point[2]),
    generated:
      ([gradient]) =>
      () =>
        kept(scalarValueAndGrad(point[0], point[1], point[2]), gradient),
    hand:
      ([gradient]) =>
      () =>
        kept(scalarByHand(point[0], point[1], point[2]), gradient),
  };
}

/** The value of a result whose gradient is copied: by index, since taking a tuple apart takes as long as the function. */
function kept({ value, grad }: ReturnType<typeof scalarByHand>, gradient: Float64Array): number {
  for (let i = 0; i < 3; i++) gradient[i] = grad[i];
  return value;
}

function predatorPreyProblem(steps: number): Problem<'predator-prey'> {
  const args = inputs.predatorPreyInput(steps);
  const { rates } = args;
  const history = new Float64Array(2 * steps);
  return {
    ...{ name: 'predator-prey', args, active: [rates], taped: taped.predatorPrey(args) },
    own: () => predatorPrey(rates, steps),
    generated:
      ([dRates]) =>
      () =>
        predatorPreyValueAndGradInto(rates, steps, dRates),
    hand:
      ([dRates]) =>
      () =>
        predatorPreyByHand(rates, steps, dRates, history),
  };
}

function networkProblem(width: number, samples: number): Problem<'network'> {
  const args = inputs.networkInput(2, width, samples);
  const { w1, b1, w2, b2, w3, b3, x, y } = args;
  const memory = networkMemory(width, width);
  return {
    ...{ name: 'network', args, active: [w1, b1, w2, b2, w3, b3], taped: taped.network(args) },
    own: () => network(w1, b1, w2, b2, w3, b3, x, y),
    generated:
      ([d1, db1, d2, db2, d3, db3]) =>
      () =>
        networkValueAndGradInto(w1, b1, w2, b2, w3, b3, x, y, d1, db1, d2, db2, d3, db3),
    hand: (buffers) => () => networkByHand(w1, b1, w2, b2, w3, b3, x, y, buffers, memory),
  };
}

export function rosenbrockCase(n: number): BenchCase {
  return eightCase('rosenbrock', `n = ${n.toLocaleString('en')}`, () => rosenbrockProblem(n));
}

export function logSumExpCase(n: number): BenchCase {
  return eightCase('log-sum-exp', `n = ${n.toLocaleString('en')}, by comparison`, () => logSumExpProblem(n));
}

export function mixtureCase(points: number, d: number, k: number): BenchCase {
  return eightCase('mixture', `${points.toLocaleString('en')} points, d = ${d}, k = ${k}`, () => mixtureProblem(points, d, k));
}

export function networkCase(width: number, samples: number): BenchCase {
  return eightCase('network', `2-${width}-${width}-1, ${samples} samples`, () => networkProblem(width, samples));
}

export const eightCases: readonly BenchCase[] = [
  rosenbrockCase(2),
  rosenbrockCase(1000),
  logSumExpCase(1000),
  logSumExpCase(100_000),
  mixtureCase(100, 2, 3),
  eightCase('scalar', '20 operations', scalarProblem),
  eightCase('predator-prey', '1,000 steps', () => predatorPreyProblem(1000)),
  networkCase(32, 64),
];
