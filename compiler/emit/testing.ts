/** Running printed functions under V8. For tests. */
import { ts } from '#ts-morph';
import * as runtime from '../../runtime/index.ts';
import type { IrFunction } from '../ir/types.ts';
import { printPlainFunction } from './plain.ts';

type Runnable = (...args: readonly unknown[]) => unknown;

/** TypeScript without imports as a function: the one named `name`. */
export function evaluate(source: string, name: string): Runnable {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 };
  const js = ts.transpileModule(source, { compilerOptions: options }).outputText.replace(/^export /gm, '');
  const make = new Function(...Object.keys(runtime), `${js}\nreturn ${name};`) as (...values: readonly unknown[]) => Runnable;
  return make(...Object.values(runtime));
}

/** A function of the IR as one of JavaScript; it gives the list of results. */
export function runnable(fn: IrFunction): Runnable {
  return evaluate(printPlainFunction({ ...fn, name: 'printed' }), 'printed');
}
