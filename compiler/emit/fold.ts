/**
 * Values used once move into their use, unless something between changes what they read, the line would become too long, or
 * they would be computed again in a loop. Two branches that only choose a value become one expression.
 *
 * One walk in the order of execution: `waiting` holds the assignments that may still move; whatever changes a variable or
 * memory that they read takes them out.
 */
import { mapExpressions, replaceBlock, rewriteExpr } from './rewrite.ts';
import { simplifyIf } from './simplify-if.ts';
import type { AssignStmt, Block, Expr, ForStmt, IfStmt, Stmt, Variable, WhileStmt } from './syntax.ts';
import type { Counts, Effects } from './traverse.ts';
import { addEffects, blocksOf, countOccurrences, effectsOf, expressionsOf, noEffects, walkExpr } from './traverse.ts';
import type { WaitingSet } from './waiting.ts';
import { dropDisturbed, isMovable, wait } from './waiting.ts';
import { widthOf } from './width.ts';

const lineWidth = 88;
/** What a name of the user's says is lost by folding: only short expressions go. */
const namedWidth = 44;
const boundWidth = 16;

interface Folding {
  readonly counts: Counts;
  /** Variables whose assignments stay where they are: exit codes, until the exits are recovered. */
  readonly keep: ReadonlySet<Variable>;
  /** Assignments that have moved into their use. */
  readonly moved: Set<Stmt>;
  waiting: WaitingSet;
}

export function foldBlock(block: Block, keep: ReadonlySet<Variable>): void {
  const folding: Folding = { counts: countOccurrences(block), keep, moved: new Set(), waiting: new Map() };
  foldStatements(block, folding);
  sweep(block, folding.moved);
}

function sweep(block: Block, moved: ReadonlySet<Stmt>): void {
  replaceBlock(
    block,
    block.filter((statement) => !moved.has(statement)),
  );
  for (const statement of block) for (const inner of blocksOf(statement)) sweep(inner, moved);
}

function foldStatements(block: Block, folding: Folding): void {
  replaceBlock(
    block,
    block.flatMap((statement) => foldStatement(statement, folding)),
  );
}

function foldStatement(statement: Stmt, folding: Folding): readonly Stmt[] {
  switch (statement.kind) {
    case 'if':
      return foldIf(statement, folding);
    case 'for':
      foldFor(statement, folding);
      return [statement];
    case 'while':
      foldWhile(statement, folding);
      return [statement];
    case 'each':
      moveInto(statement, folding);
      dropDisturbed(folding.waiting, effectsOf([statement]));
      return [statement];
    case 'try':
      foldStatements(statement.body, folding);
      foldStatements(statement.finally, folding);
      return [statement];
    default:
      foldSimple(statement, folding);
      return [statement];
  }
}

function foldSimple(statement: Stmt, folding: Folding): void {
  moveInto(statement, folding);
  settle(statement, folding);
  if (statement.kind === 'assign' && mayWait(statement, folding)) wait(folding.waiting, statement);
}

function settle(statement: Stmt, folding: Folding): void {
  const effects = noEffects();
  addEffects(statement, effects);
  dropDisturbed(folding.waiting, effects);
}

function mayWait({ variable, value }: AssignStmt, { counts, keep }: Folding): boolean {
  if (counts.writes.get(variable) !== 1 || counts.reads.get(variable) !== 1 || keep.has(variable)) return false;
  if (!isScalar(variable) && !isPath(value) && !isLiteral(value)) return false;
  if (variable.named && widthOf(value) > namedWidth) return false;
  return isMovable(value) && !choosesLiterals(value);
}

const isScalar = ({ type }: Variable): boolean => type === 'number' || type === 'boolean' || type === 'string';

/** `nodes[i]`, `body.position`: a reference that is read. */
function isPath(expr: Expr): boolean {
  if (expr.kind === 'sure') return isPath(expr.operand);
  return expr.kind === 'element' && (expr.array.kind === 'read' || isPath(expr.array));
}

const isLiteral = (expr: Expr): boolean => expr.kind === 'object' || (expr.kind === 'list' && expr.elements.length > 0);

/** TypeScript gives `c ? 0 : 1` the type `0 | 1` and then refuses some comparisons: such a value stays a variable of type number. */
export function choosesLiterals(expr: Expr): boolean {
  return expr.kind === 'conditional' && expr.then.kind === 'number' && expr.otherwise.kind === 'number';
}

/** Moves what waits into the expressions of one statement, as long as they fit the line. */
function moveInto(statement: Stmt, folding: Folding): void {
  let room = lineWidth;
  for (const expr of expressionsOf(statement)) room -= widthOf(expr);
  const opened = openedBy(statement);
  mapExpressions(statement, (expr) =>
    rewriteExpr(expr, (node) => {
      const waiting = node.kind === 'read' ? folding.waiting.get(node.variable) : undefined;
      if (!waiting || waiting.width > room || (opened.has(waiting.statement.variable) && isLiteral(waiting.statement.value))) return node;
      room -= waiting.width;
      folding.waiting.delete(waiting.statement.variable);
      folding.moved.add(waiting.statement);
      return waiting.statement.value;
    }),
  );
}

/** Variables whose elements, fields or length a statement wants: a literal does not stand there. */
function openedBy(statement: Stmt): Set<Variable> {
  const opened = new Set<Variable>();
  const open = (expr: Expr): void => void (expr.kind === 'read' && opened.add(expr.variable));
  if (statement.kind === 'store') open(statement.array);
  for (const expr of expressionsOf(statement)) {
    walkExpr(expr, (node) => {
      if (node.kind === 'element' || node.kind === 'length' || node.kind === 'map') open(node.array);
      if (node.kind === 'method') open(node.object);
    });
  }
  return opened;
}

function foldIf(statement: IfStmt, folding: Folding): readonly Stmt[] {
  moveInto(statement, folding);
  for (const branch of [statement.then, statement.otherwise]) {
    foldStatements(branch, folding);
    sweep(branch, folding.moved);
  }
  const simplified = simplifyIf(statement, folding.counts, folding.keep);
  const only = simplified[0];
  if (simplified.length === 1 && only?.kind === 'assign') foldSimple(only, folding);
  return simplified;
}

function foldFor(loop: ForStmt, folding: Folding): void {
  const effects = effectsOf([loop]);
  foldHeader(loop, effects, folding);
  inFreshRegion(folding, () => foldStatements(loop.body, folding));
  dropDisturbed(folding.waiting, effects);
}

/** The start is evaluated once; the bound at every turn: it folds if it is light and the loop changes nothing of it. */
function foldHeader(loop: ForStmt, effects: Effects, folding: Folding): void {
  const start: AssignStmt = { kind: 'assign', variable: loop.index, value: loop.from, origin: loop.origin };
  moveInto(start, folding);
  loop.from = start.value;
  const all = folding.waiting;
  folding.waiting = new Map([...all].filter(([, waiting]) => waiting.width <= boundWidth && isLight(waiting.statement.value)));
  dropDisturbed(folding.waiting, effects);
  const light = new Set(folding.waiting.keys());
  const end: AssignStmt = { kind: 'assign', variable: loop.index, value: loop.to, origin: loop.origin };
  moveInto(end, folding);
  loop.to = end.value;
  for (const variable of light) if (!folding.waiting.has(variable)) all.delete(variable);
  folding.waiting = all;
}

function isLight(expr: Expr): boolean {
  if (expr.kind === 'binary') return (expr.operator === '+' || expr.operator === '-') && isLight(expr.left) && isLight(expr.right);
  return expr.kind === 'read' || expr.kind === 'number' || expr.kind === 'length';
}

function foldWhile(loop: WhileStmt, folding: Folding): void {
  const effects = effectsOf([loop]);
  inFreshRegion(folding, () => {
    foldStatements(loop.setup, folding);
    moveInto(loop, folding);
    sweep(loop.setup, folding.moved);
  });
  inFreshRegion(folding, () => foldStatements(loop.body, folding));
  dropDisturbed(folding.waiting, effects);
}

function inFreshRegion(folding: Folding, fold: () => void): void {
  const outer = folding.waiting;
  folding.waiting = new Map();
  fold();
  folding.waiting = outer;
}
