/** What the bench knows after one or more runs: the numbers of `results.json`. */
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { BenchCase, Growth, RivalKind } from './contenders.ts';
import type { Measurement, Spread } from './processes.ts';

/** One contender at one case. */
export interface Row {
  readonly program: string;
  readonly size: string;
  /** `generated`, `by hand`, or the name of a rival. */
  readonly contender: string;
  readonly kind: ContenderKind;
  /** The run that measured it. */
  readonly date: string;
  /** Time ÷ time of the function itself. */
  readonly ratio?: Spread;
  /** A call of the function itself, measured beside this contender. */
  readonly nanoseconds?: Spread;
  /** Largest difference of value and gradient from the generated ones; absent where it is infinite or nothing was compared. */
  readonly error?: number;
  /** What the ratio has to stay below. */
  readonly bound?: number;
  /** Why there is no ratio. */
  readonly problem?: string;
  readonly growth?: Growth;
}

export type ContenderKind = 'generated' | 'hand' | RivalKind;

export interface Run {
  /** When it began, to the second: what rows refer to. */
  readonly date: string;
  readonly command: string;
  readonly processes: number;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly gigabytes: number;
  readonly system: string;
}

export interface Results {
  readonly runs: readonly Run[];
  readonly rows: readonly Row[];
}

export const noResults: Results = { runs: [], rows: [] };

/** This machine, now. */
export function describeRun(processes: number, words: readonly string[]): Run {
  return {
    date: new Date().toISOString().replace(/\.\d+/, ''),
    command: ['npm run bench --', ...words].join(' '),
    processes,
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    gigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
  };
}

/** Beside the gradient written by hand there are two contenders, beside a rival it alone is new. */
export function rowsOf({ entry, rival, summary }: Measurement, { date }: Run): Row[] {
  const { name: program, size, growth, bound } = entry;
  const common = { program, size, date, ...(growth && { growth }) };
  const contenders: Pick<Row, 'contender' | 'kind'>[] = rival
    ? [{ contender: rival.name, kind: rival.kind }]
    : [
        { contender: 'generated', kind: 'generated' },
        { contender: 'by hand', kind: 'hand' },
      ];
  return contenders.map(({ contender, kind }): Row => {
    const limit = bound !== undefined && kind === 'generated' ? { bound } : {};
    return { ...common, contender, kind, ...limit, ...numbersOf(summary, kind) };
  });
}

function numbersOf(summary: Measurement['summary'], kind: ContenderKind): Pick<Row, 'ratio' | 'nanoseconds' | 'error' | 'problem'> {
  if (typeof summary === 'string') return { problem: summary };
  const { error, times } = summary;
  const known = Number.isFinite(error) ? { error } : {};
  if (!times) return { ...known, problem: 'disagrees' };
  return { ...known, ratio: kind === 'generated' ? times.generated : times.other, nanoseconds: times.own };
}

/** New rows replace those of the same contender and case; what belongs to no case any more is dropped. In the order of the cases. */
export function merge(
  old: Results,
  { run, rows }: { readonly run: Run; readonly rows: readonly Row[] },
  cases: readonly BenchCase[],
): Results {
  const places = new Map(cases.map(({ name, size, growth }, at) => [caseKey({ program: name, size, ...(growth && { growth }) }), at]));
  const place = (row: Row): number => places.get(caseKey(row)) ?? -1;
  const fresh = new Set(rows.map(rowKey));
  const merged = [...rows, ...old.rows.filter((row) => !fresh.has(rowKey(row)))].filter((row) => place(row) >= 0);
  merged.sort((a, b) => place(a) - place(b) || rank(a) - rank(b) || (a.contender < b.contender ? -1 : 1));
  const before = old.runs.filter(({ date }) => date !== run.date);
  const runs = [...before, run].filter(({ date }) => merged.some((row) => row.date === date));
  return { runs, rows: merged };
}

const kinds: readonly ContenderKind[] = ['generated', 'hand', 'tape', 'differences', 'peer'];

function rank({ kind }: Row): number {
  return kinds.indexOf(kind);
}

/** The same for all contenders of a case. */
export function caseKey({ program, size, growth }: Pick<Row, 'program' | 'size' | 'growth'>): string {
  return `${program}, ${size}${growth ? ', growing' : ''}`;
}

function rowKey(row: Row): string {
  return `${caseKey(row)}: ${row.contender}`;
}

/** In the order in which the keys are met. */
export function groupedBy(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

export function readResults(path: string): Results {
  return JSON.parse(readFileSync(path, 'utf8')) as Results;
}

/** JSON with a line per row, so that a diff shows what changed; four digits are more than the noise leaves. */
export function resultsText({ runs, rows }: Results): string {
  const short = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
  const list = (items: readonly unknown[]) => `[\n${items.map((item) => `  ${JSON.stringify(item, short)}`).join(',\n')}\n]`;
  return `{\n"runs": ${list(runs)},\n"rows": ${list(rows)}\n}\n`;
}
