/** Where a sign ends: a value may be negated for nothing if every reader, or every reader of its products, adds or subtracts it. */

import type { IrFunction, Op, Region, ValueId } from '../ir/types.ts';
import { operandsOf, regionsOf } from '../ir/walk.ts';

const depthLimit = 10;

type Readers = ReadonlyMap<ValueId, readonly (Op | 'yield')[]>;

/** Tells of a relaxed value whether its sign can be moved to its readers without an operation more. */
export function analyzeSignAbsorption(fn: IrFunction): (id: ValueId) => boolean {
  const readers = readersOf(fn);
  const known = new Map<ValueId, boolean>();
  const absorbs = (id: ValueId, depth: number): boolean => {
    const before = known.get(id);
    if (before !== undefined) return before;
    if (depth > depthLimit) return false;
    const result = (readers.get(id) ?? []).every((reader) => readerAbsorbs(reader, id, fn, (out) => absorbs(out, depth + 1)));
    known.set(id, result);
    return result;
  };
  return (id) => absorbs(id, 0);
}

function readersOf(fn: IrFunction): Readers {
  const readers = new Map<ValueId, (Op | 'yield')[]>();
  const note = (id: ValueId, reader: Op | 'yield'): void => {
    const list = readers.get(id);
    if (list) list.push(reader);
    else readers.set(id, [reader]);
  };
  const visit = (region: Region): void => {
    for (const op of region.ops) {
      for (const id of operandsOf(op)) note(id, op);
      regionsOf(op).forEach(visit);
    }
    for (const id of region.yields) note(id, 'yield');
  };
  visit(fn.body);
  return readers;
}

function readerAbsorbs(reader: Op | 'yield', id: ValueId, fn: IrFunction, absorbs: (id: ValueId) => boolean): boolean {
  if (reader === 'yield') return false;
  if (reader.kind === 'accumulate') return reader.value === id;
  if (reader.kind !== 'prim' || fn.values[reader.out]?.exact !== false) return false;
  if (reader.prim === 'add' || reader.prim === 'sub' || reader.prim === 'neg') return true;
  return (reader.prim === 'mul' || reader.prim === 'div' || reader.prim === 'mulz') && absorbs(reader.out);
}
