/** The Gaussian mixture and the LSTM of fixtures/programs, as they are written for a tape. */
import type { gmm as gmmOf } from '../../../fixtures/programs/gmm.ts';
import { logMultivariateGamma } from '../../../fixtures/programs/log-gamma.ts';
import type { lstm as lstmOf } from '../../../fixtures/programs/lstm.ts';
import type { Recorder, Tape, TapedProgram } from '../tape.ts';
import { logSumExpOf } from './eight.ts';

type GmmArguments = Parameters<typeof gmmOf>;

export function gmm([, , , , x, d, k, n, gamma, m]: GmmArguments): TapedProgram {
  const triangle = (d * (d - 1)) / 2;
  const freedom = d + m + 1;
  const prior = freedom * d * (Math.log(gamma) - 0.5 * Math.log(2)) - logMultivariateGamma(0.5 * freedom, d);
  const constant = k * prior - 0.5 * n * d * Math.log(2 * Math.PI);
  return <T>(): Recorder<T> => {
    const diagonal: T[] = [];
    const logDeterminant: T[] = [];
    const lower: T[] = [];
    const [squares, terms, exponentials, likelihoods]: T[][] = [[], [], [], []];
    const distance = distanceOf<T>(d, triangle);
    return ([alpha, mu, q, l], tape) => {
      for (let c = 0; c < k * d; c++) diagonal[c] = tape.exp(q[c]);
      for (let j = 0; j < k; j++) logDeterminant[j] = tape.sum(q.slice(j * d, j * d + d));
      transposeRows(l, lower, d, k);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < k; j++) {
          const offset = tape.add(alpha[j], logDeterminant[j]);
          terms[j] = tape.addScaled(offset, distance(x, i, j, mu, diagonal, lower, tape), -0.5);
        }
        likelihoods[i] = logSumExpOf(terms, exponentials, tape);
      }
      for (let c = 0; c < k * d; c++) squares[c] = tape.square(diagonal[c]);
      for (let c = 0; c < l.length; c++) squares[k * d + c] = tape.square(l[c]);
      const likelihood = tape.addScaled(tape.sum(likelihoods), logSumExpOf(alpha, exponentials, tape), -n);
      const priors = tape.addScaled(tape.scale(tape.sum(logDeterminant), m), tape.sum(squares), -0.5 * gamma * gamma);
      return tape.shift(tape.add(likelihood, priors), constant);
    };
  };
}

/** The entries below the diagonals, which come column by column, row by row: a row times a vector is one node then. */
function transposeRows<T>(l: readonly T[], lower: T[], d: number, k: number): void {
  const triangle = (d * (d - 1)) / 2;
  for (let j = 0; j < k; j++) {
    let at = j * triangle;
    for (let c = 0; c < d; c++) {
      for (let r = c + 1; r < d; r++) lower[j * triangle + (r * (r - 1)) / 2 + c] = l[at++];
    }
  }
}

type Distance<T> = (
  x: Float64Array,
  i: number,
  j: number,
  mu: readonly T[],
  diagonal: readonly T[],
  lower: readonly T[],
  tape: Tape<T>,
) => T;

/** |Q (x − μ)|² of point i and component j. */
function distanceOf<T>(d: number, triangle: number): Distance<T> {
  const centered: T[] = [];
  const squares: T[] = [];
  return (x, i, j, mu, diagonal, lower, tape) => {
    for (let c = 0; c < d; c++) {
      centered[c] = tape.subtractFrom(x[i * d + c], mu[j * d + c]);
      const own = tape.multiply(diagonal[j * d + c], centered[c]);
      const row = j * triangle + (c * (c - 1)) / 2;
      squares[c] = tape.square(tape.dot(own, lower, row, centered, 0, c));
    }
    return tape.sum(squares);
  };
}

type LstmArguments = Parameters<typeof lstmOf>;

export function lstm([, , start, sequence, layers, b, c]: LstmArguments): TapedProgram {
  return <T>(): Recorder<T> => {
    const [state, signal, outputs, exponentials, losses]: T[][] = [[], [], [], [], []];
    return ([main, extra], tape) => {
      for (let i = 0; i < start.length; i++) state[i] = tape.constant(start[i]);
      for (let t = 0; t < c - 1; t++) {
        for (let i = 0; i < b; i++) signal[i] = tape.scale(extra[i], sequence[t * b + i]);
        for (let layer = 0; layer < layers; layer++) step(main, state, signal, layer, b, tape);
        for (let i = 0; i < b; i++) {
          outputs[i] = tape.add(tape.multiply(signal[i], extra[b + i]), extra[2 * b + i]);
          exponentials[i] = tape.exp(outputs[i]);
        }
        const logSum = tape.log(tape.shift(tape.sum(exponentials), 2));
        let count = 0;
        for (let i = 0; i < b; i++) count += sequence[(t + 1) * b + i];
        losses[t] = tape.weigh(tape.scale(logSum, -count), outputs, 0, sequence, (t + 1) * b, b);
      }
      return tape.scale(tape.sum(losses), -1 / ((c - 1) * b));
    };
  };
}

function step<T>(main: readonly T[], state: T[], signal: T[], layer: number, b: number, tape: Tape<T>): void {
  const weight = 8 * b * layer;
  const bias = weight + 4 * b;
  const hidden = 2 * b * layer;
  const cell = hidden + b;
  for (let i = 0; i < b; i++) {
    const forget = tape.sigmoid(tape.add(tape.multiply(signal[i], main[weight + i]), main[bias + i]));
    const ingate = tape.sigmoid(tape.add(tape.multiply(state[hidden + i], main[weight + b + i]), main[bias + b + i]));
    const outgate = tape.sigmoid(tape.add(tape.multiply(signal[i], main[weight + 2 * b + i]), main[bias + 2 * b + i]));
    const change = tape.tanh(tape.add(tape.multiply(state[hidden + i], main[weight + 3 * b + i]), main[bias + 3 * b + i]));
    state[cell + i] = tape.add(tape.multiply(state[cell + i], forget), tape.multiply(ingate, change));
    state[hidden + i] = tape.multiply(outgate, tape.tanh(state[cell + i]));
    signal[i] = state[hidden + i];
  }
}
