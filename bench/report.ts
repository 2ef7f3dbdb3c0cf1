/** The tables that the bench prints. */
import { formatTable } from '../demo/table.ts';
import type { BenchCase } from './contenders.ts';
import { rangeText, ratioText } from './format.ts';
import { isInstalled } from './peers/load.ts';
import { peers } from './peers/table.ts';
import { type Measurement, runWorker, type Summary, type Task } from './processes.ts';
import { agreement, type WorkerResult } from './results.ts';

export function printHand(measured: readonly Measurement[], processes: number, what = ''): void {
  const heading = `Node ${process.version}, median of ${processes} processes (least–most); time ÷ time of the function itself`;
  console.log(what === '' ? `${heading}\n` : `\n${what}: ${heading}\n`);
  const rows = [['program', 'size', 'generated', 'spread', 'bound', 'by hand', 'spread', 'generated ÷ by hand', 'largest error']];
  for (const { entry, summary } of measured) rows.push(handRow(entry, summary));
  printTable(rows);
}

function handRow({ name, size, bound }: BenchCase, summary: Summary | string): string[] {
  if (typeof summary === 'string') return failed([name, size, summary, '', '', '', '', '', '']);
  const { error, times } = summary;
  if (!times) return failed([name, size, `disagrees (≤ ${agreement})`, '', '', '', '', '', error.toExponential(1)]);
  const { generated, other, otherToGenerated } = times;
  const verdict = bound === undefined ? '' : `${generated.median <= bound ? '≤' : 'above'} ${bound}`;
  const parts = [
    ratioText(generated.median),
    rangeText(generated),
    verdict,
    ratioText(other.median),
    rangeText(other),
    ratioText(1 / otherToGenerated.median),
  ];
  return [name, size, ...parts, error.toExponential(1)];
}

export function printRivals(measured: readonly Measurement[]): void {
  if (measured.length === 0) return;
  console.log('\nbeside others, each in processes of its own; ÷ function, ÷ generated (least–most)\n');
  const rows = [['program', 'size', 'rival', '÷ function', '÷ generated', 'spread', 'largest error', 'allowed']];
  for (const { entry, rival, summary } of measured) {
    if (rival) rows.push([entry.name, entry.size, rival.name, ...rivalCells(summary), rival.tolerance.toExponential(0)]);
  }
  printTable(rows, 3);
}

function rivalCells(summary: Summary | string): string[] {
  if (typeof summary === 'string') return failed([summary, '', '', '']);
  const { error, times } = summary;
  if (!times) return failed(['disagrees', '', '', error.toExponential(1)]);
  return [
    ratioText(times.other.median),
    ratioText(times.otherToGenerated.median),
    rangeText(times.otherToGenerated),
    error.toExponential(1),
  ];
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

function printTable(rows: readonly (readonly string[])[], left = 2): void {
  for (const row of formatTable(rows, left)) console.log(row);
}
