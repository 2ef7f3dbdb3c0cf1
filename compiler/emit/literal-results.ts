/**
 * A gradient that is a record of a fixed size, each number of which is stored once at the end, needs no zeros first: its buffers
 * become plain new records, which are handed out as literals or written field by field into the caller's memory.
 */
import { createBuilder, infoOf } from '../ir/build.ts';
import { isRecord } from '../ir/memory-types.ts';
import type { BufferOp, IrFunction, Op, RecordType, StoreOp, Type, ValueId } from '../ir/types.ts';
import { operandsOf, regionsOf, walkFunction } from '../ir/walk.ts';

export function literalResults(fn: IrFunction): IrFunction {
  return fn.body.ops.filter((op): op is BufferOp => op.kind === 'buffer' && op.slot !== undefined).reduce(withLiteral, fn);
}

function withLiteral(fn: IrFunction, buffer: BufferOp): IrFunction {
  const type = infoOf(fn.values, buffer.out).type;
  if (!isRecord(type) || !isFixed(type)) return fn;
  const parts = partsOf(fn, buffer.out, type);
  return parts ? replaceBuffer(fn, buffer, parts) : fn;
}

/** Numbers, and records and tuples of numbers. */
const isFixed = (type: Type): boolean =>
  type.kind === 'real' || (isRecord(type) && type.fields.every((field) => field.omitted || isFixed(field.type)));

/** A record of the gradient, and those that are its fields. */
interface Part {
  /** The values that refer to it: the buffer, or loads of the field. */
  readonly ids: ReadonlySet<ValueId>;
  readonly type: RecordType;
  readonly inner: ReadonlyMap<number, Part>;
}

/** undefined where something else is done with the gradient than to store each number once. */
function partsOf(fn: IrFunction, id: ValueId, type: RecordType): Part | undefined {
  const root = collect(fn, new Set([id]), type);
  const ids = new Set(allIds(root));
  const stored = new Set<string>();
  let isPlain = fn.body.yields.filter((yielded) => ids.has(yielded)).length === 1 && fn.body.yields.includes(id);
  const constants = constantsOf(fn);
  for (const op of fn.body.ops) {
    const place = op.kind === 'store' && ids.has(op.array) && !ids.has(op.value) ? placeOf(op, root, constants) : undefined;
    if (place !== undefined && !stored.has(place)) stored.add(place);
    else if (!isLoadOf(op, ids) && reads(op, ids)) isPlain = false;
  }
  return isPlain ? root : undefined;
}

const isLoadOf = (op: Op, ids: ReadonlySet<ValueId>): boolean => op.kind === 'load' && ids.has(op.array) && ids.has(op.out);

function reads(op: Op, ids: ReadonlySet<ValueId>): boolean {
  if (operandsOf(op).some((id) => ids.has(id))) return true;
  return regionsOf(op).some((region) => region.yields.some((id) => ids.has(id)) || region.ops.some((inner) => reads(inner, ids)));
}

function constantsOf(fn: IrFunction): Map<ValueId, number> {
  const constants = new Map<ValueId, number>();
  walkFunction(fn, (op) => void (op.kind === 'const' && typeof op.value === 'number' && constants.set(op.out, op.value)));
  return constants;
}

function collect(fn: IrFunction, ids: ReadonlySet<ValueId>, type: RecordType): Part {
  const constants = constantsOf(fn);
  const inner = new Map<number, Part>();
  type.fields.forEach((field, at) => {
    if (field.omitted || !isRecord(field.type)) return;
    const loads = fn.body.ops.flatMap((op) => (op.kind === 'load' && ids.has(op.array) && constants.get(op.index) === at ? [op.out] : []));
    inner.set(at, collect(fn, new Set(loads), field.type));
  });
  return { ids, type, inner };
}

const allIds = (part: Part): ValueId[] => [...part.ids, ...[...part.inner.values()].flatMap(allIds)];

/** Which number of the gradient a store writes. */
function placeOf(op: StoreOp, part: Part, constants: ReadonlyMap<ValueId, number>, path = ''): string | undefined {
  const at = constants.get(op.index);
  if (part.ids.has(op.array)) return at === undefined || part.inner.has(at) ? undefined : `${path}.${at}`;
  for (const [field, inner] of part.inner) {
    const place = placeOf(op, inner, constants, `${path}.${field}`);
    if (place !== undefined) return place;
  }
  return undefined;
}

function replaceBuffer(fn: IrFunction, buffer: BufferOp, root: Part): IrFunction {
  const b = createBuilder(buffer.origin, fn.values, false);
  const ids = new Set(allIds(root));
  const stores = fn.body.ops.filter((op): op is StoreOp => op.kind === 'store' && ids.has(op.array));
  const constants = constantsOf(fn);
  const make = (part: Part): ValueId => {
    const inner = [...part.inner].map(([at, one]) => [at, make(one)] as const);
    const own = stores.filter(({ array }) => part.ids.has(array));
    const made = b.define('alloc', { length: b.constant(part.type.fields.length), fill: 'zero' }, part.type);
    for (const [at, id] of inner) b.put(made, at, id);
    for (const { index, value, origin } of own) {
      b.origin = origin;
      b.put(made, constants.get(index) ?? 0, value);
    }
    return made;
  };
  let made = buffer.out;
  const end = b.region([], () => {
    made = make(root);
    return [made];
  });
  const gone = new Set<Op>([buffer, ...stores, ...fn.body.ops.filter((op) => isLoadOf(op, ids))]);
  const ops = [...fn.body.ops.filter((op) => !gone.has(op)), ...end.ops];
  return { ...fn, values: b.values, body: { ...fn.body, ops, yields: fn.body.yields.map((id) => (id === buffer.out ? made : id)) } };
}
