/**
 * Updates in place, `a[i] += e` and `a[i] -= e`: a store of the element's own value with something added. Their adjoint leaves the
 * element's shadow as it is and gives it to `e`.
 */
import { scalarConstant } from '../ir/constants.ts';
import type { IrFunction, Op, StoreOp, ValueId } from '../ir/types.ts';
import { operandsOf, regionsOf, walkFunction } from '../ir/walk.ts';
import type { Definitions } from './definitions.ts';
import type { Memory, MemoryClass } from './memory.ts';

export interface Update {
  /** What is added or subtracted. */
  readonly amount: ValueId;
  readonly sign: 1 | -1;
  /** The element as it was loaded before. */
  readonly element: ValueId;
}

/** Finds the stores that are updates: value and element are read for nothing else, and nobody writes in between. */
export function findUpdates(fn: IrFunction, definitions: Definitions, memory: Memory): ReadonlyMap<StoreOp, Update> {
  const uses = countUses(fn);
  const updates = new Map<StoreOp, Update>();
  walkFunction(fn, (op, region) => {
    if (op.kind !== 'store' || uses.get(op.value) !== 1) return;
    const sum = definitions.definitionOf(op.value);
    if (sum.place.region !== region || sum.op?.kind !== 'prim' || (sum.op.prim !== 'add' && sum.op.prim !== 'sub')) return;
    const [left, right] = sum.op.args as [ValueId, ValueId];
    const isOwnElement = (id: ValueId): boolean => {
      const { op: load, place } = definitions.definitionOf(id);
      if (load?.kind !== 'load' || load.access === 'orZero' || load.array !== op.array || !isSameIndex(load.index, op.index, definitions))
        return false;
      return place.region === region && uses.get(id) === 1 && !isWrittenBetween(region.ops, load, op, memory);
    };
    if (isOwnElement(left)) updates.set(op, { amount: right, sign: sum.op.prim === 'add' ? 1 : -1, element: left });
    else if (sum.op.prim === 'add' && isOwnElement(right)) updates.set(op, { amount: left, sign: 1, element: right });
  });
  return updates;
}

/** One value, or two constants that are equal: the field of a record is a constant of its own at every access. */
function isSameIndex(a: ValueId, b: ValueId, definitions: Definitions): boolean {
  if (a === b) return true;
  const constant = scalarConstant(definitions.definitionOf(a).op);
  return constant !== undefined && constant === scalarConstant(definitions.definitionOf(b).op);
}

function countUses(fn: IrFunction): ReadonlyMap<ValueId, number> {
  const uses = new Map<ValueId, number>();
  const note = (id: ValueId): void => void uses.set(id, (uses.get(id) ?? 0) + 1);
  walkFunction(fn, (op) => {
    operandsOf(op).forEach(note);
    for (const region of regionsOf(op)) region.yields.forEach(note);
  });
  fn.body.yields.forEach(note);
  return uses;
}

function isWrittenBetween(ops: readonly Op[], from: Op, to: StoreOp, memory: Memory): boolean {
  const found = memory.classOf(to.array);
  return ops.slice(ops.indexOf(from) + 1, ops.indexOf(to)).some((op) => writesClass(op, found, memory));
}

/** A call may write whatever its function can reach. */
function writesClass(op: Op, found: MemoryClass, memory: Memory): boolean {
  if (op.kind === 'apply' || memory.writtenBy(op).includes(found)) return true;
  return regionsOf(op).some((region) => region.ops.some((inner) => writesClass(inner, found, memory)));
}
