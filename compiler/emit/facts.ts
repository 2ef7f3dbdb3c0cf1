/** What is known about a small-integer variable at a place: found by looking back over the statements that led there. */
import type { Block, Expr, IfStmt, LoopStmt, Stmt, Variable } from './syntax.ts';
import { isLoop, leaves } from './syntax.ts';
import { blocksOf, walkBlock } from './traverse.ts';

/** `equals` is the value; `differs` is one that it does not have. */
export type Fact = { readonly equals: number } | { readonly differs: number } | undefined;

/** A place: behind the first `count` statements of a block, inside of `outer`. */
export interface Place {
  readonly block: Block;
  readonly count: number;
  readonly outer: Enclosing | undefined;
}

/** The statement that a block belongs to, and which of its blocks it is. */
export interface Enclosing {
  readonly statement: Stmt;
  readonly branch: 'then' | 'otherwise' | 'body' | 'setup';
  readonly place: Place;
}

export function factAt(variable: Variable, { block, count, outer }: Place): Fact {
  for (let i = count - 1; i >= 0; i--) {
    const statement = block[i] as Stmt;
    if (!assigns(statement, variable)) continue;
    return factBehind(statement, variable, { block, count: i, outer });
  }
  return outer ? factAtEntry(variable, outer) : undefined;
}

function factBehind(statement: Stmt, variable: Variable, before: Place): Fact {
  if (statement.kind === 'assign' && statement.variable === variable) {
    if (statement.value.kind === 'number') return { equals: statement.value.value };
    return statement.value.kind === 'read' ? factAt(statement.value.variable, before) : undefined;
  }
  if (statement.kind === 'if') return factBehindIf(statement, variable, before);
  if (!isLoop(statement)) return undefined;
  if (statement.exit === variable && !hasBreak(statement)) return { equals: 0 };
  return leavesWithIt(statement, variable, false) ? factAt(variable, before) : undefined;
}

/** What holds at the end of each branch that has one. */
function factBehindIf(statement: IfStmt, variable: Variable, before: Place): Fact {
  const branches = (['then', 'otherwise'] as const).filter((branch) => !leaves(statement[branch].at(-1)));
  const facts = branches.map((branch) => {
    const block = statement[branch];
    return factAt(variable, { block, count: block.length, outer: { statement, branch, place: before } });
  });
  const [first, second] = facts;
  return facts.length === 1 || (first && second && sameFact(first, second)) ? first : undefined;
}

const sameFact = (left: object, right: object): boolean => JSON.stringify(left) === JSON.stringify(right);

function hasBreak(loop: LoopStmt): boolean {
  let found = false;
  walkBlock(loop.body, (statement) => {
    if (statement.kind === 'break' && statement.loop === loop) found = true;
  });
  return found;
}

/** Is the variable assigned only where the loop is left at once, for something outside of it (or also, by `orBreak`, just behind it)? */
function leavesWithIt(loop: LoopStmt, variable: Variable, orBreak: boolean): boolean {
  const inside = new Set<LoopStmt>([loop]);
  walkBlock(loop.body, (statement) => void (isLoop(statement) && inside.add(statement)));
  const departs = (statement: Stmt | undefined): boolean => {
    if (statement?.kind === 'return' || statement?.kind === 'throw') return true;
    if (statement?.kind !== 'break' && statement?.kind !== 'continue') return false;
    return !inside.has(statement.loop) || (orBreak && statement.kind === 'break' && statement.loop === loop);
  };
  const check = (block: Block): boolean =>
    block.every((statement) => {
      if (statement.kind === 'assign' && statement.variable === variable) return departs(block.at(-1));
      return blocksOf(statement).every(check);
    });
  return blocksOf(loop).every(check);
}

function factAtEntry(variable: Variable, { statement, branch, place }: Enclosing): Fact {
  if (statement.kind === 'if') return factOfTest(statement.test, branch === 'then', variable) ?? factAt(variable, place);
  if (isLoop(statement) && statement.exit === variable) return { equals: 0 };
  return !isLoop(statement) || leavesWithIt(statement, variable, true) ? factAt(variable, place) : undefined;
}

/** What a test says where it came out as `outcome`. */
function factOfTest(test: Expr, outcome: boolean, variable: Variable): Fact {
  const comparison = codeTest(test);
  if (!comparison || comparison.variable !== variable) return undefined;
  return comparison.equal === outcome ? { equals: comparison.code } : { differs: comparison.code };
}

export interface CodeTest {
  readonly variable: Variable;
  readonly code: number;
  /** `===` or `!==`. */
  readonly equal: boolean;
}

/** `code === 1`, `code !== 0`. */
export function codeTest(test: Expr): CodeTest | undefined {
  if (test.kind !== 'binary' || (test.operator !== '===' && test.operator !== '!==')) return undefined;
  if (test.left.kind !== 'read' || test.right.kind !== 'number') return undefined;
  return { variable: test.left.variable, code: test.right.value, equal: test.operator === '===' };
}

/** How a test comes out under a fact. */
export function decide({ code, equal }: CodeTest, fact: Fact): boolean | undefined {
  if (!fact) return undefined;
  if ('equals' in fact) return (fact.equals === code) === equal;
  return fact.differs === code ? !equal : undefined;
}

export function assigns(statement: Stmt, variable: Variable): boolean {
  if (statement.kind === 'assign' && statement.variable === variable) return true;
  return blocksOf(statement).some((block) => block.some((inner) => assigns(inner, variable)));
}
