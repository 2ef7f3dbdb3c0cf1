/**
 * Results that lend their memory to a record.
 *   In:      checked IR, after the last derivative.
 *   Out:     a record of the length of a result, which is read for the last time in the loop that stores the result element by element,
 *            is kept in the result's memory: there is no block for it, and the result needs no zeros.
 *   Example: store saved i e … store dx i (mul s (load saved i))   →   store dx i e … store dx i (mul s (load dx i))
 *   Never:   lends memory that the function reads or writes before that loop, nor memory of another kind than Float64Array.
 */
import { scalarConstant } from '../ir/constants.ts';
import type { AllocOp, BufferOp, ForOp, IrFunction, Op, StoreOp, ValueId } from '../ir/types.ts';
import { operandsOf, regionsOf, renameOp, walkRegion } from '../ir/walk.ts';
import { definitionsOf } from './facts.ts';
import type { Pass } from './pass.ts';

export const resultRecords: Pass = { name: 'result-records', summary: 'keep records in the memory of results', run: lendResults };

interface Lending {
  readonly fn: IrFunction;
  readonly definitions: ReadonlyMap<ValueId, Op>;
}

function lendResults(fn: IrFunction): IrFunction {
  let current = fn;
  for (const op of fn.body.ops) if (op.kind === 'buffer' && op.slot !== undefined) current = lend(op, current);
  return current;
}

/** The function in which `buffer` holds a record until it is stored; `fn` itself where there is none. */
function lend(buffer: BufferOp, fn: IrFunction): IrFunction {
  const cx: Lending = { fn, definitions: definitionsOf(fn) };
  const last = isDoubles(buffer.out, fn) ? fn.body.ops.find((op) => reads(op, buffer.out) && op !== buffer) : undefined;
  if (last?.kind !== 'for' || !storesAll(last, buffer.out, buffer, cx)) return fn;
  const record = recordsReadIn(last, cx).find((each) => isLongAs(each.length, buffer, cx.definitions) && isLent(each, last, buffer, cx));
  return withBuffer(record, buffer, fn);
}

function withBuffer(record: AllocOp | undefined, buffer: BufferOp, fn: IrFunction): IrFunction {
  const use = (id: ValueId): ValueId => (id === record?.out ? buffer.out : id);
  const ops = fn.body.ops.flatMap((op): Op[] => {
    if (op === record) return [];
    if (op.kind === 'buffer' && op.out === buffer.out) return op.overwritten ? [op] : [{ ...op, overwritten: true }];
    return record === undefined || !reads(op, record.out) ? [op] : [renameOp(op, { use, define: (id) => id })];
  });
  const isSame = ops.length === fn.body.ops.length && ops.every((op, at) => op === fn.body.ops[at]);
  return isSame ? fn : { ...fn, body: { ...fn.body, ops } };
}

export function isDoubles(id: ValueId, { values }: IrFunction): boolean {
  const type = values[id]?.type;
  return type?.kind === 'array' && type.storage === 'f64';
}

/** Does the operation, or one in it, have the value as an operand or hand it on? */
export function reads(op: Op, id: ValueId): boolean {
  let found = operandsOf(op).includes(id);
  for (const region of regionsOf(op)) {
    found ||= region.yields.includes(id);
    walkRegion(region, (inner) => {
      found ||= operandsOf(inner).includes(id) || regionsOf(inner).some(({ yields }) => yields.includes(id));
    });
  }
  return found;
}

/** Is `length` that of what the buffer is made like? */
export function isLongAs(length: ValueId, { like }: BufferOp, definitions: Lending['definitions']): boolean {
  const op = definitions.get(length);
  return op?.kind === 'length' && op.array === like;
}

/** A loop, upward or downward, that stores every element of the array once, and does nothing else with it but read that element before. */
function storesAll(loop: ForOp, array: ValueId, buffer: BufferOp, cx: Lending): boolean {
  return coversAll(loop, buffer, cx) && storeOf(loop, array) !== undefined;
}

function coversAll({ from, to, step, exits }: ForOp, buffer: BufferOp, cx: Lending): boolean {
  const constant = (id: ValueId): unknown => scalarConstant(cx.definitions.get(id));
  if (exits) return false;
  if (step === 1) return constant(from) === 0 && isLongAs(to, buffer, cx.definitions);
  const last = cx.definitions.get(from);
  const isLast = last?.kind === 'prim' && last.prim === 'sub' && constant(last.args[1] as ValueId) === 1;
  return step === -1 && constant(to) === -1 && isLast && isLongAs(last.args[0] as ValueId, buffer, cx.definitions);
}

/** The one operation of the loop's own that has to do with the array, where it stores at the counter. */
export function storeOf(loop: ForOp, array: ValueId): StoreOp | undefined {
  const [op, ...others] = loop.body.ops.filter((each) => reads(each, array));
  const handsOn = loop.body.yields.includes(array) || loop.inits.includes(array);
  if (op?.kind !== 'store' || others.length > 0 || handsOn || op.value === array) return undefined;
  return op.array === array && op.index === loop.body.params[0] ? op : undefined;
}

function recordsReadIn(loop: ForOp, { fn }: Lending): readonly AllocOp[] {
  return fn.body.ops.filter(
    (op): op is AllocOp => op.kind === 'alloc' && op.fill === 'record' && isDoubles(op.out, fn) && reads(loop, op.out),
  );
}

/** Nothing reads the record after the loop, and the loop only the element that it is about to store; before, the buffer is there. */
function isLent(record: AllocOp, last: ForOp, buffer: BufferOp, { fn }: Lending): boolean {
  const { ops, yields } = fn.body;
  const users = ops.filter((op) => op !== record && reads(op, record.out));
  const isAfter = (op: Op): boolean => ops.indexOf(op) > ops.indexOf(buffer);
  if (users.at(-1) !== last || yields.includes(record.out) || !users.every(isAfter)) return false;
  if (!users.every((op) => op.kind === 'for' && staysIn(op, record.out))) return false;
  const store = storeOf(last, buffer.out) as StoreOp;
  const loads = last.body.ops.filter((op) => reads(op, record.out));
  return loads.every((op) => isLoadAt(op, last) && last.body.ops.indexOf(op) < last.body.ops.indexOf(store));
}

const isLoadAt = (op: Op, { body }: ForOp): boolean => op.kind === 'load' && op.index === body.params[0];

/** The loop stores numbers to the array and loads them: it neither carries nor keeps it. */
function staysIn(loop: ForOp, array: ValueId): boolean {
  let stays = !loop.inits.includes(array) && !loop.body.yields.includes(array);
  walkRegion(loop.body, (op) => {
    if (!operandsOf(op).includes(array) && !regionsOf(op).some(({ yields }) => yields.includes(array))) return;
    stays &&= (op.kind === 'load' || op.kind === 'store') && op.array === array;
  });
  return stays;
}
