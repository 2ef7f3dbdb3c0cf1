/** The arguments of the eight programs, made by seeded code. */
import { normal, seededRandom, uniform } from '../../fixtures/programs/inputs.ts';

export interface EightArguments {
  readonly rosenbrock: { readonly x: Float64Array };
  readonly 'log-sum-exp': { readonly x: Float64Array };
  readonly mixture: {
    readonly weights: Float64Array;
    readonly means: Float64Array;
    readonly scales: Float64Array;
    readonly points: Float64Array;
  };
  readonly scalar: { readonly point: Float64Array };
  readonly 'predator-prey': { readonly rates: Float64Array; readonly steps: number };
  readonly network: {
    readonly w1: Float64Array;
    readonly b1: Float64Array;
    readonly w2: Float64Array;
    readonly b2: Float64Array;
    readonly w3: Float64Array;
    readonly b3: Float64Array;
    readonly x: Float64Array;
    readonly y: Float64Array;
  };
}

export type EightName = keyof EightArguments;

export function rosenbrockInput(n: number): EightArguments['rosenbrock'] {
  return { x: n === 2 ? Float64Array.of(-1.2, 1) : uniform(seededRandom(21), n, -1, 1) };
}

export function logSumExpInput(n: number): EightArguments['log-sum-exp'] {
  return { x: uniform(seededRandom(22), n) };
}

export function mixtureInput(n: number, d: number, k: number): EightArguments['mixture'] {
  const random = seededRandom(23);
  return {
    weights: normal(random, k),
    means: normal(random, k * d),
    scales: uniform(random, k * d, -0.5, 0.5),
    points: normal(random, n * d),
  };
}

export function scalarInput(): EightArguments['scalar'] {
  return { point: Float64Array.of(0.7, -1.3, 0.4) };
}

export function predatorPreyInput(steps: number): EightArguments['predator-prey'] {
  return { rates: Float64Array.of(1.1, 0.4, 0.1, 0.4), steps };
}

/** Weights as they are at the start of training: spread so that no layer saturates. */
export function networkInput(inputs: number, width: number, samples: number): EightArguments['network'] {
  const random = seededRandom(24);
  const weights = (rows: number, columns: number) => normal(random, rows * columns).map((weight) => weight / Math.sqrt(columns));
  const [w1, w2, w3] = [weights(width, inputs), weights(width, width), weights(1, width)];
  const [b1, b2, b3] = [width, width, 1].map((length) => uniform(random, length, -0.1, 0.1));
  const x = uniform(random, samples * inputs, -1, 1);
  const y = Float64Array.from({ length: samples }, (_, sample) => Math.sin(3 * x[inputs * sample]));
  return { w1, b1, w2, b2, w3, b3, x, y };
}
