/** From what the user named to absolute paths of source files. */
import { existsSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { globSync, isDynamicPattern } from 'tinyglobby';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { isTargetName } from '../compiler/generated-file.ts';
import type { PatternList, Tsconfig } from '../compiler/tsconfig.ts';
import { fileMessages } from './messages.ts';

export interface FoundFiles {
  /** Sorted, each once. */
  readonly files: readonly string[];
  readonly problems: readonly Diagnostic[];
}

const everySource = '**/*.{ts,tsx,mts}';
const neverSearched = ['**/node_modules/**', '**/.*/**'];

/** Files, folders and globs, relative to `cwd`. A path that gives nothing is a problem. */
export function findSources(paths: readonly string[], cwd: string, skippedFolders: readonly string[]): FoundFiles {
  const found = paths.map((path) => findOne(path, cwd, skippedFolders));
  return {
    files: sortedSet(found.flatMap((one) => (typeof one === 'string' || 'code' in one ? [] : one))),
    problems: found.filter((one): one is Diagnostic => 'code' in one),
  };
}

/** The files that a tsconfig lists, without those of the projects that it refers to. */
export function sourcesOfTsconfig(tsconfig: Tsconfig): string[] {
  const listed = (tsconfig.files?.patterns ?? []).map((file) => resolve(tsconfig.files?.folder ?? '', file));
  const include = tsconfig.include ?? (tsconfig.files === undefined ? wholeFolderOf(tsconfig) : undefined);
  const included = include === undefined ? [] : globOf(include, excludedBy(tsconfig));
  return sortedSet([...listed.filter((file) => existsSync(file)), ...included].filter(isSource));
}

function findOne(path: string, cwd: string, skippedFolders: readonly string[]): Diagnostic | string[] {
  const absolute = resolve(cwd, path);
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return sourcesIn(absolute, skippedFolders);
  if (stats !== undefined) return isSource(absolute) ? [absolute] : fileMessages.notASource(path, whyNotSource(path));
  if (!isDynamicPattern(path)) return fileMessages.noSuchPath(path);
  const matches = globSync(path, { cwd, absolute: true, expandDirectories: false, ignore: neverSearched }).filter(isSource);
  return matches.length > 0 ? matches : fileMessages.noMatch(path);
}

function sourcesIn(folder: string, skippedFolders: readonly string[]): string[] {
  const skipped = skippedFolders.filter((skip) => skip.startsWith(folder)).map((skip) => `${relative(folder, skip)}/**`);
  return globSync(everySource, { cwd: folder, absolute: true, ignore: [...neverSearched, ...skipped] }).filter(isSource);
}

/** As tsc does: a pattern without a wildcard or extension is a folder. */
function globOf(list: PatternList, ignore: readonly string[]): string[] {
  const patterns = list.patterns.map((pattern) => (/[*?]|\.\w+$/.test(pattern.replace(/^.*\//, '')) ? pattern : `${pattern}/**/*`));
  return globSync(patterns, { cwd: list.folder, absolute: true, expandDirectories: false, ignore: [...neverSearched, ...ignore] });
}

function excludedBy(tsconfig: Tsconfig): string[] {
  const folder = tsconfig.exclude?.folder ?? '';
  const patterns = (tsconfig.exclude?.patterns ?? []).map((pattern) => resolve(folder, pattern));
  return [...patterns, ...tsconfig.outputFolders].flatMap((path) => [path, `${path}/**`]);
}

function wholeFolderOf(tsconfig: Tsconfig): PatternList {
  return { folder: resolve(tsconfig.path, '..'), patterns: ['**/*'] };
}

function isSource(path: string): boolean {
  return /\.(?:ts|tsx|mts)$/.test(path) && !/\.d\.(?:\w+\.)?m?ts$/.test(path) && !isTargetName(path);
}

function whyNotSource(path: string): string {
  if (isTargetName(path)) return 'it is a generated file; name its source';
  if (/\.d\.(?:\w+\.)?[cm]?ts$/.test(path)) return 'a declaration file has no functions to differentiate';
  if (/\.cts$/.test(path)) return 'CommonJS modules are not supported yet';
  return /\.[cm]?jsx?$/.test(path) ? 'JavaScript is not supported yet' : 'it is not a TypeScript file';
}

function sortedSet(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => resolve(path)))].sort();
}
