/**
 * Conditions of loops call functions of their own: what runs in a condition is never undone, so nothing may be recorded there.
 *   In:      a function before its forward sweep is prepared.
 *   Out:     the same results. Each local function that conditions call and something else does, too, has a copy beside it, for
 *            the conditions.
 *   Never:   changes what the user gave a rule for: calls of that record nothing.
 */

import { functionsOf } from '../../analysis/local-functions.ts';
import { anotherLike } from '../../ir/build.ts';
import type { FunctionsOp, IrFunction, Op, Region, ValueId, ValueInfo } from '../../ir/types.ts';
import { regionsOf, renameRegion, withRegions } from '../../ir/walk.ts';

export function plainInConditions(fn: IrFunction): IrFunction {
  const calls = callsOf(fn);
  const undone = calledOutside(fn);
  const shared = [...reach(calls, conditionsOf(calls))].filter((id) => undone.has(id));
  if (shared.length === 0) return fn;
  const values = [...fn.values];
  const plain = new Map(shared.map((id) => [id, anotherLike(values, id)]));
  const ops = fn.body.ops.map((op) => (op.kind === 'functions' ? withPlain(op, plain, values) : redirected(op, plain)));
  return { ...fn, values, body: { ...fn.body, ops } };
}

/** The local functions that run elsewhere than in conditions: the reverse sweep undoes these. */
export function calledOutside(fn: IrFunction): ReadonlySet<ValueId> {
  return reach(callsOf(fn), outsideOf(fn.body.ops));
}

interface Calls {
  readonly outside: readonly ValueId[];
  readonly inside: readonly ValueId[];
}

/** Whom the body of each local function calls, and under `undefined` whom the function itself calls. */
type CallGraph = ReadonlyMap<ValueId | undefined, Calls>;

function callsOf(fn: IrFunction): CallGraph {
  const graph = new Map<ValueId | undefined, Calls>([[undefined, callsIn(fn.body.ops)]]);
  for (const { outs, bodies, keys } of functionsOf(fn))
    if (!keys) outs.forEach((out, at) => void graph.set(out, callsIn((bodies[at] as Region).ops)));
  return graph;
}

function callsIn(ops: readonly Op[]): Calls {
  return { outside: outsideOf(ops), inside: ops.flatMap(insideOf) };
}

/** Calls that are not in conditions of loops, nor in the bodies of local functions. */
function outsideOf(ops: readonly Op[]): ValueId[] {
  return ops.flatMap((op) => {
    if (op.kind === 'apply') return [op.callee];
    if (op.kind === 'functions') return [];
    return (op.kind === 'while' ? [op.body] : regionsOf(op)).flatMap((region) => outsideOf(region.ops));
  });
}

function insideOf(op: Op): ValueId[] {
  if (op.kind === 'functions') return [];
  if (op.kind === 'while') return [...everyCall(op.condition.ops), ...op.body.ops.flatMap(insideOf)];
  return regionsOf(op).flatMap((region) => region.ops.flatMap(insideOf));
}

function everyCall(ops: readonly Op[]): ValueId[] {
  return ops.flatMap((op) => (op.kind === 'apply' ? [op.callee] : regionsOf(op).flatMap((region) => everyCall(region.ops))));
}

const conditionsOf = (calls: CallGraph): ValueId[] => [...calls.values()].flatMap(({ inside }) => inside);

/** Functions that calls lead to. Conditions in them count where everything does that is called from a condition. */
function reach(calls: CallGraph, from: readonly ValueId[]): Set<ValueId> {
  const found = new Set<ValueId>();
  const open = from.filter((id) => calls.has(id));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(calls.get(id)?.outside ?? []).filter((next) => calls.has(next)));
  }
  return found;
}

/** A group of functions with the copies of its members, which call copies only. */
function withPlain(op: FunctionsOp, plain: ReadonlyMap<ValueId, ValueId>, values: ValueInfo[]): FunctionsOp {
  const copies = op.outs.flatMap((out, at) => {
    const copy = plain.get(out);
    return copy === undefined ? [] : [{ copy, body: copyOf(op.bodies[at] as Region, plain, values) }];
  });
  const bodies = op.bodies.map((body) => ({ ...body, ops: body.ops.map((inner) => redirected(inner, plain)) }));
  return { ...op, outs: [...op.outs, ...copies.map(({ copy }) => copy)], bodies: [...bodies, ...copies.map(({ body }) => body)] };
}

function copyOf(body: Region, plain: ReadonlyMap<ValueId, ValueId>, values: ValueInfo[]): Region {
  const names = new Map(plain);
  const define = (id: ValueId): ValueId => {
    const made = anotherLike(values, id);
    names.set(id, made);
    return made;
  };
  return renameRegion(body, { use: (id) => names.get(id) ?? id, define });
}

/** Calls in conditions go to the copies. */
function redirected(op: Op, plain: ReadonlyMap<ValueId, ValueId>): Op {
  const inside = (region: Region): Region => ({ ...region, ops: region.ops.map((inner) => redirected(inner, plain)) });
  if (op.kind !== 'while') return withRegions(op, inside);
  return { ...op, condition: renameRegion(op.condition, { use: (id) => plain.get(id) ?? id, define: (id) => id }), body: inside(op.body) };
}
