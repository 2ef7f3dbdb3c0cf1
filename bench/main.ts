/**
 * `npm run bench -- [names] [--eight] [--taped] [--peers] [--processes 7] [--suite] [--allocation]`: time of the generated
 * gradient (with the value) ÷ time of the function itself, and the same for a gradient written by hand. Each number is the
 * median over fresh processes of a median over rounds in which the contenders take turns; nothing is timed before values and
 * gradients agree.
 *
 * `--eight` takes the eight programs that tools are compared with, and adds tapes and differences; `--taped` adds these for
 * all programs, `--peers` (with `--eight`) packages from npm, which `npm run peers` installs. `--suite` adds the table of
 * benchmark.js, `--allocation` one of the bytes that a call allocates. Exit status 1 where gradients disagree.
 */
import { parseArgs } from 'node:util';
import { cases } from './cases.ts';
import type { BenchCase } from './contenders.ts';
import { printAllocation, printHand, printPeers, printRivals, printSuite, type Task } from './report.ts';

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      eight: { type: 'boolean', default: false },
      taped: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      processes: { type: 'string', default: '7' },
      suite: { type: 'boolean', default: false },
      allocation: { type: 'boolean', default: false },
    },
  });
  const processes = Number(values.processes);
  const chosen = cases.map((entry, index) => ({ entry, index })).filter(({ entry }) => isChosen(entry, positionals, values.eight));
  printHand(chosen, processes);
  printRivals(chosen, processes, rivalsIn(chosen, values));
  if (values.peers) printPeers();
  if (values.suite) printSuite(chosen);
  if (values.allocation) printAllocation(chosen);
}

function isChosen({ name, isOfEight }: BenchCase, names: readonly string[], eight: boolean): boolean {
  return (names.length === 0 || names.includes(name)) && (isOfEight === true || !eight);
}

interface Flags {
  readonly eight: boolean;
  readonly taped: boolean;
  readonly peers: boolean;
}

/** The names of the rivals that the flags ask for, in the order of the cases. */
function rivalsIn(chosen: readonly Task[], { eight, taped, peers }: Flags): string[] {
  const kinds = new Set([...(eight || taped ? ['tape', 'differences'] : []), ...(peers ? ['peer'] : [])]);
  const rivals = chosen.flatMap(({ entry }) => entry.rivals?.() ?? []);
  return [...new Set(rivals.filter(({ kind }) => kinds.has(kind)).map(({ name }) => name))];
}

main();
