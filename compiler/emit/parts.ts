/**
 * Bodies that V8 would not optimize, in parts.
 *   In:      a body in its final shape, its variables not declared yet.
 *   Out:     runs of statements stand in functions of their own, called where they were: `(() => { … })();`. Numbers that several of
 *            them use are elements of one array: V8 allocates a captured `let` anew at each assignment (6 times slower, 2,000
 *            statements). What else they share is declared around them; TypeScript follows a function that is called at once.
 *   Never:   parts a body that V8 optimizes whole; takes a `return` or a jump into a function.
 *
 * V8 optimizes no function above 61,440 bytes of bytecode (`--max-optimized-bytecode-size`, Node 20).
 */
import type { Origin } from '../diagnostics/origin.ts';
import { mapExpressions, replaceBlock, rewriteExpr } from './rewrite.ts';
import type { ApartStmt, Block, ElementExpr, Stmt, Variable } from './syntax.ts';
import { assign, call, number, read } from './syntax.ts';
import { blocksOf, type Counts, countOccurrences, expressionsOf, walkBlock, walkExpr } from './traverse.ts';

/** Statements and expressions are some six bytes of bytecode each where there are this many: 48 kB, of the 60 kB that V8 takes. */
const longest = 8000;
/** What one part may come to: some 20 kB, where straight code is fastest. */
const partLength = 4000;
/** A shorter run stays where it is: its variables are slower to reach from a function than it is long. */
const shortestPart = 500;

export function partLong(body: Block, makeVariable: (wish: string, type: string) => Variable, origin: Origin): void {
  if (lengthOf(body) <= longest) return;
  partBlock(body, countOccurrences(body));
  if (!hasParts(body)) return;
  const shared = sharedNumbers(body);
  const kept = makeVariable('kept', 'Float64Array');
  keepIn(body, new Map([...shared].map((variable, at) => [variable, place(kept, at)] as const)));
  const note: Stmt = {
    kind: 'comment',
    text: 'in parts, with an array for what they share: V8 optimizes no function of this length',
    origin,
  };
  const memory = assign(kept, call('new Float64Array', [number(shared.size)], false), origin);
  replaceBlock(body, shared.size > 0 ? [note, memory, ...body] : [note, ...body]);
}

const hasParts = (block: Block): boolean => block.some((statement) => statement.kind === 'apart' || blocksOf(statement).some(hasParts));

/** Blocks in it that are long themselves come first. */
function partBlock(block: Block, counts: Counts): void {
  for (const statement of block) {
    for (const inner of blocksOf(statement)) if (lengthOf(inner) > partLength) partBlock(inner, counts);
  }
  const stays = new Set(block.filter((statement) => jumpsOut(statement) || givesReferences(statement, counts)));
  const isPart = (run: readonly Stmt[]): boolean => lengthOf(run) >= shortestPart && !stays.has(run[0] as Stmt);
  const runs = runsOf(block, stays);
  if (runs.length < 2) return;
  const parted = runs.flatMap((run): Stmt[] => (isPart(run) ? [apart(run)] : run));
  replaceBlock(block, parted);
}

const apart = (body: Stmt[]): ApartStmt => ({ kind: 'apart', body, origin: (body[0] as Stmt).origin });

/** The statements in order, in runs of what a part may come to. One that stays is alone, and so is one that is longer. */
function runsOf(block: Block, stays: ReadonlySet<Stmt>): Stmt[][] {
  const runs: Stmt[][] = [];
  let room = 0;
  for (const statement of block) {
    const length = lengthOf([statement]);
    const isAlone = stays.has(statement);
    if (isAlone || length > room) runs.push([statement]);
    else runs.at(-1)?.push(statement);
    room = isAlone ? 0 : length > room ? partLength - length : room - length;
  }
  return runs;
}

/** Does it hold a jump to a place outside of it? */
function jumpsOut(statement: Stmt): boolean {
  const inside = new Set<Stmt>();
  let found = false;
  walkBlock([statement], (inner) => {
    inside.add(inner);
    found ||= inner.kind === 'return' || ((inner.kind === 'break' || inner.kind === 'continue') && !inside.has(inner.loop));
  });
  return found;
}

/** Does it give others a reference or a test? From a `const` TypeScript knows what is there, from a `let` it does not. */
function givesReferences(statement: Stmt, { reads, writes }: Counts): boolean {
  const inside = countOccurrences([statement]);
  return [...inside.writes].some(([variable, written]) => {
    const isConfined = written === writes.get(variable) && inside.reads.get(variable) === reads.get(variable);
    return !isConfined && (variable.optional === true || !plainTypes.has(variable.type));
  });
}

const plainTypes: ReadonlySet<string> = new Set(['number', 'Float64Array']);

/** Statements and expressions; a part is one call. */
function lengthOf(block: readonly Stmt[]): number {
  let length = block.length;
  for (const statement of block) {
    if (statement.kind === 'apart') continue;
    for (const expr of expressionsOf(statement)) walkExpr(expr, () => void length++);
    for (const inner of blocksOf(statement)) length += lengthOf(inner);
  }
  return length;
}

/** Numbers that a part uses and other code does, too. Counters are none: they would be numbers with a fraction there. */
function sharedNumbers(body: Block): Set<Variable> {
  const homes = new Map<Variable, Set<Block>>();
  const counters = new Set<Variable>();
  const visit = (block: Block, home: Block): void => {
    for (const statement of block) {
      for (const variable of variablesOf(statement, counters)) homes.set(variable, (homes.get(variable) ?? new Set()).add(home));
      for (const inner of blocksOf(statement)) visit(inner, statement.kind === 'apart' ? inner : home);
    }
  };
  visit(body, body);
  const isShared = (variable: Variable): boolean =>
    (homes.get(variable)?.size ?? 0) > 1 && isPlainNumber(variable) && !counters.has(variable);
  return new Set([...homes.keys()].filter(isShared));
}

const isPlainNumber = ({ type, fixed, bound, integer, optional }: Variable): boolean =>
  type === 'number' && !fixed && !bound && !integer && !optional;

/** The variables of a statement itself; those that it counts with are added to `counters`. */
function variablesOf(statement: Stmt, counters: Set<Variable>): Set<Variable> {
  const found = new Set<Variable>();
  if (statement.kind === 'assign') found.add(statement.variable);
  if (statement.kind === 'for') counters.add(statement.index);
  if (statement.kind === 'each') counters.add(statement.variable);
  for (const expr of expressionsOf(statement)) {
    walkExpr(expr, (node) => {
      if (node.kind === 'read') found.add(node.variable);
      if (node.kind === 'update') counters.add(node.variable);
    });
  }
  return found;
}

/** No other access reaches the array: its class is that of no memory. */
const place = (kept: Variable, at: number): ElementExpr => ({
  ...{ kind: 'element', array: read(kept), index: number(at), memory: -1, raw: false },
});

function keepIn(block: Block, places: ReadonlyMap<Variable, ElementExpr>): void {
  block.forEach((statement, at) => {
    mapExpressions(statement, (expr) => rewriteExpr(expr, (node) => (node.kind === 'read' && places.get(node.variable)) || node));
    const kept = statement.kind === 'assign' ? places.get(statement.variable) : undefined;
    if (statement.kind === 'assign' && kept) {
      const { value, origin } = statement;
      block[at] = { kind: 'store', array: kept.array, index: kept.index, operator: '=', value, memory: kept.memory, origin };
    }
    for (const inner of blocksOf(statement)) keepIn(inner, places);
  });
}
