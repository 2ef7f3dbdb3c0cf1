/**
 * A variable that a loop carries and that may hold null, or a flag, is narrowed by TypeScript at each assignment. Declarations whose
 * types would then follow from themselves, once around the loop, say their type.
 */
import type { AssignStmt, Block, Expr, Variable } from './syntax.ts';
import { countOccurrences, walkBlock, walkExpr } from './traverse.ts';

export function annotateCycles(body: Block): void {
  const { writes } = countOccurrences(body);
  const declarations: AssignStmt[] = [];
  const values = new Map<Variable, Expr[]>();
  walkBlock(body, (statement) => {
    if (statement.kind !== 'assign') return;
    const { variable, value } = statement;
    if (statement.declare) declarations.push(statement);
    // What a declared type decides is not asked of the values.
    if (statement.declare || (isUnion(variable) && (writes.get(variable) ?? 0) > 1))
      values.set(variable, [...(values.get(variable) ?? []), value]);
  });
  const isCircular = ({ variable, value }: AssignStmt): boolean => reaches(readsOf([value]), variable, values);
  for (const declaration of declarations) if (isCircular(declaration)) declaration.typed = true;
}

const isUnion = ({ type }: Variable): boolean => type === 'boolean' || type.includes('|');

function readsOf(values: readonly Expr[]): Set<Variable> {
  const reads = new Set<Variable>();
  for (const value of values) walkExpr(value, (node) => void (node.kind === 'read' && reads.add(node.variable)));
  return reads;
}

function reaches(from: ReadonlySet<Variable>, goal: Variable, values: ReadonlyMap<Variable, readonly Expr[]>): boolean {
  const seen = new Set(from);
  for (const variable of seen) for (const next of readsOf(values.get(variable) ?? [])) seen.add(next);
  return seen.has(goal);
}
