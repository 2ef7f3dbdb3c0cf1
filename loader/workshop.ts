/** Compiles modules for the hooks and the plugin: once per text, with a compiler that is loaded when the first one needs it. */
import { readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { formatPretty, noColors, sortDiagnostics } from '../compiler/diagnostics/reporter.ts';
import type { ExpandedModule, Expander, ModuleDerivatives, Script } from '../compiler/index.ts';
import { findTsconfig } from '../compiler/tsconfig.ts';
import { asksForDerivatives, isJavaScript, ownSpecifier } from './requests.ts';

export interface Workshop {
  /** A module that asks for derivatives, as it is to run; undefined: it stays as it is. Throws what the compiler says. */
  expand(path: string, text: string): Promise<Expanded | undefined>;
  /** What such a module now imports. */
  own(path: string): Promise<Compiled>;
  /** What the marks of a module make. */
  marked(path: string): Promise<Compiled>;
  /** TypeScript → JavaScript with an inline source map. */
  plain(path: string, text: string): Promise<string>;
  /** Forgets everything: files have changed. */
  reset(): void;
}

export interface Expanded {
  readonly text: string;
  /** Absolute paths of the other modules whose text was used. */
  readonly uses: readonly string[];
}

export interface Compiled extends Script {
  readonly uses: readonly string[];
}

interface State {
  /** By tsconfig, or folder; JavaScript apart. */
  readonly expanders: Map<string, Expander>;
  readonly expanded: Map<string, { readonly text: string; readonly result: ExpandedModule }>;
  readonly marked: Map<string, { readonly text: string; readonly result: ModuleDerivatives }>;
}

export function openWorkshop(): Workshop {
  const state: State = { expanders: new Map(), expanded: new Map(), marked: new Map() };
  const expandModule = async (path: string, text: string): Promise<ExpandedModule> => {
    const known = state.expanded.get(path);
    if (known?.text === text) return known.result;
    const result = (await expanderFor(path, state)).expand(path, text, ownSpecifier(path));
    state.expanded.set(path, { text, result });
    return result;
  };
  return {
    async expand(path, text) {
      if (!asksForDerivatives(text)) return undefined;
      const { text: changed, derivatives, diagnostics, uses } = await expandModule(path, text);
      refuseErrors(path, diagnostics);
      return derivatives && { text: changed, uses };
    },
    async own(path) {
      const result = state.expanded.get(path)?.result ?? (await expandModule(path, readFileSync(path, 'utf8')));
      return scriptIn(path, result);
    },
    async marked(path) {
      const text = readFileSync(path, 'utf8');
      const known = state.marked.get(path);
      const result = known?.text === text ? known.result : (await expanderFor(path, state)).derive(path);
      state.marked.set(path, { text, result });
      return scriptIn(path, result);
    },
    async plain(path, text) {
      const { transpile } = await import('../compiler/index.ts');
      return transpile(text, path, () => undefined, { sourceMap: true }).text;
    },
    reset() {
      for (const known of Object.values(state) as Map<string, unknown>[]) known.clear();
    },
  };
}

async function expanderFor(path: string, { expanders }: State): Promise<Expander> {
  const { openExpander } = await import('../compiler/index.ts');
  const tsconfig = findTsconfig(dirname(path));
  const javaScript = isJavaScript(path);
  const key = `${tsconfig ?? dirname(path)} ${javaScript}`;
  const known = expanders.get(key) ?? openExpander({ cwd: dirname(path), javaScript, ...(tsconfig !== undefined && { tsconfig }) });
  expanders.set(key, known);
  return known;
}

function scriptIn(path: string, { derivatives, diagnostics, uses }: ModuleDerivatives): Compiled {
  refuseErrors(path, diagnostics);
  return { code: derivatives?.code ?? 'export {};\n', map: derivatives?.map ?? '', uses };
}

function refuseErrors(path: string, diagnostics: readonly Diagnostic[]): void {
  const errors = sortDiagnostics(diagnostics.filter(({ severity }) => severity === 'error'));
  if (errors.length === 0) return;
  const context = { cwd: process.cwd(), read: readText, colors: noColors };
  const head = `gradgen cannot compile ${relative(context.cwd, path)}`;
  const error = new Error([head, ...errors.map((one) => formatPretty(one, context))].join('\n\n'));
  // Where in the compiler it was thrown helps nobody.
  error.stack = `Error: ${error.message}`;
  throw error;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
