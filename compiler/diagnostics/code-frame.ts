/** The user's lines around a message, with what it is about underlined. */
import type { SourceSpan } from './origin.ts';

export interface FrameMark {
  readonly at: SourceSpan;
  readonly text: string;
  /** `^` for what the message is about, `-` for what explains it. */
  readonly primary: boolean;
}

export interface FrameColors {
  gutter(text: string): string;
  primary(text: string): string;
  secondary(text: string): string;
}

const tabWidth = 2;
const widestLine = 120;
/** Lines between two marks are left out where there are more than this. */
const longestGap = 3;

/** Draws all marks that lie in one file; the text is that of the file. Empty where the file has fewer lines than a mark says. */
export function codeFrame(text: string, marks: readonly FrameMark[], colors: FrameColors): string {
  const lines = text.split(/\r\n?|\n/);
  const shown = shownLines(marks.map((mark) => mark.at.line)).filter((line) => lines[line - 1] !== undefined);
  const width = Math.max(...shown.map((line) => String(line).length), 1);
  const drawn: string[] = [];
  shown.forEach((line, index) => {
    const before = shown[index - 1];
    if (before !== undefined && before + 1 < line) drawn.push(colors.gutter(`${' '.repeat(width)} ⋮`));
    drawn.push(...drawLine(line, lines[line - 1] as string, marks, width, colors));
  });
  return drawn.join('\n');
}

function drawLine(line: number, source: string, marks: readonly FrameMark[], width: number, colors: FrameColors): string[] {
  const own = marks.filter((mark) => mark.at.line === line);
  const window = windowOf(source, own);
  const gutter = (label: string) => colors.gutter(`${label.padStart(width)} |`);
  const text = `${gutter(String(line))} ${window.text}`.trimEnd();
  return [text, ...own.map((mark) => `${gutter('')} ${underline(source, mark, window.from, colors)}`)];
}

function underline(source: string, mark: FrameMark, from: number, colors: FrameColors): string {
  const start = columnOf(source, mark.at.column - 1) - from;
  const end = columnOf(source, mark.at.column - 1 + Math.max(mark.at.end - mark.at.start, 1)) - from;
  const length = Math.max(Math.min(end, widestLine) - start, 1);
  const color = mark.primary ? colors.primary : colors.secondary;
  const note = mark.text === '' ? '' : ` ${mark.text}`;
  return `${' '.repeat(start)}${color(`${(mark.primary ? '^' : '-').repeat(length)}${note}`)}`;
}

/** The part of a line that is shown: all of it, or, of a very long one, what surrounds the first mark. */
function windowOf(source: string, marks: readonly FrameMark[]): { readonly text: string; readonly from: number } {
  const text = expandTabs(source);
  const first = Math.min(...marks.map((mark) => columnOf(source, mark.at.column - 1)), text.length);
  const from = text.length <= widestLine ? 0 : Math.max(0, first - widestLine / 2);
  return { text: text.slice(from, from + widestLine), from };
}

/** On which column of the terminal the `offset`-th character of a line stands; never beyond its end. */
function columnOf(source: string, offset: number): number {
  return [...expandTabs(source.slice(0, offset))].length;
}

function expandTabs(text: string): string {
  return text.replaceAll('\t', ' '.repeat(tabWidth));
}

/** The marked lines, and what lies between two of them if that is little. */
function shownLines(marked: readonly number[]): number[] {
  const sorted = [...new Set(marked)].sort((left, right) => left - right);
  return sorted.flatMap((line, index) => {
    const next = sorted[index + 1] ?? line + 1;
    return next - line - 1 > longestGap ? [line] : range(line, next);
  });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
