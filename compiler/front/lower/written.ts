/**
 * Which of its caller's arrays and objects a function may write, and which of its results may be one of them.
 *
 * Every reference is followed to its roots, without regard to order: parameters, bindings of modules, what is made here; and what
 * is found inside of each. What is stored in a field of an object may be found again in that field, and in that of whatever it may be.
 */
import { invariant } from '../../diagnostics/internal.ts';
import type { Origin } from '../../diagnostics/origin.ts';
import { infoOf } from '../../ir/build.ts';
import { derivedTypes } from '../../ir/derived-types.ts';
import { holdsReferences, isRecord, isReference, isRefs } from '../../ir/memory-types.ts';
import type { DerivedCallee, GlobalOp, IrFunction, Op, Region, Type, ValueId } from '../../ir/types.ts';
import { outsOf } from '../../ir/walk.ts';

/** `p0`: parameter 0 itself; `p0/`: something inside of it; `g…`: a binding of a module; `m7`: what was made as value 7. */
export type Root = string;

export interface Summary {
  /** Positions of parameters that may be written, themselves or what is in them. */
  readonly written: ReadonlySet<number>;
  /** Per result: what it may be. Empty for numbers. */
  readonly returns: readonly ReadonlySet<Root>[];
  /** What may be found inside of each parameter and of each thing made here. */
  readonly contents: Contents;
  /** Stores to arrays of modules: which, and where. */
  readonly moduleWrites: readonly { readonly global: GlobalOp; readonly at: Origin }[];
}

/** By object and by field; the elements of a list are one field. */
type Contents = ReadonlyMap<Root, ReadonlyMap<string, ReadonlySet<Root>>>;

interface State {
  readonly fn: IrFunction;
  readonly summaries: (callee: string) => Summary;
  readonly roots: Map<ValueId, Set<Root>>;
  readonly contents: Map<Root, Map<string, Set<Root>>>;
  /** The field numbers that constants say. */
  readonly constants: Map<ValueId, string>;
  readonly globals: Map<Root, GlobalOp>;
  readonly written: Set<number>;
  readonly moduleWrites: Map<GlobalOp, Origin>;
  changed: boolean;
}

/** Of a function that has not been looked at yet. */
export const nothingDone: Summary = { written: new Set(), returns: [], contents: new Map(), moduleWrites: [] };

/** Two summaries that say the same have one text. */
export function summaryText(summary: Summary | undefined): string {
  const plain = (_: string, value: unknown): unknown => (value instanceof Map || value instanceof Set ? [...value] : value);
  return JSON.stringify(summary && { ...summary, moduleWrites: summary.moduleWrites.length }, plain);
}

export const paramRoot = (position: number): Root => `p${position}`;
const inside = (root: Root): Root => (root.endsWith('/') ? root : `${root}/`);
const outside = (root: Root): Root => (root.endsWith('/') ? root.slice(0, -1) : root);
const isMade = (root: Root): boolean => root.startsWith('m');

/** Follows references through memory, branches, loops and calls. */
export function summarize(fn: IrFunction, summaries: (callee: string) => Summary): Summary {
  const state: State = {
    fn,
    summaries,
    roots: new Map(),
    contents: new Map(),
    constants: new Map(),
    globals: new Map(),
    written: new Set(),
    moduleWrites: new Map(),
    changed: true,
  };
  fn.body.params.forEach((id, i) => {
    addRoot(state, id, paramRoot(i));
  });
  while (state.changed) {
    state.changed = false;
    visitRegion(state, fn.body);
  }
  const moduleWrites = [...state.moduleWrites].map(([global, at]) => ({ global, at }));
  return { written: state.written, returns: fn.body.yields.map((id) => rootsOf(state, id)), contents: state.contents, moduleWrites };
}

function isArray(state: State, id: ValueId): boolean {
  return isReference(infoOf(state.fn.values, id).type);
}

function rootsOf(state: State, id: ValueId): ReadonlySet<Root> {
  return (isArray(state, id) && state.roots.get(id)) || new Set();
}

function addRoot(state: State, id: ValueId, root: Root): void {
  if (isArray(state, id)) addTo(state, state.roots, id, root);
}

function addTo<K>(state: State, sets: Map<K, Set<Root>>, key: K, root: Root): void {
  const known = sets.get(key) ?? new Set();
  if (known.has(root)) return;
  sets.set(key, known.add(root));
  state.changed = true;
}

/** What may be found in a field of an object, or anywhere in it: what was stored there, and what an object from outside held before. */
function contentsOf(state: State, root: Root, field?: string): Root[] {
  const fields = state.contents.get(outside(root)) ?? new Map<string, Set<Root>>();
  const stored = field === undefined ? [...fields.values()].flatMap((roots) => [...roots]) : [...(fields.get(field) ?? [])];
  return isMade(root) ? stored : [inside(root), ...stored];
}

function noteContent(state: State, holder: Root, field: string, root: Root): void {
  const fields = state.contents.get(outside(holder)) ?? new Map<string, Set<Root>>();
  state.contents.set(outside(holder), fields);
  addTo(state, fields, field, root);
}

const everyElement = '*';

function fieldOf(state: State, array: ValueId, index: ValueId): string {
  return isRecord(infoOf(state.fn.values, array).type) ? (state.constants.get(index) ?? everyElement) : everyElement;
}

function flow(state: State, to: readonly ValueId[], from: readonly ValueId[]): void {
  to.forEach((id, i) => {
    const source = from[i];
    if (source !== undefined) for (const root of rootsOf(state, source)) addRoot(state, id, root);
  });
}

function write(state: State, array: ValueId, at: Origin): void {
  for (const root of rootsOf(state, array)) writeRoot(state, root, at);
}

function writeRoot(state: State, root: Root, at: Origin): void {
  const global = state.globals.get(outside(root));
  if (global) state.moduleWrites.set(global, at);
  else if (root.startsWith('p')) state.written.add(Number(outside(root).slice(1)));
}

/** A reference comes to lie in an object. */
function keep(state: State, array: ValueId, field: string, value: ValueId): void {
  for (const holder of rootsOf(state, array)) for (const root of rootsOf(state, value)) noteContent(state, holder, field, root);
}

/** The elements of one object are those of another, too. */
function copyContents(state: State, to: ValueId, from: ValueId): void {
  const { type } = infoOf(state.fn.values, from);
  if (!holdsReferences(type)) return;
  const fields = isRecord(type) ? type.fields.map((_, at) => String(at)) : [everyElement];
  for (const source of rootsOf(state, from))
    for (const field of fields)
      for (const root of contentsOf(state, source, field)) for (const holder of rootsOf(state, to)) noteContent(state, holder, field, root);
}

function visitRegion(state: State, region: Region): void {
  for (const op of region.ops) visit(state, op);
}

function visit(state: State, op: Op): void {
  switch (op.kind) {
    case 'alloc':
      return op.origin.kind === 'synthetic' ? undefined : addRoot(state, op.out, `m${op.out}`);
    case 'const':
      return void state.constants.set(op.out, String(op.value));
    case 'copy':
      addRoot(state, op.out, `m${op.out}`);
      return copyContents(state, op.out, op.array);
    case 'view':
      return flow(state, [op.out], [op.array]);
    case 'global':
      return visitGlobal(state, op);
    case 'load':
      for (const root of rootsOf(state, op.array))
        for (const found of contentsOf(state, root, fieldOf(state, op.array, op.index))) addRoot(state, op.out, found);
      return undefined;
    case 'store':
    case 'fill':
      keep(state, op.array, op.kind === 'store' ? fieldOf(state, op.array, op.index) : everyElement, op.value);
      return write(state, op.array, op.origin);
    case 'set':
      copyContents(state, op.array, op.source);
      return write(state, op.array, op.origin);
    case 'if':
      visitRegion(state, op.then);
      visitRegion(state, op.otherwise);
      flow(state, op.outs, op.then.yields);
      return flow(state, op.outs, op.otherwise.yields);
    case 'for':
      return visitLoop(state, op.outs, op.inits, op.body.params.slice(1), [op.body], op.exits);
    case 'while':
      flow(state, op.condition.params, op.body.params);
      return visitLoop(state, op.outs, op.inits, op.body.params, [op.body, op.condition], op.exits);
    case 'call':
      return visitCall(state, op);
    default:
      return invariant(
        outsOf(op).every((id) => !isArray(state, id)),
        `${op.kind} gives an array`,
      );
  }
}

function visitGlobal(state: State, op: GlobalOp): void {
  const root = `g${op.module}#${op.name}`;
  state.globals.set(root, op);
  addRoot(state, op.out, root);
}

function visitLoop(
  state: State,
  outs: readonly ValueId[],
  inits: readonly ValueId[],
  params: readonly ValueId[],
  regions: readonly Region[],
  exits: boolean,
): void {
  const [body] = regions;
  const carriedOuts = exits ? outs.slice(1) : outs;
  const yields = exits ? body?.yields.slice(1) : body?.yields;
  flow(state, params, inits);
  flow(state, carriedOuts, inits);
  for (const region of regions) visitRegion(state, region);
  flow(state, params, yields ?? []);
  flow(state, carriedOuts, yields ?? []);
}

function visitCall(state: State, op: Extract<Op, { kind: 'call' }>): void {
  const summary = state.summaries(op.callee);
  for (const { global, at } of summary.moduleWrites) state.moduleWrites.set(global, at);
  for (const position of summary.written) writeArgument(state, op, position);
  for (const [holder, fields] of summary.contents)
    for (const mine of namesOf(state, op, holder))
      for (const [field, found] of fields)
        for (const root of found) for (const one of namesOf(state, op, root)) noteContent(state, mine, field, one);
  op.outs.forEach((out, i) => {
    for (const root of summary.returns[i] ?? []) for (const mine of namesOf(state, op, root)) addRoot(state, out, mine);
  });
}

/** The callee writes an argument, or something in it: whatever can be reached from there. */
function writeArgument(state: State, op: Extract<Op, { kind: 'call' }>, position: number): void {
  const reached = new Set<Root>();
  const reach = (root: Root): void => {
    if (reached.has(root)) return;
    reached.add(root);
    writeRoot(state, root, op.origin);
    contentsOf(state, root).forEach(reach);
  };
  rootsOf(state, op.args[position] as ValueId).forEach(reach);
}

/** Longest chain of calls that tells things made apart: recursion has no end. */
const longestChain = 12;

function madeAt(call: Root, root: Root): Root {
  return root.startsWith(`${call}.`) || root.split('.').length > longestChain ? root : `${call}.${root}`;
}

/** What a root of the callee is here. What it makes, it makes anew at each call. */
function namesOf(state: State, op: Extract<Op, { kind: 'call' }>, root: Root): Root[] {
  if (isMade(root)) return [madeAt(`m${op.outs[0] ?? op.callee}`, root)];
  if (!root.startsWith('p')) return [root];
  const argument = op.args[Number(outside(root).slice(1))];
  const roots = argument === undefined ? [] : [...rootsOf(state, argument)];
  if (!root.endsWith('/')) return roots;
  const found = new Set<Root>();
  const reach = (one: Root): void => {
    if (found.has(one)) return;
    found.add(one);
    contentsOf(state, one).forEach(reach);
  };
  for (const one of roots) contentsOf(state, one).forEach(reach);
  return [...found];
}

/** Of a derivative: it writes nothing, and what it gives is new, but for the values of f that it hands on. */
export function summaryOfDerivative(fn: IrFunction, derivative: DerivedCallee, of: Summary): Summary {
  const contents = new Map(of.contents);
  const handsOn = ['valueAndGrad', 'vjp', 'jvp'].includes(derivative.product) ? fn.results.length : 0;
  const returns = derivedTypes(fn, derivative).outs.map((type, i) => {
    if (i < handsOn) return of.returns[i] ?? new Set<Root>();
    return isReference(type) ? new Set([madeOf(type, `mNew${i}`, contents)]) : new Set<Root>();
  });
  return { written: new Set(), returns, contents, moduleWrites: of.moduleWrites };
}

/** New memory, down to the last array of it. */
function madeOf(type: Type, root: Root, contents: Map<Root, ReadonlyMap<string, ReadonlySet<Root>>>): Root {
  const parts: (readonly [string, Type])[] = isRecord(type) ? type.fields.map((field, at) => [String(at), field.type]) : [];
  if (isRefs(type)) parts.push([everyElement, type.element]);
  const held = parts.filter(([, part]) => isReference(part));
  contents.set(root, new Map(held.map(([field, part], i) => [field, new Set([madeOf(part, `${root}_${i}`, contents)])])));
  return root;
}
