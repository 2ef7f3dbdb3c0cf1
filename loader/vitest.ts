/**
 * `plugins: [gradgen()]` in the configuration of vitest: `grad(f)` in tests and in what they import gives values, and `./fit.grad` is what
 * the marks of `./fit.ts` make, whether or not it has been written.
 */
import { dirname, isAbsolute, resolve } from 'node:path';
import { derivativesPath, isOwnModule, ownQuery, sourceOfDerivatives } from './requests.ts';
import { type Compiled, openWorkshop } from './workshop.ts';

/** As much of a plugin of Vite as this one is. */
export interface GradgenPlugin {
  readonly name: string;
  readonly enforce: 'pre';
  resolveId(specifier: string, importer: string | undefined): string | undefined;
  load(this: PluginContext, id: string): Promise<{ code: string; map: string } | undefined>;
  transform(this: PluginContext, code: string, id: string): Promise<{ code: string; map: null } | undefined>;
  watchChange(): void;
}

interface PluginContext {
  addWatchFile(path: string): void;
}

export default function gradgen(): GradgenPlugin {
  const workshop = openWorkshop();
  return {
    name: 'gradgen',
    enforce: 'pre',
    resolveId(specifier, importer) {
      const path = importer === undefined ? undefined : pathOf(specifier, importer);
      if (path?.endsWith(ownQuery)) return path;
      const source = path && sourceOfDerivatives(path);
      return source && derivativesPath(source);
    },
    async load(id) {
      const path = id.replace(/\?.*$/, '');
      const source = id.endsWith(ownQuery) ? path : sourceOfDerivatives(path);
      if (source === undefined) return undefined;
      const compiled: Compiled = id.endsWith(ownQuery) ? await workshop.own(source) : await workshop.marked(source);
      for (const used of [source, ...compiled.uses]) this.addWatchFile(used);
      return { code: compiled.code, map: compiled.map };
    },
    async transform(code, id) {
      const [path = '', query = ''] = id.split('?');
      const expanded = isOwnModule(path) && !/gradgen|raw|url/.test(query) ? await workshop.expand(path, code) : undefined;
      for (const used of expanded?.uses ?? []) this.addWatchFile(used);
      // Every line is where it was.
      return expanded && { code: expanded.text, map: null };
    },
    watchChange: () => workshop.reset(),
  };
}

function pathOf(specifier: string, importer: string): string | undefined {
  if (specifier.startsWith('.')) return resolve(dirname(importer), specifier);
  return isAbsolute(specifier) ? specifier : undefined;
}
