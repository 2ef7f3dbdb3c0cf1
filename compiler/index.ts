/** The compiler's public face: a project in, generated files and messages out. */
import { readFileSync } from 'node:fs';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { emitModule } from './emit/index.ts';
import { lowerModule, openProject, type SourceProject } from './front/index.ts';
import { type GeneratedFile, hashInputs, targetOf } from './generated-file.ts';
import { printFunction } from './ir/print.ts';
import type { DerivedModule, MarkedModule } from './ir/program.ts';
import type { IrFunction } from './ir/types.ts';
import { optimize } from './optimize/index.ts';
import type { CompileRequest, CompileResult, CompileStep } from './options.ts';
import { deriveAll, type PipelineOptions, preparePrimal } from './pipeline.ts';
import { buildJvp } from './transform/forward/build-jvp.ts';
import { buildVjp } from './transform/reverse/index.ts';
import { defaultSettings, type ProjectSettings, readTsconfig } from './tsconfig.ts';

export type { Diagnostic } from './diagnostics/diagnostic.ts';
export type { GeneratedFile } from './generated-file.ts';
export type { CompileOptions, CompileRequest, CompileResult, CompileStep } from './options.ts';

/** Compiles the marked functions of the files asked for. Never writes. */
export function compile(request: CompileRequest): CompileResult {
  const { cwd, paths, tsconfig } = request;
  const project = openProject({ cwd, paths, ...(tsconfig !== undefined && { tsconfig }) });
  const settings = tsconfig === undefined ? defaultSettings : readTsconfig(tsconfig).settings;
  const files: GeneratedFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) {
    const done = compileFile(project, path, settings, pipelineOptions(request));
    diagnostics.push(...done.diagnostics);
    if (done.file && !done.diagnostics.some(isError)) files.push(done.file);
  }
  return { files, diagnostics, scanned: paths.length };
}

function pipelineOptions({ options }: CompileRequest): PipelineOptions {
  const { onStep } = options;
  if (!onStep) return {};
  const report = (pass: string, fn: IrFunction, functionName: string): void => {
    onStep({ pass, functionName, print: () => printFunction(fn) } satisfies CompileStep);
  };
  return { onStep: report };
}

interface CompiledFile {
  readonly file?: GeneratedFile;
  readonly diagnostics: readonly Diagnostic[];
}

function compileFile(project: SourceProject, source: string, settings: ProjectSettings, options: PipelineOptions): CompiledFile {
  const { module, diagnostics } = lowerModule(project, source);
  if (!module || module.functions.length === 0) return { diagnostics };
  const derivations = module.functions.map((marked) => deriveAll(marked, options));
  const derived = derivedModule(
    module,
    derivations.flatMap(({ functions }) => functions),
  );
  const body = emitModule(derived, { ...settings, runtimeModule: 'gradgen/runtime' }).text;
  const inputHash = hashInputs({ source: textOf(source) ?? '', uses: module.uses.map(textOf), settings });
  const file = { source, target: derived.target, body, uses: module.uses, inputHash };
  return { file, diagnostics: [...diagnostics, ...derivations.flatMap((derivation) => derivation.diagnostics)] };
}

function derivedModule(module: MarkedModule, functions: DerivedModule['functions']): DerivedModule {
  return { source: module.file, target: targetOf(module.file), uses: module.uses, functions };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

export interface SourceOptions {
  readonly disabled?: ReadonlySet<string>;
  readonly checkIr?: boolean;
  readonly afterPass?: (pass: string, fn: IrFunction) => void;
  /** Modules that the source imports, by path relative to `/`. */
  readonly modules?: Readonly<Record<string, string>>;
  readonly settings?: ProjectSettings;
}

/** One marked function with the IR of its stages, for tests and tools. */
export interface CompiledFunction {
  readonly name: string;
  readonly primal: IrFunction;
  readonly vjp: IrFunction;
  readonly jvp: IrFunction;
}

export interface CompiledSource {
  readonly diagnostics: readonly Diagnostic[];
  readonly functions: readonly CompiledFunction[];
  readonly text: string;
}

const shared: { project?: SourceProject } = {};

/** Compiles one source text as `/input.ts` of a project in memory, which is kept between calls. */
export function compileSource(text: string, options: SourceOptions = {}): CompiledSource {
  const project = (shared.project ??= openProject({ cwd: '/', files: {} }));
  for (const [path, moduleText] of Object.entries(options.modules ?? {})) project.write(path, moduleText);
  project.write('/input.ts', text);
  const { module, diagnostics } = lowerModule(project, '/input.ts');
  const { afterPass } = options;
  const pipeline: PipelineOptions = { ...options, ...(afterPass && { onStep: (pass: string, fn: IrFunction) => afterPass(pass, fn) }) };
  if (!module || diagnostics.some(isError)) return { diagnostics, functions: [], text: '' };
  const derivations = module.functions.map((marked) => deriveAll(marked, pipeline));
  const found = [...diagnostics, ...derivations.flatMap((derivation) => derivation.diagnostics)];
  if (found.some(isError)) return { diagnostics: found, functions: [], text: '' };
  const emitOptions = { ...(options.settings ?? defaultSettings), runtimeModule: 'gradgen/runtime' };
  const emitted = emitModule(
    derivedModule(
      module,
      derivations.flatMap(({ functions }) => functions),
    ),
    emitOptions,
  );
  return { diagnostics: found, functions: module.functions.map((marked) => stagesOf(marked, pipeline)), text: emitted.text };
}

function stagesOf(marked: MarkedModule['functions'][number], pipeline: PipelineOptions): CompiledFunction {
  const primal = preparePrimal(marked, pipeline) as IrFunction;
  const inputs = marked.marks[0]?.inputs ?? [];
  const optimized = (fn: IrFunction): IrFunction => optimize(fn, { ...(pipeline.disabled && { disabled: pipeline.disabled }) });
  return {
    name: marked.exportName,
    primal,
    vjp: optimized(buildVjp(primal, { inputs, seeds: 'parameters', withValues: false })),
    jvp: optimized(buildJvp(primal, inputs)),
  };
}
