/** A generated file: where it goes, what it depends on, and the two hashes that tell whether it is fresh and untouched. */
import { createHash } from 'node:crypto';
import { basename, dirname, join, posix, relative } from 'node:path';
import { runtimeTexts } from './runtime-texts.ts';
import type { ProjectSettings } from './tsconfig.ts';

export interface GeneratedFile {
  /** Absolute path of the marked module. */
  readonly source: string;
  /** Absolute path of the file to write: one of {@link targetsOf} the source. */
  readonly target: string;
  /** The text below the header; of a source map, the JSON without our mark. LF line ends. */
  readonly body: string;
  /** Absolute paths of the other modules whose text went in. */
  readonly uses: readonly string[];
  /** {@link hashInputs} of all that went in. */
  readonly inputHash: string;
}

/** What is written, and where. Every field changes the bytes of a generated file, or their place. */
export interface OutputOptions {
  /** `js`: JavaScript and declarations instead of TypeScript. */
  readonly emit: 'ts' | 'js';
  /** `inline`: what is needed of `gradgen/runtime` stands in the file itself. */
  readonly runtime: 'import' | 'inline';
  /** `fast`: kernels of `gradgen/math` in the place of `Math.exp` and its like, also in values that are returned. */
  readonly math: 'exact' | 'fast';
  readonly sourceMap: 'none' | 'file' | 'inline';
  /** Every exported function counts as marked. */
  readonly all: boolean;
  /** Absolute path of the folder that mirrors `rootDir`; undefined: beside the sources. */
  readonly outDir?: string;
  /** Absolute path: what `outDir` mirrors. */
  readonly rootDir?: string;
}

export const defaultOutput: OutputOptions = { emit: 'ts', runtime: 'import', math: 'exact', sourceMap: 'none', all: false };

/** Raised exactly when the same input gives other bytes than before, so that every generated file counts as stale. */
export const generatorRevision = 8;

export interface HashedInputs {
  /** Text of the marked module. */
  readonly source: string;
  /** Text of every used module, in the order of the header; undefined for one that is gone. */
  readonly uses: readonly (string | undefined)[];
  readonly settings: ProjectSettings;
  readonly output?: OutputOptions;
  /** Absolute path of the marked module: with `outDir`, where the file lies seen from there changes its imports. */
  readonly path?: string;
}

/** The first half of `gradgen:hash`: sources with line ends normalized, the flags that matter, the revision of the generator. */
export function hashInputs(inputs: HashedInputs): string {
  const { uncheckedIndexedAccess, importExtension } = inputs.settings;
  const texts = [inputs.source, ...inputs.uses].map((text) => (text === undefined ? null : withLineFeeds(text)));
  return digest(JSON.stringify([generatorRevision, uncheckedIndexedAccess, importExtension, ...texts, ...outputChoices(inputs)]));
}

/** What differs from the default output, in a form that is the same on every machine. */
function outputChoices({ output = defaultOutput, path = '' }: HashedInputs): object[] {
  const { emit, runtime, math, sourceMap, all, outDir } = output;
  const place = outDir === undefined ? '' : relative(dirname(path), dirname(targetOf(path, output))).replaceAll('\\', '/');
  const isDefault = JSON.stringify({ emit, runtime, math, sourceMap, all }) === JSON.stringify(defaultOutput) && place === '';
  const modules = runtime === 'inline' ? ['index', ...(math === 'fast' ? ['math/index'] : [])] : [];
  const texts = modules.flatMap((name) => runtimeTexts(name)).map(withLineFeeds);
  return isDefault ? [] : [{ emit, runtime, ...(math === 'fast' && { math }), sourceMap, all, place, texts }];
}

/** The second half of `gradgen:hash`: the body as it was written. */
export function hashBody(body: string): string {
  return digest(withLineFeeds(body));
}

export function withLineFeeds(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

/** `fit.ts` → `fit.grad.ts`, `.mts` → `.grad.mts`, `.tsx` → `.grad.ts`; with `emit: 'js'` `.grad.js`, `.grad.mjs`. */
export function targetOf(source: string, output: OutputOptions = defaultOutput): string {
  const name = basename(source).replace(/\.(m?)tsx?$/, (_whole, module: string) => `.grad.${module}${output.emit}`);
  const { outDir, rootDir } = output;
  if (outDir === undefined) return source.slice(0, source.length - basename(source).length) + name;
  // What lies outside of the root loses its way there; two files that then meet are reported as rivals.
  const inside = relative(rootDir ?? dirname(source), dirname(source)).replace(/^(?:\.\.(?:[\\/]|$))+/, '');
  return join(outDir, inside, name);
}

/** All files that are written for a source: the derivatives, with `emit: 'js'` their declarations, a source map. */
export function targetsOf(source: string, output: OutputOptions = defaultOutput): string[] {
  const main = targetOf(source, output);
  const declarations = output.emit === 'js' ? [main.replace(/\.(m?)js$/, '.d.$1ts')] : [];
  return [main, ...declarations, ...(output.sourceMap === 'file' ? [`${main}.map`] : [])];
}

/** Is it named as a generated file is? Such a file is never read as input. */
export function isTargetName(path: string): boolean {
  return /\.grad\.(?:d\.)?[cm]?[jt]sx?(?:\.map)?$/.test(posix.basename(path.replaceAll('\\', '/')));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
