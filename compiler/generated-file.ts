/** A generated file: where it goes, what it depends on, and the two hashes that tell whether it is fresh and untouched. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { ProjectSettings } from './tsconfig.ts';

export interface GeneratedFile {
  /** Absolute path of the marked module. */
  readonly source: string;
  /** Absolute path of the file to write: {@link targetOf} the source. */
  readonly target: string;
  /** The text below the header. LF line ends. */
  readonly body: string;
  /** Absolute paths of the other modules whose text went in. */
  readonly uses: readonly string[];
  /** {@link hashInputs} of all that went in. */
  readonly inputHash: string;
}

/** Raised exactly when the same input gives other bytes than before, so that every generated file counts as stale. */
export const generatorRevision = 1;

export interface HashedInputs {
  /** Text of the marked module. */
  readonly source: string;
  /** Text of every used module, in the order of the header; undefined for one that is gone. */
  readonly uses: readonly (string | undefined)[];
  readonly settings: ProjectSettings;
}

/** The first half of `gradgen:hash`: sources with line ends normalized, the flags that matter, the revision of the generator. */
export function hashInputs(inputs: HashedInputs): string {
  const { uncheckedIndexedAccess, importExtension } = inputs.settings;
  const texts = [inputs.source, ...inputs.uses].map((text) => (text === undefined ? null : withLineFeeds(text)));
  return digest(JSON.stringify([generatorRevision, uncheckedIndexedAccess, importExtension, ...texts]));
}

/** The second half of `gradgen:hash`: the body as it was written. */
export function hashBody(body: string): string {
  return digest(withLineFeeds(body));
}

export function withLineFeeds(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

/** `fit.ts` → `fit.grad.ts`, `.mts` → `.grad.mts`, `.tsx` → `.grad.ts`. */
export function targetOf(source: string): string {
  return source.replace(/\.(?:tsx?|(mts))$/, (_whole, mts: string | undefined) => `.grad.${mts ?? 'ts'}`);
}

/** Is it named as a generated file is? Such a file is never read as input. */
export function isTargetName(path: string): boolean {
  return /\.grad\.[cm]?[jt]sx?$/.test(posix.basename(path.replaceAll('\\', '/')));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
