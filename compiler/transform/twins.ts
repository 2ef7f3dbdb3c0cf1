/**
 * What stands beside memory: its shadow in reverse mode, its tangent in forward mode. Both are made where the memory is made, hold
 * their own numbers, and refer to each other as the memory does: where a reference is copied, so is the one beside it.
 */
import type { Builder } from '../ir/build.ts';
import { isDifferentiableType, isNumbers, isRecord, isReference, shadowType } from '../ir/memory-types.ts';
import type { AllocOp, BufferOp, ConstOp, CopyOp, FillOp, LoadOp, Op, RecordType, StoreOp, Type, ValueId, ViewOp } from '../ir/types.ts';

export type MakingOp = AllocOp | BufferOp | CopyOp;

/** The twins of one mode. */
export interface Twins {
  /** Does the reference carry a derivative, so that it has a twin? */
  has(reference: ValueId): boolean;
  /** The twin of a reference that has one. */
  of(reference: ValueId): ValueId;
  /** The name wished for it. */
  hint(reference: ValueId): string | undefined;
}

/** Operations whose reference is there; what is read from memory or taken from a stack may be missing. */
const alwaysThere: ReadonlySet<Op['kind'] | undefined> = new Set<Op['kind']>(['alloc', 'buffer', 'copy', 'global', 'view']);

/** New zeros beside memory, down to what it refers to; what is missing has something empty beside it. `type`: that of the memory. */
export function zerosBeside(b: Builder, id: ValueId, type: Type, hint: string | undefined): ValueId {
  if (isNumbers(type) && alwaysThere.has(b.definerOf(id)?.kind))
    return b.define('alloc', { length: b.length(id), fill: 'zero' }, shadowType(type), hint);
  return b.define('buffer', { like: id }, shadowType(type), hint);
}

/**
 * The twin of memory that an operation has just made: zeros where it holds numbers, the twins of what it refers to
 * where they were copied; the rest of its references is stored later, beside the memory's own.
 */
export function twinOf(b: Builder, op: MakingOp, twins: Twins): ValueId {
  const type = shadowType(b.typeOf(op.out));
  const hint = twins.hint(op.out);
  if (isNumbers(type)) {
    const length = op.kind === 'alloc' && b.typeOf(op.length).kind === 'int' ? op.length : b.length(op.out);
    return b.define('alloc', { length, fill: op.kind === 'alloc' && op.fill === 'record' ? 'record' : 'zero' }, type, hint);
  }
  if (op.kind === 'buffer' || (op.kind === 'copy' && op.deep)) return b.define('buffer', { like: op.out }, type, hint);
  const source = op.kind === 'copy' && twins.has(op.array) ? twins.of(op.array) : undefined;
  if (isRecord(type)) return twinOfRecord(b, type, source, hint);
  if (op.kind === 'copy' && source !== undefined) return b.define('copy', { array: source, ...rangeOf(op) }, type, hint);
  return b.define('alloc', { length: b.length(op.out), fill: 'hole' }, type, hint);
}

/** A record of zeros, with the references of `source`. */
function twinOfRecord(b: Builder, type: RecordType, source: ValueId | undefined, hint: string | undefined): ValueId {
  const present = type.fields.flatMap((field, at) => (field.omitted ? [] : [{ type: field.type, at }]));
  const plain = present.every((field) => field.type.kind === 'real');
  const length = b.constant(type.fields.length);
  const twin = b.define('alloc', { length, fill: plain ? 'zero' : 'hole' }, type, hint);
  if (plain) return twin;
  for (const field of present) {
    if (field.type.kind === 'real') b.put(twin, field.at, b.constant(0));
    else if (source !== undefined) b.put(twin, field.at, b.get(source, field.at));
  }
  return twin;
}

export function rangeOf(op: { readonly from?: ValueId; readonly to?: ValueId }) {
  return { ...(op.from !== undefined && { from: op.from }), ...(op.to !== undefined && { to: op.to }) };
}

/**
 * Does beside a copied reference what was done with it: loads, stores, fills and views of references. Gives the twin of the
 * reference that the operation defines, if it defines one that has one.
 */
export function copyBeside(b: Builder, op: Op, twins: Twins): ValueId | undefined {
  if ((op.kind === 'store' || op.kind === 'fill') && isDifferentiableType(b.typeOf(op.value)) && isReference(b.typeOf(op.value))) {
    keepBeside(b, op, twins);
  }
  if (op.kind !== 'load' && op.kind !== 'view' && op.kind !== 'const') return undefined;
  return isReference(b.typeOf(op.out)) && twins.has(op.out) ? referenceBeside(b, op, twins) : undefined;
}

function referenceBeside(b: Builder, op: LoadOp | ViewOp | ConstOp, twins: Twins): ValueId {
  const type = shadowType(b.typeOf(op.out));
  const hint = twins.hint(op.out);
  if (op.kind === 'load' && isPassiveAt(b, op.array, op.index)) return zerosBeside(b, op.out, b.typeOf(op.out), hint);
  if (op.kind === 'const') return zerosBeside(b, op.out, b.typeOf(op.out), hint);
  const array = twins.of(op.array);
  if (op.kind === 'view') return b.define('view', { array, ...rangeOf(op) }, type, hint);
  return b.define('load', { array, index: op.index, access: op.access }, type, hint);
}

/** Is it a field without a derivative, so that nothing stands beside what it holds? */
export function isPassiveAt(b: Builder, array: ValueId, index: ValueId): boolean {
  const type = b.typeOf(array);
  const at = b.definerOf(index);
  return isRecord(type) && at?.kind === 'const' && type.fields[Number(at.value)]?.passive === true;
}

/** Memory that has a twin may be given a reference that has none: then zeros stand for it, so that the twin is complete. */
function keepBeside(b: Builder, op: StoreOp | FillOp, twins: Twins): void {
  if (!twins.has(op.array) || (op.kind === 'store' && isPassiveAt(b, op.array, op.index))) return;
  const array = twins.of(op.array);
  const value = twins.has(op.value) ? twins.of(op.value) : zerosBeside(b, op.value, b.typeOf(op.value), twins.hint(op.value));
  if (op.kind === 'store') b.effect('store', { array, index: op.index, value, access: op.access });
  else b.effect('fill', { array, value, ...rangeOf(op) });
}
