/** From TypeScript to IR: opens projects, and lowers the marked functions of a module. The only folder that sees ts-morph. */
import { ts } from '#ts-morph';
import { messages } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceSpan } from '../diagnostics/origin.ts';
import { primalName } from '../ir/derived-names.ts';
import type { ImportNeed, Mark, MarkedFunction, MarkedModule, Signature } from '../ir/program.ts';
import type { IrProgram } from '../ir/types.ts';
import { checkTypes, syntaxErrors } from './checked.ts';
import { programWithDerivatives } from './derivative-modules.ts';
import { checkFence } from './fence.ts';
import type { ModuleContext } from './lower/context.ts';
import { lowerProgram } from './lower/main.ts';
import { unmarkedExports } from './marks/all.ts';
import { findMarks, type MarkedNode, mayHoldMarks } from './marks/find.ts';
import { integerHints } from './marks/hints.ts';
import { derivedNames, inactiveNames, readMarks, samplesOf } from './marks/read.ts';
import { isNote } from './marks/tags.ts';
import type { SourceProject } from './project.ts';
import { readSignature } from './signature.ts';
import { type DerivativeSite, lowerSites } from './sites.ts';
import { spanOf } from './syntax.ts';
import { createTypeReader } from './types.ts';

export { declarationsOf } from './declarations.ts';
export { type ErasedText, eraseTypes } from './erase-types.ts';
export { inlineRuntime } from './inline-runtime.ts';
export { mayHoldMarks } from './marks/find.ts';
export { type OpenOptions, openProject, type SourceProject } from './project.ts';
export { type DerivativeSite, givingName } from './sites.ts';
export { resolutionOptions, resolveSource, type TranspiledModule, transpile } from './transpile.ts';

export interface LoweredModule {
  /** Undefined: no function is marked, or none could be read. */
  readonly module: MarkedModule | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Functions that were looked at and cannot be compiled. */
  readonly refused: readonly RefusedNode[];
  /** The texts after `@sample`, by the function's name. */
  readonly samples: ReadonlyMap<string, readonly string[]>;
  /** Names of the functions that bear no mark and were taken because all are. */
  readonly unmarked: ReadonlySet<string>;
}

export interface RefusedNode {
  readonly name: string;
  readonly at: SourceSpan;
  /** Those of a marked function are among the module's, too. */
  readonly diagnostics: readonly Diagnostic[];
  readonly unmarked: boolean;
}

export interface LowerOptions {
  /** Every exported function counts as marked: `@grad` where it returns a number, else `@vjp`. */
  readonly all?: boolean;
}

/** Replaces the text of a file, so that tests and watchers need one project only. */
export function overwrite(project: SourceProject, file: string, text: string): void {
  project.write(file, text);
}

/** Lowers the marked functions of a file. One that errs gives diagnostics and does not stop the others. */
export function lowerModule(project: SourceProject, file: string, options: LowerOptions = {}): LoweredModule {
  const source = project.sourceFile(file);
  if (!source || !(options.all || mayHoldMarks(source.text))) return nothingLowered([]);
  const program = programWithDerivatives(project);
  const cx = createContext(project, program);
  const found = findMarks(source, cx.types);
  const unmarked = options.all ? unmarkedExports(source, found.marked, cx.types) : [];
  const nodes = [...found.marked.filter(({ tags }) => tags.some(({ name }) => !isNote(name))), ...unmarked];
  // The checker answers questions about single nodes much faster once it has seen the whole file.
  if (nodes.length > 0) program.getSemanticDiagnostics(source);
  const broken = nodes.length > 0 ? syntaxErrors(program, source) : [];
  if (broken.length > 0) return nothingLowered(broken);
  const tried = nodes.map((node) => tryNode(cx, node, unmarked.includes(node)));
  const functions = tried.flatMap((one) => one.functions);
  const uses = usesOf(cx, functions, source.fileName);
  return {
    module: functions.length > 0 ? { file: source.fileName, functions, uses } : undefined,
    diagnostics: inOrder([...found.diagnostics, ...tried.flatMap((one) => one.diagnostics), ...nameClashes(functions)]),
    refused: tried.flatMap(({ refused }) => refused),
    samples: new Map(found.marked.map((node) => [node.name, samplesOf(node)])),
    unmarked: new Set(unmarked.map(({ name }) => name)),
  };
}

export interface LoweredRequests {
  readonly sites: readonly DerivativeSite[];
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of the other modules whose text was used. */
  readonly uses: readonly string[];
  /** Constants that the module is to export, by name: the names to export them by. */
  readonly hidden: ReadonlyMap<string, string>;
}

/** Lowers every derivative that a file asks for, in whatever function, or in none. */
export function lowerRequests(project: SourceProject, file: string): LoweredRequests {
  const source = project.sourceFile(file);
  if (!source) return { sites: [], diagnostics: [], uses: [], hidden: new Map() };
  const program = programWithDerivatives(project);
  const hidden = new Map<string, string>();
  const cx: ModuleContext = { ...createContext(project, program), hidden: { module: source.fileName, names: hidden } };
  const broken = syntaxErrors(program, source);
  if (broken.length > 0) return { sites: [], diagnostics: broken, uses: [], hidden };
  const { sites, diagnostics } = lowerSites(cx, source);
  return { sites, diagnostics: inOrder(diagnostics), uses: [...cx.uses].filter((path) => path !== source.fileName).sort(), hidden };
}

function nothingLowered(diagnostics: readonly Diagnostic[]): LoweredModule {
  return { module: undefined, diagnostics, refused: [], samples: new Map(), unmarked: new Set() };
}

/** A function that bears no mark is never the cause of an error. */
function tryNode(cx: ModuleContext, node: MarkedNode, unmarked: boolean) {
  const own: Diagnostic[] = [];
  const functions = lowerMarked(cx, node, own);
  const refused = hasErrors(own) ? [{ name: node.name, at: spanOf(node.fn.name ?? node.fn), diagnostics: own, unmarked }] : [];
  return { functions, diagnostics: unmarked ? [] : own, refused };
}

function createContext(project: SourceProject, program: ts.Program): ModuleContext {
  const { strict, strictNullChecks, exactOptionalPropertyTypes } = project.options;
  return {
    types: createTypeReader(program.getTypeChecker()),
    program,
    diagnostics: [],
    callees: new Map(),
    derived: new Map(),
    rules: new Map(),
    pending: new Map(),
    active: [],
    activeConstants: [],
    uses: new Set(),
    names: new Map(),
    orders: new Map(),
    strictNull: strictNullChecks ?? strict ?? false,
    exactOptional: exactOptionalPropertyTypes ?? false,
  };
}

/** One marked function, or nothing where it has an error. */
/** How many rows a Jacobian has must not depend on what is left out. */
function rowsOfMissing(marks: readonly Mark[], { main }: IrProgram, { params }: Signature): Diagnostic[] {
  const isMissing = main.results.some(({ kind, param }) => kind === 'written' && param !== undefined && params[param]?.optional);
  const jacobian = marks.find(({ tag }) => tag === 'jacobian');
  return isMissing && jacobian ? [messages.notAvailable(jacobian.at, 'jacobian optional')] : [];
}

function lowerMarked(shared: ModuleContext, node: MarkedNode, diagnostics: Diagnostic[]): MarkedFunction[] {
  const cx: ModuleContext = {
    ...shared,
    diagnostics: [],
    callees: new Map(),
    derived: new Map(),
    rules: new Map(),
    pending: new Map(),
    names: new Map([[node.fn, node.name]]),
    orders: new Map(),
  };
  const inactive = inactiveNames(cx.types, node);
  const { signature, imports, diagnostics: ofSignature } = readSignature(cx.types, cx.program, node.fn, inactive.names);
  const { marks, diagnostics: ofMarks } = readMarks(node, signature, inactive.names);
  const reached = checkFence(cx, node.fn);
  const ofTypes = hasErrors(cx.diagnostics) ? [] : checkTypes(cx.program, reached);
  const before = distinct([...inactive.diagnostics, ...ofSignature, ...ofMarks, ...ofTypes, ...cx.diagnostics]);
  diagnostics.push(...before, ...integerHints(cx.types, node, signature, marks));
  if (hasErrors(before) || marks.length === 0) return [];
  cx.diagnostics.length = 0;
  const program = lowerProgram(cx, node.fn, node.name, signature.params);
  const hasOutput = marks.every(({ tag }) => tag === 'grad') || program.main.results.length > 0;
  if (!hasOutput)
    cx.diagnostics.push(messages.noOutput((marks[0] as MarkedFunction['marks'][number]).at, marks[0]?.tag ?? '', node.name, 'nothing'));
  cx.diagnostics.push(...rowsOfMissing(marks, program, signature));
  diagnostics.push(...cx.diagnostics);
  if (hasErrors(cx.diagnostics)) return [];
  const doc = summaryOf(node);
  return [
    {
      name: node.name,
      exportName: node.exportName ?? node.name,
      marks,
      signature,
      program,
      imports,
      at: spanOf(node.fn.name ?? node.fn),
      ...(doc !== undefined && { doc }),
    },
  ];
}

/** Without repetitions; where the signature has an error of its own, what follows from it is left out. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const isSignature = ({ code }: Diagnostic): boolean => code.startsWith('GG3');
  const isSame = (a: Diagnostic, b: Diagnostic): boolean => a.code === b.code && a.at?.start === b.at?.start && a.message === b.message;
  const kept = diagnostics.filter((one, i) => diagnostics.findIndex((other) => isSame(one, other)) === i);
  return kept.some(isSignature) ? kept.filter(({ code }) => code !== messages.nothingToDifferentiate.code) : kept;
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

/** The text of the doc comment before its tags. */
function summaryOf({ doc }: MarkedNode): string | undefined {
  const text = doc && ts.getTextOfJSDocComment(doc.comment)?.replace(/\s+/g, ' ').trim();
  return text === '' ? undefined : text;
}

/** Two derivatives of one module with one name: reported at the second. */
function nameClashes(functions: readonly MarkedFunction[]): Diagnostic[] {
  const taken = new Map<string, string>();
  const clashes: Diagnostic[] = [];
  for (const { name, marks, signature, program } of functions) {
    for (const [at, mark] of marks.entries()) {
      const own = at === 0 && program.derived?.size ? [primalName(name)] : [];
      const names = [...own, ...derivedNames(name, mark, signature)];
      const clash = names.find((derived) => taken.has(derived));
      if (clash !== undefined) clashes.push(messages.nameClash(mark.at, clash, taken.get(clash) as string, name));
      for (const derived of names) taken.set(derived, name);
    }
  }
  return clashes;
}

function usesOf(cx: ModuleContext, functions: readonly MarkedFunction[], own: string): string[] {
  const modules = functions.flatMap(({ imports }) => imports.filter(isOwnModule).map(({ module }) => module));
  return [...new Set([...cx.uses, ...modules])].filter((path) => path !== own).sort();
}

function isOwnModule({ module, specifier }: ImportNeed): boolean {
  return specifier === undefined && !/\.d\.[cm]?ts$/.test(module);
}

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((a, b) => (a.at?.start ?? 0) - (b.at?.start ?? 0));
}
