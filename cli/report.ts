/** Prints what a run has to say, in the format that was asked for. */
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import {
  formatGithub,
  formatPretty,
  formatTsc,
  noColors,
  pathOf,
  type ReportContext,
  type ReportFormat,
  sortDiagnostics,
  toJson,
} from '../compiler/diagnostics/reporter.ts';
import type { RefusedFunction } from '../compiler/options.ts';
import type { Delivery } from './deliver.ts';
import { readText } from './files.ts';
import { colorsOf, type Terminal } from './terminal.ts';
import type { Verification } from './verify.ts';

export type ExitStatus = 0 | 1 | 2;

export interface Outcome {
  readonly diagnostics: readonly Diagnostic[];
  readonly deliveries: readonly Delivery[];
  /** How many source files were looked at. */
  readonly scanned: number;
  /** The generated files that were found fresh without compiling. */
  readonly fresh: number;
  /** With --all: what bears no mark and cannot be compiled. */
  readonly refused?: readonly RefusedFunction[];
  /** With --verify. */
  readonly verified?: readonly Verification[];
}

/** Prints an outcome; the result is the exit status. */
export function report(outcome: Outcome, format: ReportFormat, strict: boolean, terminal: Terminal): ExitStatus {
  const all = sortDiagnostics([...outcome.diagnostics, ...outcome.deliveries.flatMap((delivery) => delivery.problem ?? [])]);
  const context: ReportContext = { cwd: terminal.cwd, read: readText, colors: terminal.colors ? colorsOf(terminal) : noColors };
  if (format === 'json') terminal.out(`${JSON.stringify(jsonReport(outcome, all, context), null, 2)}\n`);
  if (format === 'tsc') for (const diagnostic of all) terminal.out(`${formatTsc(diagnostic, context)}\n`);
  if (format === 'github')
    for (const diagnostic of all) terminal.out(`${formatGithub(diagnostic, { cwd: process.env.GITHUB_WORKSPACE ?? terminal.cwd })}\n`);
  if (format === 'pretty') printPretty(outcome, all, context, terminal);
  return statusOf(all, strict);
}

export function statusOf(diagnostics: readonly Diagnostic[], strict: boolean): ExitStatus {
  return diagnostics.some(({ severity }) => severity === 'error' || (strict && severity === 'warning')) ? 1 : 0;
}

function printPretty(outcome: Outcome, all: readonly Diagnostic[], context: ReportContext, terminal: Terminal): void {
  for (const diagnostic of all) terminal.out(`${formatPretty(diagnostic, context)}\n\n`);
  for (const { status, target } of outcome.deliveries) {
    if (status === 'written') terminal.out(`wrote ${pathOf(target, context)}\n`);
    if (status === 'would-write') terminal.out(`would write ${pathOf(target, context)}\n`);
  }
  for (const line of refusedLines(outcome.refused ?? [], context)) terminal.out(`${line}\n`);
  terminal.out(`${summaryOf(outcome, all)}\n`);
}

/** By code, most frequent first: `GG2001, 3 functions: 'switch' is …`, each with where. */
function refusedLines(refused: readonly RefusedFunction[], context: ReportContext): string[] {
  const groups = new Map<string, RefusedFunction[]>();
  for (const one of refused) {
    const code = one.diagnostics.find(({ severity }) => severity === 'error')?.code ?? '';
    groups.set(code, [...(groups.get(code) ?? []), one]);
  }
  const sorted = [...groups].sort(([left, some], [right, others]) => others.length - some.length || (left < right ? -1 : 1));
  return sorted.flatMap(([code, functions]) => [
    `${code}, ${some(functions.length, 'function', 'functions')} not compiled (gradgen explain ${code}):`,
    ...functions.map(({ name, at }) => `  ${name}  ${pathOf(at.file, context)}:${at.line}`),
  ]);
}

/** `2 files written, 1 unchanged, 1 error`. */
function summaryOf(outcome: Outcome, all: readonly Diagnostic[]): string {
  const count = (status: Delivery['status']) => outcome.deliveries.filter((delivery) => delivery.status === status).length;
  const unchanged = count('unchanged') + outcome.fresh;
  const severe = (severity: Diagnostic['severity']) => all.filter((diagnostic) => diagnostic.severity === severity).length;
  const parts = [
    some(count('written'), 'file written', 'files written'),
    some(count('would-write'), 'file to write', 'files to write'),
    some(unchanged, 'up to date', 'up to date'),
    ...verifiedParts(outcome.verified ?? []),
    some(outcome.refused?.length ?? 0, 'function not compiled', 'functions not compiled'),
    some(severe('error'), 'error', 'errors'),
    some(severe('warning'), 'warning', 'warnings'),
  ].filter((part) => part !== '');
  return parts.length > 0 ? parts.join(', ') : `no marked function in ${some(outcome.scanned, 'file', 'files') || 'no files'}`;
}

function verifiedParts(verified: readonly Verification[]): string[] {
  const count = (status: Verification['status']) => verified.filter((one) => one.status === status).length;
  return [some(count('verified'), 'derivative verified', 'derivatives verified'), some(count('unverified'), 'unverified', 'unverified')];
}

function some(count: number, one: string, many: string): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : many}`;
}

function jsonReport(outcome: Outcome, all: readonly Diagnostic[], context: ReportContext) {
  return {
    files: outcome.deliveries.map(({ source, target, status }) => ({
      source: pathOf(source, context),
      target: pathOf(target, context),
      status,
    })),
    diagnostics: all.map((diagnostic) => toJson(diagnostic, context)),
    scanned: outcome.scanned,
    ...(outcome.verified && { verified: outcome.verified }),
    ...(outcome.refused && outcome.refused.length > 0 && { refused: outcome.refused.map((one) => refusedJson(one, context)) }),
  };
}

export function refusedJson({ name, at, unmarked, diagnostics }: RefusedFunction, terminal: { readonly cwd: string }) {
  const reasons = diagnostics.map(({ code, message }) => ({ code, message }));
  return { name, file: pathOf(at.file, terminal), line: at.line, marked: !unmarked, reasons };
}
