/** The same contenders under benchmark.js, for those who trust its statistics more than ours. */
import Benchmark from 'benchmark';
import type { Contenders } from './contenders.ts';

export interface SuiteRow {
  readonly name: string;
  /** Time ÷ time of the function itself. */
  readonly ratio: number;
  /** Relative margin of error of the time, in percent. */
  readonly margin: number;
}

export function runSuite({ own, generated, hand }: Contenders): SuiteRow[] {
  let sink = 0;
  const suite = new Benchmark.Suite();
  const options = { maxTime: 1 };
  suite.add(
    'own',
    () => {
      sink += own();
    },
    options,
  );
  suite.add(
    'generated',
    () => {
      sink += generated();
    },
    options,
  );
  suite.add(
    'hand',
    () => {
      sink += hand();
    },
    options,
  );
  suite.run();
  const results = suite.map((benchmark: Benchmark) => benchmark) as unknown as Benchmark[];
  if (Number.isNaN(sink)) throw new Error('a contender gives NaN');
  return results.map((result) => ({
    name: String(result.name),
    ratio: result.stats.mean / results[0].stats.mean,
    margin: result.stats.rme,
  }));
}
