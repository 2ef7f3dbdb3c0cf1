/** What kernels weigh. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ts } from '#ts-morph';

/** Bytes of modules of `runtime/math` with all that they import: compiled, without comments, gzipped as one text. */
export function sizeOf(names: readonly string[]): number {
  const texts = new Map<string, string>();
  for (const name of names) collect(resolve('runtime/math', `${name}.ts`), texts);
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: true };
  return gzipSync([...texts.values()].map((text) => ts.transpileModule(text, { compilerOptions }).outputText).join('\n')).length;
}

function collect(path: string, texts: Map<string, string>): void {
  if (texts.has(path)) return;
  const text = readFileSync(path, 'utf8');
  texts.set(path, text);
  for (const match of text.matchAll(/from '(\.[^']+)'/g)) collect(resolve(dirname(path), match[1] as string), texts);
}
