/** What "gradgen" declares, for projects that do not have the package: read off the sources of the package. */
import { readFileSync } from 'node:fs';
import { runtimeSource } from '../runtime-texts.ts';
import { declarationsOf } from './declarations.ts';

const known: { text?: string } = {};

/** As an ambient module. */
export function macroDeclarations(): string {
  known.text ??= `declare module "gradgen" {\n${matrixOf('matrices')}\n${declared('macros')}\n}\n`;
  return known.text;
}

/** The declarations of a module, without what it takes from others. */
function declared(name: string): string {
  const lines = declarationsOf(readFileSync(runtimeSource(name), 'utf8'), `${name}.ts`).split('\n');
  const own = lines.filter((line) => !/^import |^export .* from |^export type \{/.test(line));
  return own
    .join('\n')
    .replaceAll(/^export declare /gm, 'export ')
    .replaceAll(/^declare /gm, '');
}

function matrixOf(name: string): string {
  return /^export interface DenseMatrix \{[^}]*\}/m.exec(declared(name))?.[0] ?? '';
}
