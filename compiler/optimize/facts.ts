/** Small questions that several passes ask of a function: who defines a value, how often it is read, what fits where. */

import { sameType } from '../ir/memory-types.ts';
import type { ForOp, IrFunction, Op, Region, Type, ValueId, WhileOp } from '../ir/types.ts';
import { operandsOf, outsOf, regionsOf, walkFunction, walkRegion } from '../ir/walk.ts';

export type Loop = ForOp | WhileOp;

export function isLoop(op: Op): op is Loop {
  return op.kind === 'for' || op.kind === 'while';
}

/** The position of the first carried value among a loop's yields and outs. */
export function carriedOffset(loop: Loop): 0 | 1 {
  return loop.exits ? 1 : 0;
}

/** The body's parameter of a carried value. */
export function carriedParam(loop: Loop, slot: number): ValueId | undefined {
  return loop.body.params[loop.kind === 'for' ? slot + 1 : slot];
}

/** The operation of each value that an operation defines; parameters of regions have none. */
export function definitionsOf(fn: IrFunction): Map<ValueId, Op> {
  const definitions = new Map<ValueId, Op>();
  walkFunction(fn, (op) => {
    for (const out of outsOf(op)) definitions.set(out, op);
  });
  return definitions;
}

/** All values that a counted loop's body defines, in its regions too. */
export function definedWithin({ body }: ForOp): ReadonlySet<ValueId> {
  const inside = new Set<ValueId>(body.params);
  walkRegion(body, (op) => {
    for (const out of outsOf(op)) inside.add(out);
    for (const region of regionsOf(op)) for (const param of region.params) inside.add(param);
  });
  return inside;
}

/** How often each value is read, by operations and yields. */
export function countUses(fn: IrFunction): Map<ValueId, number> {
  const counts = new Map<ValueId, number>();
  visitUses(fn.body, (id) => counts.set(id, (counts.get(id) ?? 0) + 1));
  return counts;
}

/** Every read of a value in a region, nested ones included. */
export function visitUses(region: Region, visit: (id: ValueId) => void): void {
  for (const op of region.ops) {
    operandsOf(op).forEach(visit);
    for (const inner of regionsOf(op)) visitUses(inner, visit);
  }
  region.yields.forEach(visit);
}

/** Whether a value of type `from` may stand where one of type `to` is read: an int flows into a real, never the reverse. */
export function fits(from: Type | undefined, to: Type | undefined): boolean {
  if (!from || !to) return false;
  return sameType(from, to) || (from.kind === 'int' && to.kind === 'real');
}

/** Runs `step` until it changes nothing or the fuel is spent. */
export function fixedPoint(fn: IrFunction, fuel: number, step: (fn: IrFunction) => IrFunction): IrFunction {
  let current = fn;
  for (let round = 0; round < fuel; round++) {
    const next = step(current);
    if (next === current) return current;
    current = next;
  }
  return current;
}
