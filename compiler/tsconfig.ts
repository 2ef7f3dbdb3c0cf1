/** Reads a tsconfig without TypeScript: the few settings that change what is generated, and which files it lists. */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';

/** The compiler options of the user that change the bytes of a generated file. */
export interface ProjectSettings {
  /** `noUncheckedIndexedAccess`: elements are written `x[i]!`. */
  readonly uncheckedIndexedAccess: boolean;
  /** How the user's project writes relative imports. */
  readonly importExtension: '' | '.js' | '.ts';
}

/** A list of files or patterns, and the folder that they are relative to. */
export interface PatternList {
  readonly folder: string;
  readonly patterns: readonly string[];
}

export interface Tsconfig {
  /** Absolute path. */
  readonly path: string;
  readonly settings: ProjectSettings;
  readonly files?: PatternList;
  readonly include?: PatternList;
  readonly exclude?: PatternList;
  /** Absolute path: the folder whose tree output mirrors, its own unless the tsconfig names one. */
  readonly rootDir: string;
  /** Absolute paths of folders that hold output. */
  readonly outputFolders: readonly string[];
  /** Absolute paths of the projects it refers to. */
  readonly references: readonly string[];
}

/** A tsconfig that cannot be read; the message says why. */
export class TsconfigError extends Error {
  override readonly name = 'TsconfigError';
}

export const defaultSettings: ProjectSettings = { uncheckedIndexedAccess: false, importExtension: '' };

/** One file and those that it extends, not yet merged. */
interface Layer {
  readonly folder: string;
  readonly json: Record<string, unknown>;
  readonly compilerOptions: Record<string, unknown>;
}

/** The settings of a tsconfig with all that it extends. Throws {@link TsconfigError}. */
export function readTsconfig(path: string): Tsconfig {
  const layers = readLayers(path, []);
  const own = layers[layers.length - 1] as Layer;
  const compilerOptions = Object.assign({}, ...layers.map((layer) => layer.compilerOptions)) as Record<string, unknown>;
  return {
    path,
    settings: settingsOf(compilerOptions),
    ...listOf('files', layers, own.folder),
    ...listOf('include', layers, own.folder),
    ...listOf('exclude', layers, own.folder),
    rootDir: folderNamed('rootDir', layers, own.folder) ?? own.folder,
    outputFolders: ['outDir', 'declarationDir'].flatMap((name) => outputFolder(name, layers, own.folder)),
    references: referencesOf(own),
  };
}

/** The tsconfig.json nearest to a folder, upwards. */
export function findTsconfig(folder: string): string | undefined {
  const path = join(folder, 'tsconfig.json');
  if (isFile(path)) return path;
  return dirname(folder) === folder ? undefined : findTsconfig(dirname(folder));
}

function settingsOf(compilerOptions: Record<string, unknown>): ProjectSettings {
  return {
    uncheckedIndexedAccess: compilerOptions.noUncheckedIndexedAccess === true,
    importExtension: importExtensionOf(compilerOptions),
  };
}

/** `.ts` is resolved everywhere where it is allowed; Node's own resolution needs some extension. */
function importExtensionOf(compilerOptions: Record<string, unknown>): ProjectSettings['importExtension'] {
  if (compilerOptions.allowImportingTsExtensions === true || compilerOptions.rewriteRelativeImportExtensions === true) return '.ts';
  const resolution = String(compilerOptions.moduleResolution ?? compilerOptions.module ?? '').toLowerCase();
  return /^node(?:16|18|20|next)$/.test(resolution) ? '.js' : '';
}

/** Base configurations first. */
function readLayers(path: string, from: readonly string[]): Layer[] {
  if (from.includes(path)) throw new TsconfigError(`'${path}' extends itself`);
  const json = parseObject(path);
  const bases = [json.extends ?? []].flat().filter((base): base is string => typeof base === 'string');
  const layers = bases.flatMap((base) => readLayers(resolveBase(base, path), [...from, path]));
  return [...layers, { folder: dirname(path), json, compilerOptions: asObject(json.compilerOptions) }];
}

function parseObject(path: string): Record<string, unknown> {
  try {
    return asObject(JSON.parse(withoutComments(readFileSync(path, 'utf8'))));
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'it is not valid JSON' : 'it cannot be opened';
    throw new TsconfigError(`cannot read '${path}': ${reason}`);
  }
}

/** JSON with comments and trailing commas → JSON. */
function withoutComments(text: string): string {
  const tokens = /"(?:[^"\\]|\\.)*"|\/\/.*|\/\*[\s\S]*?\*\//g;
  const bare = text.replace(/^\uFEFF/, '').replace(tokens, (token) => (token.startsWith('"') ? token : ' '));
  return bare.replace(/"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g, (token) => (token === ',' ? '' : token));
}

function resolveBase(base: string, from: string): string {
  const candidates = [base, `${base}.json`, `${base}/tsconfig.json`];
  if (/^\.\.?(?:\/|$)/.test(base) || isAbsolute(base)) {
    const found = candidates.map((path) => resolve(dirname(from), path)).find(isFile);
    if (found !== undefined) return found;
  } else {
    const found = candidates.map((name) => resolvePackage(name, from)).find((path) => path?.endsWith('.json'));
    if (found !== undefined) return found;
  }
  throw new TsconfigError(`cannot find '${base}', which '${from}' extends`);
}

function resolvePackage(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}

/** The list of the last layer that has one, relative to that layer's folder. */
function listOf<K extends 'files' | 'include' | 'exclude'>(key: K, layers: readonly Layer[], root: string): { [P in K]?: PatternList } {
  const layer = layers.findLast((candidate) => Array.isArray(candidate.json[key]));
  if (layer === undefined) return {};
  const patterns = (layer.json[key] as unknown[]).filter((pattern): pattern is string => typeof pattern === 'string');
  const list: PatternList = { folder: layer.folder, patterns: patterns.map((pattern) => withConfigFolder(pattern, root)) };
  return { [key]: list } as { [P in K]?: PatternList };
}

/** None where output goes beside the sources. */
function outputFolder(name: string, layers: readonly Layer[], root: string): string[] {
  const folder = folderNamed(name, layers, root);
  return folder === undefined || `${root}${sep}`.startsWith(`${folder}${sep}`) ? [] : [folder];
}

function folderNamed(name: string, layers: readonly Layer[], root: string): string | undefined {
  const layer = layers.findLast((candidate) => typeof candidate.compilerOptions[name] === 'string');
  return layer && resolve(layer.folder, withConfigFolder(String(layer.compilerOptions[name]), root));
}

function withConfigFolder(path: string, root: string): string {
  return path.replace(/^\$\{configDir\}/, root);
}

function referencesOf(own: Layer): string[] {
  const references = Array.isArray(own.json.references) ? own.json.references : [];
  const paths = references.map((reference) => asObject(reference).path).filter((path): path is string => typeof path === 'string');
  return paths.map((path) => resolve(own.folder, path)).map((path) => (path.endsWith('.json') ? path : join(path, 'tsconfig.json')));
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
