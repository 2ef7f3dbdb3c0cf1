/** `--stats`: what each derivative costs: operations, ratio to the function, memory recorded; and the time of each pass. */
import { noColors, pathOf, toJson } from '../compiler/diagnostics/reporter.ts';
import type { CompileStep, DerivativeReport, FunctionReport, RecordReport } from '../compiler/options.ts';
import { compileGroups, type LoadCompile, type OutputGroup, scannedIn } from './compile-groups.ts';
import { readText } from './files.ts';
import { costText, placeText, valueText } from './recorded-text.ts';
import { type ExitStatus, report, statusOf } from './report.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

export async function printStats(
  groups: readonly OutputGroup[],
  settings: Settings,
  terminal: Terminal,
  load: LoadCompile,
): Promise<ExitStatus> {
  const clock = passClock();
  const { functions, diagnostics } = await compileGroups(groups, terminal.cwd, { inspect: true, onStep: clock.onStep }, load);
  if (settings.format === 'json') {
    const context = { cwd: terminal.cwd, read: readText, colors: noColors };
    const value = {
      functions: functions.map((one) => jsonOf(one, terminal)),
      milliseconds: Object.fromEntries(clock.times),
      diagnostics: diagnostics.map((diagnostic) => toJson(diagnostic, context)),
    };
    terminal.out(`${JSON.stringify(value, null, 2)}\n`);
    return statusOf(diagnostics, settings.strict);
  }
  for (const one of functions) terminal.out(`${functionText(one, terminal)}\n\n`);
  if (functions.length > 0) terminal.out(`${timesText(clock.times)}\n`);
  const scanned = scannedIn(groups);
  if (diagnostics.length === 0 && functions.length > 0) return 0;
  return report({ diagnostics, deliveries: [], scanned, fresh: 0 }, settings.format, settings.strict, terminal);
}

/** Each step is given the time since the one before it: the first, `lower`, has that of reading and checking the source. */
function passClock() {
  const times = new Map<string, number>();
  const last = { at: performance.now() };
  const onStep = ({ pass }: CompileStep): void => {
    const now = performance.now();
    times.set(pass, (times.get(pass) ?? 0) + now - last.at);
    last.at = now;
  };
  return { times, onStep };
}

function functionText(one: FunctionReport, terminal: Terminal): string {
  const bodies = one.derivatives.filter(({ kind }) => kind !== 'valueAndGradInto');
  return [
    `${one.name}  ${pathOf(one.source, terminal)}:${one.at.line}  ${count(one.operations, 'operation')}, loops counted with 10 iterations`,
    ...bodies.flatMap((derivative) => derivativeText(derivative, one, terminal)),
  ].join('\n');
}

function derivativeText(derivative: DerivativeReport, one: FunctionReport, terminal: Terminal): string[] {
  const ratio = (derivative.operations / Math.max(one.operations, 1)).toFixed(2);
  const { records } = derivative;
  const head = `  ${derivative.name}  ${count(derivative.operations, 'operation')}, ${ratio} × the function`;
  return [
    `${head}, ${records.length === 0 ? 'nothing recorded' : 'recorded:'}`,
    ...records.map((record) => `    ${recordText(record, one, terminal)}`),
  ];
}

function recordText(record: RecordReport, one: FunctionReport, terminal: Terminal): string {
  const place = record.at === undefined ? '' : ` of ${placeText(record.at, one, terminal)}`;
  return `${valueText(record)}${place}: ${costText(record, one, terminal)}`;
}

function timesText(times: ReadonlyMap<string, number>): string {
  const width = Math.max(...[...times.keys()].map((pass) => pass.length));
  return ['Time', ...[...times].map(([pass, time]) => `  ${pass.padEnd(width)}  ${time.toFixed(1).padStart(7)} ms`)].join('\n');
}

function count(many: number, one: string): string {
  return `${many} ${one}${many === 1 ? '' : 's'}`;
}

function jsonOf(one: FunctionReport, terminal: Terminal) {
  const derivatives = one.derivatives.map(({ name, operations, records }) => ({
    name,
    operations,
    ratio: operations / Math.max(one.operations, 1),
    records: records.map(({ bytesPerElement, kept, loops, ...value }) => ({
      value: valueText(value),
      ...(value.at && { file: pathOf(value.at.file, terminal), line: value.at.line }),
      bytesPerElement,
      kept,
      loops: loops.map((loop) => loop.line),
    })),
  }));
  return { name: one.name, file: pathOf(one.source, terminal), line: one.at.line, operations: one.operations, derivatives };
}
