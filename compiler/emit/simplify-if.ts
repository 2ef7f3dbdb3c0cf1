/** An `if` written shorter, once its branches are. */
import { conditional, not } from './prims.ts';
import type { AssignStmt, Block, Expr, IfStmt, Stmt, Variable } from './syntax.ts';
import { assign } from './syntax.ts';
import type { Counts } from './traverse.ts';
import { walkBlock, walkExpr, walkExpressions } from './traverse.ts';
import { isMovable } from './waiting.ts';
import { widthOf } from './width.ts';

const choiceWidth = 72;

/** The statements that stand for this `if`. `keep`: variables whose assignments stay in their branches. */
export function simplifyIf(statement: IfStmt, counts: Counts, keep: ReadonlySet<Variable>): readonly Stmt[] {
  const { test, then, otherwise } = statement;
  if (test.kind === 'boolean') return test.value ? then : otherwise;
  if (then.length === 0 && otherwise.length === 0) return [];
  const choice = asChoice(statement, counts, keep);
  if (choice) return [choice];
  if (then.length === 0) {
    statement.test = not(test);
    statement.then = otherwise;
    statement.otherwise = then;
  }
  return withDefaults(statement, counts, keep);
}

/** `y = c ? a : b` for two branches that do nothing but set y. */
function asChoice({ test, then, otherwise, origin }: IfStmt, counts: Counts, keep: ReadonlySet<Variable>): AssignStmt | undefined {
  const [yes, no] = [onlyAssignment(then), onlyAssignment(otherwise)];
  if (!yes || !no || yes.variable !== no.variable || keep.has(yes.variable)) return undefined;
  if (!isPlain(yes.value) || !isPlain(no.value)) return undefined;
  const value = conditional(test, yes.value, no.value);
  if (widthOf(value) > choiceWidth) return undefined;
  counts.writes.set(yes.variable, (counts.writes.get(yes.variable) ?? 2) - 1);
  return assign(yes.variable, value, origin);
}

function onlyAssignment(block: Block): AssignStmt | undefined {
  const first = block[0];
  return block.length === 1 && first?.kind === 'assign' ? first : undefined;
}

/** Movable, and without a choice of its own. */
function isPlain(expr: Expr): boolean {
  let plain = isMovable(expr);
  walkExpr(expr, (node) => {
    if (node.kind === 'conditional') plain = false;
  });
  return plain;
}

/** `let y = x; if (c) { …; y = …; }` where one branch only gives y what it has anyway, and y is made here. */
function withDefaults(statement: IfStmt, counts: Counts, keep: ReadonlySet<Variable>): readonly Stmt[] {
  for (const [simple, other] of [
    [statement.otherwise, statement.then],
    [statement.then, statement.otherwise],
  ] as const) {
    if (simple.length === 0 || !isDefaults(simple, other, statement, counts, keep)) continue;
    const defaults = [...simple];
    if (simple === statement.then) statement.test = not(statement.test);
    statement.then = other;
    statement.otherwise = [];
    return [...defaults, statement];
  }
  return [statement];
}

function isDefaults(simple: Block, other: Block, { test }: IfStmt, counts: Counts, keep: ReadonlySet<Variable>): boolean {
  const written = new Map<Variable, number>();
  const read = new Set<Variable>();
  const countWrite = (inner: Stmt): void => {
    if (inner.kind === 'assign') written.set(inner.variable, (written.get(inner.variable) ?? 0) + 1);
  };
  walkBlock(simple, countWrite);
  walkBlock(other, countWrite);
  walkExpressions(other, (expr) => void (expr.kind === 'read' && read.add(expr.variable)));
  walkExpr(test, (expr) => void (expr.kind === 'read' && read.add(expr.variable)));
  return simple.every((inner) => {
    if (inner.kind !== 'assign' || !isAtom(inner.value) || keep.has(inner.variable)) return false;
    if (inner.value.kind === 'read' && written.has(inner.value.variable)) return false;
    return !read.has(inner.variable) && counts.writes.get(inner.variable) === written.get(inner.variable);
  });
}

const isAtom = (expr: Expr): boolean =>
  expr.kind === 'number' || expr.kind === 'boolean' || (expr.kind === 'read' && !expr.variable.optional);
