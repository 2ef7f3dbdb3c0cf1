/** `--list`: what is marked, which parameters are inputs or integers and why, what is made, and why not. */
import { noColors, pathOf, toJson } from '../compiler/diagnostics/reporter.ts';
import type { FunctionReport, ParameterReport, RefusedFunction } from '../compiler/options.ts';
import { type Compiled, compileGroups, type LoadCompile, type OutputGroup, scannedIn } from './compile-groups.ts';
import { readText } from './files.ts';
import { type ExitStatus, refusedJson, report, statusOf } from './report.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { isDifferentiable } from './verify/values.ts';

export async function printList(
  groups: readonly OutputGroup[],
  settings: Settings,
  terminal: Terminal,
  load: LoadCompile,
): Promise<ExitStatus> {
  const { functions, refused, diagnostics } = await compileGroups(groups, terminal.cwd, { inspect: true }, load);
  // What a function is refused for is listed with it; the rest is reported as ever.
  const listed = new Set(refused.flatMap((one) => one.diagnostics));
  const others = diagnostics.filter((diagnostic) => !listed.has(diagnostic));
  if (settings.format === 'json') printJson({ functions, refused, diagnostics: others }, terminal);
  else {
    for (const one of functions) terminal.out(`${functionText(one, terminal)}\n\n`);
    for (const one of refused) terminal.out(`${refusedText(one, terminal)}\n\n`);
    const outcome = { diagnostics: others, deliveries: [], scanned: scannedIn(groups), fresh: 0 };
    if (others.length > 0 || functions.length + refused.length === 0) report(outcome, settings.format, settings.strict, terminal);
  }
  return statusOf(diagnostics, settings.strict);
}

function printJson({ functions, refused, diagnostics }: Omit<Compiled, 'files'>, terminal: Terminal): void {
  const context = { cwd: terminal.cwd, read: readText, colors: noColors };
  const value = {
    functions: functions.map((one) => jsonOf(one, terminal)),
    refused: refused.map((one) => refusedJson(one, terminal)),
    diagnostics: diagnostics.map((diagnostic) => toJson(diagnostic, context)),
  };
  terminal.out(`${JSON.stringify(value, null, 2)}\n`);
}

function functionText(one: FunctionReport, terminal: Terminal): string {
  const width = Math.max(0, ...one.params.map(({ name }) => name.length));
  const { line } = one.at;
  return [
    `${one.name}  ${pathOf(one.source, terminal)}:${line}  ${one.marked ? '' : 'unmarked, as if '}${one.marks.join(', ')}`,
    ...one.params.map((param) => `  ${param.name.padEnd(width)}  ${roleText(param)}`),
    `  makes ${one.derivatives.map(({ name }) => name).join(', ')}`,
    ...(one.samples.length > 0 ? [`  ${one.samples.length} sample${one.samples.length === 1 ? '' : 's'} for --verify`] : []),
  ].join('\n');
}

function roleText({ role, why, optional, shape }: ParameterReport): string {
  const kind = { input: 'input', integer: 'integer', inactive: 'not differentiated' }[role];
  const without = role === 'input' ? fieldsWithout(shape) : [];
  const left = without.length > 0 ? `; no derivative has ${without.join(', ')}` : '';
  return `${kind}: ${why}${left}${optional ? '; may be left out' : ''}`;
}

/** The fields that no derivative can be taken of, at whatever depth, each once. */
function fieldsWithout(shape: ParameterReport['shape']): string[] {
  if (shape.kind === 'list') return fieldsWithout(shape.element);
  if (shape.kind !== 'record') return [];
  const names = shape.fields.flatMap((field) =>
    !field.passive && isDifferentiable(field.shape)
      ? fieldsWithout(field.shape)
      : [shape.tuple ? `element ${field.name}` : `'${field.name}'`],
  );
  return [...new Set(names)];
}

function refusedText({ name, at, diagnostics, unmarked }: RefusedFunction, terminal: Terminal): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return [
    `${name}  ${pathOf(at.file, terminal)}:${at.line}  ${unmarked ? 'unmarked, ' : ''}cannot be compiled`,
    ...errors.map((error) => `  ${error.code}${error.at ? ` (line ${error.at.line})` : ''}: ${error.message}`),
  ].join('\n');
}

function jsonOf(one: FunctionReport, terminal: Terminal) {
  const { name, marks, marked, params, derivatives, samples } = one;
  return {
    name,
    file: pathOf(one.source, terminal),
    line: one.at.line,
    marked,
    marks,
    parameters: params.map((param) => ({ name: param.name, type: param.type, role: param.role, why: param.why, optional: param.optional })),
    makes: derivatives.map((derivative) => derivative.name),
    samples,
  };
}
