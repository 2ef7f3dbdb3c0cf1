/** `gradgen why f`: what the derivative records of f, what it computes again, and why, line by line. */
import { formatPretty, noColors, pathOf } from '../compiler/diagnostics/reporter.ts';
import type { DerivativeReport, FunctionReport } from '../compiler/options.ts';
import { compileGroups, type LoadCompile, withOutput } from './compile-groups.ts';
import { closestTo } from './distance.ts';
import { readText } from './files.ts';
import { selectSources } from './projects.ts';
import { type ExitStatus, report } from './report.ts';
import { type Settings, UsageError } from './settings.ts';
import { recordText } from './stats.ts';
import type { Terminal } from './terminal.ts';

export async function why(name: string | undefined, settings: Settings, terminal: Terminal, load: LoadCompile): Promise<ExitStatus> {
  if (name === undefined) throw new UsageError("'gradgen why' takes the name of a marked function");
  const { groups, problems } = selectSources({ ...settings, cwd: terminal.cwd });
  if (problems.length > 0) {
    report({ diagnostics: problems, deliveries: [], scanned: 0, fresh: 0 }, settings.format, settings.strict, terminal);
    return 2;
  }
  const mentioning = groups.map((group) => ({ ...group, files: group.files.filter((file) => (readText(file) ?? '').includes('@')) }));
  const { functions, refused } = await compileGroups(
    mentioning.map((group) => withOutput(group, settings)),
    terminal.cwd,
    { inspect: true },
    load,
  );
  const found = functions.filter((one) => isMeant(one, name));
  for (const one of found) terminal.out(`${explain(one, name, terminal)}\n`);
  if (found.length > 0) return 0;
  const failed = refused.find((one) => one.name === name);
  if (failed === undefined) throw new UsageError(unknownName(name, functions));
  for (const diagnostic of failed.diagnostics) {
    terminal.out(`${formatPretty(diagnostic, { cwd: terminal.cwd, read: readText, colors: noColors })}\n\n`);
  }
  return 1;
}

/** By the function's own name or that of a derivative. */
function isMeant(one: FunctionReport, name: string): boolean {
  return one.name === name || one.exportName === name || one.derivatives.some((derivative) => derivative.name === name);
}

function unknownName(name: string, functions: readonly FunctionReport[]): string {
  const meant = closestTo(
    name,
    functions.map((one) => one.name),
  );
  const known = functions.length === 0 ? '; nothing is marked' : `; marked are ${functions.map((one) => one.name).join(', ')}`;
  return `there is no marked function '${name}'${meant === undefined ? known : `; did you mean '${meant}'?`}`;
}

function explain(one: FunctionReport, name: string, terminal: Terminal): string {
  const derivative = chosen(one, name);
  if (derivative === undefined) return `${one.name}: only @jvp is made, which records nothing\n`;
  const lines = (readText(one.source) ?? '').split(/\r?\n/);
  const numbers = [...new Set([...derivative.records, ...derivative.recomputed].map(({ line }) => line ?? 0))].sort(
    (left, right) => left - right,
  );
  const head = `${derivative.name}  ${pathOf(one.source, terminal)}:${one.at.line}`;
  if (derivative.records.length === 0) {
    const none = '  nothing is recorded: all that the derivative needs is at hand where it needs it, or computed again';
    return [head, none, ...numbers.flatMap((number) => lineText(number, lines, derivative))].join('\n');
  }
  return [head, ...numbers.flatMap((number) => lineText(number, lines, derivative))].join('\n');
}

/** The one that is named, else the first in reverse mode. */
function chosen(one: FunctionReport, name: string): DerivativeReport | undefined {
  return (
    one.derivatives.find((derivative) => derivative.name === name) ??
    one.derivatives.find(({ kind }) => kind !== 'jvp' && kind !== 'primal')
  );
}

function lineText(number: number, lines: readonly string[], { records, recomputed }: DerivativeReport): string[] {
  const recorded = records
    .filter(({ line }) => (line ?? 0) === number)
    .map((record) => `      recorded: ${recordText(record)}; ${record.why}`);
  const again = recomputed.filter(({ line }) => line === number).map(({ value }) => value);
  const text = number === 0 ? 'what the derivative itself counts' : (lines[number - 1] ?? '').trim();
  return [
    '',
    `  ${number === 0 ? text : `${number} | ${text}`}`,
    ...new Set(recorded),
    ...(again.length > 0 ? [`      computed again: ${[...new Set(again)].join(', ')}; cheaper than a record, from what is at hand`] : []),
  ];
}
