/**
 * Runs modules of the user's: the configuration, and for `--verify` marked functions and their derivatives. The modules and what
 * they import are written as JavaScript to a temporary folder that mirrors theirs, and imported from there.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, parse, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readText } from './files.ts';

export type Exports = Readonly<Record<string, unknown>>;

export interface UserCode {
  /** Runs a module, if it has not been, and gives what it exports. Throws what the module throws. `text`: instead of the file's. */
  load(path: string, text?: string): Promise<Exports>;
  /** Deletes the temporary folder. */
  close(): void;
}

export interface UserCodeOptions {
  /** Decides which file an import means. */
  readonly tsconfig?: string;
  /** Texts by absolute path, for modules that are not on disk, or not so. */
  readonly texts?: ReadonlyMap<string, string>;
}

interface Context {
  readonly folder: string;
  readonly texts: ReadonlyMap<string, string>;
  /** The modules written so far. */
  readonly written: Set<string>;
  readonly tools: typeof import('../compiler/index.ts');
  readonly resolution: ReturnType<typeof import('../compiler/index.ts').resolutionOptions>;
}

export async function openUserCode({ tsconfig, texts = new Map() }: UserCodeOptions): Promise<UserCode> {
  const tools = await import('../compiler/index.ts');
  const folder = mkdtempSync(join(tmpdir(), 'gradgen-run-'));
  const context: Context = { folder, texts, written: new Set(), tools, resolution: tools.resolutionOptions(tsconfig) };
  return {
    load: (path, text) => {
      write(path, context, text);
      return import(/* @vite-ignore */ pathToFileURL(placeOf(path, folder)).href) as Promise<Exports>;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Writes a module and, before it is run, everything that it imports. */
function write(path: string, context: Context, given?: string): void {
  if (context.written.has(path)) return;
  context.written.add(path);
  const text = given ?? context.texts.get(path) ?? readFileSync(path, 'utf8');
  const place = placeOf(path, context.folder);
  linkPackages(dirname(path), context);
  mkdirSync(dirname(place), { recursive: true });
  if (path.endsWith('.json')) return writeFileSync(place, `export default ${text};\n`);
  const imported = new Set<string>();
  const rewrite = (specifier: string): string | undefined => {
    const target = resolveModule(specifier, path, context);
    if (target === undefined) return undefined;
    imported.add(target);
    const way = relative(dirname(place), placeOf(target, context.folder)).replaceAll('\\', '/');
    return way.startsWith('.') ? way : `./${way}`;
  };
  writeFileSync(place, context.tools.transpile(text, path, rewrite).text);
  for (const target of imported) write(target, context);
}

function resolveModule(specifier: string, from: string, { texts, tools, resolution }: Context): string | undefined {
  if (specifier === 'gradgen') return tools.runtimeSource('macros');
  if (specifier === 'gradgen/runtime') return tools.runtimeSource('index');
  if (specifier === 'gradgen/math') return tools.runtimeSource('math/index');
  if (specifier.startsWith('.')) {
    const path = resolve(dirname(from), specifier);
    const stem = path.replace(/\.([cm]?)js$/, '.$1ts');
    const given = [path, stem, `${path}.ts`, `${path}.mts`, `${path}.js`].find((candidate) => texts.has(candidate));
    if (given !== undefined) return given;
    // The sources of the runtime name their files whole, whatever the user's tsconfig allows.
    if (/\.[cm]?ts$/.test(path) && existsSync(path)) return path;
  }
  return tools.resolveSource(specifier, from, resolution);
}

function placeOf(path: string, folder: string): string {
  return join(folder, `${path.slice(parse(path).root.length)}.mjs`);
}

/** Packages are found where they would be from the module's own place. */
function linkPackages(path: string, context: Context): void {
  const packages = join(path, 'node_modules');
  const link = join(context.folder, packages.slice(parse(packages).root.length));
  if (existsSync(packages) && !existsSync(link)) {
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(packages, link, 'junction');
  }
  if (dirname(path) !== path) linkPackages(dirname(path), context);
}

/** Runs a module that is plain JavaScript but for imports of `gradgen`, without loading a compiler; undefined where it is not. */
export async function runPlain(path: string): Promise<Exports | undefined> {
  const text = (readText(path) ?? '').replaceAll(
    /from\s*(['"])gradgen\1/g,
    `from 'data:text/javascript,export const defineConfig = (config) => config;'`,
  );
  if (/\bimport\s*\(|\bfrom\s*['"](?!data:|node:)|\bimport\s*['"]|\bimport\.meta/.test(text)) return undefined;
  const url = `data:text/javascript;base64,${Buffer.from(text).toString('base64')}#${Math.random()}`;
  try {
    return (await import(/* @vite-ignore */ url)) as Exports;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
