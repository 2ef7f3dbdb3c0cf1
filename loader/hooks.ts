/** Node's hooks: they run on a thread of their own, between `import` and what it gets. */
import { existsSync, readFileSync } from 'node:fs';
import type { LoadHook, LoadHookContext, ResolveHook } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inlineMapUrl, mapLink } from '../compiler/source-map.ts';
import { derivativesPath, isJavaScript, isOwnModule, ownQuery, sourceOfDerivatives } from './requests.ts';
import { type Compiled, openWorkshop } from './workshop.ts';

const workshop = openWorkshop();

/** The compiler itself is loaded on this thread, through the same hooks. */
const ownFolder = new URL('../', import.meta.url).href;

export const resolve: ResolveHook = async (specifier, context, next) => {
  const url = urlOf(specifier, context.parentURL);
  if (url?.search === ownQuery) return { url: url.href, format: 'module', shortCircuit: true };
  const source = url && sourceOfDerivatives(fileURLToPath(url));
  if (source !== undefined) return { url: pathToFileURL(derivativesPath(source)).href, format: 'module', shortCircuit: true };
  try {
    return await next(specifier, context);
  } catch (error) {
    const found = isMissing(error) && url && typeScriptFor(fileURLToPath(url));
    if (!found) throw error;
    return next(pathToFileURL(found).href, context);
  }
};

export const load: LoadHook = async (href, context, next) => {
  const url = urlOf(href, undefined);
  const path = url && fileURLToPath(url);
  if (!url || path === undefined || href.startsWith(ownFolder) || !isOwnModule(path)) return next(href, context);
  if (url.search === ownQuery) return moduleOf(scriptText(await workshop.own(path)));
  const source = sourceOfDerivatives(path);
  if (source !== undefined) return moduleOf(scriptText(await workshop.marked(source)));
  const text = readFileSync(path, 'utf8');
  const expanded = await workshop.expand(path, text);
  if (expanded) return moduleOf(isJavaScript(path) ? expanded.text : await workshop.plain(path, expanded.text));
  return isJavaScript(path) ? next(href, context) : loadTypeScript(href, path, context, next);
};

/** The file that a specifier means where it stands. */
function urlOf(specifier: string, parent: string | undefined): URL | undefined {
  if (!/^(?:\.{0,2}\/|file:)/.test(specifier) || !URL.canParse(specifier, parent)) return undefined;
  const url = new URL(specifier, parent);
  return url.protocol === 'file:' ? url : undefined;
}

/** `tsx` and newer versions of Node have types erased; where nobody has, it is done here. */
async function loadTypeScript(href: string, path: string, context: LoadHookContext, next: Parameters<LoadHook>[2]) {
  try {
    return await next(href, context);
  } catch (error) {
    if (codeOf(error) !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error;
    return moduleOf(await workshop.plain(path, readFileSync(path, 'utf8')));
  }
}

/** What bundlers and `tsc` would find for `./x` or `./x.js`. */
function typeScriptFor(path: string): string | undefined {
  const candidates = [
    path.replace(/\.(m?)jsx?$/, '.$1ts'),
    path.replace(/\.jsx?$/, '.tsx'),
    `${path}.ts`,
    `${path}.tsx`,
    `${path}/index.ts`,
  ];
  return candidates.find((candidate) => candidate !== path && existsSync(candidate));
}

function isMissing(error: unknown): boolean {
  return ['ERR_MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_DIR_IMPORT'].includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

function scriptText({ code, map }: Compiled): string {
  return code + mapLink(inlineMapUrl(map));
}

function moduleOf(source: string) {
  return { format: 'module', source, shortCircuit: true } as const;
}
