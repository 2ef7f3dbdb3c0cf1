/** A set of TypeScript files and the checker over them. The only file that opens a ts-morph project. */
import { join, resolve } from 'node:path';
import { Project, ts } from '#ts-morph';
import { isApartFromBrowser, withoutBrowser } from './browser-library.ts';
import { macroDeclarations } from './macro-declarations.ts';

export interface OpenOptions {
  readonly cwd: string;
  /** Path of a tsconfig; default: the nearest one above `cwd`, else strict defaults. */
  readonly tsconfig?: string;
  /** Files to open; default: those of the tsconfig. What they import is found by itself. */
  readonly paths?: readonly string[];
  /** A project that lives in memory, for tests: text by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** JavaScript is read too, with the types that its comments give. */
  readonly javaScript?: boolean;
  /** For a project in memory: what differs from strict defaults. */
  readonly compilerOptions?: Readonly<ts.CompilerOptions>;
}

export interface SourceProject {
  readonly cwd: string;
  readonly options: ts.CompilerOptions;
  /** Absolute paths of the files opened, without declaration files and generated ones. */
  files(): readonly string[];
  sourceFile(path: string): ts.SourceFile | undefined;
  program(): ts.Program;
  /** Replaces the text of a file, or adds the file. */
  write(path: string, text: string): void;
}

export function openProject(options: OpenOptions): SourceProject {
  const project = options.files === undefined ? openOnDisk(options) : openInMemory(options.files, options.compilerOptions);
  if (options.files !== undefined || !resolvesGradgen(options.cwd, project.getCompilerOptions())) {
    project.createSourceFile(join(options.cwd, '__gradgen__.d.ts'), macroDeclarations(), { overwrite: true });
  }
  if (options.files !== undefined || options.paths?.length) dropBrowser(project);
  return asSourceProject(project, options.cwd);
}

function asSourceProject(project: Project, cwd: string): SourceProject {
  const absolute = (path: string): string => resolve(cwd, path);
  return {
    cwd,
    options: project.getCompilerOptions(),
    files: () =>
      project
        .getSourceFiles()
        .map((file) => file.getFilePath() as string)
        .filter(isInput),
    sourceFile: (path) => (project.getSourceFile(absolute(path)) ?? project.addSourceFileAtPathIfExists(absolute(path)))?.compilerNode,
    program: () => project.getProgram().compilerObject,
    write: (path, text) => void project.createSourceFile(absolute(path), text, { overwrite: true }),
  };
}

/** Before a node of a file is handed out: with other libraries all files are read again. */
function dropBrowser(project: Project): void {
  const options = project.getCompilerOptions();
  const take = (lib: string[] | undefined): void => project.compilerOptions.set({ lib } as ts.CompilerOptions);
  const trimmed = withoutBrowser(options);
  if (!trimmed) return;
  take(trimmed);
  if (!isApartFromBrowser(project.getProgram().compilerObject)) take(options.lib);
}

function isInput(path: string): boolean {
  return !/\.d\.[cm]?ts$/.test(path) && !/\.grad\.[cm]?[jt]sx?$/.test(path) && !path.includes('/node_modules/');
}

const defaults: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
  types: [],
};

function openInMemory(files: Readonly<Record<string, string>>, compilerOptions: ts.CompilerOptions | undefined): Project {
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { ...defaults, ...compilerOptions } });
  for (const [path, text] of Object.entries(files)) project.createSourceFile(path, text, { overwrite: true });
  return project;
}

function openOnDisk({ cwd, tsconfig, paths, javaScript }: OpenOptions): Project {
  const config = tsconfig === undefined ? ts.findConfigFile(cwd, ts.sys.fileExists) : resolve(cwd, tsconfig);
  const compilerOptions: ts.CompilerOptions = javaScript ? { allowJs: true, checkJs: true } : {};
  const project =
    config === undefined
      ? new Project({ compilerOptions: { ...defaults, ...compilerOptions } })
      : new Project({ tsConfigFilePath: config, skipAddingFilesFromTsConfig: paths !== undefined, compilerOptions });
  for (const path of paths ?? []) project.addSourceFileAtPathIfExists(resolve(cwd, path));
  return project;
}

function resolvesGradgen(cwd: string, options: ts.CompilerOptions): boolean {
  const { resolvedModule } = ts.resolveModuleName('gradgen', join(cwd, 'any.ts'), options, ts.sys);
  return resolvedModule !== undefined && /\.[cm]?ts$/.test(resolvedModule.extension);
}
