/** The gradients of modules as the compiler makes them now: the IR, the text, its functions. */
import { resolve } from 'node:path';
import { emitModule } from '../../compiler/emit/index.ts';
import { eraseTypes, lowerModule, openProject } from '../../compiler/front/index.ts';
import { targetOf } from '../../compiler/generated-file.ts';
import type { DerivedFunction, MarkedFunction } from '../../compiler/ir/program.ts';
import { runtimeModule } from '../../compiler/output-files.ts';
import { deriveAll } from '../../compiler/pipeline.ts';
import { readTsconfig } from '../../compiler/tsconfig.ts';

export interface Gradients {
  /** From the root, without its ending. */
  readonly file: string;
  readonly marked: readonly MarkedFunction[];
  readonly functions: readonly GradientFunction[];
  /** The generated module in JavaScript. */
  readonly script: string;
}

export interface GradientFunction {
  readonly name: string;
  /** Of code, without comments. */
  readonly lines: number;
  readonly of: MarkedFunction;
  /** Undefined for a function that the others of the module share. */
  readonly derived: DerivedFunction | undefined;
}

/** What the marks `@grad` of each file make. */
export function compileGradients(root: string, files: readonly string[]): Gradients[] {
  const tsconfig = resolve(root, 'fixtures/programs/tsconfig.json');
  const { settings } = readTsconfig(tsconfig);
  const paths = files.map((file) => resolve(root, `${file}.ts`));
  const project = openProject({ cwd: root, paths, tsconfig });
  return files.map((file, at) => {
    const { module } = lowerModule(project, paths[at]);
    if (!module) throw new Error(`${file} is refused`);
    const marked = module.functions.map((one) => ({ ...one, marks: one.marks.filter(({ tag }) => tag === 'grad') }));
    const derived = marked.flatMap((one) => deriveAll(one, {}).functions);
    const generated = { source: module.file, target: targetOf(module.file), uses: module.uses, functions: derived };
    const { text } = emitModule(generated, { ...settings, runtimeModule });
    return { file, marked, functions: functionsIn(text, derived), script: eraseTypes(text).text };
  });
}

/** In the order of the text: what several share stands behind the first that is theirs. */
function functionsIn(text: string, derived: readonly DerivedFunction[]): GradientFunction[] {
  const found: GradientFunction[] = [];
  for (const [body, name] of text.matchAll(/^(?:export )?function (\w+)\([\s\S]*?^}$/gm)) {
    const own = derived.find((one) => one.name === name);
    const of = own?.of ?? found.at(-1)?.of;
    if (!of) throw new Error(`${name} belongs to no function`);
    found.push({ name, lines: linesOfCode(body), of, derived: own });
  }
  return found;
}

export function linesOfCode(text: string): number {
  return text.split('\n').filter((line) => !/^\s*(?:\/\/.*)?$/.test(line)).length;
}
