/** The tables that the bench prints. */
import { formatTable } from '../demo/table.ts';
import type { BenchCase } from './contenders.ts';
import { isInstalled } from './peers/load.ts';
import { peers } from './peers/table.ts';
import { runWorker, type Spread, type Summary, summarize } from './processes.ts';
import { agreement, type WorkerResult } from './results.ts';

/** A case and its place in the table of cases. */
export interface Task {
  readonly entry: BenchCase;
  readonly index: number;
}

export function printHand(chosen: readonly Task[], processes: number): void {
  console.log(`Node ${process.version}, median of ${processes} processes (least–most); time ÷ time of the function itself\n`);
  const rows = [['program', 'size', 'generated', 'spread', 'bound', 'by hand', 'spread', 'generated ÷ by hand', 'largest error']];
  for (const { entry, index } of chosen) rows.push(handRow(entry, summarize(index, processes)));
  printTable(rows);
}

function handRow({ name, size, bound }: BenchCase, summary: Summary | string): string[] {
  if (typeof summary === 'string') return failed([name, size, summary, '', '', '', '', '', '']);
  const { error, times } = summary;
  if (!times) return failed([name, size, `disagrees (≤ ${agreement})`, '', '', '', '', '', error.toExponential(1)]);
  const { generated, other, otherToGenerated } = times;
  const verdict = bound === undefined ? '' : `${generated.median <= bound ? '≤' : 'above'} ${bound}`;
  const parts = [ratio(generated.median), range(generated), verdict, ratio(other.median), range(other), ratio(1 / otherToGenerated.median)];
  return [name, size, ...parts, error.toExponential(1)];
}

/** One row for each pair of a case and one of its rivals, in processes of their own. */
export function printRivals(chosen: readonly Task[], processes: number, names: readonly string[]): void {
  if (names.length === 0) return;
  console.log('\nbeside others, each in processes of its own; ÷ function, ÷ generated (least–most)\n');
  const rows = [['program', 'size', 'rival', '÷ function', '÷ generated', 'spread', 'largest error', 'allowed']];
  for (const { entry, index } of chosen) {
    for (const { name, tolerance } of (entry.rivals?.() ?? []).filter((rival) => names.includes(rival.name))) {
      const allowed = tolerance.toExponential(0);
      rows.push([entry.name, entry.size, name, ...rivalCells(summarize(index, processes, name)), allowed]);
    }
  }
  printTable(rows, 3);
}

function rivalCells(summary: Summary | string): string[] {
  if (typeof summary === 'string') return failed([summary, '', '', '']);
  const { error, times } = summary;
  if (!times) return failed(['disagrees', '', '', error.toExponential(1)]);
  return [ratio(times.other.median), ratio(times.otherToGenerated.median), range(times.otherToGenerated), error.toExponential(1)];
}

/** Which peers there are, and what is said about them. */
export function printPeers(): void {
  console.log('\npeers (npm run peers installs them)\n');
  const rows = [['peer', 'package', 'agrees to', 'programs', 'note']];
  for (const peer of peers) {
    const programs = isInstalled(peer.package) ? peer.programs.join(', ') : 'not installed';
    rows.push([peer.name, peer.package, peer.tolerance.toExponential(0), programs, peer.note ?? '']);
  }
  printTable(rows, 5);
}

export function printSuite(chosen: readonly Task[]): void {
  console.log('\nbenchmark.js, one process: time ÷ time of the function itself, relative margin of error\n');
  const rows = [['program', 'size', 'own', 'generated', 'by hand']];
  for (const { entry, index } of chosen) {
    const result = runWorker(index, 'suite');
    const cells =
      typeof result === 'string'
        ? failed([result, '', ''])
        : (result.suite ?? []).map((row) => `${row.ratio.toFixed(2)} ±${row.margin.toFixed(1)} %`);
    rows.push([entry.name, entry.size, ...cells]);
  }
  printTable(rows);
}

export function printAllocation(chosen: readonly Task[]): void {
  console.log('\nbytes that a call allocates, one process; the result is part of it where the call makes one\n');
  const rows = [['program', 'size', 'own', 'generated', 'by hand']];
  for (const { entry, index } of chosen) {
    const result = runWorker(index, 'allocation');
    rows.push([entry.name, entry.size, ...(typeof result === 'string' ? failed([result, '', '']) : allocationCells(result))]);
  }
  printTable(rows);
}

function allocationCells({ allocation }: WorkerResult): string[] {
  return allocation ? [allocation.own, allocation.generated, allocation.hand].map((bytes) => bytes.toLocaleString('en')) : ['', '', ''];
}

/** Cells that say what went wrong; the exit status says so too. */
function failed(cells: string[]): string[] {
  process.exitCode = 1;
  return cells;
}

function ratio(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}

function range({ least, most }: Spread): string {
  return `${ratio(least)}–${ratio(most)}`;
}

function printTable(rows: readonly (readonly string[])[], left = 2): void {
  for (const row of formatTable(rows, left)) console.log(row);
}
