/** `gradgen init`: sets a project up. It finds out what there is by itself, and never changes what somebody wrote. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readText, writeAtomically } from './files.ts';
import type { ExitStatus } from './report.ts';
import { UsageError } from './settings.ts';
import type { Terminal } from './terminal.ts';

interface PackageJson {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const scripts: Readonly<Record<string, string>> = { gradgen: 'gradgen', 'gradgen:check': 'gradgen --check' };

export function initialize(terminal: Terminal): ExitStatus {
  const text = readText(join(terminal.cwd, 'package.json'));
  if (text === undefined) throw new UsageError("there is no package.json here; run 'npm init' first, or go to the folder that has it");
  const manifest = parseManifest(text);
  const notes = [
    writeConfig(terminal.cwd),
    addScripts(terminal.cwd, text, manifest),
    addLine(terminal.cwd, '.gitattributes', '*.grad.* linguist-generated=true', true),
    addLine(terminal.cwd, '.prettierignore', '*.grad.*', usesPrettier(manifest, terminal.cwd)),
    addLine(terminal.cwd, '.eslintignore', '*.grad.*', existsSync(join(terminal.cwd, '.eslintignore'))),
  ].filter((note) => note !== undefined);
  for (const note of notes) terminal.out(`${note}\n`);
  terminal.out(notes.length === 0 ? 'all is there already\n' : `${nextSteps(manifest)}\n`);
  return 0;
}

function parseManifest(text: string): PackageJson {
  try {
    return JSON.parse(text) as PackageJson;
  } catch {
    throw new UsageError("'package.json' is not valid JSON");
  }
}

/** Where the sources are: the first of the usual folders, else what the tsconfig lists. */
function writeConfig(folder: string): string | undefined {
  const names = ['ts', 'mts', 'js', 'mjs'].map((extension) => `gradgen.config.${extension}`);
  if (names.some((name) => existsSync(join(folder, name)))) return undefined;
  const sources = ['src', 'lib', 'source'].find((name) => existsSync(join(folder, name)));
  const body = sources === undefined ? '' : `\n  paths: ['${sources}'],\n`;
  const name = existsSync(join(folder, 'tsconfig.json')) ? 'gradgen.config.ts' : 'gradgen.config.mjs';
  writeAtomically(join(folder, name), `import { defineConfig } from 'gradgen';\n\nexport default defineConfig({${body}});\n`);
  return `wrote ${name}`;
}

function addScripts(folder: string, text: string, manifest: PackageJson): string | undefined {
  const missing = Object.keys(scripts).filter((name) => manifest.scripts?.[name] === undefined);
  if (missing.length === 0) return undefined;
  const added = { ...manifest, scripts: { ...manifest.scripts, ...Object.fromEntries(missing.map((name) => [name, scripts[name]])) } };
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  const json = JSON.stringify(added, null, indent);
  const lines = text.includes('\r\n') ? json.replaceAll('\n', '\r\n') : json;
  writeAtomically(join(folder, 'package.json'), lines + (/\r?\n$/.exec(text)?.[0] ?? ''));
  return `added to the scripts of package.json: ${missing.join(', ')}`;
}

/** Appends a line, unless the file has it. */
function addLine(folder: string, name: string, line: string, wanted: boolean): string | undefined {
  const text = readText(join(folder, name)) ?? '';
  if (!wanted || text.split(/\r?\n/).some((one) => one.trim() === line || one.trim().startsWith('*.grad.'))) return undefined;
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  writeAtomically(join(folder, name), `${text}${separator}${line}\n`);
  return `${text === '' ? 'wrote' : 'added a line to'} ${name}`;
}

function usesPrettier(manifest: PackageJson, folder: string): boolean {
  const isListed = { ...manifest.dependencies, ...manifest.devDependencies }.prettier !== undefined;
  return (
    isListed || ['.prettierrc', '.prettierrc.json', '.prettierignore', 'prettier.config.js'].some((name) => existsSync(join(folder, name)))
  );
}

/** ESLint, Biome and oxlint are told by a comment in each generated file. */
function nextSteps(manifest: PackageJson): string {
  const has = { ...manifest.dependencies, ...manifest.devDependencies }.gradgen !== undefined;
  const install = has ? '' : 'install it:      npm install --save-dev gradgen, or as a dependency where generated files are published\n';
  return `${install}mark a function: /** @grad */\nthen run:        npm run gradgen`;
}
