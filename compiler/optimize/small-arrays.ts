/** Which local arrays can be taken apart into one number per element. */

import { isRecord } from '../ir/memory-types.ts';
import type { AllocOp, IrFunction, Op, StoreOp, ValueId } from '../ir/types.ts';
import { operandsOf, regionsOf, walkFunction, walkRegion } from '../ir/walk.ts';
import { exposedValues } from './exposure.ts';
import { definitionsOf, fits } from './facts.ts';
import { certainNumbers, isCertainlyNumber } from './number-facts.ts';

/** Longer arrays are better kept: every element is carried through every loop that writes it. */
const longest = 8;
const mostFields = 16;
/** Elements per function. */
const elementLimit = 96;

export interface SmallArray {
  readonly alloc: AllocOp;
  readonly size: number;
}

/** Arrays of a few elements, touched only at constant indices, that never meet anybody else. */
export function findSmallArrays(fn: IrFunction): ReadonlyMap<ValueId, SmallArray> {
  const definitions = definitionsOf(fn);
  const found = new Map<ValueId, SmallArray>();
  let elements = 0;
  for (const op of definitions.values()) {
    const size = op.kind === 'alloc' ? sizeOf(op, fn, definitions) : undefined;
    if (op.kind !== 'alloc' || size === undefined || elements + size > elementLimit) continue;
    found.set(op.out, { alloc: op, size });
    elements += size;
  }
  if (found.size > 0) dropUnfit(fn, definitions, found);
  return found;
}

/** Float64Array and lists keep numbers as they are, records whatever they hold. */
function sizeOf(op: AllocOp, fn: IrFunction, definitions: ReadonlyMap<ValueId, Op>): number | undefined {
  const type = fn.values[op.out]?.type;
  if (isRecord(type)) return type.fields.length <= mostFields ? type.fields.length : undefined;
  const plain = type?.kind === 'array' && (type.storage === 'f64' || type.storage === 'list') && op.fill === 'zero';
  const size = constantOf(op.length, definitions);
  return plain && size !== undefined && Number.isInteger(size) && size >= 0 && size <= longest ? size : undefined;
}

export function constantOf(id: ValueId, definitions: ReadonlyMap<ValueId, Op>): number | undefined {
  const op = definitions.get(id);
  return op?.kind === 'const' && typeof op.value === 'number' ? op.value : undefined;
}

function dropUnfit(fn: IrFunction, definitions: ReadonlyMap<ValueId, Op>, found: Map<ValueId, SmallArray>): void {
  const seen = new Set<ValueId>();
  const unsure = new Set<ValueId>();
  const [exposed, facts] = [exposedValues(fn), { definitions, values: fn.values, certain: certainNumbers(fn) }];
  const drop = (id: ValueId): void => void found.delete(id);
  fn.body.yields.forEach(drop);
  walkFunction(fn, (op) => {
    for (const region of regionsOf(op)) region.yields.forEach(drop);
    for (const id of operandsOf(op)) if (found.has(id) && !isElementAccess(op, id, found, definitions)) drop(id);
    if (op.kind === 'load' && exposed.has(op.out)) seen.add(op.array);
    if (op.kind === 'store' && isRecord(fn.values[op.array]?.type)) {
      if (!fitsField(op, fn, definitions)) drop(op.array);
    } else if (op.kind === 'store' && !isCertainlyNumber(facts, op.value)) unsure.add(op.array);
  });
  for (const id of unsure) if (seen.has(id)) drop(id);
  dropWrittenInConditions(fn, found);
}

function fitsField({ array, index, value }: StoreOp, fn: IrFunction, definitions: ReadonlyMap<ValueId, Op>): boolean {
  const type = fn.values[array]?.type;
  const field = isRecord(type) ? type.fields[constantOf(index, definitions) ?? -1] : undefined;
  return field !== undefined && fits(fn.values[value]?.type, field.type);
}

/** A load, store or accumulation at a constant index in range, or a question for the length. */
function isElementAccess(op: Op, id: ValueId, found: ReadonlyMap<ValueId, SmallArray>, definitions: ReadonlyMap<ValueId, Op>): boolean {
  if (op.kind === 'length') return true;
  if (op.kind !== 'load' && op.kind !== 'store' && op.kind !== 'accumulate') return false;
  const index = constantOf(op.index, definitions);
  const size = found.get(id)?.size ?? 0;
  const stored = op.kind !== 'load' && op.value === id;
  return !stored && index !== undefined && Number.isInteger(index) && index >= 0 && index < size;
}

/** What a test computes leaves it as one boolean: an element written there would be lost. */
function dropWrittenInConditions(fn: IrFunction, found: Map<ValueId, SmallArray>): void {
  walkFunction(fn, (op) => {
    if (op.kind !== 'while') return;
    walkRegion(op.condition, (inner) => {
      if (inner.kind === 'store' || inner.kind === 'accumulate') found.delete(inner.array);
    });
  });
}
