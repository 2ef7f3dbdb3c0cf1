/** Which tsconfig holds for which file: the one that the user names, else the nearest one, as bundlers and editors take it. */
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { defaultSettings, findTsconfig, type ProjectSettings, readTsconfig, type Tsconfig, TsconfigError } from '../compiler/tsconfig.ts';
import { fileMessages } from './messages.ts';
import { findSources, sourcesOfTsconfig } from './source-files.ts';

export interface SourceGroup {
  /** Absolute path. */
  readonly tsconfig?: string;
  readonly settings: ProjectSettings;
  /** Absolute path: what `--out-dir` mirrors. */
  readonly rootDir: string;
  readonly files: readonly string[];
}

export interface Selection {
  readonly groups: readonly SourceGroup[];
  readonly problems: readonly Diagnostic[];
}

export interface SelectionRequest {
  readonly cwd: string;
  readonly paths: readonly string[];
  readonly tsconfig?: string;
}

/** The files that a command works on, grouped by the tsconfig that holds for them. */
export function selectSources(request: SelectionRequest): Selection {
  try {
    const named = namedTsconfig(request);
    return request.paths.length === 0 ? selectFromTsconfig(named, request.cwd) : selectFromPaths(request, named);
  } catch (error) {
    if (!(error instanceof TsconfigError)) throw error;
    return { groups: [], problems: [fileMessages.badTsconfig('', error.message)] };
  }
}

function namedTsconfig(request: SelectionRequest): string | undefined {
  if (request.tsconfig === undefined) return undefined;
  const path = resolve(request.cwd, request.tsconfig);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new TsconfigError(`'${request.tsconfig}' does not exist`);
  return stats.isDirectory() ? join(path, 'tsconfig.json') : path;
}

function selectFromTsconfig(named: string | undefined, cwd: string): Selection {
  const path = named ?? findTsconfig(cwd);
  if (path === undefined) throw new TsconfigError(`there is no tsconfig.json in '${cwd}' or above it; name files or folders`);
  const groups = withReferences(readTsconfig(path), []).map((tsconfig) => groupOf(tsconfig, sourcesOfTsconfig(tsconfig)));
  return { groups: withoutRepeats(groups), problems: [] };
}

function selectFromPaths(request: SelectionRequest, named: string | undefined): Selection {
  const nearest = named ?? findTsconfig(request.cwd);
  const { files, problems } = findSources(request.paths, request.cwd, nearest === undefined ? [] : readTsconfig(nearest).outputFolders);
  const byTsconfig = groupBy(files, (file) => named ?? findTsconfig(dirname(file)));
  const groups = [...byTsconfig].flatMap(([path, own]) => groupsFor(path, own, named !== undefined, request.cwd));
  return { groups, problems };
}

/** A tsconfig that only refers to others hands its files to the first of these that lists them. */
function groupsFor(path: string | undefined, files: readonly string[], named: boolean, cwd: string): SourceGroup[] {
  if (path === undefined) return [{ settings: defaultSettings, rootDir: cwd, files }];
  const tsconfig = readTsconfig(path);
  const [, ...referenced] = named || tsconfig.references.length === 0 ? [tsconfig] : withReferences(tsconfig, []);
  if (referenced.length === 0) return [groupOf(tsconfig, files)];
  const candidates = [tsconfig, ...referenced].map((candidate) => ({ candidate, listed: new Set(sourcesOfTsconfig(candidate)) }));
  const owner = (file: string) => candidates.find(({ listed }) => listed.has(file))?.candidate ?? tsconfig;
  return [...groupBy(files, owner)].map(([candidate, own]) => groupOf(candidate, own));
}

/** A tsconfig and all that it refers to, in order, each once. */
function withReferences(tsconfig: Tsconfig, seen: readonly string[]): Tsconfig[] {
  const rest = tsconfig.references.filter((path) => path !== tsconfig.path && !seen.includes(path));
  const nested = rest.flatMap((path) => withReferences(readTsconfig(path), [...seen, tsconfig.path]));
  return [...new Map([tsconfig, ...nested].map((one) => [one.path, one])).values()];
}

function groupOf(tsconfig: Tsconfig, files: readonly string[]): SourceGroup {
  return { tsconfig: tsconfig.path, settings: tsconfig.settings, rootDir: tsconfig.rootDir, files };
}

function withoutRepeats(groups: readonly SourceGroup[]): SourceGroup[] {
  return groups.map((group, index) => {
    const earlier = new Set(groups.slice(0, index).flatMap((other) => other.files));
    return { ...group, files: group.files.filter((file) => !earlier.has(file)) };
  });
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
