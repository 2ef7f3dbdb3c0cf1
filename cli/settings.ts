/** What a run is asked to do: the command line over the configuration over the defaults. */
import { isAbsolute, join, relative, resolve } from 'node:path';
import { type ReportFormat, reportFormats } from '../compiler/diagnostics/reporter.ts';
import { closestTo } from './distance.ts';

export interface Settings {
  readonly paths: readonly string[];
  readonly check: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly strict: boolean;
  readonly verify: boolean;
  readonly list: boolean;
  readonly stats: boolean;
  readonly all: boolean;
  readonly format: ReportFormat;
  readonly tsconfig?: string;
  /** `after=PASS`, `diff=PASS`; `after=all` for every pass. */
  readonly printIr?: string;
  readonly outDir?: string;
  readonly emit: 'ts' | 'js';
  readonly runtime: 'import' | 'inline';
  readonly math: 'exact' | 'fast';
  readonly sourceMap: 'none' | 'file' | 'inline';
  /** What a command in a message has to repeat, with a blank in front. */
  readonly repeated: string;
}

/** Flags that a command must repeat to mean the same files: they come from the command line, not from the configuration. */
export function repeatedFlags(given: Partial<Settings>, config: string | undefined): string {
  const keys = ['all', 'outDir', 'emit', 'runtime', 'math', 'sourceMap', 'tsconfig'] as const;
  const flags = keys.filter((key) => given[key] !== undefined).map((key) => flagText(key, given[key]));
  return [...flags, ...(config === undefined ? [] : [` --config ${quoted(config)}`])].join('');
}

function flagText(key: string, value: unknown): string {
  if (typeof value === 'boolean') return ` --${value ? '' : 'no-'}${flagOf(key)}`;
  return ` --${flagOf(key)} ${quoted(String(value))}`;
}

/** A path as a shell takes it. */
export function quoted(path: string): string {
  return /^[\w./@%+=:,~-]+$/.test(path) ? path : `"${path}"`;
}

/** Something that the user wrote, there or in the configuration, and gradgen cannot take: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const defaults: Settings = {
  paths: [],
  check: false,
  dryRun: false,
  force: false,
  strict: false,
  verify: false,
  list: false,
  stats: false,
  all: false,
  format: 'pretty',
  emit: 'ts',
  runtime: 'import',
  math: 'exact',
  sourceMap: 'none',
  repeated: '',
};

type Kind = 'boolean' | 'text' | 'texts' | readonly string[];

/** Every setting and what it takes. */
export const settingKinds: { readonly [K in Exclude<keyof Required<Settings>, 'repeated'>]: Kind } = {
  paths: 'texts',
  check: 'boolean',
  dryRun: 'boolean',
  force: 'boolean',
  strict: 'boolean',
  verify: 'boolean',
  list: 'boolean',
  stats: 'boolean',
  all: 'boolean',
  format: reportFormats,
  tsconfig: 'text',
  printIr: 'text',
  outDir: 'text',
  emit: ['ts', 'js'],
  runtime: ['import', 'inline'],
  math: ['exact', 'fast'],
  sourceMap: ['none', 'file', 'inline'],
};

/** The settings of a run. Throws {@link UsageError} where two of them exclude each other. */
export function combine(given: Partial<Settings>, config: Partial<Settings>, cwd: string): Settings {
  const paths = given.paths && given.paths.length > 0 ? given.paths : config.paths;
  const outDir = given.outDir === undefined ? config.outDir : resolve(cwd, given.outDir);
  const settings = { ...defaults, ...config, ...given, paths: paths ?? [], ...(outDir !== undefined && { outDir }) };
  refuseTogether(settings);
  return settings;
}

/** Those that write nothing and print something of their own exclude each other; so do `--check` and the first three. */
function refuseTogether(settings: Settings): void {
  const asked = (['printIr', 'list', 'stats', 'check'] as const).filter((key) => settings[key] !== undefined && settings[key] !== false);
  const [first, second] = asked;
  if (first !== undefined && second !== undefined)
    throw new UsageError(`'--${flagOf(first)}' and '--${flagOf(second)}' exclude each other`);
  if (settings.verify && first !== undefined && first !== 'check')
    throw new UsageError(`'--${flagOf(first)}' and '--verify' exclude each other`);
}

/** `outDir` → `out-dir`. */
export function flagOf(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export type SettingName = keyof typeof settingKinds;

/** `value` as what the setting `key` takes; `name` is how the user calls it. Throws {@link UsageError}. */
export function checkedValue(key: SettingName, value: unknown, name: string): unknown {
  const kind = settingKinds[key];
  if (kind === 'boolean' && typeof value === 'boolean') return value;
  if (kind === 'texts' && Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  if (key === 'printIr' && typeof value === 'string') return checkedPass(value, name);
  if (kind === 'text' && typeof value === 'string') return value;
  if (Array.isArray(kind) && kind.includes(value as string)) return value;
  const takes = Array.isArray(kind)
    ? kind.join(', ')
    : { boolean: 'true or false', text: 'a text', texts: 'a list of texts' }[kind as string];
  throw new UsageError(Array.isArray(kind) ? `unknown ${name} '${String(value)}'; known are ${takes}` : `'${name}' takes ${takes}`);
}

function checkedPass(value: string, name: string): string {
  if (/^(?:after|diff)=./.test(value)) return value;
  throw new UsageError(`'${name}' takes after=PASS or diff=PASS`);
}

/** The settings that a configuration gives; its paths become relative to `cwd`. Throws {@link UsageError}. */
export function settingsOfConfig(config: Readonly<Record<string, unknown>>, folder: string, cwd: string): Partial<Settings> {
  const entries = Object.entries(config).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, located(key, checkedKey(key, value), folder, cwd)]));
}

function checkedKey(key: string, value: unknown): unknown {
  if (Object.hasOwn(settingKinds, key)) return checkedValue(key as SettingName, value, key);
  const meant = closestTo(key, Object.keys(settingKinds));
  throw new UsageError(`unknown key '${key}' in the configuration${meant === undefined ? '' : `; did you mean '${meant}'?`}`);
}

function located(key: string, value: unknown, folder: string, cwd: string): unknown {
  const move = (path: string) => (isAbsolute(path) ? path : relative(cwd, join(folder, path)).replaceAll('\\', '/') || '.');
  if (key === 'paths') return (value as readonly string[]).map(move);
  return key === 'tsconfig' ? move(String(value)) : key === 'outDir' ? resolve(folder, String(value)) : value;
}
