/** A file of derivatives: imports, constants, functions. */
import { sourceOf } from '../diagnostics/origin.ts';
import { infoOf } from '../ir/build.ts';
import { isNumbers } from '../ir/memory-types.ts';
import type { DerivedFunction, DerivedModule } from '../ir/program.ts';
import type { GlobalOp } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { type FileContext, printDerived } from './derived.ts';
import { capitalize } from './describe.ts';
import { type ImportExtension, type ImportName, printImports, relativeSpecifier } from './imports.ts';
import { sharedStack, stackName } from './lower-stack.ts';
import { isMatrix } from './matrices.ts';
import { numbered, toIdentifier, unusableNames } from './names.ts';
import { printNumber } from './numbers.ts';
import { fillLines, pageWidth } from './page.ts';
import type { Line } from './print-statement.ts';
import { type PackageModules, packageImport } from './runtime-calls.ts';
import { createTangentTypes, type Declaration, isNested, matrixName, type TangentTypes } from './tangents.ts';
import { storageConstructor, storageType } from './type-text.ts';

export interface EmitOptions extends PackageModules {
  /** Write `x[i]!`. */
  readonly uncheckedIndexedAccess: boolean;
  readonly importExtension: ImportExtension;
}

export interface Mapping {
  /** One-based, in the body. */
  readonly generatedLine: number;
  readonly sourceLine: number;
  readonly sourceColumn: number;
  readonly file: string;
}

export interface EmittedModule {
  /** Everything below the header. */
  readonly text: string;
  readonly mappings: readonly Mapping[];
}

export function emitModule(module: DerivedModule, options: EmitOptions): EmittedModule {
  const globals = collectGlobals(module, options);
  const links = collectLinks(module, options, globals);
  const names = new Set([...module.functions.map(({ name }) => name), ...globals.names]);
  const workers = workersOf(module, [...names, ...links.names, ...typeNames(module), ...unusableNames]);
  const taken = new Set([...names, ...workers.values(), ...links.names, ...typeNames(module), ...unusableNames]);
  const tangents = createTangentTypes(taken, parameterNames(module));
  const file: FileContext = {
    tangents,
    uncheckedIndexedAccess: options.uncheckedIndexedAccess,
    fastMath: options.mathModule !== undefined,
    names: new Set([...names, ...workers.values()]),
    locals: { taken, known: new Map() },
    stackType: typeNames(module).includes(stackName) ? sharedStack : stackName,
    global: (op) => globals.nameOf(op),
    link: (derived) => links.linkOf(derived),
    into: (derived) => intoOf(derived, module),
    worker: (derived) => workers.get(derived.kind === 'valueAndGradInto' ? derived.name : (intoOf(derived, module) ?? '')),
  };
  const printed = module.functions.map((derived) => printDerived(derived, file));
  const runtime = [...new Set(printed.flatMap((each) => [...each.runtime]))];
  const matrices = module.functions.some(isMatrix) && tangents.matrix === matrixName ? [matrixName] : [];
  const runtimeImports = [...runtime, ...matrices].map(
    (name): ImportName => ({ ...packageImport(name, options), typeOnly: name === matrixName || name === stackName }),
  );
  const functionCode = codeOf(printed.flatMap(({ lines }) => lines.map(({ text }) => text)));
  const declared = usedDeclarations(tangents, functionCode);
  const code = [functionCode, codeOf(declared.interfaces.flat())].join('\n');
  const imports = printImports([...runtimeImports, ...globals.imports, ...links.imports, ...userImports(module, options, code)]);
  const plain = (text: string): Line => ({ text, origin: { kind: 'synthetic', reason: 'module' } });
  const head = [imports, globals.constants, ...declared.interfaces, declared.constants].filter((lines) => lines.length > 0);
  const blocks = [...head.map((lines) => lines.map(plain)), ...printed.map(({ lines }) => lines)];
  return assemble(blocks.flatMap((lines, i) => (i === 0 ? [...lines] : [plain(''), ...lines])));
}

/** One function without its file. */
export function emitFunction(derived: DerivedFunction, options: EmitOptions): string {
  const alone: DerivedModule = { source: derived.of.at.file, target: derived.of.at.file, uses: [], functions: [derived] };
  const text = emitModule(alone, options).text;
  return text.slice(text.search(/^(?:\/\*\*|export )/m));
}

function assemble(lines: readonly Line[]): EmittedModule {
  const mappings = lines.flatMap(({ origin }, i): Mapping[] => {
    const at = sourceOf(origin);
    return at ? [{ generatedLine: i + 1, sourceLine: at.line, sourceColumn: at.column, file: at.file }] : [];
  });
  return { text: `${lines.map(({ text }) => text).join('\n')}\n`, mappings };
}

function intoOf(derived: DerivedFunction, module: DerivedModule): string | undefined {
  return module.functions.find(
    (other) => other.kind === 'valueAndGradInto' && other.name === `${derived.name}Into` && other.of === derived.of,
  )?.name;
}

/** Into functions with buffers of records or lists leave the work to a function of their own, by the name of the former. */
function workersOf(module: DerivedModule, taken: Iterable<string>): Map<string, string> {
  const names = new Set(taken);
  const isWrapper = ({ kind, inputs, of }: DerivedFunction): boolean =>
    kind === 'valueAndGradInto' && inputs.some((at) => isNested(of.signature.params[at]?.shape ?? { kind: 'real' }));
  return new Map(
    module.functions.filter(isWrapper).map(({ name }) => [name, freeName(`fill${capitalize(name.replace(/Into$/, ''))}`, names)]),
  );
}

interface Globals {
  readonly names: ReadonlySet<string>;
  readonly imports: readonly ImportName[];
  /** Module constants for literals that cannot be imported. */
  readonly constants: readonly string[];
  nameOf(op: GlobalOp): string;
}

function collectGlobals(module: DerivedModule, options: EmitOptions): Globals {
  const chosen = new Map<string, string>();
  const taken = new Set<string>([...unusableNames, ...module.functions.map(({ name }) => name), ...typeNames(module)]);
  const imports: ImportName[] = [];
  const constants: string[] = [];
  const add = (op: GlobalOp, derived: DerivedFunction): void => {
    if (chosen.has(keyOf(op))) return;
    const name = freeName(op.name, taken);
    chosen.set(keyOf(op), name);
    if (op.literal) constants.push(...constantText(name, op.literal, op, derived));
    else
      imports.push({
        name,
        exported: op.name,
        specifier: relativeSpecifier(module.target, op.module, options.importExtension),
        typeOnly: false,
      });
  };
  for (const derived of module.functions) walkFunction(derived.ir, (op) => void (op.kind === 'global' && add(op, derived)));
  return { names: new Set(chosen.values()), imports, constants, nameOf: (op) => chosen.get(keyOf(op)) ?? op.name };
}

const keyOf = (op: GlobalOp): string => `${op.module}#${op.name}`;

function constantText(name: string, literal: readonly number[], op: GlobalOp, derived: DerivedFunction): string[] {
  const { type } = infoOf(derived.ir.values, op.out);
  if (!isNumbers(type)) return [`const ${name} = ${printNumber(literal[0] ?? Number.NaN)};`];
  const [open, close] = type.storage === 'list' ? ['[', ']'] : [`/* @__PURE__ */ new ${storageConstructor(type.storage)}([`, '])'];
  const head = `const ${name}: ${storageType(type.storage)} = ${open}`;
  const numbers = literal.map(printNumber);
  const line = `${head}${numbers.join(', ')}${close};`;
  return line.length <= pageWidth ? [line] : [head, ...fillLines(numbers), `${close};`];
}

function freeName(wish: string, taken: Set<string>): string {
  let name = wish;
  for (let count = 2; taken.has(name); count++) name = numbered(toIdentifier(wish), count);
  taken.add(name);
  return name;
}

interface Declared {
  readonly interfaces: readonly (readonly string[])[];
  readonly constants: readonly string[];
}

/** The interfaces and constants that the functions mention, or one that they mention does. */
function usedDeclarations(tangents: TangentTypes, code: string): Declared {
  const all = tangents.declarations();
  const used = new Set<Declaration>();
  for (let text = code, before = -1; before !== used.size; ) {
    before = used.size;
    for (const one of all) {
      if (used.has(one) || !mentions(text, one.name)) continue;
      used.add(one);
      text += one.lines.join('\n');
    }
  }
  const linesOf = (kind: Declaration['kind']): (readonly string[])[] =>
    all.flatMap((one) => (one.kind === kind && used.has(one) ? [one.lines] : []));
  const constants = linesOf('constant').flat();
  const comment = '// What a check expects: 0 is a number, [] an array of numbers, [x] a list, ["a", x] a record.';
  return { interfaces: linesOf('interface'), constants: constants.length > 0 ? [comment, ...constants] : [] };
}

interface Links {
  /** The names under which functions of the user's are imported. */
  readonly names: ReadonlySet<string>;
  readonly imports: readonly ImportName[];
  linkOf(derived: DerivedFunction): string;
}

/** f itself is imported as a type, so that `{@link f}` leads to it; where its name is taken the comment only mentions it. */
function collectLinks(module: DerivedModule, options: EmitOptions, globals: Globals): Links {
  const specifier = relativeSpecifier(module.target, module.source, options.importExtension);
  const taken = new Set<string>([...module.functions.map(({ name }) => name), ...globals.names, ...typeNames(module), ...unusableNames]);
  const isFree = ({ of }: DerivedFunction): boolean => !taken.has(localName(of));
  const imports = module.functions.filter(isFree).map(({ of }): ImportName => {
    const name = localName(of);
    return { name, exported: of.exportName, specifier, typeOnly: true };
  });
  const linkOf = (derived: DerivedFunction): string => (isFree(derived) ? `{@link ${localName(derived.of)}}` : `\`${derived.of.name}\``);
  return { names: new Set(imports.map(({ name }) => name)), imports, linkOf };
}

const localName = ({ exportName, name }: DerivedFunction['of']): string => (exportName === 'default' ? name : exportName);

function typeNames(module: DerivedModule): string[] {
  return module.functions.flatMap(({ of }) => of.imports.map(({ name }) => name));
}

const parameterNames = (module: DerivedModule): string[] =>
  module.functions.flatMap(({ of }) => of.signature.params.map(({ name }) => name));

/** The user's types that signatures mention: a parameter's may have gone with a default, a result's with the value. */
function userImports(module: DerivedModule, options: EmitOptions, code: string): ImportName[] {
  const needs = module.functions.flatMap(({ of }) => of.imports).filter(({ name }) => mentions(code, name));
  return needs.map(({ name, module: path, specifier, typeOnly }): ImportName => {
    return { name, specifier: specifier ?? relativeSpecifier(module.target, path, options.importExtension), typeOnly };
  });
}

const codeOf = (lines: readonly string[]): string => lines.filter((line) => !/^\s*(?:\/\*\*|\*|\/\/)/.test(line)).join('\n');

function mentions(code: string, name: string): boolean {
  const word = name.replace(/[$]/g, '\\$&');
  return new RegExp(`(?<![\\p{ID_Continue}$.])${word}(?![\\p{ID_Continue}$])`, 'u').test(code);
}
