/** The assignments that may still move into their one use, and what takes that right from them. */
import type { AssignStmt, Expr, MemoryClass, Variable } from './syntax.ts';
import type { Effects } from './traverse.ts';
import { walkExpr } from './traverse.ts';
import { widthOf } from './width.ts';

export interface Waiting {
  readonly statement: AssignStmt;
  readonly variables: ReadonlySet<Variable>;
  readonly memory: ReadonlySet<MemoryClass>;
  /** A spread reads memory that the expression does not name. */
  readonly spreads: boolean;
  readonly width: number;
}

export type WaitingSet = Map<Variable, Waiting>;

export function wait(set: WaitingSet, statement: AssignStmt): void {
  const variables = new Set<Variable>();
  const memory = new Set<MemoryClass>();
  let spreads = false;
  walkExpr(statement.value, (expr) => {
    if (expr.kind === 'read') variables.add(expr.variable);
    if ((expr.kind === 'element' || expr.kind === 'length') && expr.memory !== undefined) memory.add(expr.memory);
    spreads ||= expr.kind === 'object' && expr.fields.some(([name]) => name === '...');
  });
  set.set(statement.variable, { statement, variables, memory, spreads, width: widthOf(statement.value) });
}

/** Takes out what would compute something else behind these effects. */
export function dropDisturbed(set: WaitingSet, effects: Effects): void {
  for (const [variable, waiting] of set) if (isDisturbed(waiting, effects)) set.delete(variable);
}

function isDisturbed(waiting: Waiting, effects: Effects): boolean {
  if (effects.anyMemory && (waiting.memory.size > 0 || waiting.spreads)) return true;
  if (waiting.spreads && effects.memory.size > 0) return true;
  for (const variable of effects.variables) if (waiting.variables.has(variable)) return true;
  for (const memory of effects.memory) if (waiting.memory.has(memory)) return true;
  return false;
}

/** Can a value be computed later, or not at all, without a difference? New objects too, for what is moved is used once. */
export function isMovable(expr: Expr): boolean {
  let movable = true;
  walkExpr(expr, (node) => {
    if (node.kind === 'update' || node.kind === 'method' || node.kind === 'map') movable = false;
    if (node.kind === 'call' && !node.pure) movable = false;
  });
  return movable;
}
