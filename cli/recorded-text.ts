/** What `--stats` and `gradgen why` say of recorded values. */
import { pathOf } from '../compiler/diagnostics/reporter.ts';
import type { FunctionReport, RecordReport, ReportedValue } from '../compiler/options.ts';
import { readText } from './files.ts';
import type { Terminal } from './terminal.ts';

type Place = NonNullable<ReportedValue['at']>;

const longestSnippet = 40;

/** `'e'`, or the code that computes it. */
export function valueText({ name, at }: ReportedValue): string {
  const code = at === undefined ? '' : (readText(at.file) ?? '').slice(at.start, at.end).replaceAll(/\s+/g, ' ');
  if (name !== undefined) return `'${name}'`;
  if (code === '') return 'a count or decision';
  return `\`${code.length > longestSnippet ? `${code.slice(0, longestSnippet - 1)}…` : code}\``;
}

/** `line 5`, or in another file than the function's `twice.ts:5`. */
export function placeText({ file, line }: Place, { source }: FunctionReport, terminal: Pick<Terminal, 'cwd'>): string {
  return file === source ? `line ${line}` : `${pathOf(file, terminal)}:${line}`;
}

/** `8 bytes per iteration of the loop in line 4`. */
export function costText({ bytesPerElement, loops, kept }: RecordReport, one: FunctionReport, terminal: Pick<Terminal, 'cwd'>): string {
  const places = loops.map((loop) => placeText(loop, one, terminal)).join(', ');
  const within = loops.length === 0 ? '' : ` per iteration of the ${loops.length === 1 ? 'loop' : 'loops'} in ${places}`;
  return `${bytesPerElement} byte${bytesPerElement === 1 ? '' : 's'}${within}${kept === 'growing' ? ', in a block that grows' : ''}`;
}
