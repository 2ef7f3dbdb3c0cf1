/** Counted loops and one-sided branches, as the Jacobian writes them. */
import { type Builder, int } from '../../ir/build.ts';
import type { ValueId } from '../../ir/types.ts';

/** Once for every step from 0 before `to`. */
export function repeat(b: Builder, to: ValueId, step: number, hint: string, write: (index: ValueId) => void): void {
  countWith(b, { to, step, hint, inits: [] }, (index) => {
    write(index);
    return [];
  });
}

/** The same with a whole number that each iteration takes and hands on. */
export function repeatWith(b: Builder, to: ValueId, init: ValueId, write: (index: ValueId, carried: ValueId) => ValueId): ValueId {
  const [out] = countWith(b, { to, step: 1, hint: 'i', inits: [init] }, (index, [carried]) => [write(index, carried as ValueId)]);
  return out as ValueId;
}

interface Counting {
  readonly to: ValueId;
  readonly step: number;
  readonly hint: string;
  readonly inits: readonly ValueId[];
}

function countWith(
  b: Builder,
  { to, step, hint, inits }: Counting,
  write: (index: ValueId, carried: readonly ValueId[]) => readonly ValueId[],
) {
  const from = b.constant(0);
  const index = b.value(int, hint);
  const carried = inits.map(() => b.value(int, 'at'));
  const body = b.region([index, ...carried], () => write(index, carried));
  const outs = inits.map(() => b.value(int));
  b.push({ kind: 'for', from, to, step, inits, body, outs, exits: false, origin: b.origin });
  return outs;
}

export function either(b: Builder, cond: ValueId, then: () => void, otherwise: () => void): void {
  const region = (write: () => void) => (): readonly ValueId[] => {
    write();
    return [];
  };
  b.branch(cond, [], region(then), region(otherwise));
}

export function onlyIf(b: Builder, cond: ValueId, write: () => void): void {
  either(b, cond, write, () => undefined);
}

/** Is the element there, or the field of a number that is known? */
export function isPresent(b: Builder, array: ValueId, index: ValueId): ValueId {
  return b.define('present', { array, index }, { kind: 'bool' });
}

/** An element of a list of references, which may be missing. */
export function elementAt(b: Builder, list: ValueId, index: ValueId): ValueId {
  return b.load(list, index, 'checked');
}
