/** One case in a process of its own: `node worker.js INDEX` prints a {@link WorkerResult} as JSON. */
import { largestDistance } from '../fixtures/programs/program.ts';
import { type Allocation, measureAllocation } from './allocation.ts';
import { cases } from './cases.ts';
import type { Contenders } from './contenders.ts';
import { measure, type Ratios } from './measure.ts';
import type { SuiteRow } from './suite.ts';

export interface WorkerResult {
  /** Largest |x − y| / max(1, |x| + |y|) between the generated gradient and the one written by hand. */
  readonly error: number;
  readonly ratios?: Ratios;
  /** Bytes per call, in that mode. */
  readonly allocation?: Allocation;
  /** Rows of benchmark.js, in its mode. */
  readonly suite?: readonly SuiteRow[];
  /** Printed so that no work can be dropped. */
  readonly sink: number;
}

async function main([index, mode]: readonly string[]): Promise<void> {
  const contenders = await cases[Number(index)].prepare();
  const values = [contenders.own(), contenders.generated(), contenders.hand()];
  const error = largestDistance(contenders.results.generated(), contenders.results.hand());
  const result: WorkerResult = { error, sink: values[0], ...(await inMode(mode, contenders)) };
  console.log(JSON.stringify(result));
}

async function inMode(mode: string, contenders: Contenders): Promise<Partial<WorkerResult>> {
  // benchmark.js makes an object { x, y } whose x is a text; from then on V8 keeps the x of each such object in a box.
  if (mode === 'suite') return { suite: (await import('./suite.ts')).runSuite(contenders) };
  if (mode === 'allocation') return { allocation: measureAllocation(contenders) };
  return measure(contenders);
}

await main(process.argv.slice(2));
