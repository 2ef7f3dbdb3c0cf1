/** A function that takes blocks from the arena gives them back: `arena.top = base`, in a `finally` where something may throw. */
import type { Origin } from '../diagnostics/origin.ts';
import { replaceBlock } from './rewrite.ts';
import type { Block, Expr, Stmt, Variable } from './syntax.ts';
import { assign, leaves, read, text } from './syntax.ts';
import { countOccurrences, expressionsOf, walkBlock, walkExpr, walkExpressions } from './traverse.ts';

export function frameArena(body: Block, makeVariable: (wish: string) => Variable, origin: Origin): void {
  const first = body.findIndex((statement) => usesArena([statement]));
  if (first < 0) return;
  const base = makeVariable('base');
  const open = assign(base, text('arena.top'), origin);
  const close: Stmt = { kind: 'effect', value: { kind: 'set', target: 'arena.top', value: read(base) }, writes: [], origin };
  const [before, inside] = [body.slice(0, first), body.slice(first)];
  const end = startOfFinish(inside);
  const [work, finish] = [inside.slice(0, end), inside.slice(end)];
  const simple = !mayLeaveEarly(work, knownLengths(body)) && leaves(body.at(-1)) && !usesArena(finish);
  if (simple) replaceBlock(body, [...before, open, ...work, close, ...finish]);
  else replaceBlock(body, [...before, open, { kind: 'try', body: inside, finally: [close], origin }]);
}

/** Where the statements begin that only hand the results out: `return`, and `if (out === undefined) return …; out[1] = dk;` before it. */
function startOfFinish(block: Block): number {
  let at = block.length;
  while (at > 0 && handsOut(block[at - 1] as Stmt)) at--;
  return at;
}

function handsOut(statement: Stmt): boolean {
  if (statement.kind === 'store')
    return statement.array.kind === 'read' && statement.array.variable.fixed && statement.index.kind === 'number';
  if (statement.kind === 'if') return statement.then.every((inner) => inner.kind === 'return') && statement.otherwise.length === 0;
  return statement.kind === 'return';
}

export function usesArena(block: Block): boolean {
  let found = false;
  walkExpressions(block, (expr) => {
    if (expr.kind === 'call' && expr.callee.startsWith('arena.')) found = true;
  });
  return found;
}

function mayLeaveEarly(block: Block, lengths: ReadonlySet<Variable>): boolean {
  let found = false;
  walkBlock(block, (statement) => {
    if (statement.kind === 'return' || statement.kind === 'throw') found = true;
    for (const expr of expressionsOf(statement)) {
      walkExpr(expr, (node) => {
        if (mayThrow(node, lengths) && !(node.kind === 'method' && statement.origin.kind !== 'source')) found = true;
      });
    }
  });
  return found;
}

/** Variables that hold the length of an array. */
function knownLengths(block: Block): Set<Variable> {
  const { writes } = countOccurrences(block);
  const lengths = new Set<Variable>();
  walkBlock(block, (statement) => {
    if (statement.kind === 'assign' && writes.get(statement.variable) === 1 && isLength(statement.value, lengths))
      lengths.add(statement.variable);
  });
  return lengths;
}

/** Never negative, a fraction or NaN. */
function isLength(size: Expr | undefined, lengths: ReadonlySet<Variable>): boolean {
  if (size?.kind === 'binary')
    return (size.operator === '+' || size.operator === '*') && isLength(size.left, lengths) && isLength(size.right, lengths);
  if (size?.kind === 'number') return Number.isInteger(size.value) && size.value >= 0;
  return size?.kind === 'length' || (size?.kind === 'read' && (lengths.has(size.variable) || size.variable.type !== 'number'));
}

/** New memory of a size that the caller decides, `set` of the user's with too long a source, a check, a call of the user's code. */
function mayThrow(expr: Expr, lengths: ReadonlySet<Variable>): boolean {
  if (expr.kind === 'method') return expr.name === 'set' && !expr.fits;
  if (expr.kind !== 'call' || expr.pure) return false;
  if (expr.callee.startsWith('new ')) return !isLength(expr.args[0], lengths);
  return expr.writes === true || expr.callee.startsWith('check') || expr.callee === 'matrixBuffer';
}
