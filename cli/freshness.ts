/** What is on disk where a generated file belongs, and whether it is what gradgen would write. */
import { statSync } from 'node:fs';
import { type GeneratedFile, hashBody, hashInputs, targetOf, withLineFeeds } from '../compiler/generated-file.ts';
import { hasHeader, parseGeneratedFile, renderGeneratedFile } from '../compiler/header.ts';
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

/** Without the compiler: is there a generated file for `source`, made from what its inputs are now, as it was written? */
export function isFresh(source: string, settings: ProjectSettings): boolean {
  const target = targetOf(source);
  const [sourceText, text] = [readText(source), readText(target)];
  const parsed = text === undefined ? undefined : parseGeneratedFile(target, text);
  if (sourceText === undefined || parsed === undefined || hashBody(parsed.body) !== parsed.bodyHash) return false;
  return hashInputs({ source: sourceText, uses: parsed.uses.map(readText), settings }) === parsed.inputHash;
}

/** Is there a file of ours for `source`? */
export function hasGeneratedFile(source: string): boolean {
  const text = readText(targetOf(source));
  return text !== undefined && hasHeader(text);
}

function isUntouched(target: string, text: string): boolean {
  const parsed = parseGeneratedFile(target, text);
  return parsed !== undefined && hashBody(parsed.body) === parsed.bodyHash;
}
