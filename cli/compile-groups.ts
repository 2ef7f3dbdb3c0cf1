/** The one place where the command line calls the compiler. */
import type { OutputOptions } from '../compiler/generated-file.ts';
import type { Compile, CompileOptions, CompileResult } from '../compiler/options.ts';
import type { SourceGroup } from './projects.ts';
import type { Settings } from './settings.ts';

/** Loads the compiler: done only where something has to be compiled. */
export type LoadCompile = () => Promise<Compile>;

/** A group with what is to be written for it. */
export interface OutputGroup extends SourceGroup {
  readonly output: OutputOptions;
  /** How many files were looked at to find `files`. */
  readonly scanned: number;
}

export type Compiled = Required<Omit<CompileResult, 'scanned'>>;

/** What the settings say about the files to write. */
export function withOutput<G extends SourceGroup>(group: G, { emit, runtime, math, sourceMap, all, outDir }: Settings): G & OutputGroup {
  const place = outDir === undefined ? {} : { outDir, rootDir: group.rootDir };
  return { ...group, scanned: group.files.length, output: { emit, runtime, math, sourceMap, all, ...place } };
}

export function scannedIn(groups: readonly OutputGroup[]): number {
  return groups.reduce((sum, group) => sum + group.scanned, 0);
}

/** Compiles what is left of each group; nothing is loaded where nothing is left. */
export async function compileGroups(
  groups: readonly OutputGroup[],
  cwd: string,
  options: Omit<CompileOptions, 'output'>,
  load: LoadCompile,
): Promise<Compiled> {
  const some = groups.filter((group) => group.files.length > 0);
  if (some.length === 0) return { files: [], diagnostics: [], functions: [], refused: [] };
  const compile = await load();
  const results = some.map(({ files, tsconfig, output }) =>
    compile({ cwd, paths: files, options: { ...options, output }, ...(tsconfig !== undefined && { tsconfig }) }),
  );
  return {
    files: results.flatMap((result) => result.files),
    diagnostics: results.flatMap((result) => result.diagnostics),
    functions: results.flatMap((result) => result.functions ?? []),
    refused: results.flatMap((result) => result.refused ?? []),
  };
}
