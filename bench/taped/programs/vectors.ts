/** The programs of fixtures/programs over plain vectors, as they are written for a tape. */
import type { Recorder, Tape, TapedProgram } from '../tape.ts';

/** ½ Σ (s − p(t))² with p by Horner's rule. */
export function llsq(n: number): TapedProgram {
  return <T>(): Recorder<T> => {
    const squares: T[] = [];
    return ([x], tape) => {
      for (let i = 0; i < n; i++) {
        const t = -1 + (2 * i) / (n - 1);
        let value = x[x.length - 1];
        for (let j = x.length - 2; j >= 0; j--) value = tape.addScaled(x[j], value, t);
        squares[i] = tape.square(tape.subtractFrom(Math.sign(t), value));
      }
      return tape.scale(tape.sum(squares), 0.5);
    };
  };
}

/** The same with the powers of t written out: a residual is linear in x, and one node. */
export function leastSquares(n: number): TapedProgram {
  return <T>(): Recorder<T> => {
    const squares: T[] = [];
    const powers: number[] = [];
    return ([x], tape) => {
      for (let i = 0; i < n; i++) {
        const t = -1 + (2 * i) / (n - 1);
        let power = -1;
        for (let j = 0; j < x.length; j++) {
          powers[j] = power;
          power *= t;
        }
        squares[i] = tape.square(tape.weigh(tape.constant(Math.sign(t)), x, 0, powers, 0, x.length));
      }
      return tape.scale(tape.sum(squares), 0.5);
    };
  };
}

export function odeLast(steps: number): TapedProgram {
  const h = 2 / steps;
  return <T>(): Recorder<T> => {
    const y: T[] = [];
    const stage: T[] = [];
    const k: [T[], T[], T[], T[]] = [[], [], [], []];
    return ([x], tape) => {
      for (let i = 0; i < x.length; i++) y[i] = tape.constant(0);
      for (let s = 0; s < steps; s++) {
        slope(x, y, k[0], tape);
        for (let i = 0; i < y.length; i++) stage[i] = tape.addScaled(y[i], k[0][i], 0.5 * h);
        slope(x, stage, k[1], tape);
        for (let i = 0; i < y.length; i++) stage[i] = tape.addScaled(y[i], k[1][i], 0.5 * h);
        slope(x, stage, k[2], tape);
        for (let i = 0; i < y.length; i++) stage[i] = tape.addScaled(y[i], k[2][i], h);
        slope(x, stage, k[3], tape);
        for (let i = 0; i < y.length; i++) {
          const inner = tape.addScaled(tape.addScaled(y[i], k[0][i], h / 6), k[1][i], h / 3);
          y[i] = tape.addScaled(tape.addScaled(inner, k[2][i], h / 3), k[3][i], h / 6);
        }
      }
      return y[y.length - 1];
    };
  };
}

function slope<T>(x: readonly T[], y: readonly T[], out: T[], tape: Tape<T>): void {
  out[0] = x[0];
  for (let i = 1; i < x.length; i++) out[i] = tape.multiply(x[i], y[i - 1]);
}

/** Inputs: the start, the diffusivity, the target. */
export function heatLoss(steps: number): TapedProgram {
  return <T>(): Recorder<T> => {
    const u: T[] = [];
    const flux: T[] = [];
    const squares: T[] = [];
    return ([start, [k], target], tape) => {
      const n = start.length;
      for (let i = 0; i < n; i++) u[i] = start[i];
      for (let step = 0; step < steps; step++) {
        for (let i = 1; i < n; i++) {
          const mean = tape.scale(tape.add(u[i - 1], u[i]), 0.5);
          const conductance = tape.multiply(k, tape.shift(tape.square(mean), 1));
          flux[i] = tape.multiply(conductance, tape.subtract(u[i], u[i - 1]));
        }
        for (let i = 1; i < n - 1; i++) u[i] = tape.add(u[i], tape.subtract(flux[i + 1], flux[i]));
      }
      for (let i = 0; i < n; i++) squares[i] = tape.square(tape.subtract(u[i], target[i]));
      return tape.sum(squares);
    };
  };
}

/** The sum of the cube roots of all inputs: its gradient has the derivative of each. */
export const cubeRoots: TapedProgram = <T>(): Recorder<T> => {
  const roots: T[] = [];
  return ([numbers], tape) => {
    for (let i = 0; i < numbers.length; i++) roots[i] = cubeRoot(numbers[i], tape);
    return tape.sum(roots);
  };
};

function cubeRoot<T>(a: T, tape: Tape<T>): T {
  let x = a;
  for (;;) {
    const square = tape.square(x);
    const miss = tape.subtract(tape.multiply(square, x), a);
    if (!(Math.abs(tape.valueOf(miss)) > 1e-12 * Math.abs(tape.valueOf(a)))) return x;
    x = tape.subtract(x, tape.divide(miss, tape.scale(square, 3)));
  }
}

/** The signal, long and made only where the program runs, is no variable: what reaches the level is looked for in plain numbers. */
export function firstMatch(makeSignal: () => Float64Array): TapedProgram {
  return () => {
    const signal = makeSignal();
    return ([[level]], tape) => {
      const least = tape.valueOf(level);
      for (let i = 1; i < signal.length; i++) {
        if (signal[i] < least) continue;
        const above = tape.shift(level, -signal[i - 1]);
        return tape.shift(tape.scale(above, 1 / (signal[i] - signal[i - 1])), i - 1);
      }
      return tape.constant(-1);
    };
  };
}

/** Expansion along the rows. */
export function det(size: number): TapedProgram {
  return <T>(): Recorder<T> => {
    const columns = new Int32Array(size);
    const perRow = (): T[][] => Array.from({ length: size + 1 }, () => []);
    const [factors, minors, negated] = [perRow(), perRow(), [] as T[]];
    return ([a], tape) => {
      for (let i = 0; i < size; i++) columns[i] = i;
      for (let i = 0; i < a.length; i++) negated[i] = tape.scale(a[i], -1);
      return minor({ a, negated, size, columns, factors, minors, zero: tape.constant(0) }, size, tape);
    };
  };
}

interface Expansion<T> {
  readonly a: readonly T[];
  /** −a */
  readonly negated: readonly T[];
  readonly size: number;
  readonly columns: Int32Array;
  /** What is multiplied with each other, by the number of rows that are left. */
  readonly factors: readonly T[][];
  readonly minors: readonly T[][];
  readonly zero: T;
}

/** Of the last `left` rows and the first `left` columns of the list: one node. */
function minor<T>(expansion: Expansion<T>, left: number, tape: Tape<T>): T {
  const { a, negated, size, columns, zero } = expansion;
  const row = (size - left) * size;
  if (left === 1) return a[row + columns[0]];
  const [factors, minors] = [expansion.factors[left], expansion.minors[left]];
  for (let j = 0; j < left; j++) {
    const column = columns[j];
    for (let k = j; k < left - 1; k++) columns[k] = columns[k + 1];
    factors[j] = (j % 2 === 0 ? a : negated)[row + column];
    minors[j] = minor(expansion, left - 1, tape);
    for (let k = left - 1; k > j; k--) columns[k] = columns[k - 1];
    columns[j] = column;
  }
  return tape.dot(zero, factors, 0, minors, 0, left);
}
