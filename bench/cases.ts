/** What is measured: each case sets up its arguments and buffers once and gives functions without parameters. */
import { loadGenerated, required } from '../fixtures/programs/derivatives.ts';
import { firstMatch } from '../fixtures/programs/first-match.ts';
import { gmm } from '../fixtures/programs/gmm.ts';
import { heatLoss } from '../fixtures/programs/heat.ts';
import * as inputs from '../fixtures/programs/inputs.ts';
import { leastSquares } from '../fixtures/programs/least-squares.ts';
import { llsq } from '../fixtures/programs/llsq.ts';
import { logSumExp } from '../fixtures/programs/log-sum-exp.ts';
import { lse } from '../fixtures/programs/lse.ts';
import { lstm } from '../fixtures/programs/lstm.ts';
import { cubeRoot } from '../fixtures/programs/newton-root.ts';
import { odeLast } from '../fixtures/programs/ode.ts';
import type { BenchCase, Rival } from './contenders.ts';
import { differencesOf, mostDifferences } from './differences.ts';
import { eightCases } from './eight-cases.ts';
import { firstMatchByHand } from './hand/first-match.ts';
import { gmmByHand } from './hand/gmm.ts';
import { heatLossByHand } from './hand/heat.ts';
import { leastSquaresByHand } from './hand/least-squares.ts';
import { llsqByHand } from './hand/llsq.ts';
import { lseByHand } from './hand/lse.ts';
import { lstmByHand, lstmRecordLength } from './hand/lstm.ts';
import { cubeRootByHand } from './hand/newton-root.ts';
import { odeByHand, odeMemory } from './hand/ode.ts';
import { recordCases } from './record-cases.ts';
import { logSumExp as logSumExpTaped } from './taped/programs/eight.ts';
import { gmm as gmmTaped, lstm as lstmTaped } from './taped/programs/models.ts';
import * as taped from './taped/programs/vectors.ts';
import { tapesOf } from './taped/tape.ts';

type Into<F extends (...args: never[]) => number> = (...args: [...Parameters<F>, ...Float64Array[]]) => number;

/** The generated `…ValueAndGradInto` with the type of its function. */
async function into<F extends (...args: never[]) => number>(file: string, fn: F): Promise<Into<F>> {
  return required<number>(await loadGenerated(file), `${fn.name}ValueAndGradInto`) as Into<F>;
}

function joined(...arrays: readonly Float64Array[]): () => ArrayLike<number> {
  return () => arrays.flatMap((array) => [...array]);
}

function lseCase(n: number): BenchCase {
  return {
    name: 'lse',
    size: `n = ${n.toLocaleString('en')}`,
    bound: 2.5,
    rivals: () => tapesOf(logSumExpTaped, [inputs.lseInput(n)[0]]),
    async prepare() {
      const [x] = inputs.lseInput(n);
      const compiled = await into('lse', lse);
      const dx = new Float64Array(n);
      const dxByHand = new Float64Array(n);
      return {
        own: () => lse(x),
        generated: () => compiled(x, dx),
        hand: () => lseByHand(x, dxByHand),
        results: { generated: () => dx, hand: () => dxByHand },
      };
    },
  };
}

function logSumExpCase(n: number): BenchCase {
  return {
    name: 'log-sum-exp',
    size: `n = ${n.toLocaleString('en')}`,
    bound: 2.5,
    rivals: () => logSumExpRivals(inputs.lseInput(n)[0]),
    async prepare() {
      const [x] = inputs.lseInput(n);
      const compiled = await into('log-sum-exp', logSumExp);
      const dx = new Float64Array(n);
      const dxByHand = new Float64Array(n);
      return {
        own: () => logSumExp(x),
        generated: () => compiled(x, dx),
        hand: () => lseByHand(x, dxByHand),
        results: { generated: () => dx, hand: () => dxByHand },
      };
    },
  };
}

function logSumExpRivals(x: Float64Array): readonly Rival[] {
  return [...tapesOf(logSumExpTaped, [x]), ...(x.length > mostDifferences ? [] : [differencesOf([x], () => logSumExp(x))])];
}

const llsqCase: BenchCase = {
  name: 'llsq',
  size: 'n = 1024, 128 parameters',
  bound: 2.5,
  rivals: () => tapesOf(taped.llsq(1024), [inputs.llsqInput(128, 1024)[0]]),
  async prepare() {
    const [x, n] = inputs.llsqInput(128, 1024);
    const compiled = await into('llsq', llsq);
    const dx = new Float64Array(x.length);
    const dxByHand = new Float64Array(x.length);
    return {
      own: () => llsq(x, n),
      generated: () => compiled(x, n, dx),
      hand: () => llsqByHand(x, n, dxByHand),
      results: { generated: () => dx, hand: () => dxByHand },
    };
  },
};

const leastSquaresCase: BenchCase = {
  name: 'least-squares',
  size: 'n = 1024, 128 parameters',
  bound: 2.5,
  rivals: () => tapesOf(taped.leastSquares(1024), [inputs.llsqInput(128, 1024)[0]]),
  async prepare() {
    const [x, n] = inputs.llsqInput(128, 1024);
    const compiled = await into('least-squares', leastSquares);
    const dx = new Float64Array(x.length);
    const dxByHand = new Float64Array(x.length);
    return {
      own: () => leastSquares(x, n),
      generated: () => compiled(x, n, dx),
      hand: () => leastSquaresByHand(x, n, dxByHand),
      results: { generated: () => dx, hand: () => dxByHand },
    };
  },
};

export function gmmCase(d: number, k: number, n: number): BenchCase {
  return {
    name: 'gmm',
    size: `d = ${d}, k = ${k}, n = ${n}`,
    bound: 5,
    rivals: () => tapesOf(gmmTaped(inputs.gmmInput(d, k, n)), inputs.gmmInput(d, k, n).slice(0, 4) as Float64Array[]),
    async prepare() {
      const args = inputs.gmmInput(d, k, n);
      const [alpha, mu, q, l, x, , , , gamma, m] = args;
      const compiled = await into('gmm', gmm);
      const [dAlpha, dMu, dq, dl] = [alpha, mu, q, l].map((array) => new Float64Array(array.length));
      const [hAlpha, hMu, hq, hl] = [alpha, mu, q, l].map((array) => new Float64Array(array.length));
      return {
        own: () => gmm(alpha, mu, q, l, x, d, k, n, gamma, m),
        generated: () => compiled(alpha, mu, q, l, x, d, k, n, gamma, m, dAlpha, dMu, dq, dl),
        hand: () => gmmByHand(alpha, mu, q, l, x, d, k, n, gamma, m, hAlpha, hMu, hq, hl),
        results: { generated: joined(dAlpha, dMu, dq, dl), hand: joined(hAlpha, hMu, hq, hl) },
      };
    },
  };
}

export function lstmCase(layers: number, c: number): BenchCase {
  return {
    name: 'lstm',
    size: `${layers} layers, ${c} symbols of 14 bits`,
    bound: 5,
    rivals: () => tapesOf(lstmTaped(inputs.lstmInput(layers, c)), inputs.lstmInput(layers, c).slice(0, 2) as Float64Array[]),
    async prepare() {
      const [main, extra, state, sequence, , b] = inputs.lstmInput(layers, c);
      const compiled = await into('lstm', lstm);
      const [dMain, dExtra, hMain, hExtra] = [main, extra, main, extra].map((array) => new Float64Array(array.length));
      const record = new Float64Array(lstmRecordLength(layers, b, c));
      return {
        own: () => lstm(main, extra, state, sequence, layers, b, c),
        generated: () => compiled(main, extra, state, sequence, layers, b, c, dMain, dExtra),
        hand: () => lstmByHand(main, extra, state, sequence, layers, b, c, hMain, hExtra, record),
        results: { generated: joined(dMain, dExtra), hand: joined(hMain, hExtra) },
      };
    },
  };
}

export function odeCase(n: number, steps: number): BenchCase {
  return {
    name: 'ode',
    size: `n = ${n.toLocaleString('en')}, ${steps} steps`,
    bound: 5,
    rivals: () => tapesOf(taped.odeLast(steps), [inputs.odeInput(n, steps)[0]]),
    async prepare() {
      const [x] = inputs.odeInput(n, steps);
      const compiled = await into('ode', odeLast);
      const dx = new Float64Array(n);
      const dxByHand = new Float64Array(n);
      const memory = odeMemory(n, steps);
      return {
        own: () => odeLast(x, steps),
        generated: () => compiled(x, steps, dx),
        hand: () => odeByHand(x, steps, dxByHand, memory),
        results: { generated: () => dx, hand: () => dxByHand },
      };
    },
  };
}

const thousandNumbers = (): Float64Array => inputs.uniform(inputs.seededRandom(8), 1000, 0.1, 100);

const newtonRootCase: BenchCase = {
  name: 'newton-root',
  size: '1000 roots of 0.1 to 100',
  rivals: () => tapesOf(taped.cubeRoots, [thousandNumbers()]),
  async prepare() {
    const compiled = required<number>(await loadGenerated('newton-root'), 'cubeRootGrad') as (a: number) => number;
    const record = new Float64Array(64);
    const numbers = thousandNumbers();
    const sumOf = (fn: (a: number) => number): number => {
      let sum = 0;
      for (let i = 0; i < numbers.length; i++) sum += fn(numbers[i]);
      return sum;
    };
    const byHand = (a: number): number => cubeRootByHand(a, record);
    return {
      own: () => sumOf(cubeRoot),
      generated: () => sumOf(compiled),
      hand: () => sumOf(byHand),
      results: { generated: () => numbers.map(compiled), hand: () => numbers.map(byHand) },
    };
  },
};

type HeatGradient = (...args: Parameters<typeof heatLoss>) => [Float64Array, number, Float64Array];

export function heatCase(n: number, steps: number): BenchCase {
  return {
    name: 'heat',
    size: `${n} cells, ${steps.toLocaleString('en')} steps`,
    rivals: () => {
      const [start, k, , target] = inputs.heatInput(n, steps);
      return tapesOf(taped.heatLoss(steps), [start, Float64Array.of(k), target]);
    },
    async prepare() {
      const [u0, k, , target] = inputs.heatInput(n, steps);
      const compiled = required(await loadGenerated('heat'), 'heatLossGrad') as HeatGradient;
      const [du, dTarget, history] = [n, n, (steps + 1) * n].map((length) => new Float64Array(length));
      const byHand = (): number => heatLossByHand(u0, k, steps, target, du, dTarget, history);
      return {
        own: () => heatLoss(u0, k, steps, target),
        generated: () => compiled(u0, k, steps, target)[1],
        hand: byHand,
        results: {
          generated: () => compiled(u0, k, steps, target).flatMap(list),
          hand: () => [...du, byHand(), ...dTarget],
        },
      };
    },
  };
}

function list(part: number | Float64Array): number[] {
  return typeof part === 'number' ? [part] : [...part];
}

function firstMatchCase(n: number): BenchCase {
  return {
    name: 'first-match',
    size: `n = ${n.toLocaleString('en')}`,
    bound: 1.15,
    // No differences: their step leads past dozens of samples, and the first that reaches the level is another.
    rivals: () => {
      const [, level] = inputs.firstMatchInput(0);
      return tapesOf(
        taped.firstMatch(() => inputs.firstMatchInput(n)[0]),
        [Float64Array.of(level)],
      );
    },
    async prepare() {
      const [signal, level] = inputs.firstMatchInput(n);
      const compiled = required<number>(await loadGenerated('first-match'), 'firstMatchGrad') as typeof firstMatchByHand;
      return {
        own: () => firstMatch(signal, level),
        generated: () => compiled(signal, level),
        hand: () => firstMatchByHand(signal, level),
        results: { generated: () => [compiled(signal, level)], hand: () => [firstMatchByHand(signal, level)] },
      };
    },
  };
}

export const cases: readonly BenchCase[] = [
  lseCase(1000),
  lseCase(1_280_000),
  logSumExpCase(1000),
  logSumExpCase(1_280_000),
  llsqCase,
  leastSquaresCase,
  gmmCase(10, 100, 1000),
  lstmCase(2, 1024),
  odeCase(10_000, 10),
  odeCase(1000, 100),
  newtonRootCase,
  heatCase(200, 200),
  firstMatchCase(10_000_000),
  ...recordCases,
  ...eightCases,
];
