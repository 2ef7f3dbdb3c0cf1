/** Small steps that leave statements as a person would write them. Each keeps the meaning. */
import type { Enclosing, Place } from './facts.ts';
import { codeTest, factAt } from './facts.ts';
import { not } from './prims.ts';
import { replaceBlock, rewriteExpr } from './rewrite.ts';
import type { Block, Expr, IfStmt, ReturnStmt, Stmt, Variable, WhileStmt } from './syntax.ts';
import { boolean, isLoop, leaves } from './syntax.ts';
import { blocksOf, countOccurrences, walkBlock, walkExpr } from './traverse.ts';
import { isMovable } from './waiting.ts';
import { widthOf } from './width.ts';

export function exitVariables(body: Block): Set<Variable> {
  const exits = new Set<Variable>();
  walkBlock(body, (statement) => {
    if (isLoop(statement) && statement.exit) exits.add(statement.exit);
  });
  return exits;
}

/** Assignments that nobody reads go, until there are none; what they would have taken from a record is still taken. */
export function dropUnread(body: Block): void {
  for (let found = true; found; ) {
    const { reads } = countOccurrences(body);
    for (const [variable, count] of selfReads(body)) reads.set(variable, (reads.get(variable) ?? 0) - count);
    found = dropIn(body, (statement) => statement.kind === 'assign' && !statement.variable.fixed && !reads.get(statement.variable));
  }
}

/** How often a variable is read only to become its own next value. */
function selfReads(body: Block): Map<Variable, number> {
  const counts = new Map<Variable, number>();
  walkBlock(body, (statement) => {
    if (statement.kind !== 'assign') return;
    walkExpr(statement.value, (node) => {
      if (node.kind === 'read' && node.variable === statement.variable) counts.set(node.variable, (counts.get(node.variable) ?? 0) + 1);
    });
  });
  return counts;
}

function dropIn(block: Block, isIdle: (statement: Stmt) => boolean): boolean {
  let found = false;
  const kept = block.flatMap((statement): Stmt[] => {
    if (isIdle(statement) && statement.kind === 'assign') {
      found = true;
      const effect = effectIn(statement.value);
      return effect ? [{ kind: 'effect', value: effect, writes: [], origin: statement.origin }] : [];
    }
    for (const inner of blocksOf(statement)) if (dropIn(inner, isIdle)) found = true;
    return [statement];
  });
  replaceBlock(block, kept);
  return found;
}

/** What has to happen even if nobody wants the value. */
function effectIn(value: Expr): Expr | undefined {
  let effect: Expr | undefined;
  walkExpr(value, (node) => {
    if (
      node.kind === 'update' ||
      (node.kind === 'method' && node.name === 'pop') ||
      (node.kind === 'call' && (node.writes || mayThrow(node)))
    )
      effect ??= node;
  });
  return effect;
}

/** A length that is no length is a RangeError, also of an array that nobody wants. */
function mayThrow(node: Extract<Expr, { kind: 'call' }>): boolean {
  const length = node.args[0];
  if (!node.callee.startsWith('new ') || length?.kind === 'length') return false;
  if (length?.kind === 'number') return !Number.isInteger(length.value) || length.value < 0;
  return length?.kind !== 'read' || length.variable.type === 'number';
}

/** `code = 0` where it is 0 already. */
export function dropKnownNumbers(block: Block, outer?: Enclosing): void {
  for (let i = block.length - 1; i >= 0; i--) {
    const statement = block[i] as Stmt;
    const place: Place = { block, count: i, outer };
    if (statement.kind === 'assign' && statement.value.kind === 'number') {
      const fact = factAt(statement.variable, place);
      if (fact && 'equals' in fact && Object.is(fact.equals, statement.value.value)) block.splice(i, 1);
    } else if (statement.kind === 'if') {
      dropKnownNumbers(statement.then, { statement, branch: 'then', place });
      dropKnownNumbers(statement.otherwise, { statement, branch: 'otherwise', place });
    } else if (isLoop(statement)) {
      dropKnownNumbers(statement.body, { statement, branch: 'body', place });
    }
  }
}

/** `return r` behind branches that set r moves into them. */
export function spreadReturns(block: Block): void {
  const last = block.at(-1);
  const previous = block.at(-2);
  if (last?.kind !== 'return' || previous?.kind !== 'if' || !last.value || !isShort(last.value)) return;
  const results = new Set<Variable>();
  walkExpr(last.value, (node) => void (node.kind === 'read' && results.add(node.variable)));
  const sets = [previous.then, previous.otherwise].filter((branch) => leaves(branch.at(-1)) || setsOne(branch, results)).length;
  if (sets < 2 && !(sets === 1 && codeTest(previous.test))) return;
  block.pop();
  for (const branch of [previous.then, previous.otherwise]) {
    if (leaves(branch.at(-1))) continue;
    branch.push({ ...last });
    spreadReturns(branch);
  }
}

function setsOne(block: Block, results: ReadonlySet<Variable>): boolean {
  let sets = false;
  walkBlock(block, (statement) => {
    if (statement.kind === 'assign' && results.has(statement.variable)) sets = true;
  });
  return sets;
}

const isShort = (value: Expr): boolean =>
  value.kind === 'read' || value.kind === 'number' || (value.kind === 'list' && value.elements.every((element) => isShort(element)));

const returnWidth = 96;

/** `r = e; return r` is `return e`. */
export function foldReturns(body: Block): void {
  const fold = (block: Block): void => {
    const last = block.at(-1);
    if (last?.kind === 'return' && last.value) while (foldLastAssignment(block, last));
    for (const statement of block) blocksOf(statement).forEach(fold);
  };
  fold(body);
}

function foldLastAssignment(block: Block, last: ReturnStmt): boolean {
  const previous = block.at(-2);
  if (previous?.kind !== 'assign' || previous.variable.fixed || !last.value || !isMovable(previous.value)) return false;
  let reads = 0;
  walkExpr(last.value, (node) => void (node.kind === 'read' && node.variable === previous.variable && reads++));
  const isShorter = previous.value.kind === 'number' || previous.value.kind === 'read';
  if (reads !== 1 || (!isShorter && widthOf(last.value) + widthOf(previous.value) > returnWidth)) return false;
  last.value = rewriteExpr(last.value, (node) => (node.kind === 'read' && node.variable === previous.variable ? previous.value : node));
  block.splice(-2, 1);
  return true;
}

/** What follows an `if` whose one branch leaves needs no `else`; what follows a jump is never reached. */
export function flatten(block: Block): void {
  const flat: Stmt[] = [];
  for (const statement of block) {
    blocksOf(statement).forEach(flatten);
    if (statement.kind === 'if') flat.push(...flattenIf(statement));
    else if (!(statement.kind === 'for' && statement.body.length === 0)) flat.push(statement);
    if (leaves(flat.at(-1))) break;
  }
  replaceBlock(block, flat);
}

function flattenIf(statement: IfStmt): Stmt[] {
  const { then, otherwise } = statement;
  if (then.length === 0 && otherwise.length === 0) return [];
  if (then.length === 0) return flattenIf(turn(statement));
  if (otherwise.length === 0) return [statement];
  const [thenLeaves, otherwiseLeaves] = [leaves(then.at(-1)), leaves(otherwise.at(-1))];
  if (otherwiseLeaves && (!thenLeaves || otherwise.length < then.length) && otherwise.length <= then.length)
    return flattenIf(turn(statement));
  if (!thenLeaves) return [statement];
  statement.otherwise = [];
  return [statement, ...otherwise];
}

function turn(statement: IfStmt): IfStmt {
  const { then, otherwise } = statement;
  statement.test = not(statement.test);
  statement.then = otherwise;
  statement.otherwise = then;
  return statement;
}

/** A test that needs statements of its own becomes a `break` in the middle; `if (c) { rest }` at a loop's end may become `continue`. */
export function shapeLoops(block: Block): void {
  for (const statement of block) {
    if (statement.kind === 'for' || (statement.kind === 'while' && statement.when === 'before')) continueEarly(statement.body, statement);
    if (statement.kind === 'while' && statement.setup.length > 0) breakInTheMiddle(statement);
    blocksOf(statement).forEach(shapeLoops);
  }
}

function breakInTheMiddle(loop: WhileStmt): void {
  const { origin, setup, body } = loop;
  const stop: Stmt = { kind: 'if', test: not(loop.test), then: [{ kind: 'break', loop, origin }], otherwise: [], origin };
  const merged = loop.when === 'before' ? [...setup, stop, ...body] : [...body, ...setup, stop];
  loop.test = boolean(true);
  loop.setup = [];
  loop.when = 'before';
  replaceBlock(body, merged);
}

const longRest = 4;

/** `if (c) { a } else { long rest }` at the end of a loop: `if (c) { a; continue; } long rest`. */
function continueEarly(body: Block, loop: Extract<Stmt, { kind: 'for' | 'while' }>): void {
  const last = body.at(-1);
  if (last?.kind !== 'if' || last.then.length > 2 || lineCount(last.otherwise) < longRest || leaves(last.then.at(-1))) return;
  const rest = last.otherwise;
  last.then.push({ kind: 'continue', loop, origin: last.origin });
  last.otherwise = [];
  body.push(...rest);
}

function lineCount(block: Block): number {
  let count = 0;
  walkBlock(block, () => void count++);
  return count;
}
