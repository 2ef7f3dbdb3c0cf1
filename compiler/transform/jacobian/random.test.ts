/** Forward Jacobian, reverse Jacobian, and one direction at a time by either mode agree on random functions. */
import { describe, expect, it } from 'vitest';
import type { StructuredValue } from '../../ir/interpret.ts';
import { printFunction } from '../../ir/print.ts';
import { resultType } from '../../ir/results.ts';
import { generator, randomFunction } from '../../ir/testing/random-function.ts';
import { randomRecursion } from '../../ir/testing/random-recursion.ts';
import { randomStructures, structures } from '../../ir/testing/random-structures.ts';
import { randomValue } from '../../ir/testing/structured-values.ts';
import type { IrFunction } from '../../ir/types.ts';
import { optimize } from '../../optimize/index.ts';
import { randomFunction as randomLists } from '../../optimize/testing/random-function.ts';
import { copyWritten } from '../copy-written.ts';
import { buildJacobian } from './index.ts';
import { type Args, byColumns, byRows, checked, type DenseMatrix, difference, matrixOf } from './testing.ts';

interface Drawn {
  readonly fn: IrFunction;
  readonly inputs: readonly number[];
  readonly args: Args;
}

/** Some of the inputs and some of the results: of a fixed size, or not, or mixed. */
function part(fn: IrFunction, inputs: readonly number[], random: () => number): Pick<Drawn, 'fn' | 'inputs'> {
  const some = <T>(list: readonly T[]): T[] => {
    const kept = list.filter(() => random() < 0.6);
    return kept.length > 0 ? kept : list.slice(0, 1);
  };
  const kept = some(fn.results.map((_, at) => at));
  const results = kept.map((at) => ({ ...(fn.results[at] as IrFunction['results'][number]), type: resultType(fn, at) }));
  const yields = kept.map((at) => fn.body.yields[at] as IrFunction['body']['yields'][number]);
  return { fn: { ...fn, results, body: { ...fn.body, yields } }, inputs: some(inputs) };
}

const drawArrays = (seed: number): Drawn => {
  const random = generator(seed + 11);
  const real = (): number => random() * 3 - 1.5;
  const u = Float64Array.from({ length: [0, 1, 2, 3, 6][seed % 5] as number }, real);
  return { ...part(copyWritten(randomFunction(seed)).fn, [0, 1], random), args: [real(), u, 3] };
};

const drawLists = (seed: number): Drawn => {
  const random = generator(seed + 13);
  const real = (): number => random() * 3 - 1.5;
  const list = (length: number): number[] => Array.from({ length }, real);
  const below = (limit: number): number => Math.floor(random() * limit);
  const args = [Float64Array.from(list(below(6))), Float64Array.from(list(below(5))), list(below(6)), real(), below(4)];
  return { ...part(copyWritten(randomLists(seed, { size: 6 + (seed % 30), relaxed: 0 })).fn, [0, 1, 2, 3], random), args };
};

const drawStructures = (seed: number): Drawn => {
  const random = generator(seed + 7);
  const real = (): number => random() * 3 - 1;
  const args: StructuredValue[] = Object.values(structures).map((type) => randomValue(type, real));
  return { ...part(copyWritten(randomStructures(seed, 2 + (seed % 4), 2)).fn, [0, 1, 2, 3], random), args };
};

const drawRecursion = (seed: number): Drawn => {
  const random = generator(seed + 17);
  const real = (): number => random() * 2 - 1;
  const args = [real(), Float64Array.from({ length: 3 + (seed % 3) }, real), 2];
  return { ...part(copyWritten(randomRecursion(seed)).fn, [0, 1], random), args };
};

function tried(matrix: () => DenseMatrix | string): DenseMatrix | string {
  try {
    return matrix();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return `${error.name}: ${error.message}`;
    throw error;
  }
}

function verdict({ fn, inputs, args }: Drawn, optimized: boolean): string {
  checked(fn);
  const expected = tried(() => byColumns(fn, inputs, args));
  if (typeof expected === 'string' || !expected.values.every(Number.isFinite)) return 'skipped';
  const finish = (made: IrFunction): IrFunction => (optimized ? optimize(made) : made);
  const primal = finish(fn);
  const prepare = finish;
  const rows = tried(() => byRows(primal, inputs, args));
  if (typeof rows !== 'string' && !rows.values.every(Number.isFinite)) return 'skipped';
  const ways = {
    rows: (): DenseMatrix | string => rows,
    forward: (): DenseMatrix => matrixOf(finish(buildJacobian(primal, inputs, { mode: 'forward' })), args),
    reverse: (): DenseMatrix => matrixOf(finish(buildJacobian(primal, inputs, { mode: 'reverse', prepare })), args),
    chosen: (): DenseMatrix => matrixOf(finish(buildJacobian(primal, inputs, { prepare })), args),
  };
  for (const [way, matrix] of Object.entries(ways)) {
    const found = tried(matrix);
    const problem = typeof found === 'string' ? found : difference(found, expected);
    if (problem !== undefined) return `${way}: ${problem}`;
  }
  return expected.values.some((value) => value !== 0) ? 'agrees' : 'zero';
}

const from = Number(process.env['FROM'] ?? 0);
const runs = Number(process.env['RUNS'] ?? 20);

describe.each([
  ['arrays', drawArrays, false],
  ['arrays, optimized', drawArrays, true],
  ['lists', drawLists, false],
  ['lists, optimized', drawLists, true],
  ['recursion', drawRecursion, false],
  ['recursion, optimized', drawRecursion, true],
  ['structures', drawStructures, false],
  ['structures, optimized', drawStructures, true],
] as const)('%s', (_name, draw, optimized) => {
  it('give one matrix', { timeout: 600_000 }, () => {
    let agreed = 0;
    for (let seed = from; seed < from + runs; seed++) {
      const drawn = draw(seed);
      let found: string;
      try {
        found = verdict(drawn, optimized);
      } catch (error) {
        found = (error as Error).stack ?? String(error);
      }
      if (found === 'agrees') agreed++;
      else if (found !== 'skipped' && found !== 'zero')
        expect.fail(`seed ${seed}: ${found}\ninputs ${drawn.inputs}\n${printFunction(drawn.fn)}`);
    }
    expect(agreed).toBeGreaterThan(runs / 5);
  });
});
