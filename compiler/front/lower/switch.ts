/**
 * `switch`: a chain of `if … else if …` over its runs, where a run is a clause and those that it falls through to. Within a run all
 * but the last clause stand in an `if` that asks whether the run was entered there or before; so each clause is lowered once.
 *
 * Where labels are distinct constants, they can be compared in any order and any number of times. Where they are not, but no clause
 * falls through and `default` comes last, they are compared in their order, each once. Else the number of the first label that
 * matches is found before, and the numbers are the labels.
 */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import type { ValueId } from '../../ir/types.ts';
import { effectsOf } from '../effects.ts';
import { isExhaustive } from '../exhaustive.ts';
import { alwaysLeaves, bare, breaksOut, spanOf } from '../syntax.ts';
import { constantValueOf } from './constants.ts';
import { from, type Lowering, report, type Scope, type Target } from './context.ts';
import { absorb, type Completion, choose, goesOn, join, lowerArm } from './exits.ts';
import { lowerExpression } from './expressions.ts';
import { compare, givenTest, isMissingLiteral, lowerAny } from './logic.ts';
import { follow, inScope, lowerSteps, type Step } from './statements.ts';

/** Clauses that share their statements: `case 1: case 2: …`. */
interface Group {
  readonly labels: readonly ts.Expression[];
  readonly isDefault: boolean;
  /** Without the `break` at their end. */
  readonly statements: readonly ts.Statement[];
}

/** A group, and those that it falls through to. */
type Run = readonly Group[];

interface Switch {
  readonly node: ts.SwitchStatement;
  readonly onBreak: Target;
  /** Does a label match? */
  readonly matches: (label: ts.Expression) => ValueId;
}

/** `rest`: what stands after the statement; `ends`: targets that are reached by going on after that. */
export function lowerSwitch(f: Lowering, node: ts.SwitchStatement, rest: readonly Step[], ends: readonly Target[]): Completion {
  const runs = runsOf(node);
  const closed = isClosed(f, node, runs, rest);
  checkVariables(f, node);
  const plan: Switch = { node, onBreak: { name: 'break' }, matches: matcherOf(f, node, runs) };
  return lowerChain(f, plan, [...runs.filter((run) => !hasDefault(run)), ...runs.filter(hasDefault)], closed, rest, ends);
}

function runsOf(node: ts.SwitchStatement): Run[] {
  const runs: Group[][] = [];
  let open: Group[] = [];
  let labels: ts.Expression[] = [];
  let isDefault = false;
  for (const [i, clause] of node.caseBlock.clauses.entries()) {
    if (ts.isCaseClause(clause)) labels.push(clause.expression);
    else isDefault = true;
    const isLast = i === node.caseBlock.clauses.length - 1;
    if (clause.statements.length === 0 && !isLast) continue;
    open.push({ labels, isDefault, statements: withoutBreak(clause.statements) });
    [labels, isDefault] = [[], false];
    if (!isLast && !clause.statements.some(alwaysLeaves)) continue;
    runs.push(open);
    open = [];
  }
  return runs;
}

/** The statements of `{ … }` around all of them belong to the clause as well. */
function withoutBreak(statements: readonly ts.Statement[]): readonly ts.Statement[] {
  const [only] = statements;
  if (statements.length === 1 && only && ts.isBlock(only)) return withoutBreak(only.statements);
  const last = statements.at(-1);
  return last && ts.isBreakStatement(last) && !last.label ? statements.slice(0, -1) : statements;
}

const hasDefault = (run: Run): boolean => run.some(({ isDefault }) => isDefault);
const labelsOf = (groups: readonly Group[]): readonly ts.Expression[] => groups.flatMap(({ labels }) => labels);

/** Does every path through the run leave the function, or a loop around? */
function leaves(run: Run): boolean {
  return (run.at(-1)?.statements.some(alwaysLeaves) ?? false) && !run.some(({ statements }) => statements.some(breaksOut));
}

/** A clause that uses what another one declares may have been entered without that: then it throws. */
function checkVariables(f: Lowering, { caseBlock }: ts.SwitchStatement): void {
  const check = (clause: ts.Node, at: ts.Node): void => {
    const symbol = ts.isIdentifier(at) ? f.cx.types.symbolAt(at) : undefined;
    const declaration = symbol?.valueDeclaration;
    const list = declaration && ts.isVariableDeclaration(declaration) ? declaration.parent : undefined;
    const isOfAnother = list && (list.flags & ts.NodeFlags.BlockScoped) !== 0 && list.parent.parent.parent === caseBlock;
    if (symbol && isOfAnother && list.parent.parent !== clause) {
      report(f.cx, messages.notInitialised(spanOf(at), symbol.name));
      f.env.set(symbol, undefined);
    }
    ts.forEachChild(at, (child) => check(clause, child));
  };
  for (const clause of caseBlock.clauses) check(clause, clause);
}

/** Is the last label known to match, and needed to: without it a result or a variable would have no value? */
function isClosed(f: Lowering, node: ts.SwitchStatement, runs: readonly Run[], rest: readonly Step[]): boolean {
  if (runs.some(hasDefault) || !isExhaustive(f.cx.types, node)) return false;
  if (rest.length === 0 && runs.every(leaves)) return true;
  const { assigned } = effectsOf(f.cx.types, [node.caseBlock]);
  return [...assigned].some((variable) => f.env.has(variable) && f.env.get(variable) === undefined);
}

function lowerChain(
  f: Lowering,
  plan: Switch,
  runs: readonly Run[],
  closed: boolean,
  rest: readonly Step[],
  ends: readonly Target[],
): Completion {
  const [run, ...others] = runs;
  if (!run) return lowerSteps(f, rest, ends);
  if (others.length === 0 && (closed || hasDefault(run))) return lowerRun(f, plan, run, rest, ends);
  const thenLeaves = leaves(run);
  const elseLeaves = (closed || others.some(hasDefault)) && others.every(leaves);
  const shared = !thenLeaves && !elseLeaves;
  const inner = shared && rest.length > 0 ? [] : ends;
  const cond = anyOf(f, plan, run);
  const then = lowerArm(f, inner, () => only(lowerRun(f, plan, run, elseLeaves && !thenLeaves ? rest : [], inner)));
  const onward = thenLeaves && !elseLeaves ? rest : [];
  const otherwise = lowerArm(f, inner, () => only(lowerChain(f, plan, others, closed, onward, inner)));
  const { end } = join(f, plan.node, cond, [then, otherwise]);
  return shared ? follow(f, end, rest, ends) : end;
}

const only = (end: Completion) => ({ end, values: [] });

function lowerRun(f: Lowering, plan: Switch, run: Run, rest: readonly Step[], ends: readonly Target[]): Completion {
  const inside = (own: readonly Target[]): Completion => {
    const steps = run.flatMap(({ statements }, i): readonly Step[] => (i < run.length - 1 ? [guarded(f, plan, run, i)] : statements));
    const scope: Scope = { labels: [], loop: false, breakable: true, onBreak: plan.onBreak };
    const targets = [plan.onBreak, ...own];
    return absorb(
      f,
      inScope(f, scope, () => lowerSteps(f, steps, targets)),
      targets,
    );
  };
  return rest.length === 0 ? inside(ends) : lowerSteps(f, [() => inside([]), ...rest], ends);
}

/** The statements of one clause of a run, for those who entered it there or before. */
function guarded(f: Lowering, plan: Switch, run: Run, i: number): Step {
  return () => {
    const [before, after] = [run.slice(0, i + 1), run.slice(i + 1)];
    const cond = hasDefault(before) ? from(f, plan.node).prim('not', [anyOf(f, plan, after)]) : anyOf(f, plan, before);
    const then = lowerArm(f, [], () => only(lowerSteps(f, run[i]?.statements ?? [], [])));
    const otherwise = lowerArm(f, [], () => only(goesOn));
    return join(f, plan.node, cond, [then, otherwise]).end;
  };
}

function anyOf(f: Lowering, { node, matches }: Switch, groups: readonly Group[]): ValueId {
  const tests = labelsOf(groups).map((label) => () => matches(label));
  return lowerAny(f, node.expression, tests);
}

/** How labels are compared: with the value itself, or with the number of the first that matches. */
function matcherOf(f: Lowering, node: ts.SwitchStatement, runs: readonly Run[]): Switch['matches'] {
  const labels = labelsOf(runs.flat());
  const subject = bare(node.expression).kind === ts.SyntaxKind.TrueKeyword ? undefined : lowerExpression(f, node.expression);
  const matches = (label: ts.Expression): ValueId => matchOf(f, node, subject, label);
  if (areDistinct(f, labels) || isInOrder(runs)) return matches;
  const number = numberOf(f, labels, matches, 0);
  return (label) => from(f, label).prim('eq', [number, f.b.constant(labels.indexOf(label))]);
}

function areDistinct(f: Lowering, labels: readonly ts.Expression[]): boolean {
  const values = labels.map((label) => constantValueOf(f, label));
  return values.every((value, i) => value !== undefined && values.indexOf(value) === i);
}

/** No clause falls through, and nothing is compared after `default`, nor for it. */
function isInOrder(runs: readonly Run[]): boolean {
  return runs.every(
    ([group, ...others], i) => others.length === 0 && (!group?.isDefault || (i === runs.length - 1 && group.labels.length === 0)),
  );
}

/** The position of the first label that matches; the number of labels if none does. */
function numberOf(f: Lowering, labels: readonly ts.Expression[], matches: Switch['matches'], i: number): ValueId {
  const label = labels[i];
  if (!label) return f.b.constant(i);
  const found = (): readonly ValueId[] => [f.b.constant(i)];
  return choose(f, label, matches(label), found, () => [numberOf(f, labels, matches, i + 1)])[0] as ValueId;
}

function matchOf(f: Lowering, node: ts.SwitchStatement, subject: ValueId | undefined, label: ts.Expression): ValueId {
  if (subject !== undefined && isMissingLiteral(f, bare(label))) {
    const given = givenTest(f, node.expression, subject);
    if (given !== undefined) return from(f, label).prim('not', [given]);
    if (!ts.isIdentifier(bare(node.expression))) report(f.cx, messages.maybeMissing(spanOf(label), node.expression.getText()));
    return from(f, label).constant(false);
  }
  const value = lowerExpression(f, label);
  if (subject === undefined && f.b.typeOf(value).kind === 'bool') return value;
  return compare(f, label, 'eq', subject ?? from(f, node.expression).constant(true), value);
}
