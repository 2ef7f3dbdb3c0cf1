/** Reverse mode is the transpose of forward mode: ⟨dy, J·v⟩ = ⟨Jᵀ·dy, v⟩ on random functions over the whole IR. */
import { describe, expect, it } from 'vitest';
import { checkFunction } from '../ir/check.ts';
import { interpret, type RuntimeValue } from '../ir/interpret.ts';
import { printFunction } from '../ir/print.ts';
import { isDifferentiableResult, resultType } from '../ir/results.ts';
import type { IrFunction } from '../ir/types.ts';
import { optimize } from '../optimize/index.ts';
import { randomFunction } from '../optimize/testing/random-function.ts';
import { createRandomSource, type RandomSource } from '../optimize/testing/random-source.ts';
import { copyWritten } from './copy-written.ts';
import { buildJvp } from './forward/build-jvp.ts';
import { buildVjp } from './reverse/index.ts';

const inputs = [0, 1, 2, 3];
const budget = 200_000;

function numbersOf(value: RuntimeValue): number[] {
  return typeof value === 'object' ? [...value].map((each) => each ?? Number.NaN) : [value as number];
}

function like(value: RuntimeValue, random: RandomSource): RuntimeValue {
  const draw = (): number => (random.below(201) - 100) / 64;
  if (typeof value !== 'object') return draw();
  return Array.isArray(value) ? value.map(draw) : Float64Array.from([...value].map(draw));
}

function copy(value: RuntimeValue): RuntimeValue {
  return typeof value === 'object' ? (value.slice() as RuntimeValue) : value;
}

/** Σ aᵢ·bᵢ and Σ |aᵢ·bᵢ|. */
function dot(a: readonly number[], b: readonly number[]): { sum: number; size: number } {
  return a.reduce(
    ({ sum, size }, x, i) => {
      const product = x * (b[i] ?? Number.NaN);
      return { sum: sum + product, size: size + Math.abs(product) };
    },
    { sum: 0, size: 0 },
  );
}

function run(fn: IrFunction, args: readonly RuntimeValue[]): readonly RuntimeValue[] | undefined {
  try {
    return interpret(fn, args.map(copy), { budget });
  } catch {
    return undefined;
  }
}

interface Drawn {
  readonly primal: IrFunction;
  readonly args: readonly RuntimeValue[];
  readonly random: RandomSource;
}

function draw(seed: number): Drawn {
  const random = createRandomSource(seed + 1);
  const drawn = copyWritten(randomFunction(seed, { size: 6 + (seed % 40), relaxed: 0 })).fn;
  const primal = { ...drawn, results: drawn.results.map((result, at) => ({ ...result, type: resultType(drawn, at) })) };
  const real = (): number => (random.below(121) - 40) / 32;
  const list = (length: number): number[] => Array.from({ length }, real);
  const args = [
    Float64Array.from(list(random.below(5))),
    Float64Array.from(list(random.below(5))),
    list(random.below(4)),
    real(),
    random.below(4),
  ];
  return { primal, args, random };
}

type Verdict = 'agrees' | 'skipped' | string;

function verdict({ primal, args, random }: Drawn, optimized: boolean): Verdict {
  const values = run(primal, args);
  if (!values?.every((value) => numbersOf(value).every(Number.isFinite))) return 'skipped';
  const finish = (fn: IrFunction): IrFunction => (optimized ? optimize(fn) : fn);
  const vjp = finish(buildVjp(optimized ? optimize(primal) : primal, { inputs, seeds: 'parameters', withValues: false }));
  const jvp = finish(buildJvp(primal, inputs));
  const problems = [...checkFunction(vjp), ...checkFunction(jvp)];
  if (problems.length > 0) return problems.join('; ');
  const tangents = inputs.map((at) => like(args[at] as RuntimeValue, random));
  const seeded = values.filter((_, at) => isDifferentiableResult(primal, at));
  const seeds = seeded.map((value) => like(value, random));
  const forward = run(jvp, [...args, ...tangents])?.slice(values.length);
  const reverse = run(vjp, [...args, ...seeds]);
  if (!forward || !reverse) return `forward ${forward ? 'ran' : 'threw'}, reverse ${reverse ? 'ran' : 'threw'}`;
  const left = dot(forward.flatMap(numbersOf), seeds.flatMap(numbersOf));
  const right = dot(reverse.flatMap(numbersOf), tangents.flatMap(numbersOf));
  if (!Number.isFinite(left.sum + right.sum)) return 'skipped';
  const tolerance = 1e-9 * Math.max(left.size, right.size, 1e-3);
  return Math.abs(left.sum - right.sum) <= tolerance ? 'agrees' : `${left.sum} against ${right.sum}`;
}

/** The gradient of a random function as the function to differentiate: second order. */
function drawSecond(seed: number): Drawn {
  const first = draw(seed);
  const seeds = first.primal.results.map(({ type }) => (type?.kind === 'real' ? 1 : 0));
  const gradient = buildVjp(optimize(first.primal), { inputs, seeds, withValues: seed % 2 === 0 });
  const typed = gradient.results.map((result, at) => ({ ...result, type: resultType(gradient, at) }));
  return { ...first, primal: optimize({ ...gradient, results: typed }) };
}

const from = Number(process.env['FROM'] ?? 0);
const runs = Number(process.env['RUNS'] ?? 200);

describe.each([
  ['as built', false, draw],
  ['optimized', true, draw],
  ['second order', false, drawSecond],
  ['second order, optimized', true, drawSecond],
] as const)('%s', (_name, optimized, drawOne) => {
  it('is the transpose of forward mode', { timeout: 600_000 }, () => {
    let agreed = 0;
    for (let seed = from; seed < from + runs; seed++) {
      const drawn = drawOne(seed);
      let found: Verdict;
      try {
        found = verdict(drawn, optimized);
      } catch (error) {
        found = (error as Error).stack ?? String(error);
      }
      if (found === 'agrees') agreed++;
      else if (found !== 'skipped') expect.fail(`seed ${seed}: ${found}\n${printFunction(drawn.primal)}\n${JSON.stringify(drawn.args)}`);
    }
    expect(agreed).toBeGreaterThan(runs / 5);
  });
});
