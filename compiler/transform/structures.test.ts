/**
 * Forward mode agrees with differences, and reverse mode is its transpose, on random functions of records, lists of them, rows and
 * views, which are shared and changed.
 */
import { describe, expect, it } from 'vitest';
import { checkFunction } from '../ir/check.ts';
import { interpret, type StructuredValue } from '../ir/interpret.ts';
import { printFunction } from '../ir/print.ts';
import { isDifferentiableResult, resultType } from '../ir/results.ts';
import { generator } from '../ir/testing/random-function.ts';
import { randomStructures, structures } from '../ir/testing/random-structures.ts';
import { copyValue, movedValue, numbersIn, randomTangent, randomValue } from '../ir/testing/structured-values.ts';
import type { IrFunction, Type } from '../ir/types.ts';
import { optimize } from '../optimize/index.ts';
import { copyWritten } from './copy-written.ts';
import { buildJvp } from './forward/build-jvp.ts';
import { buildVjp } from './reverse/index.ts';

const inputs = [0, 1, 2, 3];
const budget = 200_000;
const paramTypes = Object.values(structures);

function run(fn: IrFunction, args: readonly StructuredValue[]): readonly StructuredValue[] | undefined {
  try {
    return interpret<StructuredValue>(fn, args.map(copyValue), { budget });
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function dot(a: readonly number[], b: readonly number[]): { readonly sum: number; readonly size: number } {
  let [sum, size] = [0, a.length === b.length ? 0 : Number.NaN];
  a.forEach((x, i) => {
    sum += x * (b[i] as number);
    size += Math.abs(x * (b[i] as number));
  });
  return { sum, size };
}

interface Drawn {
  readonly primal: IrFunction;
  readonly args: readonly StructuredValue[];
  readonly draw: () => number;
}

function draw(seed: number): Drawn {
  const random = generator(seed + 7);
  const drawNumber = (): number => random() * 3 - 1;
  const drawn = copyWritten(randomStructures(seed, 2 + (seed % 5), 2 + (seed % 2))).fn;
  return { primal: typed(drawn), args: paramTypes.map((type) => randomValue(type, drawNumber)), draw: drawNumber };
}

function typed(fn: IrFunction): IrFunction {
  return { ...fn, results: fn.results.map((result, at) => ({ ...result, type: resultType(fn, at) })) };
}

function drawSecond(seed: number): Drawn {
  const first = draw(seed);
  const seeds = first.primal.results.map(({ type }) => (type?.kind === 'real' ? 1 : 0));
  const gradient = buildVjp(optimize(first.primal), { inputs, seeds, withValues: seed % 2 === 0 });
  return { ...first, primal: optimize(typed(gradient)) };
}

/** Differences count where those of two step widths agree, so not across a kink. */
function againstDifferences(
  primal: IrFunction,
  args: readonly StructuredValue[],
  tangents: readonly StructuredValue[],
  outputs: readonly number[],
): string | undefined {
  const at = (t: number): number[] | undefined => {
    const moved = args.map((arg, i) =>
      i < tangents.length ? movedValue(paramTypes[i] as Type, arg, tangents[i] as StructuredValue, t) : arg,
    );
    return run(primal, moved)?.flatMap((value, i) => numbersIn(resultType(primal, i), value));
  };
  const difference = (h: number): number[] => {
    const [above, below] = [at(h), at(-h)];
    return outputs.map((_, i) => ((above?.[i] ?? Number.NaN) - (below?.[i] ?? Number.NaN)) / (2 * h));
  };
  const [coarse, fine] = [difference(2e-5), difference(1e-5)];
  const off = outputs.findIndex((value, i) => {
    const [a, b] = [coarse[i] as number, fine[i] as number];
    const size = Math.max(1, Math.abs(b));
    return Math.abs(a - b) < 1e-6 * size && Math.abs(value - b) > 1e-4 * size;
  });
  return off < 0 ? undefined : `output ${off}: ${outputs[off]}, differences ${coarse[off]} and ${fine[off]}`;
}

function verdict({ primal, args, draw: drawNumber }: Drawn, optimized: boolean): string {
  const values = run(primal, args);
  const typeOf = (at: number): Type => resultType(primal, at);
  const numbers = (results: readonly StructuredValue[]): number[] => results.flatMap((value, at) => numbersIn(typeOf(at), value));
  if (!values || !numbers(values).every(Number.isFinite)) return 'skipped';
  const finish = (fn: IrFunction): IrFunction => (optimized ? optimize(fn) : fn);
  const ready = finish(primal);
  const vjp = finish(buildVjp(ready, { inputs, seeds: 'parameters', withValues: true }));
  const jvp = finish(buildJvp(ready, inputs));
  const problems = [ready, vjp, jvp].flatMap((fn) => checkFunction(fn));
  if (problems.length > 0) return problems.slice(0, 5).join('; ');
  const tangents = inputs.map((at) => randomTangent(paramTypes[at] as Type, args[at] as StructuredValue, drawNumber));
  const seeded = values.flatMap((value, at) => (isDifferentiableResult(primal, at) ? [{ value, type: typeOf(at) }] : []));
  const seeds = seeded.map(({ value, type }) => randomTangent(type, value, drawNumber));
  const forward = run(jvp, [...args, ...tangents]);
  const reverse = run(vjp, [...args, ...seeds]);
  if (!forward || !reverse) return `forward ${forward ? 'ran' : 'threw'}, reverse ${reverse ? 'ran' : 'threw'}`;
  for (const results of [forward, reverse]) {
    if (String(numbers(results.slice(0, values.length))) !== String(numbers(values))) return 'the value changed';
  }
  const outputs = seeded.flatMap(({ type }, i) => numbersIn(type, forward[values.length + i] as StructuredValue));
  const wrong = againstDifferences(primal, args, tangents, outputs);
  if (wrong !== undefined) return wrong;
  const left = dot(
    outputs,
    seeded.flatMap(({ type }, i) => numbersIn(type, seeds[i] as StructuredValue)),
  );
  const gradients = reverse.slice(values.length);
  const right = dot(
    inputs.flatMap((at, i) => numbersIn(paramTypes[at] as Type, gradients[i] as StructuredValue)),
    inputs.flatMap((at, i) => numbersIn(paramTypes[at] as Type, tangents[i] as StructuredValue)),
  );
  if (!Number.isFinite(left.size + right.size)) return `lengths differ or not finite: ${left.sum} against ${right.sum}`;
  const tolerance = 1e-9 * Math.max(left.size, right.size, 1e-3);
  return Math.abs(left.sum - right.sum) <= tolerance ? 'agrees' : `${left.sum} against ${right.sum}`;
}

const from = Number(process.env['FROM'] ?? 0);
const runs = Number(process.env['RUNS'] ?? 40);

describe.each([
  ['as built', false, draw],
  ['optimized', true, draw],
  ['second order', false, drawSecond],
  ['second order, optimized', true, drawSecond],
] as const)('%s', (_name, optimized, drawOne) => {
  it('agrees', { timeout: 600_000 }, () => {
    let agreed = 0;
    for (let seed = from; seed < from + runs; seed++) {
      let found: string;
      let text = '';
      try {
        const drawn = drawOne(seed);
        text = printFunction(drawn.primal);
        found = verdict(drawn, optimized);
      } catch (error) {
        found = (error as Error).stack ?? String(error);
      }
      if (found === 'agrees') agreed++;
      else if (found !== 'skipped') expect.fail(`seed ${seed}: ${found}\n${text}`);
    }
    expect(agreed).toBeGreaterThan(runs / 5);
  });
});
