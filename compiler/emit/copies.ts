/** Parallel assignment as a list of single ones: what is still to be read is not overwritten, a cycle passes through a temporary. */
import type { Expr, Variable } from './syntax.ts';
import { read } from './syntax.ts';

export interface Copy {
  readonly to: Variable;
  readonly from: Expr;
}

/**
 * Orders copies whose sources are variables, as they are or as another type, or constants. `makeTemporary` gives a new variable for
 * the old value of one.
 */
export function sequentialize(copies: readonly Copy[], makeTemporary: (of: Variable) => Variable): Copy[] {
  let pending = copies.filter(({ to, from }) => sourceOf(from) !== to);
  const ordered: Copy[] = [];
  while (pending.length > 0) {
    const needed = sources(pending);
    const free = pending.filter(({ to }) => !needed.has(to));
    if (free.length > 0) {
      ordered.push(...free);
      pending = pending.filter((copy) => !free.includes(copy));
      continue;
    }
    const blocked = (pending[0] as Copy).to;
    const temporary = makeTemporary(blocked);
    ordered.push({ to: temporary, from: read(blocked) });
    pending = pending.map(({ to, from }) => ({ to, from: sourceOf(from) === blocked ? readInstead(from, temporary) : from }));
  }
  return ordered;
}

function sourceOf(expr: Expr): Variable | undefined {
  if (expr.kind === 'cast') return sourceOf(expr.operand);
  return expr.kind === 'read' ? expr.variable : undefined;
}

function readInstead(expr: Expr, variable: Variable): Expr {
  return expr.kind === 'cast' ? { ...expr, operand: readInstead(expr.operand, variable) } : read(variable);
}

const sources = (copies: readonly Copy[]): Set<Variable> => new Set(copies.flatMap(({ from }) => sourceOf(from) ?? []));
