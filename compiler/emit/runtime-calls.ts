/** What generated code calls of the package: of `gradgen/runtime`, and with `math: "fast"` the kernels of `gradgen/math`. */
import type { ImportName } from './imports.ts';
import { kernelNames } from './kernels.ts';
import { runtimeNames } from './names.ts';
import type { Block } from './syntax.ts';
import { walkExpressions } from './traverse.ts';

/** Names of {@link runtimeNames} and {@link kernelNames}, and `arena`. */
export function runtimeCalls(body: Block): Set<string> {
  const names = new Set<string>();
  walkExpressions(body, (expr) => {
    if (expr.kind !== 'call') return;
    if (runtimeNames.includes(expr.callee) || kernelNames.has(expr.callee)) names.add(expr.callee);
    if (expr.callee.startsWith('arena.')) names.add('arena');
  });
  return names;
}

export interface PackageModules {
  readonly runtimeModule: string;
  /** Undefined: `Math.*` as the user wrote it. */
  readonly mathModule?: string | undefined;
}

/** The import of a name that {@link runtimeCalls} has found. */
export function packageImport(name: string, { runtimeModule, mathModule }: PackageModules): ImportName {
  const exported = kernelNames.get(name);
  return exported !== undefined && mathModule !== undefined
    ? { name, exported, specifier: mathModule, typeOnly: false }
    : { name, specifier: runtimeModule, typeOnly: false };
}
