/** Adjoints under construction: what has been contributed so far to each forward value, region by region. */
import type { Builder } from '../../ir/build.ts';
import type { ValueId } from '../../ir/types.ts';

export interface AdjointScope {
  /** The adjoint so far; undefined stands for zero. */
  get(id: ValueId): ValueId | undefined;
  set(id: ValueId, adjoint: ValueId | undefined): void;
  /** Adds a contribution, left to right. */
  add(id: ValueId, contribution: ValueId, hint?: string): void;
  /** The finished adjoint of a value whose definition has been reached; it is forgotten. */
  take(id: ValueId): ValueId | undefined;
  /** The values whose adjoint this scope (not its parent) has set. */
  changed(): readonly ValueId[];
}

/** A scope over `parent`: reads through, writes to itself. */
export function createScope(b: Builder, parent?: AdjointScope): AdjointScope {
  const own = new Map<ValueId, ValueId | undefined>();
  const scope: AdjointScope = {
    get: (id) => (own.has(id) ? own.get(id) : parent?.get(id)),
    set: (id, adjoint) => void own.set(id, adjoint),
    add(id, contribution, hint) {
      const sum = scope.get(id);
      if (sum === undefined && hint !== undefined && b.definerOf(contribution)?.kind === 'prim') b.name(contribution, hint);
      own.set(id, sum === undefined ? contribution : b.prim('add', [sum, contribution], hint));
    },
    take(id) {
      const adjoint = scope.get(id);
      own.set(id, undefined);
      return adjoint;
    },
    changed: () => [...own.keys()],
  };
  return scope;
}
