/** Recursion: reverse mode against differences, and the optimizer against none, on random functions that call local functions. */
import { describe, expect, it } from 'vitest';
import { checkFunction } from '../ir/check.ts';
import { interpret, type RuntimeValue } from '../ir/interpret.ts';
import { printFunction } from '../ir/print.ts';
import { isDifferentiableResult, resultType } from '../ir/results.ts';
import { generator } from '../ir/testing/random-function.ts';
import { randomRecursion } from '../ir/testing/random-recursion.ts';
import { differenceOf, flatten, fresh, moved } from '../ir/testing.ts';
import type { IrFunction } from '../ir/types.ts';
import { optimize } from '../optimize/index.ts';
import { buildJvp } from './forward/build-jvp.ts';
import { buildVjp } from './reverse/index.ts';

const inputs = [0, 1];
const budget = 400_000;

function run(fn: IrFunction, args: readonly RuntimeValue[]): readonly RuntimeValue[] | undefined {
  try {
    return interpret(fn, fresh(args), { budget });
  } catch (error) {
    if (/budget|call stack/.test(String(error))) return undefined;
    throw error;
  }
}

function checked(fn: IrFunction): IrFunction {
  const problems = checkFunction(fn);
  if (problems.length > 0) throw new Error(`${problems.join('; ')}\n${printFunction(fn)}`);
  return fn;
}

const withTypes = (fn: IrFunction): IrFunction => ({
  ...fn,
  results: fn.results.map((result, at) => ({ ...result, type: resultType(fn, at) })),
});

interface Drawn {
  readonly primal: IrFunction;
  readonly args: readonly RuntimeValue[];
  readonly random: () => number;
}

function draw(seed: number): Drawn {
  const random = generator(seed + 1);
  const args = [random() * 2 - 1, Float64Array.from({ length: 3 }, () => random() * 2 - 1), 2];
  return { primal: withTypes(randomRecursion(seed)), args, random };
}

function drawSecond(seed: number): Drawn {
  const first = draw(seed);
  const gradient = buildVjp(optimize(first.primal), { inputs, seeds: [1, 0, 1], withValues: true });
  return { ...first, primal: optimize(withTypes(checked(gradient))) };
}

function likeResult(value: RuntimeValue, random: () => number): RuntimeValue {
  const number = (): number => random() * 2 - 1;
  if (typeof value !== 'object') return number();
  return Array.isArray(value) ? value.map(number) : Float64Array.from({ length: value.length }, number);
}

/** undefined: the function runs too long, or there is a kink nearby. */
function problemOf({ primal, args, random }: Drawn, optimized: boolean): string | undefined | 'agrees' {
  const values = run(checked(primal), args);
  if (!values || !flatten(values).every(Number.isFinite)) return undefined;
  const better = checked(optimize(primal));
  const again = run(better, args);
  if (!again || flatten(again).some((value, i) => !Object.is(value, flatten(values)[i]))) return 'the optimizer changes a value';
  const vjp = checked(buildVjp(optimized ? better : primal, { inputs, seeds: 'parameters', withValues: false }));
  const last = optimized ? checked(optimize(vjp)) : vjp;
  const seeds = values.filter((_, at) => isDifferentiableResult(primal, at)).map((value) => likeResult(value, random));
  const tangents = inputs.map((at) => likeResult(args[at] as RuntimeValue, random));
  const gradients = run(last, [...args, ...seeds]);
  if (!gradients) return 'the derivative runs too long';
  const isOutput = (at: number): boolean => isDifferentiableResult(primal, at);
  const weigh = (results: readonly RuntimeValue[] | undefined, isKept = isOutput): number => {
    const outputs = flatten((results ?? []).filter((_, at) => isKept(at)));
    return flatten(seeds).reduce((sum, seed, i) => sum + seed * (outputs[i] ?? Number.NaN), 0);
  };
  const at = (t: number): number =>
    weigh(
      run(
        primal,
        args.map((arg, i) => (i < 2 ? moved(arg, tangents[i] as RuntimeValue, t) : arg)),
      ),
    );
  const scales = [2 ** -10, 2 ** -13].map((scale) => differenceOf(at, scale));
  const [coarse, fine] = scales as [number, number];
  const tangent = flatten(tangents);
  const found = flatten(gradients).reduce((sum, each, i) => sum + each * (tangent[i] as number), 0);
  const jvp = checked(buildJvp(optimized ? better : primal, inputs));
  const forward = weigh(run(optimized ? checked(optimize(jvp)) : jvp, [...args, ...tangents])?.slice(values.length), () => true);
  const size = flatten(gradients).reduce((sum, each, i) => sum + Math.abs(each * (tangent[i] as number)), 1e-3);
  if (Number.isFinite(found) && !(Math.abs(found - forward) <= 1e-10 * size)) return `reverse ${found}, forward ${forward}`;
  if (!(Math.abs(coarse - fine) <= 1e-6 * size)) return Number.isFinite(found) ? undefined : `it gives ${found}`;
  return Math.abs(found - fine) <= 1e-5 * size ? 'agrees' : `${found} against ${fine}`;
}

const from = Number(process.env['FROM'] ?? 0);
const runs = Number(process.env['RUNS'] ?? 50);

describe.each([
  ['as built', false, draw],
  ['optimized', true, draw],
  ['second order', false, drawSecond],
  ['second order, optimized', true, drawSecond],
] as const)('local functions, %s', (_, optimized, drawOne) => {
  it('are undone by their reverses', { timeout: 600_000 }, () => {
    let agreed = 0;
    for (let seed = from; seed < from + runs; seed++) {
      const drawn = draw === drawOne ? draw(seed) : drawOne(seed);
      let problem: string | undefined;
      try {
        problem = problemOf(drawn, optimized);
      } catch (error) {
        problem = (error as Error).stack ?? String(error);
      }
      if (problem === 'agrees') agreed++;
      else if (problem !== undefined)
        expect.fail(`seed ${seed}: ${problem}\n${printFunction(drawn.primal)}\n${JSON.stringify(drawn.args)}`);
    }
    expect(agreed).toBeGreaterThan(runs / 4);
  });
});
