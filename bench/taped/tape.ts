/** What a program that runs on a tape is written with; it is written once, and runs on either tape. */
import type { Prepared, Rival } from '../contenders.ts';

/** T stands for a number that is being recorded. */
export interface Tape<T> {
  /** Forgets all that was recorded. */
  reset(): void;
  variable(value: number): T;
  /** A number with no derivative, to begin with. */
  constant(value: number): T;
  valueOf(number: T): number;
  add(a: T, b: T): T;
  subtract(a: T, b: T): T;
  multiply(a: T, b: T): T;
  divide(a: T, b: T): T;
  /** constant / a */
  divideInto(constant: number, a: T): T;
  /** a + factor · b */
  addScaled(a: T, b: T, factor: number): T;
  /** a + constant */
  shift(a: T, constant: number): T;
  /** constant − a */
  subtractFrom(constant: number, a: T): T;
  /** factor · a */
  scale(a: T, factor: number): T;
  square(a: T): T;
  sqrt(a: T): T;
  exp(a: T): T;
  log(a: T): T;
  sin(a: T): T;
  cos(a: T): T;
  tanh(a: T): T;
  /** 1 / (1 + exp(−a)) */
  sigmoid(a: T): T;
  sum(terms: readonly T[]): T;
  /** start + Σ left[from + i] · right[rightFrom + i] over `count` */
  dot(start: T, left: readonly T[], from: number, right: readonly T[], rightFrom: number, count: number): T;
  /** start + Σ terms[from + i] · weights[weightsFrom + i] over `count` */
  weigh(start: T, terms: readonly T[], from: number, weights: ArrayLike<number>, weightsFrom: number, count: number): T;
  /** Makes room for more, where a recording ended in {@link TapeIsFull}. */
  grow(): void;
  /** Puts the derivatives of `result` with respect to the variables, in the order in which they were made, into `gradient`. */
  differentiate(result: T, gradient: Float64Array): void;
}

/** Thrown while recording; the recording has to be repeated on a longer tape. */
export class TapeIsFull extends Error {}

/** Records a program for variables that hold its inputs; what it needs again at each call it makes once. */
export type Recorder<T> = (inputs: readonly (readonly T[])[], tape: Tape<T>) => T;
export type TapedProgram = <T>() => Recorder<T>;

/** A program on a tape, its record kept from call to call. */
export function runOn<T>(tape: Tape<T>, program: TapedProgram, inputs: readonly Float64Array[]): Prepared {
  const record = program<T>();
  const variables = inputs.map((): T[] => []);
  const gradient = new Float64Array(inputs.reduce((sum, input) => sum + input.length, 0));
  const run = (): number => {
    tape.reset();
    for (let at = 0; at < inputs.length; at++) {
      const input = inputs[at];
      const into = variables[at];
      for (let i = 0; i < input.length; i++) into[i] = tape.variable(input[i]);
    }
    const result = record(variables, tape);
    tape.differentiate(result, gradient);
    return tape.valueOf(result);
  };
  growToFit(tape, run);
  return { run, gradient: () => gradient };
}

function growToFit<T>(tape: Tape<T>, run: () => number): void {
  for (;;) {
    try {
      run();
      return;
    } catch (error) {
      if (!(error instanceof TapeIsFull)) throw error;
      tape.grow();
    }
  }
}

/** Both tapes as rivals. Each is loaded only where it runs: in a process of its own, its calls have one target. */
export function tapesOf(program: TapedProgram, inputs: readonly Float64Array[]): Rival[] {
  const tolerance = 1e-9;
  return [
    {
      ...{ name: 'flat tape', kind: 'tape', tolerance },
      prepare: async () => runOn(new (await import('./flat-tape.ts')).FlatTape(), program, inputs),
    },
    {
      ...{ name: 'closure tape', kind: 'tape', tolerance },
      prepare: async () => runOn(new (await import('./closure-tape.ts')).ClosureTape(), program, inputs),
    },
  ];
}
