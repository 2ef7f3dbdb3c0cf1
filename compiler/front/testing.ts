/** For tests: lowers one source text and runs it both ways, interpreted and under V8. */
import { ts } from '#ts-morph';
import { checkFunction } from '../ir/check.ts';
import { interpret, type RuntimeValue, type StructuredValue } from '../ir/interpret.ts';
import type { MarkedFunction } from '../ir/program.ts';
import { type LoweredModule, lowerModule, openProject, overwrite, type SourceProject } from './index.ts';

export function createTestProject(compilerOptions: Readonly<ts.CompilerOptions> = {}): SourceProject {
  return openProject({ cwd: '/', files: {}, compilerOptions });
}

export function lowerText(project: SourceProject, text: string): LoweredModule {
  overwrite(project, '/input.ts', text);
  return lowerModule(project, '/input.ts');
}

/** The first marked function; throws with the diagnostics if there is none or one is an error. */
export function lowerOne(project: SourceProject, text: string): MarkedFunction {
  const { module, diagnostics } = lowerText(project, text);
  const [marked] = module?.functions ?? [];
  if (!marked || diagnostics.some(({ severity }) => severity === 'error')) {
    throw new Error(
      diagnostics.map(({ code, message, at }) => `${at?.line}:${at?.column} ${code} ${message}`).join('\n') || 'nothing is marked',
    );
  }
  const problems = [marked.program.main, ...marked.program.callees.values()].flatMap((fn) =>
    checkFunction(fn, marked.program).map((problem) => `${fn.name}: ${problem}`),
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return marked;
}

export type Outcome = { readonly values: readonly unknown[] } | { readonly error: string };

/** A copy of everything, in which what was the same object still is. */
function copied<V>(value: V, seen: Map<unknown, unknown>): V {
  if (typeof value !== 'object' || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known as V;
  if (ArrayBuffer.isView(value)) {
    const copy = (value as unknown as Float64Array).slice();
    seen.set(value, copy);
    return copy as unknown as V;
  }
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? new Array(value.length) : {};
  seen.set(value, copy);
  for (const [key, part] of Object.entries(value)) (copy as Record<string, unknown>)[key] = copied(part, seen);
  return copy as V;
}

const copies = (args: readonly StructuredValue[]): StructuredValue[] => copied([...args], new Map());

/** What the IR computes: its results, then the arguments as they are afterwards. */
export function runIr(
  marked: MarkedFunction,
  args: readonly StructuredValue[],
  globals: ReadonlyMap<string, RuntimeValue> = new Map(),
): Outcome {
  const own = copies(args);
  const padded = marked.signature.params.map((_, i) => own[i]);
  return outcome(() => {
    const results = interpret(marked.program, padded, { globals, budget: 2_000_000 });
    const returned = marked.program.main.results.flatMap(({ kind }, i) => (kind === 'returned' ? [results[i]] : []));
    return [...returned, ...own];
  });
}

/** What V8 computes of the same source. */
export function runSource(text: string, name: string, args: readonly StructuredValue[]): Outcome {
  const own = copies(args);
  return outcome(() => {
    const f = evaluate(text)[name] as (...args: readonly unknown[]) => unknown;
    const returned = f(...own);
    const head = text.slice(text.indexOf(`function ${name}(`));
    const type = /\): (void|(?:readonly )?\[|)/.exec(head)?.[1] ?? '';
    return [...(type === 'void' ? [] : type.endsWith('[') ? (returned as unknown[]) : [returned]), ...own];
  });
}

export function evaluate(text: string): Record<string, unknown> {
  const { outputText } = ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS } });
  const module = { exports: {} };
  new Function('exports', 'module', 'require', outputText)(module.exports, module, () => ({}));
  return module.exports;
}

function outcome(run: () => readonly unknown[]): Outcome {
  try {
    return { values: run() };
  } catch (error) {
    return { error: `${(error as Error).name}: ${(error as Error).message}` };
  }
}
