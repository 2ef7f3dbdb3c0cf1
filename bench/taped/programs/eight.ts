/** The eight programs, as they are written for a tape. */
import type { EightArguments } from '../../eight/inputs.ts';
import type { Recorder, Tape, TapedProgram } from '../tape.ts';

export const rosenbrock: TapedProgram = <T>(): Recorder<T> => {
  const valleys: T[] = [];
  const slopes: T[] = [];
  return ([x], tape) => {
    for (let i = 0; i < x.length - 1; i++) {
      valleys[i] = tape.square(tape.subtract(x[i + 1], tape.square(x[i])));
      slopes[i] = tape.square(tape.subtractFrom(1, x[i]));
    }
    return tape.addScaled(tape.sum(slopes), tape.sum(valleys), 100);
  };
};

export const logSumExp: TapedProgram = <T>(): Recorder<T> => {
  const exponentials: T[] = [];
  return ([x], tape) => logSumExpOf(x, exponentials, tape);
};

export function logSumExpOf<T>(x: readonly T[], exponentials: T[], tape: Tape<T>): T {
  let max = x[0];
  for (let i = 1; i < x.length; i++) {
    if (tape.valueOf(x[i]) > tape.valueOf(max)) max = x[i];
  }
  for (let i = 0; i < x.length; i++) exponentials[i] = tape.exp(tape.subtract(x[i], max));
  return tape.add(max, tape.log(tape.sum(exponentials)));
}

export function mixture({ points, means, weights }: EightArguments['mixture']): TapedProgram {
  const k = weights.length;
  const d = means.length / k;
  const n = points.length / d;
  return <T>(): Recorder<T> => {
    const inverses: T[] = [];
    const constants: T[] = [];
    const terms: T[] = [];
    const squares: T[] = [];
    const likelihoods: T[] = [];
    const exponentials: T[] = [];
    return ([weightsOf, meansOf, scalesOf], tape) => {
      for (let j = 0; j < k; j++) {
        constants[j] = weightsOf[j];
        for (let c = j * d; c < j * d + d; c++) {
          constants[j] = tape.subtract(constants[j], scalesOf[c]);
          inverses[c] = tape.exp(tape.scale(scalesOf[c], -1));
        }
      }
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < k; j++) {
          for (let c = 0; c < d; c++) {
            const distance = tape.subtractFrom(points[i * d + c], meansOf[j * d + c]);
            squares[c] = tape.square(tape.multiply(distance, inverses[j * d + c]));
          }
          terms[j] = tape.addScaled(constants[j], tape.sum(squares), -0.5);
        }
        likelihoods[i] = logSumExpOf(terms, exponentials, tape);
      }
      const likelihood = tape.addScaled(tape.sum(likelihoods), logSumExpOf(weightsOf, exponentials, tape), -n);
      return tape.shift(likelihood, -0.5 * n * d * Math.log(2 * Math.PI));
    };
  };
}

export const scalar: TapedProgram =
  () =>
  ([[x, y, z]], tape) => {
    const radius = tape.sqrt(tape.shift(tape.add(tape.square(x), tape.square(y)), 1));
    const wave = tape.multiply(tape.sin(tape.multiply(x, y)), tape.exp(z));
    const blend = tape.add(tape.tanh(tape.subtract(radius, z)), tape.divide(wave, radius));
    const level = tape.log(tape.shift(tape.square(blend), 1));
    return tape.add(tape.multiply(level, tape.cos(z)), tape.multiply(x, blend));
  };

export function predatorPrey({ steps }: EightArguments['predator-prey']): TapedProgram {
  const h = 0.01;
  return () =>
    ([[growth, loss, gain, death]], tape) => {
      let prey = tape.constant(1);
      let predators = tape.constant(1);
      for (let step = 0; step < steps; step++) {
        const meetings = tape.multiply(prey, predators);
        const births = tape.subtract(tape.multiply(growth, prey), tape.multiply(loss, meetings));
        const gains = tape.subtract(tape.multiply(gain, meetings), tape.multiply(death, predators));
        prey = tape.addScaled(prey, births, h);
        predators = tape.addScaled(predators, gains, h);
      }
      return tape.add(tape.square(tape.shift(prey, -1)), tape.square(tape.shift(predators, -1)));
    };
}

export function network({ x, y }: EightArguments['network']): TapedProgram {
  const inputs = x.length / y.length;
  return <T>(): Recorder<T> => {
    const first: T[] = [];
    const second: T[] = [];
    const misses: T[] = [];
    return ([w1, b1, w2, b2, w3, b3], tape) => {
      for (let sample = 0; sample < y.length; sample++) {
        for (let unit = 0; unit < b1.length; unit++) {
          first[unit] = tape.tanh(tape.weigh(b1[unit], w1, unit * inputs, x, sample * inputs, inputs));
        }
        for (let unit = 0; unit < b2.length; unit++) {
          second[unit] = tape.tanh(tape.dot(b2[unit], w2, unit * first.length, first, 0, first.length));
        }
        const output = tape.dot(b3[0], w3, 0, second, 0, second.length);
        misses[sample] = tape.square(tape.shift(output, -y[sample]));
      }
      return tape.scale(tape.sum(misses), 1 / y.length);
    };
  };
}
