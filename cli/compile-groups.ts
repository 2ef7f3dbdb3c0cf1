/** The one place where the command line calls the compiler. */
import type { Compile, CompileOptions, CompileResult } from '../compiler/options.ts';
import type { SourceGroup } from './projects.ts';

/** Loads the compiler: done only where something has to be compiled. */
export type LoadCompile = () => Promise<Compile>;

/** Compiles what is left of each group; nothing is loaded where nothing is left. */
export async function compileGroups(
  groups: readonly SourceGroup[],
  cwd: string,
  options: CompileOptions,
  load: LoadCompile,
): Promise<Pick<CompileResult, 'files' | 'diagnostics'>> {
  if (groups.every((group) => group.files.length === 0)) return { files: [], diagnostics: [] };
  const compile = await load();
  const results = groups
    .filter((group) => group.files.length > 0)
    .map(({ files, tsconfig }) => compile({ cwd, paths: files, options, ...(tsconfig !== undefined && { tsconfig }) }));
  return { files: results.flatMap((result) => result.files), diagnostics: results.flatMap((result) => result.diagnostics) };
}
