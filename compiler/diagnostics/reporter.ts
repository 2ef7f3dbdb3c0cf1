/** Diagnostics as text: for people (`pretty`), for editors (`tsc`), for programs (`json`), for workflows (`github`). */
import { relative } from 'node:path';
import { codeFrame, type FrameMark } from './code-frame.ts';
import type { Diagnostic, Label, Severity } from './diagnostic.ts';
import type { SourceSpan } from './origin.ts';

export const reportFormats = ['pretty', 'tsc', 'json', 'github'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface ReportColors {
  red(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  gray(text: string): string;
  bold(text: string): string;
}

export interface ReportContext {
  /** Paths are printed relative to it. */
  readonly cwd: string;
  /** The text of a source file, for code frames; undefined where it cannot be read. */
  read(file: string): string | undefined;
  readonly colors: ReportColors;
}

const plain = (text: string) => text;
export const noColors: ReportColors = { red: plain, yellow: plain, cyan: plain, gray: plain, bold: plain };

/** By file and position, those without a place first; equal messages once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const keyed = new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
  return [...keyed.values()].sort(
    (left, right) => compareText(left.at?.file ?? '', right.at?.file ?? '') || (left.at?.start ?? 0) - (right.at?.start ?? 0),
  );
}

/** `src/fit.ts:12:9 - error GG2104: …`, one line. */
export function formatTsc(diagnostic: Diagnostic, context: ReportContext): string {
  const head = `${diagnostic.severity} ${diagnostic.code}: ${diagnostic.message}`.replaceAll(/\s*\n\s*/g, ' ');
  return diagnostic.at === undefined ? head : `${placeOf(diagnostic.at, context)} - ${head}`;
}

/** A command that makes GitHub show the message beside the line: `::error file=src/fit.ts,line=12,…::…`. */
export function formatGithub(diagnostic: Diagnostic, context: Pick<ReportContext, 'cwd'>): string {
  const { at, code, severity, message, notes = [], help } = diagnostic;
  const kind = severity === 'hint' ? 'notice' : severity;
  const place = at === undefined ? [] : [`file=${pathOf(at.file, context)}`, `line=${at.line}`, `col=${at.column}`];
  const text = [message, ...notes.map((note) => `note: ${note}`), ...(help === undefined ? [] : [`help: ${help}`])].join('\n');
  const properties = [...place.map((part) => escaped(part).replaceAll(',', '%2C')), `title=${code}`].join(',');
  return `::${kind} ${properties}::${escaped(text)}`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The line of {@link formatTsc}, the user's code, notes and help. */
export function formatPretty(diagnostic: Diagnostic, context: ReportContext): string {
  const { colors } = context;
  const place = diagnostic.at === undefined ? '' : `${colors.cyan(placeOf(diagnostic.at, context))} - `;
  const kind = severityColor(diagnostic.severity, colors)(`${diagnostic.severity} ${diagnostic.code}`);
  const frames = framesOf(diagnostic, context);
  const notes = (diagnostic.notes ?? []).map((note) => `${colors.bold('note:')} ${indented(note)}`);
  const help = diagnostic.help === undefined ? [] : [`${colors.cyan('help:')} ${indented(diagnostic.help)}`];
  const rest = [...notes, ...help].map((line) => `  ${line}`);
  return [`${place}${kind}: ${diagnostic.message}`, ...frames, ...rest].join('\n');
}

export interface JsonDiagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly at?: JsonSpan;
  readonly labels: readonly { readonly at: JsonSpan; readonly text: string }[];
  readonly notes: readonly string[];
  readonly help?: string;
}

export interface JsonSpan {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly end: number;
}

export function toJson(diagnostic: Diagnostic, context: ReportContext): JsonDiagnostic {
  const span = ({ file, line, column, start, end }: SourceSpan) => ({ file: pathOf(file, context), line, column, start, end });
  return {
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    ...(diagnostic.at && { at: span(diagnostic.at) }),
    labels: (diagnostic.labels ?? []).map((label) => ({ at: span(label.at), text: label.text })),
    notes: diagnostic.notes ?? [],
    ...(diagnostic.help !== undefined && { help: diagnostic.help }),
  };
}

/** A path as users write it: relative to where they are, with forward slashes. */
export function pathOf(file: string, context: Pick<ReportContext, 'cwd'>): string {
  return relative(context.cwd, file).replaceAll('\\', '/') || '.';
}

function placeOf(at: SourceSpan, context: ReportContext): string {
  return `${pathOf(at.file, context)}:${at.line}:${at.column}`;
}

/** The frame of the message's own file, then one for each other file that a label points into. */
function framesOf(diagnostic: Diagnostic, context: ReportContext): string[] {
  if (diagnostic.at === undefined) return [];
  const marks = [{ at: diagnostic.at, text: '', primary: true }, ...(diagnostic.labels ?? []).map(markOf)];
  const files = [...new Set(marks.map((mark) => mark.at.file))];
  return files.flatMap((file, index) => {
    const frame = frameOf(file, joined(marks.filter((mark) => mark.at.file === file)), context);
    return index === 0 || frame.length === 0 ? frame : [`  ${context.colors.cyan(`--> ${pathOf(file, context)}`)}`, ...frame];
  });
}

function markOf(label: Label): FrameMark {
  return { at: label.at, text: label.text, primary: false };
}

/** A label on the very span of the message becomes the text of its underline. */
function joined(marks: readonly FrameMark[]): FrameMark[] {
  const [first, ...rest] = marks;
  if (first === undefined) return [];
  const same = rest.find((mark) => first.primary && mark.at.start === first.at.start && mark.at.end === first.at.end);
  if (same === undefined) return [...marks];
  return [{ ...first, text: same.text }, ...rest.filter((mark) => mark !== same)];
}

function frameOf(file: string, marks: readonly FrameMark[], context: ReportContext): string[] {
  const text = context.read(file);
  if (text === undefined) return [];
  const { colors } = context;
  const frame = codeFrame(text, marks, { gutter: colors.gray, primary: colors.red, secondary: colors.cyan });
  return frame === '' ? [] : ['', frame, ''];
}

function severityColor(severity: Severity, colors: ReportColors): (text: string) => string {
  if (severity === 'error') return colors.red;
  return severity === 'warning' ? colors.yellow : colors.cyan;
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n        ');
}

/** By code units, the same on every machine. */
function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
