/** `gradgen why f`: what the derivative records of f, what it computes again, and why, line by line. */
import { formatPretty, noColors, pathOf } from '../compiler/diagnostics/reporter.ts';
import type { DerivativeReport, FunctionReport, ReportedValue } from '../compiler/options.ts';
import { compileGroups, type LoadCompile, withOutput } from './compile-groups.ts';
import { closestTo } from './distance.ts';
import { readText } from './files.ts';
import { selectSources } from './projects.ts';
import { costText, placeText, valueText } from './recorded-text.ts';
import { type ExitStatus, report } from './report.ts';
import { type Settings, UsageError } from './settings.ts';
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
  const none = '  nothing is recorded: all that the derivative needs is at hand where it needs it, or computed again';
  return [
    `${derivative.name}  ${pathOf(one.source, terminal)}:${one.at.line}`,
    ...(derivative.records.length === 0 ? [none] : []),
    ...linesOf(derivative, one).flatMap((at) => lineText(at, derivative, one, terminal)),
    '',
  ].join('\n');
}

/** The one that is named, else the first in reverse mode, else the first in which reverse mode may take part. */
function chosen({ derivatives }: FunctionReport, name: string): DerivativeReport | undefined {
  return (
    derivatives.find((derivative) => derivative.name === name) ??
    derivatives.find(({ kind }) => reverseKinds.has(kind)) ??
    derivatives.find(({ kind }) => kind !== 'jvp' && kind !== 'primal')
  );
}

const reverseKinds: ReadonlySet<DerivativeReport['kind']> = new Set(['grad', 'valueAndGrad', 'valueAndGradInto', 'vjp']);

type Place = ReportedValue['at'];

/** One place for each line of which there is something to say: the function's own file first, what has no place last. */
function linesOf({ records, recomputed }: DerivativeReport, { source }: FunctionReport): Place[] {
  const places = new Map([...records, ...recomputed].map(({ at }) => [at && `${at.file}:${at.line}`, at]));
  const rank = (at: Place): number => (at === undefined ? 2 : at.file === source ? 0 : 1);
  const file = (at: Place): string => at?.file ?? '';
  return [...places.values()].sort(
    (left, right) =>
      rank(left) - rank(right) || (file(left) === file(right) ? (left?.line ?? 0) - (right?.line ?? 0) : file(left) < file(right) ? -1 : 1),
  );
}

function lineText(at: Place, { records, recomputed }: DerivativeReport, one: FunctionReport, terminal: Terminal): string[] {
  const isHere = (value: ReportedValue): boolean => value.at?.file === at?.file && value.at?.line === at?.line;
  const recorded = records.filter(isHere).map((record) => {
    return `      recorded: ${valueText(record)}, ${costText(record, one, terminal)}; ${record.why}`;
  });
  const again = [...new Set(recomputed.filter(isHere).map(valueText))];
  const code = at && ((readText(at.file) ?? '').split(/\r?\n/)[at.line - 1] ?? '').trim();
  return [
    '',
    at === undefined ? '  what the derivative itself has to know' : `  ${placeText(at, one, terminal).replace('line ', '')} | ${code}`,
    ...new Set(recorded),
    ...(again.length > 0 ? [`      computed again: ${again.join(', ')}; cheaper than a record`] : []),
  ];
}
