/**
 * `npm run bench -- [names] [--processes 5] [--suite] [--allocation]`: time of the generated gradient (with the value) ÷ time of the
 * function itself, and the same for a gradient written by hand. Each number is the median over processes of a median over
 * interleaved rounds. `--suite` adds the table of benchmark.js,
 * `--allocation` one of the bytes that a call allocates. Exit status 1 where the gradients disagree.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatTable } from '../demo/table.ts';
import { allocationFlags } from './allocation.ts';
import { cases } from './cases.ts';
import type { BenchCase } from './contenders.ts';
import { median } from './measure.ts';
import type { WorkerResult } from './worker.ts';

const agreement = 1e-9;

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      processes: { type: 'string', default: '5' },
      suite: { type: 'boolean', default: false },
      allocation: { type: 'boolean', default: false },
    },
  });
  const processes = Number(values.processes);
  const chosen = cases.map((entry, index) => ({ entry, index })).filter(({ entry }) => isChosen(entry, positionals));
  console.log(`Node ${process.version}, median of ${processes} processes; time ÷ time of the function itself\n`);
  const rows = [['program', 'size', 'generated', 'spread', 'bound', 'by hand', 'largest error']];
  for (const { entry, index } of chosen) rows.push(measuredRow(entry, index, processes));
  for (const row of formatTable(rows, 2)) console.log(row);
  if (values.suite) printSuite(chosen);
  if (values.allocation) printAllocation(chosen);
}

function isChosen({ name }: BenchCase, names: readonly string[]): boolean {
  return names.length === 0 || names.includes(name);
}

function measuredRow({ name, size, bound }: BenchCase, index: number, processes: number): string[] {
  const results: WorkerResult[] = [];
  for (let run = 0; run < processes; run++) {
    const result = runWorker(index, 'ratios');
    if (typeof result === 'string') return [name, size, result, '', '', '', ''];
    results.push(result);
  }
  const generated = results.map(({ ratios }) => ratios?.generated ?? Number.NaN);
  const error = Math.max(...results.map((result) => result.error));
  if (!(error <= agreement)) process.exitCode = 1;
  return [
    name,
    size,
    median(generated).toFixed(2),
    `${Math.min(...generated).toFixed(2)}–${Math.max(...generated).toFixed(2)}`,
    bound === undefined ? '' : `${median(generated) <= bound ? '≤' : 'above'} ${bound}`,
    median(results.map(({ ratios }) => ratios?.hand ?? Number.NaN)).toFixed(2),
    error.toExponential(1),
  ];
}

/** The result, or why there is none. */
function runWorker(index: number, mode: 'ratios' | 'suite' | 'allocation'): WorkerResult | string {
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const worker = fileURLToPath(new URL(`./worker${ending}`, import.meta.url));
  const flags = mode === 'allocation' ? allocationFlags : [];
  try {
    return JSON.parse(
      execFileSync(process.execPath, [...flags, worker, String(index), mode], { encoding: 'utf8', stdio: 'pipe' }),
    ) as WorkerResult;
  } catch (error) {
    process.exitCode = 1;
    const { stderr } = error as { stderr?: string };
    return stderr?.match(/Error: (.*)/)?.[1] ?? 'failed';
  }
}

function printSuite(chosen: readonly { readonly entry: BenchCase; readonly index: number }[]): void {
  console.log('\nbenchmark.js, one process: time ÷ time of the function itself, relative margin of error\n');
  const rows = [['program', 'size', 'own', 'generated', 'by hand']];
  for (const { entry, index } of chosen) {
    const result = runWorker(index, 'suite');
    const cells =
      typeof result === 'string'
        ? [result, '', '']
        : (result.suite ?? []).map((row) => `${row.ratio.toFixed(2)} ±${row.margin.toFixed(1)} %`);
    rows.push([entry.name, entry.size, ...cells]);
  }
  for (const row of formatTable(rows, 2)) console.log(row);
}

function printAllocation(chosen: readonly { readonly entry: BenchCase; readonly index: number }[]): void {
  console.log('\nbytes that a call allocates, one process; the result is part of it where the call makes one\n');
  const rows = [['program', 'size', 'own', 'generated', 'by hand']];
  for (const { entry, index } of chosen) {
    const result = runWorker(index, 'allocation');
    rows.push([entry.name, entry.size, ...(typeof result === 'string' ? [result, '', ''] : allocationCells(result))]);
  }
  for (const row of formatTable(rows, 2)) console.log(row);
}

function allocationCells({ allocation }: WorkerResult): string[] {
  return allocation ? [allocation.own, allocation.generated, allocation.hand].map((bytes) => bytes.toLocaleString('en')) : ['', '', ''];
}

main();
