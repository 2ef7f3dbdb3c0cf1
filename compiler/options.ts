/** What a caller of the compiler (command line, later plugin) asks for and gets. */
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import type { SourceSpan } from './diagnostics/origin.ts';
import type { FunctionReport } from './function-report.ts';
import type { GeneratedFile, OutputOptions } from './generated-file.ts';

export type {
  DerivativeReport,
  FunctionReport,
  OutputReport,
  ParameterReport,
  RecomputedReport,
  RecordReport,
  ReportedValue,
} from './function-report.ts';
export type { OutputOptions } from './generated-file.ts';

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
  readonly output?: OutputOptions;
  /** Also say what is known about each marked function. */
  readonly inspect?: boolean;
}

export interface CompileRequest {
  readonly cwd: string;
  /** Absolute paths of source files. Files without marks give nothing. */
  readonly paths: readonly string[];
  /** Absolute path of the tsconfig that holds for `paths`. */
  readonly tsconfig?: string;
  readonly options: CompileOptions;
}

/** A function that cannot be compiled. */
export interface RefusedFunction {
  readonly name: string;
  readonly at: SourceSpan;
  readonly diagnostics: readonly Diagnostic[];
  /** It bears no mark; it was tried because all are. */
  readonly unmarked: boolean;
}

export interface CompileResult {
  /** For each source whose every marked function compiled one or, with declarations and a source map, more; else none. */
  readonly files: readonly GeneratedFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** How many files were looked at. */
  readonly scanned: number;
  /** With `inspect`. */
  readonly functions?: readonly FunctionReport[];
  /** The diagnostics of marked ones are among `diagnostics`, those of unmarked ones (`all`) only here. */
  readonly refused?: readonly RefusedFunction[];
}

export type Compile = (request: CompileRequest) => CompileResult;
