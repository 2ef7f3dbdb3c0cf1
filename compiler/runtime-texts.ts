/** The sources of `gradgen/runtime`, which the package holds beside what is built of them. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The texts of the modules, those that others import first. */
export function runtimeTexts(): string[] {
  const candidates = ['../runtime/index.ts', '../../runtime/index.ts'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const index = candidates.find((path) => existsSync(path)) ?? (candidates[0] as string);
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
