/**
 * A loop whose iterations each take blocks of the arena, and keep none of them, gives them back at the end of an iteration: a Jacobian runs
 * the whole derivative in a loop.
 */
import type { Origin } from '../diagnostics/origin.ts';
import { usesArena } from './arena-frame.ts';
import { sharedStack } from './lower-stack.ts';
import { replaceBlock } from './rewrite.ts';
import type { Block, Expr, Stmt, Variable } from './syntax.ts';
import { assign, isLoop, leaves, read, text } from './syntax.ts';
import { blocksOf, childrenOf, countOccurrences, expressionsOf, walkBlock } from './traverse.ts';

export function recycleArena(body: Block, makeVariable: (wish: string) => Variable, origin: Origin): void {
  const whole = countOccurrences(body);
  const visit = (block: Block): void => {
    for (const statement of block) {
      for (const inner of blocksOf(statement)) visit(inner);
      if (isLoop(statement) && keepsNone(statement.body, whole)) enclose(statement.body, makeVariable('top'), origin);
    }
  };
  visit(body);
}

function enclose(body: Block, top: Variable, origin: Origin): void {
  const first = body.findIndex((statement) => usesArena([statement]));
  const close: Stmt = { kind: 'effect', value: { kind: 'set', target: 'arena.top', value: read(top) }, writes: [], origin };
  replaceBlock(body, [...body.slice(0, first), assign(top, text('arena.top'), origin), ...body.slice(first), close]);
}

/** Are the blocks that the body takes known nowhere else, and does every iteration get to its end? */
function keepsNone(body: Block, whole: ReturnType<typeof countOccurrences>): boolean {
  if (!usesArena(body) || leaves(body.at(-1)) || growsShared(body)) return false;
  const blocks = blocksTaken(body);
  const own = countOccurrences(body);
  const isOwn = (variable: Variable): boolean =>
    own.reads.get(variable) === whole.reads.get(variable) && own.writes.get(variable) === whole.writes.get(variable);
  return blocks !== undefined && [...blocks].every((variable) => isOwn(variable)) && !escapes(body, blocks);
}

const isArenaCall = (expr: Expr): boolean => expr.kind === 'call' && expr.callee.startsWith('arena.');

/** A stack that functions share may grow into the memory above, and outlives the iteration. */
function growsShared(body: Block): boolean {
  let found = false;
  const visit = (expr: Expr): void => {
    const isPush = expr.kind === 'method' && expr.object.kind === 'read' && expr.object.variable.type === sharedStack;
    found ||= isPush || (expr.kind === 'call' && expr.writes === true);
    childrenOf(expr).forEach(visit);
  };
  walkBlock(body, (statement) => expressionsOf(statement).forEach(visit));
  return found;
}

/** The variables that hold blocks; undefined where a block is no variable's value. */
function blocksTaken(body: Block): Set<Variable> | undefined {
  const blocks = new Set<Variable>();
  let isPlain = true;
  walkBlock(body, (statement) => {
    if (statement.kind === 'assign' && isArenaCall(statement.value)) blocks.add(statement.variable);
    else if (expressionsOf(statement).some(holdsArenaCall)) isPlain = false;
    if (statement.kind === 'return') isPlain = false;
  });
  return isPlain ? blocks : undefined;
}

const holdsArenaCall = (expr: Expr): boolean => isArenaCall(expr) || childrenOf(expr).some(holdsArenaCall);

/** What is only read, written or measured by an expression. */
function holderIn(expr: Expr): Expr | undefined {
  if (expr.kind === 'element' || expr.kind === 'length') return expr.array;
  return expr.kind === 'method' && /^(?:fill|set|slice)$/.test(expr.name) ? expr.object : undefined;
}

/** Is a block used in any way but to read, write or measure it, or to make it grow? */
function escapes(body: Block, blocks: ReadonlySet<Variable>): boolean {
  const isBlock = (expr: Expr): boolean => expr.kind === 'read' && blocks.has(expr.variable);
  const hands = (expr: Expr): boolean => {
    if (isBlock(expr)) return true;
    const holder = holderIn(expr);
    const mayStand = (child: Expr): boolean => isBlock(child) && (child === holder || isArenaCall(expr));
    return childrenOf(expr).some((child) => !mayStand(child) && hands(child));
  };
  let found = false;
  walkBlock(body, (statement) => {
    const handed = statement.kind === 'store' ? [statement.index, statement.value] : expressionsOf(statement);
    const target = statement.kind === 'store' && !isBlock(statement.array) ? [statement.array] : [];
    if ([...handed, ...target].some(hands)) found = true;
  });
  return found;
}
