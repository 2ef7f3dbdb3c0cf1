/** The programs of fixtures/programs on both tapes give what the generated derivatives give. */
import { describe, expect, it } from 'vitest';
import { loadGenerated } from '../../fixtures/programs/derivatives.ts';
import * as inputs from '../../fixtures/programs/inputs.ts';
import { distance, largestDistance } from '../../fixtures/programs/program.ts';
import { numbersIn, type Value } from '../../fixtures/programs/values.ts';
import { ClosureTape } from './closure-tape.ts';
import { FlatTape } from './flat-tape.ts';
import { logSumExp } from './programs/eight.ts';
import { gmm, lstm } from './programs/models.ts';
import { cubeRoots, det, firstMatch, heatLoss, leastSquares, llsq, odeLast } from './programs/vectors.ts';
import { runOn, type TapedProgram } from './tape.ts';

interface Sample {
  readonly file: string;
  readonly name: string;
  readonly args: readonly Value[];
  readonly active: readonly number[];
  readonly program: TapedProgram;
}

const [gmmArguments, lstmArguments, heatArguments] = [inputs.gmmInput(4, 3, 5), inputs.lstmInput(2, 6, 3), inputs.heatInput(12, 7)];
const firstMatchArguments = inputs.firstMatchInput(2000);

const samples: Sample[] = [
  { file: 'lse', name: 'lse', args: inputs.lseInput(9), active: [0], program: logSumExp },
  { file: 'llsq', name: 'llsq', args: inputs.llsqInput(5, 12), active: [0], program: llsq(12) },
  { file: 'least-squares', name: 'leastSquares', args: inputs.llsqInput(5, 12), active: [0], program: leastSquares(12) },
  { file: 'gmm', name: 'gmm', args: gmmArguments, active: [0, 1, 2, 3], program: gmm(gmmArguments) },
  { file: 'lstm', name: 'lstm', args: lstmArguments, active: [0, 1], program: lstm(lstmArguments) },
  { file: 'ode', name: 'odeLast', args: inputs.odeInput(6, 4), active: [0], program: odeLast(4) },
  { file: 'heat', name: 'heatLoss', args: heatArguments, active: [0, 1, 3], program: heatLoss(7) },
  { file: 'log-sum-exp', name: 'logSumExp', args: inputs.lseInput(9), active: [0], program: logSumExp },
  { file: 'det', name: 'det', args: inputs.matrixInput(5), active: [0], program: det(5) },
  { file: 'first-match', name: 'firstMatch', args: firstMatchArguments, active: [1], program: firstMatch(() => firstMatchArguments[0]) },
  { file: 'newton-root', name: 'cubeRoot', args: [7], active: [0], program: cubeRoots },
];

const tapes = { 'flat tape': () => new FlatTape(), 'closure tape': () => new ClosureTape() };

describe.each(Object.entries(tapes))('%s', (_, makeTape) => {
  it.each(samples)('$name', async ({ file, name, args, active, program }) => {
    const generated = await loadGenerated(file);
    const expected = generated[`${name}ValueAndGrad`]?.(...(args as never[])) as { value: number; grad: Value };
    const arrays = active.map((at) => Float64Array.from(numbersIn(args[at])));
    const { run, gradient } = runOn<unknown>(makeTape() as never, program, arrays);
    for (const value of [run(), run()]) {
      expect(distance(value, expected.value)).toBeLessThan(1e-12);
      expect(largestDistance(gradient(), numbersIn(expected.grad))).toBeLessThan(1e-12);
    }
  });
});

describe('every operation', () => {
  const program: TapedProgram =
    () =>
    ([[x, y]], tape) => {
      const shares = tape.divide(tape.sqrt(tape.multiply(x, y)), tape.subtractFrom(9, tape.add(x, tape.constant(2))));
      const waves = tape.add(tape.sin(shares), tape.cos(tape.scale(y, 0.5)));
      const bounded = tape.subtract(tape.tanh(waves), tape.sigmoid(tape.shift(x, -1)));
      const grown = tape.addScaled(tape.exp(bounded), tape.log(tape.square(y)), 0.25);
      const inverse = tape.divideInto(3, grown);
      const product = tape.dot(grown, [x, bounded], 0, [y, waves, grown], 1, 2);
      return tape.sum([tape.weigh(product, [x, y, grown], 1, [7, 0.3, 0.2], 1, 2), product, inverse]);
    };
  const value = (x: number, y: number): number => {
    const shares = Math.sqrt(x * y) / (9 - (x + 2));
    const waves = Math.sin(shares) + Math.cos(0.5 * y);
    const bounded = Math.tanh(waves) - 1 / (1 + Math.exp(-(x - 1)));
    const grown = Math.exp(bounded) + 0.25 * Math.log(y * y);
    const product = grown + x * waves + bounded * grown;
    return product + 0.3 * y + 0.2 * grown + product + 3 / grown;
  };

  it.each(Object.entries(tapes))('%s: value, and gradient by differences', (_, makeTape) => {
    const point = Float64Array.of(1.3, 2.1);
    const { run, gradient } = runOn<unknown>(makeTape() as never, program, [point]);
    expect(run()).toBeCloseTo(value(1.3, 2.1), 12);
    const h = 1e-5;
    expect(gradient()[0]).toBeCloseTo((value(1.3 + h, 2.1) - value(1.3 - h, 2.1)) / (2 * h), 7);
    expect(gradient()[1]).toBeCloseTo((value(1.3, 2.1 + h) - value(1.3, 2.1 - h)) / (2 * h), 7);
  });
});
