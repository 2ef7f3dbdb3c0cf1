/** A function that takes blocks from the arena gives them back: `arena.top = base`, in a `finally` where something may throw. */
import type { Origin } from '../diagnostics/origin.ts';
import { replaceBlock } from './rewrite.ts';
import type { Block, Expr, Stmt, Variable } from './syntax.ts';
import { assign, read, text } from './syntax.ts';
import { expressionsOf, walkBlock, walkExpr, walkExpressions } from './traverse.ts';

export function frameArena(body: Block, makeVariable: (wish: string) => Variable, origin: Origin): void {
  const first = body.findIndex((statement) => usesArena([statement]));
  if (first < 0) return;
  const base = makeVariable('base');
  const open = assign(base, text('arena.top'), origin);
  const close: Stmt = { kind: 'effect', value: { kind: 'set', target: 'arena.top', value: read(base) }, writes: [], origin };
  const [before, inside] = [body.slice(0, first), body.slice(first)];
  const last = inside.at(-1);
  const simple = last?.kind === 'return' && !mayLeaveEarly(inside.slice(0, -1)) && !usesArena([last]);
  if (simple) replaceBlock(body, [...before, open, ...inside.slice(0, -1), close, last]);
  else replaceBlock(body, [...before, open, { kind: 'try', body: inside, finally: [close], origin }]);
}

export function usesArena(block: Block): boolean {
  let found = false;
  walkExpressions(block, (expr) => {
    if (expr.kind === 'call' && expr.callee.startsWith('arena.')) found = true;
  });
  return found;
}

function mayLeaveEarly(block: Block): boolean {
  let found = false;
  walkBlock(block, (statement) => {
    if (statement.kind === 'return' || statement.kind === 'throw') found = true;
    for (const expr of expressionsOf(statement)) walkExpr(expr, (node) => void (mayThrow(node) && (found = true)));
  });
  return found;
}

/** New memory of a size that the caller decides, `set` with too long a source, a check, a call of the user's code. */
function mayThrow(expr: Expr): boolean {
  if (expr.kind === 'method') return expr.name === 'set';
  if (expr.kind !== 'call' || expr.pure) return false;
  const size = expr.args[0];
  if (expr.callee.startsWith('new ')) return size?.kind === 'read' ? size.variable.type === 'number' : size?.kind === 'binary';
  return expr.writes === true || expr.callee.startsWith('check');
}
