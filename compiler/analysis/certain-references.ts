/** What is certain about a reference without looking around: that it points to something. */

import { scalarConstant } from '../ir/constants.ts';
import { isRecord } from '../ir/memory-types.ts';
import type { IrFunction, LoadOp, Op, ValueId } from '../ir/types.ts';
import { outsOf, walkFunction } from '../ir/walk.ts';
import { callMoves } from './local-functions.ts';
import { movesOf } from './memory.ts';

const makers: ReadonlySet<Op['kind']> = new Set(['alloc', 'copy', 'buffer', 'view', 'global', 'stack']);

/**
 * Parameters that nobody asks for being given, what the function makes, fields of these that their types declare to be there, and
 * elements of lists at indices that are proven to be in range.
 */
export function certainReferences(fn: IrFunction): (reference: ValueId) => boolean {
  const definitions = new Map<ValueId, Op>();
  const params = new Set(fn.body.params);
  const asked = new Set<ValueId>();
  const sources = new Map<ValueId, ValueId[]>();
  const pushed = new Map<ValueId, ValueId[]>();
  for (const [from, to] of callMoves(fn)) sources.set(to, [...(sources.get(to) ?? []), from]);
  walkFunction(fn, (op) => {
    for (const out of outsOf(op)) definitions.set(out, op);
    if (op.kind === 'prim' && op.prim === 'given') for (const arg of op.args) asked.add(arg);
    for (const [from, to] of movesOf(op)) sources.set(to, [...(sources.get(to) ?? []), from]);
    if (op.kind === 'push') pushed.set(op.stack, [...(pushed.get(op.stack) ?? []), op.value]);
  });
  /** A loop carries what is certain if it starts with it and hands it on: what is being asked about is taken for certain meanwhile. */
  const isCertain = (id: ValueId, asking: ReadonlySet<ValueId>): boolean => {
    if (asking.has(id)) return true;
    if (asked.has(id)) return false;
    if (params.has(id)) return true;
    const op = definitions.get(id);
    const further = new Set(asking).add(id);
    const joined = op?.kind === 'pop' ? (pushed.get(op.stack) ?? []) : sources.get(id);
    if (joined) return joined.every((from) => isCertain(from, further));
    if (!op || makers.has(op.kind)) return op !== undefined;
    if (op.kind !== 'load' || !isCertain(op.array, further)) return false;
    return isRecord(fn.values[op.array]?.type) ? isRequiredField(fn, op, definitions) : op.access === 'inRange';
  };
  return (id) => isCertain(id, new Set());
}

function isRequiredField(fn: IrFunction, op: LoadOp, definitions: ReadonlyMap<ValueId, Op>): boolean {
  const type = fn.values[op.array]?.type;
  const at = scalarConstant(definitions.get(op.index));
  return isRecord(type) && typeof at === 'number' && type.fields[at] !== undefined && type.fields[at].optional !== true;
}
