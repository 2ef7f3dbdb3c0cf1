/** One case in a process of its own: `node worker.js INDEX` prints a {@link WorkerResult} as JSON. */
import { largestDistance } from '../fixtures/programs/program.ts';
import { cases } from './cases.ts';
import { measure, type Ratios } from './measure.ts';
import { runSuite, type SuiteRow } from './suite.ts';

export interface WorkerResult {
  /** Largest |x − y| / max(1, |x| + |y|) between the generated gradient and the one written by hand. */
  readonly error: number;
  readonly ratios?: Ratios;
  /** Rows of benchmark.js, in its mode. */
  readonly suite?: readonly SuiteRow[];
  /** Printed so that no work can be dropped. */
  readonly sink: number;
}

async function main([index, mode]: readonly string[]): Promise<void> {
  const contenders = await cases[Number(index)].prepare();
  const values = [contenders.own(), contenders.generated(), contenders.hand()];
  const error = largestDistance(contenders.results.generated(), contenders.results.hand());
  const result: WorkerResult =
    mode === 'suite' ? { error, suite: runSuite(contenders), sink: values[0] } : { error, ...measured(contenders) };
  console.log(JSON.stringify(result));
}

function measured(contenders: Parameters<typeof measure>[0]): Pick<WorkerResult, 'ratios' | 'sink'> {
  const { ratios, sink } = measure(contenders);
  return { ratios, sink };
}

await main(process.argv.slice(2));
