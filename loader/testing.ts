/** For tests: the package as it would be installed, and projects that use it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface TestPackage {
  /** A project with these files in which the package is installed. */
  project(files: Readonly<Record<string, string>>): LoaderProject;
  remove(): void;
}

export interface LoaderProject {
  readonly folder: string;
  write(path: string, text: string): void;
  /** Runs node with these arguments. */
  node(...args: string[]): LoaderRun;
  /** Runs a program of a development dependency: `tsx`, `vitest`. */
  program(name: string, ...args: string[]): LoaderRun;
}

export interface LoaderRun {
  readonly status: number | null;
  /** Without colors. */
  readonly out: string;
  readonly error: string;
}

/** Builds the package from the sources as they are. */
export function buildPackage(): TestPackage {
  const folder = mkdtempSync(join(tmpdir(), 'gradgen-loader-'));
  const home = join(folder, 'gradgen');
  mkdirSync(home);
  for (const name of ['package.json', 'node_modules', 'runtime', 'bin']) symlinkSync(join(root, name), join(home, name));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  run(root, [tsc, '-p', 'tsconfig.build.json', '--noCheck', '--outDir', join(home, 'dist')]);
  return {
    project: (files) => createProject(mkdtempSync(join(folder, 'project-')), home, files),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function createProject(folder: string, home: string, files: Readonly<Record<string, string>>): LoaderProject {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(home, join(folder, 'node_modules/gradgen'));
  for (const name of ['vitest', 'vite', 'tsx']) symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  for (const [path, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) write(path, text);
  const programs: Readonly<Record<string, string>> = { tsx: 'tsx/dist/cli.mjs', vitest: 'vitest/vitest.mjs' };
  return {
    folder,
    write,
    node: (...args) => run(folder, args),
    program: (name, ...args) => run(folder, [join(root, 'node_modules', programs[name] ?? ''), ...args]),
  };
}

function run(cwd: string, args: readonly string[]): LoaderRun {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, NODE_OPTIONS: '', VITEST: undefined };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', env });
  return { status, out: stdout, error: stderr };
}
