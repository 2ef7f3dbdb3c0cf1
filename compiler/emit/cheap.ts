/**
 * Values that cost nothing are written where they are used, also several times and inside of loops: literals, other names for
 * the same value, a parameter's length.
 */
import { replaceBlock, rewriteExpressions } from './rewrite.ts';
import type { Block, Expr, Variable } from './syntax.ts';
import type { Counts } from './traverse.ts';
import { blocksOf, countOccurrences, walkBlock } from './traverse.ts';

export function inlineCheapValues(block: Block): void {
  const counts = countOccurrences(block);
  const cheap = new Map<Variable, Expr>();
  walkBlock(block, (statement) => {
    if (statement.kind === 'assign' && isCheap(statement.variable, statement.value, counts)) cheap.set(statement.variable, statement.value);
  });
  if (cheap.size === 0) return;
  const resolve = (expr: Expr): Expr => {
    const value = expr.kind === 'read' ? cheap.get(expr.variable) : undefined;
    return value ? (value.kind === 'read' ? resolve(value) : mapLength(value, resolve)) : expr;
  };
  removeAssignments(block, cheap);
  rewriteExpressions(block, resolve);
}

const mapLength = (value: Expr, resolve: (expr: Expr) => Expr): Expr =>
  value.kind === 'length' ? { ...value, array: resolve(value.array) } : value;

function isCheap(variable: Variable, value: Expr, counts: Counts): boolean {
  if (variable.fixed || counts.writes.get(variable) !== 1) return false;
  if (value.kind === 'number' || value.kind === 'boolean') return true;
  if (value.kind === 'read') return isConstant(value.variable, counts);
  // A length that the user named, or that is used often, keeps its name.
  const isLength = value.kind === 'length' && value.memory === undefined && value.array.kind === 'read' && isConstant(value.array.variable, counts);
  return isLength && (counts.reads.get(variable) ?? 0) <= 2 && !variable.named;
}

/** Written once: what it holds does not change while anything that was made from it is in scope. */
const isConstant = (variable: Variable, counts: Counts): boolean => (counts.writes.get(variable) ?? 0) <= (variable.fixed ? 0 : 1);

function removeAssignments(block: Block, gone: ReadonlyMap<Variable, Expr>): void {
  replaceBlock(block, block.filter((statement) => !(statement.kind === 'assign' && gone.has(statement.variable))));
  for (const statement of block) for (const inner of blocksOf(statement)) removeAssignments(inner, gone);
}
