/**
 * One case in a process of its own: `node worker.js INDEX MODE [RIVAL]` prints a {@link WorkerResult} as JSON. Nothing is timed
 * before values and gradients were compared, and nothing that disagrees is timed.
 */
import { measureAllocation } from './allocation.ts';
import { cases } from './cases.ts';
import { disagreement, handDisagreement } from './compare.ts';
import type { BenchCase, Contenders } from './contenders.ts';
import { growthCases } from './growth-cases.ts';
import { largeCases } from './large-cases.ts';
import { measure } from './measure.ts';
import { agreement, type Mode, type Ratios, type WorkerResult } from './results.ts';

async function main([index, mode, rival]: readonly string[]): Promise<void> {
  const entry = [...cases, ...largeCases, ...growthCases][Number(index)];
  const result = rival === undefined ? await besideHand(entry, mode as Mode) : await besideRival(entry, rival);
  console.log(JSON.stringify(result));
}

async function besideHand(entry: BenchCase, mode: Mode): Promise<WorkerResult> {
  const contenders = await entry.prepare();
  const sink = contenders.own();
  const error = handDisagreement(contenders);
  if (!(error <= agreement)) return { error, sink };
  return { error, sink, ...(await inMode(mode, contenders)) };
}

async function inMode(mode: Mode, contenders: Contenders): Promise<Partial<WorkerResult>> {
  // benchmark.js makes an object { x, y } whose x is a text; from then on V8 keeps the x of each such object in a box.
  if (mode === 'suite') return { suite: (await import('./suite.ts')).runSuite(contenders) };
  if (mode === 'allocation') return { allocation: measureAllocation(contenders) };
  const { own, generated, hand } = contenders;
  return timed([own, generated, hand]);
}

async function besideRival(entry: BenchCase, name: string): Promise<WorkerResult> {
  const rival = entry.rivals?.().find((candidate) => candidate.name === name);
  if (!rival) throw new Error(`no rival ${name}`);
  const contenders = await entry.prepare();
  const prepared = await rival.prepare();
  const sink = contenders.own();
  const error = disagreement(contenders, prepared);
  if (!(error <= rival.tolerance)) return { error, sink };
  return { error, ...timed([contenders.own, contenders.generated, prepared.run]) };
}

function timed(contenders: Parameters<typeof measure>[0]): { readonly ratios: Ratios; readonly sink: number } {
  const { ratios, nanoseconds, sink } = measure(contenders);
  return { ratios: { nanoseconds, generated: ratios[1], other: ratios[2] }, sink };
}

await main(process.argv.slice(2));
