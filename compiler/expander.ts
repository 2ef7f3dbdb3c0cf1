/**
 * For loaders: modules one at a time. `grad(f)` anywhere in a module becomes the name of a function of a second module, which holds the
 * derivatives; everything else of the text stays, and so do its lines.
 */
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { emitModule } from './emit/index.ts';
import { type DerivativeSite, givingName, lowerModule, lowerRequests, openProject, type SourceProject } from './front/index.ts';
import { defaultOutput, targetOf } from './generated-file.ts';
import type { DerivedFunction } from './ir/program.ts';
import { runtimeModule, type Script, scriptOf } from './output-files.ts';
import { type Derivation, deriveAll, expandFunction } from './pipeline.ts';
import { defaultSettings, type ProjectSettings, readTsconfig } from './tsconfig.ts';

export interface ExpandedModule {
  /** The module: TypeScript if it was. */
  readonly text: string;
  /** What it now imports. Undefined: it asks for nothing, or something cannot be compiled. */
  readonly derivatives: Script | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of the other modules whose text was used. */
  readonly uses: readonly string[];
}

export interface ModuleDerivatives extends Omit<ExpandedModule, 'text'> {}

export interface Expander {
  /** `specifier`: how the module is to import its derivatives. */
  expand(path: string, text: string, specifier: string): ExpandedModule;
  /** What the marks of a module make. */
  derive(path: string): ModuleDerivatives;
}

export interface ExpanderOptions {
  readonly cwd: string;
  readonly tsconfig?: string;
  /** JavaScript is compiled too, by the types in its comments. */
  readonly javaScript?: boolean;
}

export function openExpander(options: ExpanderOptions): Expander {
  const project = openProject({ ...options, paths: [] });
  const { uncheckedIndexedAccess } = options.tsconfig === undefined ? defaultSettings : readTsconfig(options.tsconfig).settings;
  const settings: ProjectSettings = { uncheckedIndexedAccess, importExtension: '.ts' };
  return {
    expand: (path, text, specifier) => expand(project, settings, { path, text, specifier }),
    derive: (path) => derive(project, settings, path),
  };
}

interface ExpandRequest {
  readonly path: string;
  readonly text: string;
  readonly specifier: string;
}

function expand(project: SourceProject, settings: ProjectSettings, { path, text, specifier }: ExpandRequest): ExpandedModule {
  if (project.sourceFile(path)?.text !== text) project.write(path, text);
  const { sites, diagnostics, uses, hidden } = lowerRequests(project, path);
  const made = distinct(sites).map(({ marked }) => expandFunction(marked, {}));
  const found = [...diagnostics, ...made.flatMap((one) => one.diagnostics)];
  if (sites.length === 0 || found.some(isError)) return { text, derivatives: undefined, diagnostics: found, uses };
  const { code, map } = print(settings, path, path, uses, made);
  const giving = distinct(sites).filter(({ captured }) => captured.length > 0);
  return {
    text: withNames(text, sites) + importOf(sites, specifier) + exportOf(hidden),
    derivatives: { code: code + giving.map(givingFunction).join(''), map },
    diagnostics: found,
    uses,
  };
}

function derive(project: SourceProject, settings: ProjectSettings, path: string): ModuleDerivatives {
  const { module, diagnostics } = lowerModule(project, path);
  const made = (module?.functions ?? []).map((marked) => deriveAll(marked, {}));
  const found = [...diagnostics, ...made.flatMap((one) => one.diagnostics)];
  const uses = module?.uses ?? [];
  if (!module || found.some(isError)) return { derivatives: undefined, diagnostics: found, uses };
  const target = targetOf(path, { ...defaultOutput, emit: 'js' });
  return { derivatives: print(settings, path, target, uses, made), diagnostics: found, uses };
}

function print(settings: ProjectSettings, source: string, target: string, uses: readonly string[], made: readonly Derivation[]): Script {
  const functions = made.flatMap((one): readonly DerivedFunction[] => one.functions);
  return scriptOf(emitModule({ source, target, uses, functions }, { ...settings, runtimeModule }), source, target);
}

/** Several places may ask for one derivative. */
function distinct(sites: readonly DerivativeSite[]): DerivativeSite[] {
  return [...new Map(sites.map((site) => [site.marked.name, site])).values()];
}

/** The line breaks of what is replaced stay, so that everything keeps its line. */
function withNames(text: string, sites: readonly DerivativeSite[]): string {
  let [result, from] = ['', 0];
  for (const site of sites) {
    const breaks = text.slice(site.start, site.end).match(/\r\n?|\n/g) ?? [];
    result += text.slice(from, site.start) + textFor(site) + breaks.join('');
    from = site.end;
  }
  return result + text.slice(from);
}

/** Begins with a name, because a parenthesis might continue the line before. */
function textFor({ marked, captured }: DerivativeSite): string {
  return captured.length === 0 ? marked.name : `${givingName(marked.name)}(() => [${captured.join(', ')}])`;
}

/** Captured variables are read at each call, as f would. */
function givingFunction({ marked, own, captured, added }: DerivativeSite): string {
  const names = (letter: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${letter}${i}`);
  const [before, after] = [names('x', own), names('d', added)];
  const args = [...before, ...(captured.length > 0 ? ['...captured()'] : []), ...after];
  const head = `export function ${givingName(marked.name)}(captured) {`;
  return `${head}\n  return (${[...before, ...after].join(', ')}) => ${marked.name}(${args.join(', ')});\n}\n`;
}

function importOf(sites: readonly DerivativeSite[], specifier: string): string {
  const names = distinct(sites).map(({ marked, captured }) => (captured.length === 0 ? marked.name : givingName(marked.name)));
  return `\nimport { ${names.join(', ')} } from ${JSON.stringify(specifier)};\n`;
}

function exportOf(hidden: ReadonlyMap<string, string>): string {
  const names = [...hidden].map(([name, exported]) => `${name} as ${exported}`);
  return names.length === 0 ? '' : `export { ${names.join(', ')} };\n`;
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}
