/**
 * `body.position`, read a few times in the loop in which it is made, stands where it is used: `body.position.x`. The field is written
 * nowhere in the function, and the user has not given the reference a name.
 */
import type { Block, Expr, Stmt, Variable } from './syntax.ts';
import { isLoop } from './syntax.ts';
import type { Counts } from './traverse.ts';
import { blocksOf, effectsOf, expressionsOf, walkBlock, walkExpr } from './traverse.ts';

const mostUses = 4;

export function cheapPaths(block: Block, counts: Counts): Set<Variable> {
  const candidates = new Set<Variable>();
  const effects = effectsOf(block);
  walkBlock(block, (statement) => {
    if (statement.kind === 'assign' && isCandidate(statement.variable, statement.value, counts) && !isWritten(statement.value))
      candidates.add(statement.variable);
  });
  function isWritten(path: Expr): boolean {
    return effects.anyMemory || (path.kind === 'element' && effects.memory.has(path.memory));
  }
  if (candidates.size > 0) dropWhereRepeated(block, candidates);
  return candidates;
}

function isCandidate(variable: Variable, value: Expr, { reads, writes }: Counts): boolean {
  if (variable.fixed || variable.named || variable.optional || writes.get(variable) !== 1) return false;
  if (value.kind !== 'element' || isScalar(variable.type) || value.array.kind !== 'read') return false;
  if (value.field === undefined && !(value.raw && value.index.kind === 'number')) return false;
  const base = value.array.variable;
  return (reads.get(variable) ?? 0) <= mostUses && (writes.get(base) ?? 0) <= (base.fixed ? 0 : 1);
}

const isScalar = (type: string): boolean => type === 'number' || type === 'boolean' || type === 'string';

/** What a loop reads again and again keeps its name. */
function dropWhereRepeated(block: Block, candidates: Set<Variable>): void {
  const made = new Map<Variable, Stmt | undefined>();
  const visit = (inner: Block, loop: Stmt | undefined): void => {
    for (const statement of inner) {
      if (statement.kind === 'assign' && candidates.has(statement.variable)) made.set(statement.variable, loop);
      const at = isLoop(statement) ? statement : loop;
      for (const expr of expressionsOf(statement)) {
        walkExpr(expr, (node) => {
          if (node.kind === 'read' && made.has(node.variable) && made.get(node.variable) !== at) candidates.delete(node.variable);
        });
      }
      for (const below of blocksOf(statement)) visit(below, at);
    }
  };
  visit(block, undefined);
}
