/**
 * `npm run bench -- [names] [--eight] [--large] [--taped] [--peers] [--processes 7] [--suite] [--allocation] [--report]`: time of the
 * generated gradient (with the value) ÷ time of the function itself, and the same for a gradient written by hand. Each number is
 * the median over fresh processes of a median over rounds in which the contenders take turns; nothing is timed before values and
 * gradients agree.
 *
 * `--eight` takes the eight programs that tools are compared with, and adds tapes and differences; `--taped` adds these for
 * all programs, `--peers` (with `--eight`) packages from npm, which `npm run peers` installs. `--suite` adds the table of
 * benchmark.js, `--allocation` one of the bytes that a call allocates. Exit status 1 where gradients disagree.
 *
 * `--large` measures the sizes at which the field compares its tools instead, minutes each.
 *
 * `--report` also measures growing sizes, and writes all as `results.json`, charts and a page into docs/bench (or `--out FOLDER`);
 * rows that are not measured stay as they were there. `--from FILE` draws the results of a file without measuring.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cases } from './cases.ts';
import { writeReport } from './charts/write.ts';
import type { BenchCase, RivalKind } from './contenders.ts';
import { growthCases } from './growth-cases.ts';
import { largeCases } from './large-cases.ts';
import { type Measurement, measureHand, measureRivals, type Task } from './processes.ts';
import { printAllocation, printHand, printPeers, printRivals, printSuite } from './report.ts';
import { describeRun, merge, noResults, type Run, readResults, rowsOf } from './rows.ts';

/** In the order that the worker knows. */
const all = [...cases, ...largeCases, ...growthCases];

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      eight: { type: 'boolean', default: false },
      large: { type: 'boolean', default: false },
      taped: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      processes: { type: 'string', default: '7' },
      suite: { type: 'boolean', default: false },
      allocation: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      from: { type: 'string' },
      out: { type: 'string', default: 'docs/bench' },
    },
  });
  if (values.from !== undefined) return void printWritten(writeReport(readResults(values.from), values.out), values.out);
  const processes = Number(values.processes);
  const run = describeRun(processes, process.argv.slice(2));
  const keep = (measured: readonly Measurement[]): void => void (values.report && addToReport(measured, run, values.out));
  const chosen = all.map((entry, index) => ({ entry, index })).filter(({ entry }) => isChosen(entry, positionals, values));
  const fixed = chosen.filter(({ entry }) => !entry.growth);
  const hand = measureHand(fixed, processes);
  printHand(hand, processes);
  keep(hand);
  const rivals = measureRivals(fixed, processes, rivalKinds(values));
  printRivals(rivals);
  keep(rivals);
  if (values.report) keep(measureGrowth(chosen, processes));
  if (values.peers) printPeers();
  if (values.suite) printSuite(fixed);
  if (values.allocation) printAllocation(fixed);
}

function isChosen({ name, isOfEight, isLarge }: BenchCase, names: readonly string[], { eight, large }: Flags): boolean {
  return (names.length === 0 || names.includes(name)) && (isOfEight === true || !eight) && (isLarge === true) === large;
}

interface Flags {
  readonly eight: boolean;
  readonly large: boolean;
  readonly taped: boolean;
  readonly peers: boolean;
}

/** The rivals that the flags ask for. */
function rivalKinds({ eight, taped, peers }: Flags): ReadonlySet<RivalKind> {
  return new Set<RivalKind>([...(eight || taped ? (['tape', 'differences'] as const) : []), ...(peers ? (['peer'] as const) : [])]);
}

function measureGrowth(chosen: readonly Task[], processes: number): readonly Measurement[] {
  const growing = chosen.filter(({ entry }) => entry.growth);
  const measured = measureHand(growing, processes);
  if (growing.length > 0) printHand(measured, processes, 'at growing sizes');
  return measured;
}

/** After each part of a run, so that what is measured is kept where a later part fails. */
function addToReport(measured: readonly Measurement[], run: Run, folder: string): void {
  const rows = measured.flatMap((one) => rowsOf(one, run));
  if (rows.length === 0) return;
  const path = join(folder, 'results.json');
  const before = existsSync(path) ? readResults(path) : noResults;
  printWritten(writeReport(merge(before, { run, rows }, all), folder), folder);
}

function printWritten(names: readonly string[], folder: string): void {
  console.log(`\n${folder}: ${names.join(', ')}`);
}

main();
