/** What is on disk where a generated file belongs, and whether it is what gradgen would write. */
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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

/**
 * Does the hash of the generated file cover all that `source` imports, and what that imports? Where a type comes from a module that
 * no code went in from, or from a package, only the compiler knows whether it has changed.
 */
export function coversImports(source: string, output: OutputOptions): boolean {
  const main = readGenerated(targetsOf(source, output)[0] ?? '');
  if (main === undefined) return false;
  const covered = new Set([source, ...main.uses]);
  return [...covered].every((path) => importsOf(readText(path) ?? '').every((specifier) => isCovered(specifier, path, covered)));
}

/** What stands after `from`, `import` and `import(`, and in references; a text of the program may be among it. */
function importsOf(text: string): string[] {
  const found = text.matchAll(/\b(?:from|import|require)\s*\(?\s*(['"])(.+?)\1|<reference\s+(?:path|types)\s*=\s*(['"])(.+?)\3/g);
  return [...found].map((match) => match[2] ?? match[4] ?? '');
}

function isCovered(specifier: string, from: string, covered: ReadonlySet<string>): boolean {
  if (specifier === 'gradgen' || specifier.startsWith('gradgen/')) return true;
  if (!specifier.startsWith('.')) return false;
  const path = resolve(dirname(from), specifier);
  const stem = path.replace(/\.([cm]?)jsx?$/, '.$1ts');
  return [path, stem, `${path}.ts`, `${path}.tsx`, `${path}.mts`, join(path, 'index.ts')].some((candidate) => covered.has(candidate));
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
