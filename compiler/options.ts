/** What a caller of the compiler (command line, later plugin) asks for and gets. */
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import type { GeneratedFile } from './generated-file.ts';

/** A step of the pipeline that has just run on one function. */
export interface CompileStep {
  /** Name of the pass, as `--print-ir after=PASS` takes it. */
  readonly pass: string;
  /** The derivative (or primal) that it ran on. */
  readonly functionName: string;
  /** The IR after the step, in its stable text form; made only when asked for. */
  print(): string;
}

export interface CompileOptions {
  readonly onStep?: (step: CompileStep) => void;
}

export interface CompileRequest {
  readonly cwd: string;
  /** Absolute paths of source files. Files without marks give nothing. */
  readonly paths: readonly string[];
  /** Absolute path of the tsconfig that holds for `paths`. */
  readonly tsconfig?: string;
  readonly options: CompileOptions;
}

export interface CompileResult {
  /** One per source whose every marked function compiled; a source with an error has none. */
  readonly files: readonly GeneratedFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** How many files were looked at. */
  readonly scanned: number;
}

export type Compile = (request: CompileRequest) => CompileResult;
