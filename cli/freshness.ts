/** What is on disk where a generated file belongs, and whether it is what gradgen would write. */
import { statSync } from 'node:fs';
import { type GeneratedFile, hashBody, hashInputs, type OutputOptions, targetsOf, withLineFeeds } from '../compiler/generated-file.ts';
import { hasHeader, type ParsedFile, parseGeneratedFile, renderGeneratedFile } from '../compiler/header.ts';
import type { ProjectSettings } from '../compiler/tsconfig.ts';
import { readText } from './files.ts';

/** `edited`: ours, changed by hand since. `foreign`: not ours at all. */
export type TargetState = 'missing' | 'fresh' | 'stale' | 'edited' | 'foreign';

/** The state of the place that `file` would be written to. */
export function stateOf(file: GeneratedFile): TargetState {
  if (statSync(file.target, { throwIfNoEntry: false }) === undefined) return 'missing';
  const text = readText(file.target);
  if (text === undefined || !hasHeader(text)) return 'foreign';
  if (withLineFeeds(text) === renderGeneratedFile(file)) return 'fresh';
  return isUntouched(file.target, text) ? 'stale' : 'edited';
}

/** Without the compiler: are all generated files of `source` there, made from what its inputs are now, as they were written? */
export function isFresh(source: string, settings: ProjectSettings, output: OutputOptions): boolean {
  const sourceText = readText(source);
  const files = targetsOf(source, output).map(readGenerated);
  const [main] = files;
  if (sourceText === undefined || main === undefined) return false;
  const inputHash = hashInputs({ source: sourceText, uses: main.uses.map(readText), settings, output, path: source });
  return files.every((file) => file !== undefined && file.inputHash === inputHash && hashBody(file.body) === file.bodyHash);
}

/** The files of ours for `source`. */
export function generatedFilesOf(source: string, output: OutputOptions): string[] {
  return targetsOf(source, output).filter((target) => hasHeader(readText(target) ?? ''));
}

function readGenerated(target: string): ParsedFile | undefined {
  const text = readText(target);
  return text === undefined ? undefined : parseGeneratedFile(target, text);
}

function isUntouched(target: string, text: string): boolean {
  const parsed = parseGeneratedFile(target, text);
  return parsed !== undefined && hashBody(parsed.body) === parsed.bodyHash;
}
