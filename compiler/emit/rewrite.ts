/** Replacing the expressions of statements. */
import { shorten } from './prims.ts';
import type { Block, Expr, Stmt } from './syntax.ts';
import { blocksOf, mapChildren } from './traverse.ts';

/** Bottom up; what changed is written in its shortest form. */
export function rewriteExpr(expr: Expr, replace: (expr: Expr) => Expr): Expr {
  const inner = mapChildren(expr, (child) => rewriteExpr(child, replace));
  return replace(shorten(inner));
}

/** Replaces the expressions that a statement evaluates itself, in the order in which it does. */
export function mapExpressions(statement: Stmt, map: (expr: Expr) => Expr): void {
  switch (statement.kind) {
    case 'assign':
    case 'effect':
    case 'throw':
      statement.value = map(statement.value);
      return;
    case 'store':
      statement.array = map(statement.array);
      statement.index = map(statement.index);
      statement.value = map(statement.value);
      return;
    case 'if':
    case 'while':
      statement.test = map(statement.test);
      return;
    case 'for':
      statement.from = map(statement.from);
      statement.to = map(statement.to);
      return;
    case 'each':
      statement.array = map(statement.array);
      return;
    case 'return':
      if (statement.value) statement.value = map(statement.value);
      return;
    default:
  }
}

/** Rewrites every expression of a block, at any depth. */
export function rewriteExpressions(block: Block, replace: (expr: Expr) => Expr): void {
  for (const statement of block) {
    mapExpressions(statement, (expr) => rewriteExpr(expr, replace));
    for (const inner of blocksOf(statement)) rewriteExpressions(inner, replace);
  }
}

/** The contents of a block become others. */
export function replaceBlock(block: Block, statements: readonly Stmt[]): void {
  block.length = 0;
  for (const statement of statements) block.push(statement);
}
