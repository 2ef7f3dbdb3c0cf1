/** The sources of `gradgen/runtime` and `gradgen/math`, which the package holds beside what is built of them. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of a source: `index`, what generated files import; `math/index`, the kernels; `macros`, what is imported as `gradgen`. */
export function runtimeSource(name: string): string {
  const candidates = ['../runtime/', '../../runtime/'].map((folder) => fileURLToPath(new URL(`${folder}${name}.ts`, import.meta.url)));
  return candidates.find((path) => existsSync(path)) ?? (candidates[0] as string);
}

/** The texts of the modules behind an index, those that others import first: of `gradgen/runtime` or, `math/index`, of `gradgen/math`. */
export function runtimeTexts(name = 'index'): string[] {
  const index = runtimeSource(name);
  const texts = new Map<string, string>();
  collect(index, texts);
  texts.delete(index);
  return [...texts.values()];
}

function collect(path: string, texts: Map<string, string>): void {
  if (texts.has(path)) return;
  const text = readFileSync(path, 'utf8');
  for (const match of text.matchAll(/from '(\.[^']+)'/g)) collect(resolve(dirname(path), match[1] as string), texts);
  texts.set(path, text);
}
