/** Finds and runs the configuration. */
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findTsconfig } from '../compiler/tsconfig.ts';
import { type Settings, settingsOfConfig, UsageError } from './settings.ts';
import { type Exports, openUserCode, runPlain } from './user-code.ts';

const names = ['ts', 'mts', 'js', 'mjs'].map((extension) => `gradgen.config.${extension}`);

/** The settings of the configuration: the one named, else the nearest one. None: nothing. Throws {@link UsageError}. */
export async function readConfig(named: string | undefined, cwd: string): Promise<Partial<Settings>> {
  const path = named === undefined ? nearest(cwd) : resolve(cwd, named);
  if (path === undefined) return {};
  if (!isFile(path)) throw new UsageError(`the configuration '${named}' does not exist`);
  const config = (await run(path)).default;
  if (typeof config !== 'object' || config === null)
    throw new UsageError(`'${path}' has no default export; write export default defineConfig({ … })`);
  return settingsOfConfig(config as Readonly<Record<string, unknown>>, dirname(path), cwd);
}

function nearest(folder: string): string | undefined {
  const found = names.map((name) => join(folder, name)).find(isFile);
  if (found !== undefined || dirname(folder) === folder) return found;
  return nearest(dirname(folder));
}

async function run(path: string): Promise<Exports> {
  try {
    return (await runPlain(path)) ?? (await runCompiled(path));
  } catch (error) {
    throw new UsageError(`the configuration '${path}' cannot be run: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function runCompiled(path: string): Promise<Exports> {
  const tsconfig = findTsconfig(dirname(path));
  const code = await openUserCode(tsconfig === undefined ? {} : { tsconfig });
  try {
    return await code.load(path);
  } finally {
    code.close();
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
