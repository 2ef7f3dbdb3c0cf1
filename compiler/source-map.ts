/** Source maps, version 3: https://tc39.es/ecma426/. Lines only: every generated line maps to the place that it came from. */
import { dirname, relative } from 'node:path';

export interface LineMapping {
  /** Zero-based line of the whole generated file. */
  readonly generatedLine: number;
  /** One-based, as positions are everywhere else. */
  readonly sourceLine: number;
  readonly sourceColumn: number;
  /** Absolute path. */
  readonly file: string;
}

/** The JSON text of the map of `target`; `source` comes first among the sources. Ends with a line break. */
export function sourceMapText(target: string, source: string, mappings: readonly LineMapping[]): string {
  const sources = [...new Set([source, ...mappings.map(({ file }) => file)])];
  const map = {
    version: 3,
    file: target.replace(/^.*[\\/]/, ''),
    sources: sources.map((file) => relative(dirname(target), file).replaceAll('\\', '/')),
    names: [],
    mappings: encodeMappings(mappings, sources),
  };
  return `${JSON.stringify(map)}\n`;
}

/** The line that leads from a generated file to its map. */
export function mapLink(url: string): string {
  return `//# sourceMappingURL=${url}\n`;
}

export function inlineMapUrl(mapText: string): string {
  return `data:application/json;base64,${Buffer.from(mapText.trimEnd()).toString('base64')}`;
}

function encodeMappings(mappings: readonly LineMapping[], sources: readonly string[]): string {
  const byLine = new Map(mappings.map((mapping) => [mapping.generatedLine, mapping]));
  const last = Math.max(-1, ...byLine.keys());
  const before = { source: 0, line: 0, column: 0 };
  const lines = Array.from({ length: last + 1 }, (_, at) => {
    const mapping = byLine.get(at);
    if (!mapping) return '';
    const now = { source: sources.indexOf(mapping.file), line: mapping.sourceLine - 1, column: mapping.sourceColumn - 1 };
    const segment = [0, now.source - before.source, now.line - before.line, now.column - before.column].map(encodeNumber).join('');
    Object.assign(before, now);
    return segment;
  });
  return lines.join(';');
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base-64 VLQ: five bits a digit, least significant first, the sign in the lowest bit. */
function encodeNumber(value: number): string {
  let rest = value < 0 ? -2 * value + 1 : 2 * value;
  let text = '';
  do {
    const digit = rest % 32;
    rest = Math.floor(rest / 32);
    text += digits[rest > 0 ? digit + 32 : digit];
  } while (rest > 0);
  return text;
}
