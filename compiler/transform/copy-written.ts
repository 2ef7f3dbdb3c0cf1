/** Copies written arguments. The caller's arrays are never written: what f writes of them is copied on entry.
 *  In:      a function without calls that may store to its array parameters.
 *  Out:     parameters are only read; each written one is copied first, and what may be the same array as it is
 *           replaced by the copy where it is (`inp === out`), so that identical arguments keep their meaning.
 *  Example: store out[i]  →  outCopy = copy out; inpSeen = if same inp out then outCopy else inp; store outCopy[i]
 */
import { movesOf, writtenBy } from '../analysis/memory.ts';
import { createBuilder, infoOf } from '../ir/build.ts';
import type { ArrayType, IrFunction, ValueId } from '../ir/types.ts';
import { renameRegion, walkFunction } from '../ir/walk.ts';

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
    for (const at of written) copyParam(fn, at, b, replaced);
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

/** Parameters that some store may reach. What is only joined with other memory that is written does not count. */
function writtenParams(fn: IrFunction): number[] {
  const targets = new Map<ValueId, ValueId[]>();
  const written = new Set<ValueId>();
  walkFunction(fn, (op) => {
    for (const [from, to] of movesOf(op)) targets.set(from, [...(targets.get(from) ?? []), to]);
    const reference = writtenBy(op);
    if (reference !== undefined) written.add(reference);
  });
  const reaches = (id: ValueId): boolean => {
    const seen = new Set([id]);
    for (const at of seen) for (const to of targets.get(at) ?? []) seen.add(to);
    return [...seen].some((at) => written.has(at));
  };
  return fn.body.params.flatMap((id, at) => (isArray(fn, id) && reaches(id) ? [at] : []));
}

/** Parameters that may be left out: their presence is tested somewhere. */
function mayBeAbsent(fn: IrFunction, id: ValueId): boolean {
  let tested = false;
  walkFunction(fn, (op) => {
    tested ||= op.kind === 'prim' && op.prim === 'given' && op.args[0] === id;
  });
  return tested;
}

type Builder = ReturnType<typeof createBuilder>;

/** The copy of a written parameter; the same as an earlier written one's where both are one object. */
function copyParam(fn: IrFunction, at: number, b: Builder, replaced: Map<ValueId, ValueId>): void {
  const id = fn.body.params[at] as ValueId;
  const { type, hint } = infoOf(fn.values, id);
  const earlier = [...replaced].filter(([other]) => sameStorage(fn, other, id));
  const copy = (): ValueId => b.define('copy', { array: id }, type, hint);
  const copyIfGiven = (): ValueId =>
    b.branch(
      b.prim('given', [id]),
      [type],
      () => [copy()],
      () => [id],
      [hint],
    )[0] as ValueId;
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
      mayBeAbsent(fn, id) ? copyIfGiven : copy,
    )(),
  );
}

/** A parameter that is only read: where it is the same array as a written one, its reads see the copy. */
function seeThroughCopies(fn: IrFunction, id: ValueId, written: readonly number[], b: Builder, replaced: Map<ValueId, ValueId>): void {
  const { type, hint } = infoOf(fn.values, id);
  let seen = id;
  for (const at of written) {
    const other = fn.body.params[at] as ValueId;
    if (!sameStorage(fn, other, id)) continue;
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

function sameStorage(fn: IrFunction, a: ValueId, b: ValueId): boolean {
  return (infoOf(fn.values, a).type as ArrayType).storage === (infoOf(fn.values, b).type as ArrayType).storage;
}
