/**
 * What may be missing: parameters that may be left out, variables that hold null at times, optional fields. Where TypeScript sees by
 * itself that one is there (in the branch of a test, or of a constant that holds the test) it is printed as it is, elsewhere as
 * `y!`: the IR reads it only where it is given.
 */
import { mapExpressions } from './rewrite.ts';
import type { Block, Expr, Stmt, Variable } from './syntax.ts';
import { leaves } from './syntax.ts';
import { countOccurrences, expressionsOf, mapChildren, sameExpr, walkBlock, walkExpr } from './traverse.ts';

/** What a test says when it is true. `of`: a variable, or a field that is reached through constants: `p.mass`. */
interface Presence {
  readonly of: Expr;
  readonly given: boolean;
}

interface Marking {
  /** Constants that hold a test. */
  readonly tests: ReadonlyMap<Variable, Presence>;
  /** Variables that are written once. */
  isConstant(variable: Variable): boolean;
}

type Known = readonly Expr[];

export function markOptional(body: Block): void {
  if (!holdsOptional(body)) return;
  const { writes } = countOccurrences(body);
  const tests = new Map<Variable, Presence>();
  const marking: Marking = { tests, isConstant: (variable) => (writes.get(variable) ?? 0) <= (variable.fixed ? 0 : 1) };
  walkBlock(body, (statement) => {
    const presence = statement.kind === 'assign' && writes.get(statement.variable) === 1 ? presenceOf(statement.value, marking) : undefined;
    // TypeScript follows a constant to what it tests only where that is a constant too: no field.
    if (presence?.of.kind === 'read' && statement.kind === 'assign' && marking.isConstant(presence.of.variable))
      tests.set(statement.variable, presence);
  });
  markBlock(body, [], marking);
}

function holdsOptional(body: Block): boolean {
  let found = false;
  const look = (expr: Expr): void => {
    walkExpr(expr, (node) => {
      if (node.kind === 'sure' || (node.kind === 'element' && node.lacks) || (node.kind === 'read' && node.variable.optional)) found = true;
    });
  };
  walkBlock(body, (statement) => {
    for (const expr of expressionsOf(statement)) look(expr);
  });
  return found;
}

/** A constant, or a field of constants that TypeScript follows. */
function isSteady(expr: Expr, marking: Marking): boolean {
  if (expr.kind === 'read') return marking.isConstant(expr.variable);
  return (
    expr.kind === 'element' && (expr.field !== undefined || (expr.raw && expr.index.kind === 'number')) && isSteady(expr.array, marking)
  );
}

function presenceOf(test: Expr, marking: Marking): Presence | undefined {
  if (test.kind === 'read') return marking.tests.get(test.variable);
  if (test.kind === 'unary' && test.operator === '!') {
    const inner = presenceOf(test.operand, marking);
    return inner && { of: inner.of, given: !inner.given };
  }
  if (test.kind !== 'binary' || !equalities.has(test.operator) || test.right.kind !== 'text' || !nothing.has(test.right.text))
    return undefined;
  const of = test.left.kind === 'sure' ? test.left.operand : test.left;
  if (of.kind !== 'read' && !isSteady(of, marking)) return undefined;
  return { of, given: test.operator === '!==' || test.operator === '!=' };
}

const equalities: ReadonlySet<string> = new Set(['===', '!==', '==', '!=']);
const nothing: ReadonlySet<string> = new Set(['undefined', 'null']);

function markBlock(block: Block, known: Known, marking: Marking): void {
  let here = known;
  for (const statement of block) {
    markStatement(statement, here, marking);
    if (statement.kind === 'if' && leaves(statement.then.at(-1))) here = assuming(statement.test, false, here, marking);
  }
}

function markStatement(statement: Stmt, known: Known, marking: Marking): void {
  mapExpressions(statement, (expr) => markExpr(expr, known, marking));
  switch (statement.kind) {
    case 'if':
      markBlock(statement.then, assuming(statement.test, true, known, marking), marking);
      markBlock(statement.otherwise, assuming(statement.test, false, known, marking), marking);
      return;
    case 'for':
    case 'each':
    case 'while':
      markBlock(statement.body, known, marking);
      if (statement.kind === 'while') markBlock(statement.setup, known, marking);
      return;
    case 'try':
      markBlock(statement.body, known, marking);
      return;
    default:
  }
}

/** What is known to be there where `test` came out as `outcome`. */
function assuming(test: Expr, outcome: boolean, known: Known, marking: Marking): Known {
  const presence = presenceOf(test, marking);
  if (presence) return presence.given === outcome ? [...known, presence.of] : known;
  if (test.kind !== 'binary' || test.operator !== (outcome ? '&&' : '||')) return known;
  return assuming(test.right, outcome, assuming(test.left, outcome, known, marking), marking);
}

function markExpr(expr: Expr, known: Known, marking: Marking): Expr {
  const isKnown = (part: Expr): boolean => known.some((other) => sameExpr(other, part));
  if (expr.kind === 'read') return expr.variable.optional && !isKnown(expr) ? { kind: 'sure', operand: expr } : expr;
  if (expr.kind === 'sure' && isKnown(expr.operand)) return mapChildren(expr.operand, (child) => markExpr(child, known, marking));
  const asked = testOfNothing(expr);
  if (asked) return { ...asked, left: markInside(asked.left, known, marking) };
  if ((expr.kind === 'element' || expr.kind === 'length') && expr.maybe) return { ...expr, array: markInside(expr.array, known, marking) };
  if (expr.kind === 'binary' && expr.operator === '??')
    return { ...expr, left: markInside(expr.left, known, marking), right: markExpr(expr.right, known, marking) };
  const handedOn = (part: Expr): Expr => (part.kind === 'read' ? part : markExpr(part, known, marking));
  if (expr.kind === 'lambda') return { ...expr, captured: expr.captured.map(handedOn) };
  // What the runtime and local functions take may be missing.
  if (expr.kind === 'call' && !expr.pure && !expr.callee.startsWith('new ')) return { ...expr, args: expr.args.map(handedOn) };
  if (expr.kind === 'conditional') {
    const then = markExpr(expr.then, assuming(expr.test, true, known, marking), marking);
    const otherwise = markExpr(expr.otherwise, assuming(expr.test, false, known, marking), marking);
    return { ...expr, test: markExpr(expr.test, known, marking), then, otherwise };
  }
  if (expr.kind === 'binary' && (expr.operator === '&&' || expr.operator === '||')) {
    const right = markExpr(expr.right, assuming(expr.left, expr.operator === '&&', known, marking), marking);
    return { ...expr, left: markExpr(expr.left, known, marking), right };
  }
  return markParts(expr, known, marking);
}

function markParts(expr: Expr, known: Known, marking: Marking): Expr {
  const opened = openedPart(expr);
  const isKnown = (part: Expr): boolean => known.some((other) => sameExpr(other, part));
  return mapChildren(expr, (child) => {
    const marked = markExpr(child, known, marking);
    return child === opened && child.kind === 'element' && child.lacks && !isKnown(child) ? { kind: 'sure', operand: marked } : marked;
  });
}

/** What an expression wants a part or the length of. */
function openedPart(expr: Expr): Expr | undefined {
  if (expr.kind === 'element' || expr.kind === 'length' || expr.kind === 'map') return expr.array;
  return expr.kind === 'method' ? expr.object : undefined;
}

/** Something that may be missing itself, but not what it is a part of. */
function markInside(expr: Expr, known: Known, marking: Marking): Expr {
  const bare = expr.kind === 'sure' ? expr.operand : expr;
  return bare.kind === 'read'
    ? bare
    : (bare.kind === 'element' || bare.kind === 'length') && bare.maybe
      ? markExpr(bare, known, marking)
      : markParts(bare, known, marking);
}

type Binary = Extract<Expr, { kind: 'binary' }>;

function testOfNothing(expr: Expr): Binary | undefined {
  const asks = expr.kind === 'binary' && equalities.has(expr.operator) && expr.right.kind === 'text' && nothing.has(expr.right.text);
  return asks ? expr : undefined;
}
