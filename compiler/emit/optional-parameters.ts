/**
 * Parameters that may be left out are `T | undefined`. Where TypeScript sees by itself that one is there (in the branch of a
 * test, or of a constant that holds the test) it is printed as it is, elsewhere as `y!`: the IR reads it only where it is given.
 */
import { mapExpressions } from './rewrite.ts';
import type { Block, Expr, Stmt, Variable } from './syntax.ts';
import { leaves } from './syntax.ts';
import { countOccurrences, mapChildren, walkBlock } from './traverse.ts';

/** What a test says when it is true. */
interface Presence {
  readonly variable: Variable;
  readonly given: boolean;
}

interface Marking {
  /** Constants that hold a test. */
  readonly tests: ReadonlyMap<Variable, Presence>;
}

type Known = ReadonlySet<Variable>;

export function markOptional(body: Block): void {
  const { writes } = countOccurrences(body);
  const tests = new Map<Variable, Presence>();
  walkBlock(body, (statement) => {
    const presence = statement.kind === 'assign' && writes.get(statement.variable) === 1 ? presenceOf(statement.value, tests) : undefined;
    if (presence && statement.kind === 'assign') tests.set(statement.variable, presence);
  });
  markBlock(body, new Set(), { tests });
}

function presenceOf(test: Expr, tests: ReadonlyMap<Variable, Presence>): Presence | undefined {
  if (test.kind === 'read') return tests.get(test.variable);
  if (test.kind === 'unary' && test.operator === '!') {
    const inner = presenceOf(test.operand, tests);
    return inner && { variable: inner.variable, given: !inner.given };
  }
  if (test.kind !== 'binary' || (test.operator !== '===' && test.operator !== '!==')) return undefined;
  if (test.left.kind !== 'read' || test.right.kind !== 'text' || test.right.text !== 'undefined') return undefined;
  return { variable: test.left.variable, given: test.operator === '!==' };
}

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
  const presence = presenceOf(test, marking.tests);
  if (presence) return presence.given === outcome ? new Set([...known, presence.variable]) : known;
  if (test.kind !== 'binary' || test.operator !== (outcome ? '&&' : '||')) return known;
  return assuming(test.right, outcome, assuming(test.left, outcome, known, marking), marking);
}

function markExpr(expr: Expr, known: Known, marking: Marking): Expr {
  if (expr.kind === 'read') return expr.variable.optional && !known.has(expr.variable) ? { kind: 'sure', operand: expr } : expr;
  if (presenceOf(expr, marking.tests)) return expr;
  // What the runtime takes may be missing.
  if (expr.kind === 'call' && !expr.pure && !expr.callee.startsWith('new ')) return expr;
  if (expr.kind === 'conditional') {
    const then = markExpr(expr.then, assuming(expr.test, true, known, marking), marking);
    const otherwise = markExpr(expr.otherwise, assuming(expr.test, false, known, marking), marking);
    return { ...expr, test: markExpr(expr.test, known, marking), then, otherwise };
  }
  if (expr.kind === 'binary' && (expr.operator === '&&' || expr.operator === '||')) {
    const right = markExpr(expr.right, assuming(expr.left, expr.operator === '&&', known, marking), marking);
    return { ...expr, left: markExpr(expr.left, known, marking), right };
  }
  return mapChildren(expr, (child) => markExpr(child, known, marking));
}
