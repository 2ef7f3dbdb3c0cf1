/** The imports of a generated file. */
import { posix } from 'node:path';
import { fillLines, pageWidth } from './page.ts';

export interface ImportName {
  readonly name: string;
  /** The name that the module exports it by, where that differs. */
  readonly exported?: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

export type ImportExtension = '' | '.js' | '.ts';

/** How the file at `target` imports the module at `path`. */
export function relativeSpecifier(target: string, path: string, extension: ImportExtension): string {
  const [from, to] = [target, path].map((name) => name.replaceAll('\\', '/'));
  const relative = posix.relative(posix.dirname(from ?? ''), to ?? '');
  const local = relative.startsWith('.') ? relative : `./${relative}`;
  return withExtension(local, extension);
}

function withExtension(path: string, extension: ImportExtension): string {
  const match = /^(.*?)(?:\.d)?\.([cm]?)(?:[tj]sx?)$/.exec(path);
  if (!match || extension === '.ts') return path;
  const [, stem = path, module = ''] = match;
  // `.mts` and `.cts` are never found without an extension.
  return module === '' && extension === '' ? stem : `${stem}.${module}js`;
}

/** One line per module and kind: packages first, then by path; names in order. */
export function printImports(imports: readonly ImportName[]): string[] {
  const groups = new Map<string, Set<string>>();
  const values = new Set(imports.filter(({ typeOnly }) => !typeOnly).map(({ specifier, name }) => `${specifier} ${name}`));
  for (const { name, exported, specifier, typeOnly } of imports) {
    if (typeOnly && values.has(`${specifier} ${name}`)) continue;
    const key = `${isRelative(specifier) ? 1 : 0} ${specifier} ${typeOnly ? 'import type' : 'import'}`;
    const names = groups.get(key) ?? new Set();
    names.add(exported === undefined || exported === name ? name : `${exported} as ${name}`);
    groups.set(key, names);
  }
  return [...groups]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([key, names]) => {
      const [, specifier = '', ...keyword] = key.split(' ');
      return printImport(keyword.join(' '), [...names].sort(compare), JSON.stringify(specifier));
    });
}

function printImport(keyword: string, names: readonly string[], specifier: string): string[] {
  const line = `${keyword} { ${names.join(', ')} } from ${specifier};`;
  return line.length <= pageWidth ? [line] : [`${keyword} {`, ...fillLines(names), `} from ${specifier};`];
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.');

/** By code unit, on every machine alike. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
