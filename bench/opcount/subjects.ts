/** The programs that the bench times, each at one small input. */
import { programs } from '../../fixtures/programs/table.ts';
import * as inputs from '../eight/inputs.ts';
import { logSumExp } from '../eight/log-sum-exp.ts';
import { mixture } from '../eight/mixture.ts';
import { network } from '../eight/network.ts';
import { predatorPrey } from '../eight/predator-prey.ts';
import { rosenbrock } from '../eight/rosenbrock.ts';
import { scalar } from '../eight/scalar.ts';

export interface Subject {
  /** From the root, without its ending. */
  readonly file: string;
  readonly primal: (...args: never[]) => number;
  readonly input: string;
  readonly args: readonly unknown[];
}

/** Of `fixtures/programs`, with the index of the sample. */
const measured: Readonly<Record<string, number>> = {
  lse: 1,
  logSumExp: 1,
  llsq: 0,
  leastSquares: 0,
  gmm: 0,
  lstm: 0,
  odeLast: 0,
  cubeRoot: 0,
  heatLoss: 0,
  firstMatch: 0,
  distance: 0,
  kmeans: 0,
  springEnergy: 0,
  layoutEnergy: 0,
  planarReach: 0,
  spatialReach: 0,
};

const ofPrograms = Object.entries(measured).map(([name, sample]): Subject => {
  const program = programs.find((candidate) => candidate.name === name);
  if (!program) throw new Error(`no program ${name}`);
  const { label, args } = program.samples[sample];
  return { file: `fixtures/programs/${program.file}`, primal: program.primal, input: label, args };
});

function eight<Name extends inputs.EightName>(
  name: Name,
  primal: Subject['primal'],
  input: string,
  args: inputs.EightArguments[Name],
): Subject {
  return { file: `bench/eight/${name}`, primal, input, args: Object.values(args) };
}

const { point } = inputs.scalarInput();

export const subjects: readonly Subject[] = [
  ...ofPrograms,
  eight('rosenbrock', rosenbrock, 'n = 10', inputs.rosenbrockInput(10)),
  eight('log-sum-exp', logSumExp, 'n = 10', inputs.logSumExpInput(10)),
  eight('mixture', mixture, '10 points, d = 2, k = 3', inputs.mixtureInput(10, 2, 3)),
  { file: 'bench/eight/scalar', primal: scalar, input: '20 operations', args: [...point] },
  eight('predator-prey', predatorPrey, '10 steps', inputs.predatorPreyInput(10)),
  eight('network', network, '2-4-4-1, 3 samples', inputs.networkInput(2, 4, 3)),
];
