/** The compiler's public face: a project in, generated files and messages out. */
import { readFileSync } from 'node:fs';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { emitModule } from './emit/index.ts';
import { type LoweredModule, lowerModule, openProject, type SourceProject } from './front/index.ts';
import { type FunctionReport, reportFunction } from './function-report.ts';
import { defaultOutput, type GeneratedFile, hashInputs, targetOf } from './generated-file.ts';
import { printFunction } from './ir/print.ts';
import type { DerivedModule, MarkedFunction, MarkedModule } from './ir/program.ts';
import type { IrFunction } from './ir/types.ts';
import type { CompileRequest, CompileResult, CompileStep, RefusedFunction } from './options.ts';
import { mathModule, outputFiles, runtimeModule } from './output-files.ts';
import { deriveAll, type PipelineOptions, preparePrimal } from './pipeline.ts';
import { defaultSettings, type ProjectSettings, readTsconfig } from './tsconfig.ts';

export type { Diagnostic } from './diagnostics/diagnostic.ts';
export { type ExpandedModule, type Expander, type ModuleDerivatives, openExpander } from './expander.ts';
export { resolutionOptions, resolveSource, transpile } from './front/index.ts';
export type { GeneratedFile } from './generated-file.ts';
export type { CompileOptions, CompileRequest, CompileResult, CompileStep } from './options.ts';
export type { Script } from './output-files.ts';
export { runtimeSource } from './runtime-texts.ts';

/** Compiles the marked functions of the files asked for. Never writes. */
export function compile(request: CompileRequest): CompileResult {
  const { cwd, paths, tsconfig } = request;
  const project = openProject({ cwd, paths, ...(tsconfig !== undefined && { tsconfig }) });
  const settings = tsconfig === undefined ? defaultSettings : readTsconfig(tsconfig).settings;
  const done = paths.map((path) => compileFile(project, path, settings, request));
  return {
    files: done.flatMap(({ files, diagnostics }) => (diagnostics.some(isError) ? [] : files)),
    diagnostics: done.flatMap(({ diagnostics }) => diagnostics),
    scanned: paths.length,
    functions: done.flatMap(({ functions }) => functions),
    refused: done.flatMap(({ refused }) => refused),
  };
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
  readonly files: readonly GeneratedFile[];
  readonly diagnostics: readonly Diagnostic[];
  readonly functions: readonly FunctionReport[];
  readonly refused: readonly RefusedFunction[];
}

function compileFile(project: SourceProject, source: string, settings: ProjectSettings, request: CompileRequest): CompiledFile {
  const { output = defaultOutput, inspect = false } = request.options;
  const lowered = lowerModule(project, source, { all: output.all });
  const pipeline = pipelineOptions(request);
  const tried = (lowered.module?.functions ?? []).map((marked) => deriveOne(marked, lowered, pipeline));
  const refused = [...lowered.refused, ...tried.flatMap((one) => one.refused)];
  const diagnostics = [...lowered.diagnostics, ...tried.flatMap((one) => one.diagnostics)];
  const functions = inspect ? tried.flatMap((one) => one.report(lowered.samples)) : [];
  const derived = tried.flatMap((one) => one.functions);
  if (!lowered.module || derived.length === 0) return { files: [], diagnostics, functions, refused };
  const { uses } = lowered.module;
  const module = { ...derivedModule(lowered.module, derived), target: targetOf(lowered.module.file, output) };
  const emitted = emitModule(module, { ...settings, runtimeModule, mathModule: output.math === 'fast' ? mathModule : undefined });
  const inputHash = hashInputs({ source: textOf(source) ?? '', uses: uses.map(textOf), settings, output, path: source });
  return { files: outputFiles(emitted, { source, uses, inputHash }, output), diagnostics, functions, refused };
}

/** The derivatives of one function; what cannot be derived of an unmarked one is no error. */
function deriveOne(marked: MarkedFunction, { unmarked }: LoweredModule, pipeline: PipelineOptions) {
  const { functions, diagnostics } = deriveAll(marked, pipeline);
  const isMarked = !unmarked.has(marked.name);
  const hasErrors = diagnostics.some(isError);
  const report = (samples: LoweredModule['samples']): FunctionReport[] => {
    const primal = preparePrimal(marked, {});
    return 'code' in primal
      ? []
      : [reportFunction({ marked, primal, derived: functions, samples: samples.get(marked.name) ?? [], isMarked })];
  };
  return {
    functions: hasErrors ? [] : functions,
    diagnostics: isMarked ? diagnostics : [],
    refused: hasErrors ? [{ name: marked.name, at: marked.at, diagnostics, unmarked: !isMarked }] : [],
    report,
  };
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

export interface CompiledSource {
  readonly diagnostics: readonly Diagnostic[];
  /** The generated file without its header; empty where there is an error. */
  readonly text: string;
}

/** Compiles one source text that stands alone, without touching the disk. */
export function compileSource(text: string): CompiledSource {
  const file = '/input.ts';
  const { module, diagnostics } = lowerModule(openProject({ cwd: '/', files: { [file]: text } }), file);
  const derivations = (module?.functions ?? []).map((marked) => deriveAll(marked, {}));
  const found = [...diagnostics, ...derivations.flatMap((derivation) => derivation.diagnostics)];
  if (!module || found.some(isError)) return { diagnostics: found, text: '' };
  const functions = derivations.flatMap((derivation) => derivation.functions);
  return {
    diagnostics: found,
    text: emitModule(derivedModule(module, functions), { ...defaultSettings, runtimeModule: 'gradgen/runtime' }).text,
  };
}
