/**
 * Which records can be taken apart although branches and loops join them: those that nobody changes once they are made.
 *
 * All references of such a class come from allocations of this function; each field is stored once, before anybody else uses the
 * record; and the record is only read, joined with its like, or handed out as a result.
 */
import { scalarConstant } from '../ir/constants.ts';
import { isRecord, sameType } from '../ir/memory-types.ts';
import type { AllocOp, IrFunction, Op, RecordType, Region, StoreOp, ValueId } from '../ir/types.ts';
import { freeValues, operandsOf, outsOf, regionsOf } from '../ir/walk.ts';
import { definitionsOf, fits } from './facts.ts';
import { analyzeMemory, type Memory, type MemoryClass } from './memory.ts';

export interface Dissolvable {
  /** The type of a record that is taken apart; undefined for all other values. */
  typeOf(id: ValueId): RecordType | undefined;
  /** The stores that give a field its value. */
  readonly initial: ReadonlySet<Op>;
}

/** Records with more fields are better kept: every field is carried through every loop. */
const mostFields = 16;

export function findDissolvable(fn: IrFunction): Dissolvable | undefined {
  const memory = analyzeMemory(fn);
  const records = fn.values.flatMap((info, id) => (isRecord(info.type) ? [id as ValueId] : []));
  if (records.every((id) => memory.isSingle(id))) return undefined;
  const search: Search = { fn, memory, definitions: definitionsOf(fn), types: new Map(), unfit: new Set(), initial: new Set() };
  for (const id of fn.body.params) dropIfRecord(id, search);
  visitRegion(fn.body, search);
  const typeOf = (id: ValueId): RecordType | undefined => {
    const found = memory.classOf(id);
    return isRecord(fn.values[id]?.type) && !memory.isSingle(id) && !search.unfit.has(found) ? search.types.get(found) : undefined;
  };
  return records.some((id) => typeOf(id)) ? { typeOf, initial: search.initial } : undefined;
}

interface Search {
  readonly fn: IrFunction;
  readonly memory: Memory;
  readonly definitions: ReadonlyMap<ValueId, Op>;
  /** The one type of the references of a class. */
  readonly types: Map<MemoryClass, RecordType>;
  readonly unfit: Set<MemoryClass>;
  readonly initial: Set<Op>;
}

function recordType(id: ValueId, { fn }: Search): RecordType | undefined {
  const type = fn.values[id]?.type;
  return isRecord(type) ? type : undefined;
}

function dropIfRecord(id: ValueId, search: Search): void {
  if (recordType(id, search)) search.unfit.add(search.memory.classOf(id));
}

/** All references of a class agree on its fields. */
function noteType(id: ValueId, search: Search): void {
  const type = recordType(id, search);
  if (!type) return;
  const found = search.memory.classOf(id);
  const known = search.types.get(found) ?? type;
  search.types.set(found, known);
  if (!sameType(known, type) || type.fields.length > mostFields) search.unfit.add(found);
}

function visitRegion(region: Region, search: Search): void {
  region.params.forEach((id) => {
    noteType(id, search);
  });
  const fresh = new Set<ValueId>();
  for (const op of region.ops) {
    outsOf(op).forEach((id) => {
      noteType(id, search);
    });
    visitOp(op, fresh, search);
    if (op.kind === 'functions')
      for (const { params, yields } of op.bodies) for (const id of [...params, ...yields]) dropIfRecord(id, search);
    for (const inner of regionsOf(op)) visitRegion(inner, search);
  }
}

/** `fresh`: records made in this region that nobody has used yet. */
function visitOp(op: Op, fresh: Set<ValueId>, search: Search): void {
  if (op.kind === 'alloc' && recordType(op.out, search)) return void fresh.add(op.out);
  if (op.kind === 'store' && fresh.has(op.array) && isInitial(op, search)) {
    search.initial.add(op);
    use(op.value, fresh);
    return dropIfRecord(op.value, search);
  }
  for (const region of regionsOf(op)) for (const id of freeValues(region)) use(id, fresh);
  for (const id of operandsOf(op)) {
    use(id, fresh);
    if (!isJoin(op) && !(op.kind === 'load' && op.array === id)) dropIfRecord(id, search);
  }
  if (!isJoin(op)) for (const id of outsOf(op)) dropIfRecord(id, search);
}

function use(id: ValueId, fresh: Set<ValueId>): void {
  fresh.delete(id);
}

function isJoin(op: Op): boolean {
  return op.kind === 'if' || op.kind === 'for' || op.kind === 'while';
}

/** A store to a known field of a value that fits there. */
function isInitial(op: StoreOp, search: Search): boolean {
  const at = scalarConstant(search.definitions.get(op.index));
  const field = typeof at === 'number' ? recordType(op.array, search)?.fields[at] : undefined;
  return field !== undefined && fits(search.fn.values[op.value]?.type, field.type);
}

/** Allocations of records, for whoever makes one again. */
export function allocationOf(out: ValueId, length: ValueId, type: RecordType, origin: Op['origin']): AllocOp {
  const plain = type.fields.every((field) => field.type.kind === 'real' || field.type.kind === 'int');
  return { kind: 'alloc', out, length, fill: plain ? 'zero' : 'hole', origin };
}
