/** Local functions as text. Derivatives of one function that need the same ones share them. */
import { isNumbers } from '../ir/memory-types.ts';
import type { DerivedFunction } from '../ir/program.ts';
import type { IrFunction, ValueId, ValueInfo } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { annotateCycles } from './annotate.ts';
import { frameArena } from './arena-frame.ts';
import { buildBody } from './body.ts';
import { addComments } from './comments.ts';
import { declareVariables } from './declare.ts';
import type { FileContext } from './derived.ts';
import { capitalize } from './describe.ts';
import { growOutside } from './grow-outside.ts';
import type { Local, Split } from './local-functions.ts';
import { sharedStack, stackName } from './lower-stack.ts';
import type { Surroundings } from './lowering.ts';
import { chooseNames, numbered, toIdentifier, unusableNames } from './names.ts';
import { markOptional } from './optional-parameters.ts';
import { pageWidth } from './page.ts';
import { type Line, printBlock } from './print-statement.ts';
import { check } from './result-checks.ts';
import { runtimeCalls } from './runtime-calls.ts';
import { namesAsRead, type Plan } from './signature.ts';
import type { Block, Expr, Stmt, Variable } from './syntax.ts';
import { call, text } from './syntax.ts';
import { countOccurrences } from './traverse.ts';
import { listType, type RecordNames, typeScriptType } from './type-text.ts';

export interface PrintedLocals {
  readonly lines: readonly Line[];
  /** What every function of the split has to know. */
  readonly surroundings: Partial<Surroundings>;
  /** The name of the last one: that of a pullback. */
  readonly last: string;
  readonly runtime: ReadonlySet<string>;
}

/** The local functions of a file: their names, and which texts there are already. */
export interface LocalNames {
  readonly taken: Set<string>;
  /** By text with the names that the functions wished for: the names they have, once or more often. */
  readonly known: Map<string, readonly ReadonlyMap<ValueId, string>[]>;
}

/** No parameter of the function that calls them has the name of one. */
export function printLocals(split: Split, { derived, taken }: Plan, records: RecordNames, file: FileContext): PrintedLocals {
  const wishes = wishesFor(split.locals, derived);
  const stackedTypes = typesOnStacks(split, records);
  const around = (names: ReadonlyMap<ValueId, string>): Partial<Surroundings> => surroundingsFor({ split, records, stackedTypes, names });
  const print = (names: ReadonlyMap<ValueId, string>) => {
    const printed = split.locals.map((local) => printLocal(local, { split, derived, records, file, names, surroundings: around(names) }));
    const gap: Line = { text: '', origin: derived.ir.origin };
    return {
      lines: printed.flatMap(({ lines }, i) => (i === 0 ? [...lines] : [gap, ...lines])),
      runtime: new Set(printed.flatMap(({ runtime }) => [...runtime])),
    };
  };
  const drafted = print(wishes);
  const text = drafted.lines.map((line) => line.text).join('\n');
  const lastOf = (of: ReadonlyMap<ValueId, string>): string => [...of.values()].at(-1) ?? '';
  const known = (file.locals.known.get(text) ?? []).find((each) => ![...each.values()].some((name) => taken.has(name)));
  if (known) {
    const names = renamed(split.locals, wishes, known);
    return { lines: [], surroundings: around(names), last: lastOf(names), runtime: new Set() };
  }
  const names = freeNames(wishes, file.locals.taken, taken);
  file.locals.known.set(text, [
    ...(file.locals.known.get(text) ?? []),
    new Map([...wishes].map(([out, wish]) => [out, names.get(out) ?? wish])),
  ]);
  const isAsWished = [...wishes].every(([out, wish]) => names.get(out) === wish);
  return { ...(isAsWished ? drafted : print(names)), surroundings: around(names), last: lastOf(names) };
}

/** The types of the references that go on each stack. */
function typesOnStacks(split: Split, records: RecordNames): ReadonlyMap<ValueId, readonly string[]> {
  const types = new Map<ValueId, readonly string[]>();
  walkFunction(split.whole, (op) => {
    if (op.kind !== 'push' && op.kind !== 'pop') return;
    const id = op.kind === 'push' ? op.value : op.out;
    const { kind } = (split.whole.values[id] as ValueInfo).type;
    if (kind !== 'array' && kind !== 'text') return;
    types.set(op.stack, [...new Set([...(types.get(op.stack) ?? []), typeOf(split.whole, id, { split, records })])]);
  });
  return types;
}

/** Functions with one text stand in one order. */
function renamed(
  locals: readonly Local[],
  wishes: ReadonlyMap<ValueId, string>,
  known: ReadonlyMap<ValueId, string>,
): ReadonlyMap<ValueId, string> {
  const names = [...known.values()];
  return new Map(locals.map(({ out }, at) => [out, names[at] ?? wishes.get(out) ?? ''] as const));
}

/** `minorForward` and `minorReverse`; alone, what the user calls it. */
function wishesFor(locals: readonly Local[], { kind, of }: DerivedFunction): ReadonlyMap<ValueId, string> {
  const hints = new Set(locals.map(({ hint }) => hint));
  const used = new Set<string>();
  return new Map(
    locals.map(({ out, hint }) => {
      if (kind === 'pullback' && hint === 'pullback') return [out, freeName(`pullBack${capitalize(of.name)}`, used)] as const;
      // Of two of one name the first has the sweep, the other is what a pullback runs first.
      const isForward = hints.has(`${hint}Reverse`) && !used.has(`${hint}Forward`);
      const wish = isForward ? `${hint}Forward` : kind === 'jvp' ? `${hint}WithTangents` : hint;
      return [out, freeName(wish, used)] as const;
    }),
  );
}

/** Names of other local functions of the file come later, when it is known whether these are the same ones. */
function freeName(wish: string, used: Set<string>): string {
  let name = toIdentifier(wish);
  for (let count = 2; used.has(name) || unusableNames.has(name); count++) name = numbered(toIdentifier(wish), count);
  used.add(name);
  return name;
}

function freeNames(wishes: ReadonlyMap<ValueId, string>, taken: Set<string>, hidden: ReadonlySet<string>): ReadonlyMap<ValueId, string> {
  return new Map(
    [...wishes].map(([out, wish]) => {
      let name = wish;
      for (let count = 2; taken.has(name) || hidden.has(name); count++) name = numbered(wish, count);
      taken.add(name);
      return [out, name] as const;
    }),
  );
}

type TypeContext = Pick<LocalContext, 'split' | 'records'> & Partial<Pick<LocalContext, 'surroundings'>>;

interface LocalContext {
  readonly split: Split;
  readonly derived: DerivedFunction;
  readonly records: RecordNames;
  readonly file: FileContext;
  readonly names: ReadonlyMap<ValueId, string>;
  readonly surroundings: Partial<Surroundings>;
}

function printLocal(local: Local, cx: LocalContext) {
  const { fn } = local;
  const taken = new Set([...unusableNames, ...cx.file.names, ...cx.names.values()]);
  const params = fn.body.params.map((id) => parameterFor(fn, id, cx, taken));
  const body = bodyOf(local, params, cx);
  const { reads } = countOccurrences(body);
  const names = chooseNames(body, taken);
  const nameOf = (variable: Variable): string =>
    variable.fixed ? (variable.hints[0] ?? '') : (names.get(variable) ?? `unnamed${variable.id}`);
  const inner = printBlock(body, { name: nameOf, uncheckedIndexedAccess: cx.file.uncheckedIndexedAccess }, '  ');
  const shown = namesAsRead(params.map((variable) => ({ name: variable.hints[0] ?? '', isRead: (reads.get(variable) ?? 0) > 0 })));
  const declared = params.map(({ type }, at) => `${shown[at]}: ${type === sharedStack ? cx.file.stackType : type}`);
  const head = signature(cx.names.get(local.out) ?? '', declared, resultType(fn, cx));
  const plain = (text: string): Line => ({ text, origin: fn.origin });
  const lines = [...[docOf(local, cx), ...head].map(plain), ...inner, plain('}')];
  return { lines, runtime: runtimeOf(body, params, cx.file.stackType) };
}

function parameterFor(fn: IrFunction, id: ValueId, cx: LocalContext, taken: Set<string>): Variable {
  const info = fn.values[id];
  const wish =
    info?.type.kind === 'stack'
      ? { real: 'saved', int: 'savedIntegers', bool: 'savedChoices', array: 'savedReferences' }[info.type.element]
      : info?.hint;
  let name = toIdentifier(wish ?? 'value');
  for (let count = 2; taken.has(name); count++) name = numbered(toIdentifier(wish ?? 'value'), count);
  taken.add(name);
  const type = parameterType(fn, id, cx);
  const integer = info?.type.kind !== 'real';
  const optional = cx.split.missing.has(id);
  return { id: -1 - taken.size, type, hints: [name], fixed: true, named: true, integer, ...(optional && { optional }) };
}

function parameterType(fn: IrFunction, id: ValueId, cx: TypeContext): string {
  const missing = cx.split.missing.get(id);
  return missing === undefined ? typeOf(fn, id, cx) : `${typeOf(fn, id, cx)} | ${missing}`;
}

function typeOf(fn: IrFunction, id: ValueId, { split, records, surroundings }: TypeContext): string {
  const info = fn.values[id];
  if (!info) return 'number';
  if (info.type.kind === 'stack')
    return info.type.element === 'array' ? listType(surroundings?.stackedTypes?.get(id)?.join(' | ') ?? 'unknown') : sharedStack;
  return typeScriptType(info.type, {
    nameOf: (type) => records(type, !info.exact, split.written.inside.has(id) || (type === info.type && split.written.itself.has(id))),
    isFixed: (part) => split.isReadOnly(id, part),
  });
}

function resultType(fn: IrFunction, cx: LocalContext): string {
  const types = fn.body.yields.map((id) => typeOf(fn, id, cx));
  if (types.length === 0) return 'void';
  return types.length === 1 ? (types[0] as string) : `[${types.join(', ')}]`;
}

function signature(name: string, params: readonly string[], result: string): string[] {
  const line = `function ${name}(${params.join(', ')}): ${result} {`;
  return line.length <= pageWidth ? [line] : [`function ${name}(`, ...params.map((param) => `  ${param},`), `): ${result} {`];
}

function docOf({ out, hint }: Local, { names, split, derived }: LocalContext): string {
  if (derived.kind === 'pullback' && hint === 'pullback')
    return `/** The reverse sweep of {@link ${derived.name}}: from what was kept and the seeds to the gradient. */`;
  const partner = (wish: string): string | undefined =>
    names.get(split.locals.find((other) => other.hint === wish)?.out ?? (-1 as ValueId));
  const isForward = /Forward\w*$/.test(names.get(out) ?? '');
  const reverse = isForward ? partner(`${hint}Reverse`) : undefined;
  if (reverse !== undefined) return `/** \`${hint}\`; keeps what {@link ${reverse}} needs. */`;
  const forward = hint.endsWith('Reverse') ? partner(hint.slice(0, -'Reverse'.length)) : undefined;
  if (forward !== undefined) return `/** Undoes a call of {@link ${forward}}, given its arguments and the adjoints of what it returned. */`;
  return derived.kind === 'jvp' ? `/** \`${hint}\` and its tangents. */` : `/** \`${hint}\` itself. */`;
}

function bodyOf(local: Local, params: readonly Variable[], cx: LocalContext): Block {
  const { fn } = local;
  const { origin } = fn;
  const globals = new Map<string, Variable>();
  const surroundings: Surroundings = {
    parameter: (position) => params[position] as Variable,
    buffer: (_op, _like, zeros) => zeros ?? call('new Float64Array', [], false),
    names: cx.records,
    fastMath: cx.file.fastMath,
    global: (op) => ({ kind: 'read', variable: globalVariable(cx.file.global(op), globals) }),
    callee: (key) => key,
    ...cx.surroundings,
    finish: (results) => finish(results, origin),
    ...(cx.derived.kind === 'pullback' && { seedCheck: (seed, value, like) => seedCheck(fn, seed, value, like) }),
  };
  const body = buildBody(fn, surroundings, 0);
  const variable = (wish: string): Variable => ({ id: -1, type: 'number', hints: [wish], fixed: false, named: true });
  if (!local.growsStacks) frameArena(body, variable, origin);
  growOutside(body, variable);
  markOptional(body);
  declareVariables(body);
  annotateCycles(body, cx.file.uncheckedIndexedAccess);
  addComments(body, { own: origin, reverse: cx.derived.kind !== 'jvp' });
  return body;
}

interface Shared {
  readonly split: Split;
  readonly records: RecordNames;
  readonly stackedTypes: ReadonlyMap<ValueId, readonly string[]>;
  readonly names: ReadonlyMap<ValueId, string>;
}

function surroundingsFor({ split, records, stackedTypes, names }: Shared): Partial<Surroundings> {
  return {
    localFunction: (callee) => names.get(callee) ?? '',
    parameterType(callee, at) {
      const id = split.locals.find(({ out }) => out === callee)?.fn.body.params[at];
      return id === undefined || split.whole.values[id]?.type.kind !== 'array'
        ? undefined
        : parameterType(split.whole, id, { split, records });
    },
    isReadOnly: (id, part) => split.isReadOnly(id, part),
    sharedStacks: split.sharedStacks,
    missing: split.missing,
    written: split.written,
    stackedTypes,
    isKept: (id) => split.isReadOnly(id, '') && split.isReadOnly(id, '[]'),
  };
}

/** A seed is of the shape of what it is added to. */
function seedCheck(fn: IrFunction, seed: ValueId, value: Expr, like: Expr): Stmt | undefined {
  if (!fn.body.params.includes(seed) || value.kind !== 'read') return undefined;
  const name = text(JSON.stringify(value.variable.hints[0] ?? 'seed'));
  return isNumbers(fn.values[seed]?.type) ? check('checkSeed', [value, like, name], fn.origin) : undefined;
}

function finish(results: readonly Expr[], origin: IrFunction['origin']): Block {
  if (results.length === 0) return [];
  const value: Expr = results.length === 1 ? (results[0] as Expr) : { kind: 'list', elements: results };
  return [{ kind: 'return', value, origin }];
}

function globalVariable(name: string, globals: Map<string, Variable>): Variable {
  const known = globals.get(name) ?? { id: -1, type: 'unknown', hints: [name], fixed: true, named: true };
  globals.set(name, known);
  return known;
}

function runtimeOf(body: Block, params: readonly Variable[], stackType: string): Set<string> {
  const names = runtimeCalls(body);
  return stackType === stackName && params.some(({ type }) => type === sharedStack) ? new Set([stackName, ...names]) : names;
}
