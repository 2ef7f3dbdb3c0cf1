/**
 * Parameters and results of local functions that nobody needs.
 *   In:      checked IR.      Out: every parameter of a local function is read for more than being handed on to another one that is
 *            not, and
 *            every result is read by some caller.
 *   Example: f(x, y) { apply f(x, y) … x … }   →   f(x) { apply f(x) … x … }
 *   Never:   touches the function's own parameters and results, or functions with rules of the user's.
 */
import { functionsOf } from '../analysis/local-functions.ts';
import type { ApplyOp, FunctionsOp, IrFunction, Op, Region, ValueId } from '../ir/types.ts';
import { operandsOf, regionsOf } from '../ir/walk.ts';
import type { Pass } from './pass.ts';
import { rebuildFunction } from './rebuild.ts';

export const deadParameters: Pass = { name: 'dead-parameters', summary: 'drop parameters and results of local functions', run: drop };

/** `v7 in 2`: the third parameter of local function v7; `v7 out 0`: its first result. */
type Slot = string;
const parameter = (callee: ValueId, at: number): Slot => `v${callee} in ${at}`;
const result = (callee: ValueId, at: number): Slot => `v${callee} out ${at}`;

function drop(fn: IrFunction): IrFunction {
  if (functionsOf(fn).length === 0) return fn;
  const live = liveSlots(fn);
  if (
    functionsOf(fn)
      .flatMap(slotsOf)
      .every((slot) => live.has(slot))
  )
    return fn;
  return rebuildFunction(fn, {
    rewrite: (op) => (op.kind === 'functions' ? [shorten(op, live)] : op.kind === 'apply' ? [shortenCall(op, live)] : undefined),
  });
}

function slotsOf({ outs, bodies }: FunctionsOp): readonly Slot[] {
  return outs.flatMap((out, i) => [
    ...(bodies[i] as Region).params.map((_, at) => parameter(out, at)),
    ...(bodies[i] as Region).yields.map((_, at) => result(out, at)),
  ]);
}

function shorten(op: FunctionsOp, live: ReadonlySet<Slot>): FunctionsOp {
  const bodies = op.bodies.map((body, i): Region => {
    const out = op.outs[i] as ValueId;
    const params = body.params.filter((_, at) => live.has(parameter(out, at)));
    return { ...body, params, yields: body.yields.filter((_, at) => live.has(result(out, at))) };
  });
  return { ...op, bodies };
}

function shortenCall(op: ApplyOp, live: ReadonlySet<Slot>): ApplyOp {
  const args = op.args.filter((_, at) => live.has(parameter(op.callee, at)));
  return { ...op, args, outs: op.outs.filter((_, at) => live.has(result(op.callee, at))) };
}

/** Where a value goes: to something that computes with it, or to a slot. */
interface Flow {
  readonly read: Set<ValueId>;
  readonly slots: Map<ValueId, Slot[]>;
  /** The values that a slot becomes. */
  readonly values: Map<Slot, ValueId[]>;
}

function liveSlots(fn: IrFunction): ReadonlySet<Slot> {
  const flow: Flow = { read: new Set(fn.body.yields), slots: new Map(), values: new Map() };
  visitOps(fn.body, flow);
  const live = new Set<Slot>(functionsOf(fn).flatMap((op) => (op.keys ? slotsOf(op) : [])));
  for (let before = -1; before !== live.size; ) {
    before = live.size;
    for (const [slot, values] of flow.values) {
      const isRead = (id: ValueId): boolean => flow.read.has(id) || (flow.slots.get(id) ?? []).some((to) => live.has(to));
      if (values.some(isRead)) live.add(slot);
    }
  }
  return live;
}

function visitOps(region: Region, flow: Flow): void {
  for (const op of region.ops) visit(op, flow);
}

function visit(op: Op, flow: Flow): void {
  const append = <K, V>(map: Map<K, V[]>, key: K, value: V): void => void map.set(key, [...(map.get(key) ?? []), value]);
  if (op.kind === 'apply') {
    op.args.forEach((id, at) => void append(flow.slots, id, parameter(op.callee, at)));
    op.outs.forEach((id, at) => void append(flow.values, result(op.callee, at), id));
    return;
  }
  for (const id of operandsOf(op)) flow.read.add(id);
  if (op.kind !== 'functions') {
    for (const inner of regionsOf(op)) {
      for (const id of inner.yields) flow.read.add(id);
      visitOps(inner, flow);
    }
    return;
  }
  op.bodies.forEach((body, i) => {
    const out = op.outs[i] as ValueId;
    body.params.forEach((id, at) => void append(flow.values, parameter(out, at), id));
    body.yields.forEach((id, at) => void append(flow.slots, id, result(out, at)));
    visitOps(body, flow);
  });
}
