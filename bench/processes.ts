/** Runs cases in fresh processes and puts what they print together. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { allocationFlags } from './allocation.ts';
import type { BenchCase, Rival, RivalKind } from './contenders.ts';
import { median } from './measure.ts';
import type { Mode, WorkerResult } from './results.ts';

/** Median over the processes, with the smallest and largest. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface Summary {
  readonly error: number;
  /** Nanoseconds of a call of the function (`own`), time ÷ that time; undefined where gradients disagree, so that nothing was timed. */
  readonly times?: { readonly own: Spread; readonly generated: Spread; readonly other: Spread; readonly otherToGenerated: Spread };
}

/** A case and its place among those that the worker knows. */
export interface Task {
  readonly entry: BenchCase;
  readonly index: number;
}

export interface Measurement {
  readonly entry: BenchCase;
  /** Undefined: the gradient written by hand. */
  readonly rival?: Rival;
  /** A text says why there is none. */
  readonly summary: Summary | string;
}

export function measureHand(chosen: readonly Task[], processes: number): Measurement[] {
  return chosen.map(({ entry, index }) => ({ entry, summary: summarize(index, processes) }));
}

/** Each pair of a case and one of its rivals, in processes of their own. */
export function measureRivals(chosen: readonly Task[], processes: number, kinds: ReadonlySet<RivalKind>): Measurement[] {
  return chosen.flatMap(({ entry, index }) =>
    (entry.rivals?.() ?? [])
      .filter(({ kind }) => kinds.has(kind))
      .map((rival) => ({ entry, rival, summary: summarize(index, processes, rival.name) })),
  );
}

/** `processes` runs of a case beside the gradient written by hand or a rival; a text says why there is no result. */
function summarize(index: number, processes: number, rival?: string): Summary | string {
  const results: WorkerResult[] = [];
  for (let run = 0; run < processes; run++) {
    const result = runWorker(index, 'ratios', rival);
    if (typeof result === 'string') return result;
    results.push(result);
  }
  const error = Math.max(...results.map((result) => result.error));
  const ratios = results.flatMap((result) => result.ratios ?? []);
  if (ratios.length < results.length) return { error };
  return {
    error,
    times: {
      own: spreadOf(ratios.map(({ nanoseconds }) => nanoseconds)),
      generated: spreadOf(ratios.map(({ generated }) => generated)),
      other: spreadOf(ratios.map(({ other }) => other)),
      otherToGenerated: spreadOf(ratios.map(({ other, generated }) => other / generated)),
    },
  };
}

function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/** What the worker prints, or its error. */
export function runWorker(index: number, mode: Mode, rival?: string): WorkerResult | string {
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const worker = fileURLToPath(new URL(`./worker${ending}`, import.meta.url));
  const flags = mode === 'allocation' ? allocationFlags : [];
  const words = [...flags, worker, String(index), mode, ...(rival === undefined ? [] : [rival])];
  try {
    const printed = execFileSync(process.execPath, words, { encoding: 'utf8', stdio: 'pipe', maxBuffer: 1e8 });
    const result = JSON.parse(printed.slice(printed.lastIndexOf('\n{') + 1)) as WorkerResult;
    // JSON writes what is infinite as null.
    return { ...result, error: result.error ?? Infinity };
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    return stderr?.match(/Error: (.{0,60})/)?.[1] ?? 'failed';
  }
}
