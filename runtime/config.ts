/** The form of `gradgen.config.ts`. Every flag of the command line has a key; what is given there wins. */
export interface GradgenConfig {
  /** Files, folders or globs, relative to the configuration; default: the files of the tsconfig. */
  readonly paths?: readonly string[];
  /** Write nothing; exit 1 where a generated file is missing, stale or edited. */
  readonly check?: boolean;
  /** Say what would be written, write nothing. */
  readonly dryRun?: boolean;
  /** Overwrite generated files that were edited by hand. */
  readonly force?: boolean;
  /** Treat warnings as errors. */
  readonly strict?: boolean;
  /** Check each derivative at sample points. */
  readonly verify?: boolean;
  /** Say what is marked and what is made; write nothing. */
  readonly list?: boolean;
  /** Say what each derivative costs; write nothing. */
  readonly stats?: boolean;
  /** Every exported function counts as marked. */
  readonly all?: boolean;
  /** `after=PASS` or `diff=PASS`; write nothing. */
  readonly printIr?: string;
  readonly format?: 'pretty' | 'tsc' | 'json' | 'github';
  /** Relative to the configuration; default: the nearest one. */
  readonly tsconfig?: string;
  /** A folder that mirrors the tree, relative to the configuration; default: beside the sources. */
  readonly outDir?: string;
  /** `js`: JavaScript with declarations. */
  readonly emit?: 'ts' | 'js';
  /** `inline`: the generated file needs no package at run time. */
  readonly runtime?: 'import' | 'inline';
  /** `exact`: every value is computed with the operations that were written, bit for bit. `fast`: with kernels of `gradgen/math`. */
  readonly math?: 'exact' | 'fast';
  readonly sourceMap?: 'none' | 'file' | 'inline';
}

/** Gives a configuration its type; returns it. */
export function defineConfig(config: GradgenConfig): GradgenConfig {
  return config;
}
