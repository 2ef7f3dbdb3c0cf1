/** Which arrays of its caller a function may write, and which of its results may be one of them. */
import { invariant } from '../../diagnostics/internal.ts';
import type { Origin } from '../../diagnostics/origin.ts';
import { infoOf } from '../../ir/build.ts';
import type { GlobalOp, IrFunction, Op, Region, ValueId } from '../../ir/types.ts';
import { outsOf } from '../../ir/walk.ts';

/** What an array value may be: a parameter (by position), an array of a module, or made here. */
export type Root = number | GlobalOp | 'new';

export interface Summary {
  /** Positions of parameters that may be written. */
  readonly written: ReadonlySet<number>;
  /** Per result: what it may be. Empty for numbers. */
  readonly returns: readonly ReadonlySet<Root>[];
  /** Stores to arrays of modules: which, and where. */
  readonly moduleWrites: readonly { readonly global: GlobalOp; readonly at: Origin }[];
}

interface State {
  readonly fn: IrFunction;
  readonly summaries: (callee: string) => Summary;
  readonly roots: Map<ValueId, Set<Root>>;
  readonly written: Set<number>;
  readonly moduleWrites: Map<GlobalOp, Origin>;
  changed: boolean;
}

/** Follows arrays through branches, loops and calls, without regard to order. */
export function summarize(fn: IrFunction, summaries: (callee: string) => Summary): Summary {
  const state: State = { fn, summaries, roots: new Map(), written: new Set(), moduleWrites: new Map(), changed: true };
  fn.body.params.forEach((id, i) => addRoot(state, id, i));
  while (state.changed) {
    state.changed = false;
    visitRegion(state, fn.body);
  }
  const moduleWrites = [...state.moduleWrites].map(([global, at]) => ({ global, at }));
  return { written: state.written, returns: fn.body.yields.map((id) => rootsOf(state, id)), moduleWrites };
}

function isArray(state: State, id: ValueId): boolean {
  return infoOf(state.fn.values, id).type.kind === 'array';
}

function rootsOf(state: State, id: ValueId): ReadonlySet<Root> {
  return (isArray(state, id) && state.roots.get(id)) || new Set();
}

function addRoot(state: State, id: ValueId, root: Root): void {
  if (!isArray(state, id)) return;
  const known = state.roots.get(id) ?? new Set();
  if (known.has(root)) return;
  state.roots.set(id, known.add(root));
  state.changed = true;
}

function flow(state: State, to: readonly ValueId[], from: readonly ValueId[]): void {
  to.forEach((id, i) => {
    const source = from[i];
    if (source !== undefined) for (const root of rootsOf(state, source)) addRoot(state, id, root);
  });
}

function write(state: State, array: ValueId, at: Origin): void {
  for (const root of rootsOf(state, array)) {
    if (typeof root === 'number') state.written.add(root);
    else if (root !== 'new') state.moduleWrites.set(root, at);
  }
}

function visitRegion(state: State, region: Region): void {
  for (const op of region.ops) visit(state, op);
}

function visit(state: State, op: Op): void {
  switch (op.kind) {
    case 'alloc':
      return op.origin.kind === 'synthetic' ? undefined : addRoot(state, op.out, 'new');
    case 'copy':
      return addRoot(state, op.out, 'new');
    case 'global':
      return addRoot(state, op.out, op);
    case 'store':
    case 'fill':
    case 'set':
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
  const substitute = (root: Root): readonly Root[] => {
    if (typeof root !== 'number') return [root];
    const arg = op.args[root];
    return arg === undefined ? [] : [...rootsOf(state, arg)];
  };
  for (const position of summary.written) write(state, op.args[position] as ValueId, op.origin);
  for (const { global, at } of summary.moduleWrites) state.moduleWrites.set(global, at);
  op.outs.forEach((out, i) => {
    for (const root of summary.returns[i] ?? []) for (const mine of substitute(root)) addRoot(state, out, mine);
  });
}
