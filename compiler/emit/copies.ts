/** Parallel assignment as a list of single ones: what is still to be read is not overwritten, a cycle passes through a temporary. */
import type { Expr, Variable } from './syntax.ts';
import { read } from './syntax.ts';

export interface Copy {
  readonly to: Variable;
  readonly from: Expr;
}

/** Orders copies whose sources are variables or constants. `makeTemporary` gives a new variable for the old value of one. */
export function sequentialize(copies: readonly Copy[], makeTemporary: (of: Variable) => Variable): Copy[] {
  let pending = copies.filter(({ to, from }) => !(from.kind === 'read' && from.variable === to));
  const ordered: Copy[] = [];
  while (pending.length > 0) {
    const needed = countSources(pending);
    const free = pending.filter(({ to }) => !needed.has(to));
    if (free.length > 0) {
      ordered.push(...free);
      pending = pending.filter((copy) => !free.includes(copy));
      continue;
    }
    const blocked = (pending[0] as Copy).to;
    const temporary = makeTemporary(blocked);
    ordered.push({ to: temporary, from: read(blocked) });
    pending = pending.map(({ to, from }) => ({ to, from: isRead(from, blocked) ? read(temporary) : from }));
  }
  return ordered;
}

const isRead = (expr: Expr, variable: Variable): boolean => expr.kind === 'read' && expr.variable === variable;

function countSources(copies: readonly Copy[]): Set<Variable> {
  return new Set(copies.flatMap(({ from }) => (from.kind === 'read' ? [from.variable] : [])));
}
