/** Copies written arguments. The caller's arrays are never written: what f writes of them is copied on entry.
 *  In:      a function without calls that may store to its array parameters.
 *  Out:     parameters are only read; each written one is copied first, and what may be the same array as it is
 *           replaced by the copy where it is (`inp === out`), so that identical arguments keep their meaning.
 *  Example: store out[i]  →  outCopy = copy out; inpSeen = if same inp out then outCopy else inp; store outCopy[i]
 */
import { openCallMoves } from '../analysis/local-functions.ts';
import { everyElement, fieldNames, joinReferences, movesOf, referenceFields, writtenBy } from '../analysis/memory.ts';
import { type Builder, createBuilder, infoOf } from '../ir/build.ts';
import { isNumbers, isReference, sameType } from '../ir/memory-types.ts';
import type { IrFunction, Type, ValueId } from '../ir/types.ts';
import { renameRegion, walkFunction } from '../ir/walk.ts';
import { mayBeMissing } from './may-be-missing.ts';

export interface WrittenCopies {
  readonly fn: IrFunction;
  /** Positions of the parameters that f may write. */
  readonly written: readonly number[];
}

export function copyWritten(fn: IrFunction): WrittenCopies {
  const written = writtenParams(fn);
  if (written.length === 0) return { fn, written };
  const b = createBuilder(fn.origin, fn.values, true);
  const replaced = new Map<ValueId, ValueId>();
  const entry = b.region([], () => {
    for (const at of written) copyParam(fn, fn.body.params[at] as ValueId, b, replaced);
    fn.body.params.forEach((id, at) => {
      if (!written.includes(at) && isArray(fn, id)) seeThroughCopies(fn, id, written, b, replaced);
    });
    return [];
  });
  const use = (id: ValueId): ValueId => replaced.get(id) ?? id;
  const body = renameRegion(fn.body, { use, define: (id) => id });
  return { fn: { ...fn, values: b.values, body: { ...body, ops: [...entry.ops, ...body.ops] } }, written };
}

function isArray(fn: IrFunction, id: ValueId): boolean {
  return infoOf(fn.values, id).type.kind === 'array';
}

/** Parameters that some store may reach, also in what they refer to. What is only joined with memory that is written does not count. */
function writtenParams(fn: IrFunction): number[] {
  const flow = referenceFlow(fn);
  const reaches = (id: ValueId): boolean => {
    const seen = new Set([id]);
    for (const at of seen) {
      for (const to of flow.targets.get(at) ?? []) seen.add(to);
      for (const held of flow.heldBy(at)) seen.add(held);
    }
    return [...seen].some((at) => flow.written.has(at));
  };
  return fn.body.params.flatMap((id, at) => (isArray(fn, id) && reaches(id) ? [at] : []));
}

/** Where references go: through branches and loops, into memory (the node of what it holds) and out of it. */
function referenceFlow(fn: IrFunction) {
  const union = joinReferences(fn);
  const fieldOf = fieldNames(fn);
  const typeOf = (id: ValueId): Type => infoOf(fn.values, id).type;
  const targets = new Map<ValueId, ValueId[]>();
  const written = new Set<ValueId>();
  const move = (from: ValueId, to: ValueId): void => void targets.set(from, [...(targets.get(from) ?? []), to]);
  // What is found in memory is no value of the function, though it may be found there: a number of its own.
  const node = (id: ValueId): ValueId => (-1 - union.find(id)) as ValueId;
  const content = (array: ValueId, field: string): ValueId => node(union.contentOf(array, field));
  for (const [from, to] of openCallMoves(fn)) move(from, to);
  walkFunction(fn, (op) => {
    for (const [from, to] of movesOf(op)) move(from, to);
    if (op.kind === 'view') move(op.array, op.out);
    if (op.kind === 'copy' && !op.deep)
      for (const field of referenceFields(typeOf(op.out))) move(content(op.array, field), content(op.out, field));
    if (op.kind === 'load' && isReference(typeOf(op.out))) move(content(op.array, fieldOf(op.array, op.index)), op.out);
    if (op.kind === 'store' && isReference(typeOf(op.value))) move(op.value, content(op.array, fieldOf(op.array, op.index)));
    if (op.kind === 'fill' && isReference(typeOf(op.value))) move(op.value, content(op.array, everyElement));
    const reference = writtenBy(op);
    if (reference !== undefined) written.add(reference);
  });
  const held = new Map<ValueId, ValueId[]>();
  for (const [holder, found] of union.contents()) held.set(holder, [...(held.get(holder) ?? []), node(found)]);
  return { targets, written, heldBy: (id: ValueId) => held.get(id < 0 ? ((-1 - id) as ValueId) : union.find(id)) ?? [] };
}

/** A copy with all that it leads to, if it is there. */
export function copyReference(fn: IrFunction, id: ValueId, b: Builder, hint?: string): ValueId {
  const type = b.typeOf(id);
  const copy = (): ValueId => b.define('copy', isNumbers(type) ? { array: id } : { array: id, deep: true }, type, hint);
  if (!mayBeMissing(fn).has(id)) return copy();
  const given = b.prim('given', [id]);
  return b.branch(
    given,
    [type],
    () => [copy()],
    () => [id],
    [hint],
  )[0] as ValueId;
}

/** The copy of a parameter, if it is there; the same as one of `replaced` where both are one object. */
export function copyParam(fn: IrFunction, id: ValueId, b: Builder, replaced: Map<ValueId, ValueId>): void {
  const { type, hint } = infoOf(fn.values, id);
  const earlier = [...replaced].filter(([other]) => isSameType(fn, other, id));
  replaced.set(
    id,
    earlier.reduceRight(
      (otherwise, [other, otherCopy]) =>
        () => {
          const same = b.define('same', { left: id, right: other }, { kind: 'bool' });
          return b.branch(
            same,
            [type],
            () => [otherCopy],
            () => [otherwise()],
            [hint],
          )[0] as ValueId;
        },
      () => copyReference(fn, id, b, hint),
    )(),
  );
}

/** A parameter that is only read: where it is the same array as a written one, its reads see the copy. */
function seeThroughCopies(fn: IrFunction, id: ValueId, written: readonly number[], b: Builder, replaced: Map<ValueId, ValueId>): void {
  const { type, hint } = infoOf(fn.values, id);
  let seen = id;
  for (const at of written) {
    const other = fn.body.params[at] as ValueId;
    if (!isSameType(fn, other, id)) continue;
    const same = b.define('same', { left: id, right: other }, { kind: 'bool' });
    const copy = replaced.get(other) as ValueId;
    const otherwise = seen;
    seen = b.branch(
      same,
      [type],
      () => [copy],
      () => [otherwise],
      [hint],
    )[0] as ValueId;
  }
  if (seen !== id) replaced.set(id, seen);
}

function isSameType(fn: IrFunction, a: ValueId, b: ValueId): boolean {
  return sameType(infoOf(fn.values, a).type, infoOf(fn.values, b).type);
}
