/** Positions that grow while code is written: what is known now is added now. */
import type { Builder } from '../../ir/build.ts';
import type { ValueId } from '../../ir/types.ts';

export interface Offset {
  readonly base?: ValueId;
  readonly plus: number;
}

export const noOffset: Offset = { plus: 0 };

export function moved(offset: Offset, by: number): Offset {
  return { ...offset, plus: offset.plus + by };
}

export function sum(b: Builder, left: Offset, right: Offset): Offset {
  const plus = left.plus + right.plus;
  if (left.base === undefined || right.base === undefined) {
    const base = left.base ?? right.base;
    return base === undefined ? { plus } : { base, plus };
  }
  return { base: b.prim('add', [left.base, right.base]), plus };
}

export function valueAt(b: Builder, { base, plus }: Offset, hint?: string): ValueId {
  if (base === undefined) return b.constant(plus, hint);
  return plus === 0 ? base : b.prim('add', [base, b.constant(plus)], hint);
}
