/**
 * Exit codes back into jumps. The IR knows no jumps: a loop that is left carries a code, and what follows tests it. Where the
 * code is known at every way out of a statement, the test behind it moves to those ways out: `code = 1; … if (code !== 0) break;`
 * becomes `break;` in the branch that set the code, and what is left of the test stands where the code is 0.
 *
 * Each step keeps the meaning; a test whose code is not known everywhere stays.
 */
import type { CodeTest, Enclosing, Place } from './facts.ts';
import { assigns, codeTest, decide, factAt } from './facts.ts';
import type { AssignStmt, Block, IfStmt, LoopStmt, Stmt, Variable } from './syntax.ts';
import { isLoop, leaves } from './syntax.ts';
import { blocksOf, effectsOf, walkExpr, walkExpressions } from './traverse.ts';
import { isMovable } from './waiting.ts';

/** A way out of a statement: `statements.slice(0, at)` of the block has run; `ranOut`: a loop came to its end. */
interface WayOut {
  readonly block: Block;
  readonly at: number;
  readonly place: Place;
  readonly ranOut?: LoopStmt;
}

const mostRounds = 12;
/** What may stand twice so that a test disappears. */
const smallBlock = 2;

export function recoverExits(body: Block): void {
  for (let round = 0; round < mostRounds; round++) if (!threadBlock(body, undefined)) return;
}

function threadBlock(block: Block, outer: Enclosing | undefined): boolean {
  let changed = false;
  for (let i = 0; i < block.length; i++) {
    const statement = block[i] as Stmt;
    const place: Place = { block, count: i, outer };
    for (const enclosing of enclosings(statement, place)) if (threadBlock(blockOf(enclosing), enclosing)) changed = true;
  }
  bringTogether(block);
  for (let i = block.length - 2; i >= 0; i--) {
    while (threadPair(block, i, outer)) changed = true;
  }
  return changed;
}

/** Assignments between a statement and the test of its code go ahead of both where the statement has nothing to do with them. */
function bringTogether(block: Block): void {
  for (let i = block.length - 1; i > 1; i--) {
    const behind = block[i];
    const test = behind?.kind === 'if' ? codeTest(behind.test) : undefined;
    if (!test) continue;
    let first = i;
    while (block[first - 1]?.kind === 'assign' && !assigns(block[first - 1] as Stmt, test.variable)) first--;
    const before = block[first - 1];
    if (first === i || !before || (before.kind !== 'if' && !isLoop(before)) || !assigns(before, test.variable)) continue;
    const between = block.slice(first, i) as AssignStmt[];
    if (between.every((statement) => isIndependent(statement, before))) block.splice(first - 1, i - first + 1, ...between, before);
  }
}

function isIndependent({ variable, value }: AssignStmt, statement: Stmt): boolean {
  const effects = effectsOf([statement]);
  let independent = !effects.variables.has(variable) && !reads([statement], variable) && isMovable(value);
  walkExpr(value, (node) => {
    if (node.kind === 'read' && effects.variables.has(node.variable)) independent = false;
    if (node.kind === 'element' || node.kind === 'length') independent &&= effects.memory.size === 0 && !effects.anyMemory;
  });
  return independent;
}

function reads(block: Block, variable: Variable): boolean {
  let found = false;
  walkExpressions(block, (node) => {
    if ((node.kind === 'read' || node.kind === 'update') && node.variable === variable) found = true;
  });
  return found;
}

function enclosings(statement: Stmt, place: Place): Enclosing[] {
  if (statement.kind === 'if')
    return [
      { statement, branch: 'then', place },
      { statement, branch: 'otherwise', place },
    ];
  return isLoop(statement) ? [{ statement, branch: 'body', place }] : [];
}

function blockOf({ statement, branch }: Enclosing): Block {
  if (statement.kind === 'if') return branch === 'then' ? statement.then : statement.otherwise;
  return isLoop(statement) ? statement.body : [];
}

/** Moves the test behind statement `i` into the ways out of that statement, if it can. */
function threadPair(block: Block, i: number, outer: Enclosing | undefined): boolean {
  const [before, behind] = [block[i], block[i + 1]];
  if (!before || behind?.kind !== 'if' || (before.kind !== 'if' && !isLoop(before))) return false;
  const test = codeTest(behind.test);
  if (!test || !assigns(before, test.variable)) return false;
  const ways = waysOut(before, { block, count: i, outer }, test.variable);
  const outcomes = ways.map((way) => outcomeAt(way, test));
  if (outcomes.includes(undefined)) return false;
  const following = chooseFollowing(behind, ways, outcomes as boolean[]);
  if (following === undefined) return false;
  insertAll(ways, outcomes as boolean[], behind, following);
  const at = block.indexOf(behind);
  block.splice(at, 1, ...(following === 'none' ? [] : behind[following]));
  return true;
}

function outcomeAt(way: WayOut, test: CodeTest): boolean | undefined {
  if (way.ranOut?.exit === test.variable) return decide(test, { equals: 0 });
  return decide(test, way.ranOut ? undefined : factAt(test.variable, way.place));
}

type Following = 'then' | 'otherwise' | 'none';

/** Which branch of the test simply follows; the other one goes to its ways out. */
function chooseFollowing(test: IfStmt, ways: readonly WayOut[], outcomes: readonly boolean[]): Following | undefined {
  const uses = { then: outcomes.filter(Boolean).length, otherwise: outcomes.filter((outcome) => !outcome).length };
  const fits = (branch: 'then' | 'otherwise'): boolean => uses[branch] <= 1 || isSmall(test[branch]);
  const departs = (branch: 'then' | 'otherwise'): boolean => uses[branch] === 0 || leaves(test[branch].at(-1));
  const candidates = (['then', 'otherwise'] as const).filter((branch) => {
    const other = branch === 'then' ? 'otherwise' : 'then';
    return departs(other) && fits(other) && !meetsAnother(test, ways, outcomes, branch);
  });
  if (candidates.length > 0) return candidates.sort((a, b) => test[b].length - test[a].length)[0];
  return fits('then') && fits('otherwise') && !meetsAnother(test, ways, outcomes, 'none') ? 'none' : undefined;
}

/** What is put behind a loop for the case that it runs out is also met by each `break` that stays: then it cannot go there. */
function meetsAnother(test: IfStmt, ways: readonly WayOut[], outcomes: readonly boolean[], following: Following): boolean {
  const inserted = ways.map((_, i) => {
    const branch = outcomes[i] ? 'then' : 'otherwise';
    return branch === following ? [] : test[branch];
  });
  return ways.some(({ ranOut }, i) => {
    if (!ranOut || inserted[i]?.length === 0) return false;
    return ways.some((way, j) => breaksFrom(way, ranOut) && !leaves(inserted[j]?.at(-1)));
  });
}

function breaksFrom({ block, at }: WayOut, loop: LoopStmt): boolean {
  const statement = block[at];
  return statement?.kind === 'break' && statement.loop === loop;
}

function isSmall(block: Block): boolean {
  return block.length <= smallBlock && block.every((statement) => blocksOf(statement).length === 0);
}

function insertAll(ways: readonly WayOut[], outcomes: readonly boolean[], test: IfStmt, following: Following): void {
  // From the last to the first, so that positions in one block stay right.
  for (let i = ways.length - 1; i >= 0; i--) {
    const branch = outcomes[i] ? 'then' : 'otherwise';
    if (branch !== following) insertAt(ways[i] as WayOut, test[branch]);
  }
}

function insertAt({ block, at }: WayOut, statements: Block): void {
  const copies = statements.map((statement) => (blocksOf(statement).length === 0 ? { ...statement } : statement));
  // What stands behind a jump is never reached: the `break` that this replaces goes.
  const isJump = block[at]?.kind === 'break';
  block.splice(at, isJump && leaves(copies.at(-1)) ? 1 : 0, ...copies);
}

/** Every way in which control comes to what follows a statement, as far as they differ in what `variable` is. */
function waysOut(statement: Stmt, place: Place, variable: Variable): WayOut[] {
  if (statement.kind === 'if') return enclosings(statement, place).flatMap((enclosing) => endsOf(blockOf(enclosing), enclosing, variable));
  if (!isLoop(statement)) return [];
  const breaks: WayOut[] = [];
  collectBreaks(statement.body, { statement, branch: 'body', place }, statement, breaks);
  const ranOut: WayOut = { block: place.block, at: place.count + 1, place, ranOut: statement };
  return [...breaks, ranOut];
}

function endsOf(block: Block, outer: Enclosing, variable: Variable): WayOut[] {
  const last = block.at(-1);
  if (leaves(last)) return [];
  const place: Place = { block, count: block.length - 1, outer };
  if (last && (last.kind === 'if' || isLoop(last)) && assigns(last, variable)) return waysOut(last, place, variable);
  return [{ block, at: block.length, place: { block, count: block.length, outer } }];
}

function collectBreaks(block: Block, outer: Enclosing, loop: LoopStmt, found: WayOut[]): void {
  block.forEach((statement, i) => {
    const place: Place = { block, count: i, outer };
    if (statement.kind === 'break' && statement.loop === loop) found.push({ block, at: i, place });
    for (const enclosing of enclosings(statement, place)) collectBreaks(blockOf(enclosing), enclosing, loop, found);
  });
}
