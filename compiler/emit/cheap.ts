/**
 * Values that cost nothing are written where they are used, also several times and inside of loops: literals, other names for
 * the same value, a parameter's length, a neighbor of a counter.
 */
import { cheapPaths } from './paths.ts';
import { replaceBlock, rewriteExpressions } from './rewrite.ts';
import type { Block, Expr, Variable } from './syntax.ts';
import { binary, number } from './syntax.ts';
import type { Counts } from './traverse.ts';
import { blocksOf, countOccurrences, mapChildren, walkBlock } from './traverse.ts';

export function inlineCheapValues(block: Block): void {
  const counts = countOccurrences(block);
  const cheap = new Map<Variable, Expr>();
  const paths = cheapPaths(block, counts);
  walkBlock(block, (statement) => {
    if (statement.kind !== 'assign') return;
    if (paths.has(statement.variable) || isCheap(statement.variable, statement.value, counts))
      cheap.set(statement.variable, statement.value);
  });
  if (cheap.size === 0) return;
  const resolve = (expr: Expr): Expr => {
    const value = expr.kind === 'read' ? cheap.get(expr.variable) : undefined;
    return value ? (value.kind === 'read' ? resolve(value) : joinSteps(mapChildren(value, resolve))) : expr;
  };
  removeAssignments(block, cheap);
  rewriteExpressions(block, resolve);
}

function isCheap(variable: Variable, value: Expr, counts: Counts): boolean {
  if (variable.fixed || counts.writes.get(variable) !== 1) return false;
  if (value.kind === 'number' || value.kind === 'boolean') return true;
  if (value.kind === 'read') return isConstant(value.variable, counts);
  const uses = counts.reads.get(variable) ?? 0;
  if (isNeighbor(value, counts)) return uses <= mostNeighbors && !variable.named;
  // A length that the user named, or that is used often, keeps its name.
  const isLength =
    value.kind === 'length' && value.memory === undefined && value.array.kind === 'read' && isConstant(value.array.variable, counts);
  return isLength && uses <= 2 && !variable.named;
}

/** `n - 1 - 1` is `n - 2`: such numbers are far below 2^53. */
function joinSteps(expr: Expr): Expr {
  const outer = stepOf(expr);
  const inner = outer && stepOf(outer.base);
  if (!outer || !inner || inner.base.kind !== 'read' || !inner.base.variable.integer) return expr;
  const step = outer.step + inner.step;
  if (step === 0) return inner.base;
  return binary(step < 0 ? '-' : '+', inner.base, number(Math.abs(step)));
}

function stepOf(expr: Expr): { base: Expr; step: number } | undefined {
  if (expr.kind !== 'binary' || (expr.operator !== '+' && expr.operator !== '-') || expr.right.kind !== 'number') return undefined;
  return { base: expr.left, step: expr.operator === '+' ? expr.right.value : -expr.right.value };
}

const mostNeighbors = 4;

/** `i - 1`, `n + 1`. */
function isNeighbor(value: Expr, counts: Counts): boolean {
  if (value.kind !== 'binary' || (value.operator !== '+' && value.operator !== '-') || value.left.kind !== 'read') return false;
  return value.right.kind === 'number' && Number.isInteger(value.right.value) && isConstant(value.left.variable, counts);
}

/** Written once: what it holds does not change while anything that was made from it is in scope. */
const isConstant = (variable: Variable, counts: Counts): boolean => (counts.writes.get(variable) ?? 0) <= (variable.fixed ? 0 : 1);

function removeAssignments(block: Block, gone: ReadonlyMap<Variable, Expr>): void {
  replaceBlock(
    block,
    block.filter((statement) => !(statement.kind === 'assign' && gone.has(statement.variable))),
  );
  for (const statement of block) for (const inner of blocksOf(statement)) removeAssignments(inner, gone);
}
