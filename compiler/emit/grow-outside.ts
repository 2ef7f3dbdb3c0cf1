/**
 * Records of a `while` grow outside of it: `while (depth < room && test) { saved[depth++] = x; … }`, and around it a loop that makes
 * room and goes on. With the call inside V8 sees an exit that it has not met, and hoists nothing out of the loop.
 */
import type { Block, Expr, IfStmt, Stmt, Variable, WhileStmt } from './syntax.ts';
import { assign, binary, boolean, isLoop, read } from './syntax.ts';
import { blocksOf, countOccurrences, walkBlock, walkExpr } from './traverse.ts';

export function growOutside(body: Block, makeVariable: (wish: string) => Variable): void {
  body.forEach((statement, at) => {
    for (const inner of blocksOf(statement)) growOutside(inner, makeVariable);
    const check = statement.kind === 'while' ? onlyCheck(statement) : undefined;
    if (statement.kind === 'while' && check) body[at] = enclose(statement, check, makeVariable('room'));
  });
}

function enclose(loop: WhileStmt, check: IfStmt, room: Variable): WhileStmt {
  const { origin } = loop;
  const [depth, length] = compared(check);
  const hasRoom = binary('<', depth, read(room));
  loop.body = loop.body.filter((statement) => statement !== check);
  loop.test = binary('&&', hasRoom, loop.test);
  const outer: WhileStmt = { kind: 'while', when: 'before', setup: [], test: boolean(true), body: [], origin };
  const leave: IfStmt = { kind: 'if', test: hasRoom, then: [{ kind: 'break', loop: outer, origin }], otherwise: [], origin };
  outer.body = [assign(room, length, origin), loop, leave, ...check.then];
  return outer;
}

function compared({ test }: IfStmt): readonly [depth: Expr, length: Expr] {
  if (test.kind !== 'binary') throw new TypeError('no comparison of a depth');
  return [test.left, test.right];
}

/** The one check of a loop that ends by its test alone, ahead of the one store that it is for. */
function onlyCheck(loop: WhileStmt): IfStmt | undefined {
  if (loop.when === 'after' || loop.setup.length > 0 || loop.exit || changes(loop.test)) return undefined;
  const [check, ...others] = loop.body.filter(isGrowth);
  const isPlain = check && others.length === 0 && !leavesOrGrows(loop.body, check);
  return isPlain && isKeptOnce(loop.body, check) ? check : undefined;
}

function isGrowth(statement: Stmt): statement is IfStmt {
  const [grown] = statement.kind === 'if' ? statement.then : [];
  return grown?.kind === 'assign' && isGrowCall(grown.value);
}

const isGrowCall = (expr: Expr): boolean => expr.kind === 'call' && expr.callee.startsWith('arena.grow');

/** Anything that leaves the loop, a loop in it, or a check further inside. */
function leavesOrGrows(body: Block, check: IfStmt): boolean {
  let found = false;
  walkBlock(body, (inner) => {
    const { kind } = inner;
    found ||= kind === 'break' || kind === 'continue' || kind === 'return' || kind === 'throw' || kind === 'try' || isLoop(inner);
    found ||= inner !== check && isGrowth(inner);
  });
  return found;
}

/** Is the record made ahead of the loop, and does an iteration store one number in it, and take none back? */
function isKeptOnce(body: Block, check: IfStmt): boolean {
  const { writes } = countOccurrences(body);
  const [depth, length] = compared(check);
  const saved = length.kind === 'length' ? length.array : length;
  const isWrittenOnce = (expr: Expr): boolean => expr.kind === 'read' && writes.get(expr.variable) === 1;
  const isItsStore = (statement: Stmt): boolean =>
    statement.kind === 'store' && statement.index.kind === 'update' && depth.kind === 'read' && statement.index.variable === depth.variable;
  return isWrittenOnce(depth) && isWrittenOnce(saved) && body.some(isItsStore);
}

function changes(expr: Expr): boolean {
  let found = false;
  walkExpr(expr, ({ kind }) => {
    found ||= kind === 'update' || kind === 'set' || kind === 'method' || kind === 'text';
  });
  return found;
}
