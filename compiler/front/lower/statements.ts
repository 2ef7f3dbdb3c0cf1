/** Statements, in order; what follows a statement that may leave is lowered into the branch where it did not. */
import { ts } from '#ts-morph';
import type { ValueId } from '../../ir/types.ts';
import { namedDerivative } from '../macros.ts';
import { alwaysLeaves, functionOf, mayJump } from '../syntax.ts';
import { lowerDeclarations } from './assignment.ts';
import { from, type Lowering, noteReturned, type Scope, type Target } from './context.ts';
import { lowerThrow } from './errors.ts';
import {
  type ArmEnd,
  absorb,
  alwaysGoesOn,
  type Completion,
  codeValue,
  goesOn,
  goesOnTest,
  join,
  jumpTo,
  lowerArm,
  mayGoOn,
  neverEnds,
} from './exits.ts';
import { lowerEffect, lowerExpression, lowerTuple } from './expressions.ts';
import { lowerCondition } from './logic.ts';
import { lowerLoop } from './loops.ts';
import { refuseNode } from './refuse.ts';
import { lowerSwitch } from './switch.ts';

/** A statement of the user's, or a step of our own between them (the update of a `for`). */
export type Step = ts.Statement | (() => Completion);

/** Lowers steps in order. `ends`: targets that are reached by going on after the last step. */
export function lowerSteps(f: Lowering, steps: readonly Step[], ends: readonly Target[]): Completion {
  for (const [i, step] of steps.entries()) {
    const rest = (): readonly Step[] => steps.slice(i + 1);
    if (typeof step !== 'function' && ts.isBlock(step)) return lowerSteps(f, [...step.statements, ...rest()], ends);
    if (typeof step !== 'function' && ts.isIfStatement(step) && mayJump(step)) return lowerLeavingIf(f, step, rest(), ends);
    if (typeof step !== 'function' && ts.isSwitchStatement(step)) return lowerSwitch(f, step, rest(), ends);
    const end = typeof step === 'function' ? step() : lowerStatement(f, step);
    if (!alwaysGoesOn(end)) return follow(f, end, rest(), ends);
  }
  return goesOn;
}

/** What stands after a step that may have left: guarded by the step's code. */
export function follow(f: Lowering, end: Completion, rest: readonly Step[], ends: readonly Target[]): Completion {
  const seen = rest.length === 0 ? absorb(f, end, ends) : end;
  if (rest.length === 0 || !mayGoOn(seen)) return seen;
  if (alwaysGoesOn(seen)) return lowerSteps(f, rest, ends);
  const test = goesOnTest(f, seen);
  const onward = lowerArm(f, ends, () => only(lowerSteps(f, rest, ends)));
  const leaving = seen.may.filter((code) => !seen.normal.has(code));
  const left = lowerArm(f, ends, () => only({ may: leaving, code: codeValue(f, seen), normal: new Set([0]) }));
  const first = rest.find((step): step is ts.Statement => typeof step !== 'function');
  return join(f, first ?? f.fn, test, [onward, left]).end;
}

const only = (end: Completion): ArmEnd => ({ end, values: [] });

/** An `if` with jumps in it. Where one branch always leaves, the rest stands in the other. */
function lowerLeavingIf(f: Lowering, node: ts.IfStatement, rest: readonly Step[], ends: readonly Target[]): Completion {
  const thenLeaves = alwaysLeaves(node.thenStatement);
  const elseLeaves = alwaysLeaves(node.elseStatement);
  const shared = !thenLeaves && !elseLeaves;
  const inner = shared && rest.length > 0 ? [] : ends;
  const cond = lowerCondition(f, node.expression);
  const arm = (branch: ts.Statement | undefined, takesRest: boolean) =>
    lowerArm(f, inner, () => only(lowerSteps(f, [...(branch ? [branch] : []), ...(takesRest ? rest : [])], inner)));
  const then = arm(node.thenStatement, elseLeaves && !thenLeaves);
  const otherwise = arm(node.elseStatement, thenLeaves && !elseLeaves);
  const { end } = join(f, node, cond, [then, otherwise]);
  return shared ? follow(f, end, rest, ends) : end;
}

export function lowerStatement(f: Lowering, node: ts.Statement): Completion {
  switch (node.kind) {
    case ts.SyntaxKind.EmptyStatement:
    case ts.SyntaxKind.FunctionDeclaration:
    case ts.SyntaxKind.InterfaceDeclaration:
    case ts.SyntaxKind.TypeAliasDeclaration:
    case ts.SyntaxKind.EnumDeclaration:
      return goesOn;
    case ts.SyntaxKind.Block:
      return lowerSteps(f, (node as ts.Block).statements, []);
    case ts.SyntaxKind.VariableStatement:
      return lowerVariables(f, node as ts.VariableStatement);
    case ts.SyntaxKind.ExpressionStatement:
      return isDirective(node as ts.ExpressionStatement) ? goesOn : lowerEffect(f, (node as ts.ExpressionStatement).expression);
    case ts.SyntaxKind.IfStatement:
      return lowerLeavingIf(f, node as ts.IfStatement, [], []);
    case ts.SyntaxKind.SwitchStatement:
      return lowerSwitch(f, node as ts.SwitchStatement, [], []);
    case ts.SyntaxKind.ForStatement:
    case ts.SyntaxKind.WhileStatement:
    case ts.SyntaxKind.DoStatement:
    case ts.SyntaxKind.ForOfStatement:
      return lowerLoop(f, node as ts.IterationStatement, []);
    case ts.SyntaxKind.LabeledStatement:
      return lowerLabeled(f, node as ts.LabeledStatement, []);
    case ts.SyntaxKind.ReturnStatement:
      return lowerReturn(f, node as ts.ReturnStatement);
    case ts.SyntaxKind.BreakStatement:
    case ts.SyntaxKind.ContinueStatement:
      return lowerJump(f, node as ts.BreakOrContinueStatement);
    case ts.SyntaxKind.ThrowStatement:
      lowerThrow(f, node as ts.ThrowStatement);
      return neverEnds;
    default:
      refuseNode(f, node);
      return goesOn;
  }
}

/** `'use strict'` and the like. */
function isDirective(node: ts.ExpressionStatement): boolean {
  return ts.isStringLiteral(node.expression);
}

function lowerVariables(f: Lowering, node: ts.VariableStatement): Completion {
  lowerDeclarations(
    f,
    node.declarationList.declarations.filter((declaration) => !functionOf(declaration) && !namedDerivative(f.cx.types, declaration)),
  );
  return goesOn;
}

function lowerLabeled(f: Lowering, node: ts.LabeledStatement, labels: readonly string[]): Completion {
  const all = [...labels, node.label.text];
  if (ts.isLabeledStatement(node.statement)) return lowerLabeled(f, node.statement, all);
  if (ts.isIterationStatement(node.statement, false)) return lowerLoop(f, node.statement, all);
  const onBreak: Target = { name: node.label.text };
  return inScope(f, { labels: all, loop: false, onBreak }, () => {
    const end = lowerSteps(f, [node.statement], [onBreak]);
    return absorb(f, end, [onBreak]);
  });
}

/** Runs `write` with a further place to jump to. */
export function inScope<T>(f: Lowering, scope: Scope, write: () => T): T {
  f.scopes.push(scope);
  const result = write();
  f.scopes.pop();
  return result;
}

function lowerReturn(f: Lowering, node: ts.ReturnStatement): Completion {
  const values = node.expression ? returnedValues(f, node.expression) : [];
  from(f, node);
  f.slots.forEach((slot, i) => {
    noteReturned(f, slot, values[i]);
    f.env.set(slot, values[i]);
  });
  return jumpTo(f, node, f.onReturn);
}

function returnedValues(f: Lowering, node: ts.Expression): readonly ValueId[] {
  if (f.splitsTuple) return lowerTuple(f, node, f.slots.length);
  if (f.slots.length > 0) return [lowerExpression(f, node)];
  lowerEffect(f, node);
  return [];
}

function lowerJump(f: Lowering, node: ts.BreakOrContinueStatement): Completion {
  const label = node.label?.text;
  const isBreak = ts.isBreakStatement(node);
  const isTarget = (scope: Scope): boolean => scope.loop || (isBreak && scope.breakable === true);
  const scope = f.scopes.findLast((candidate) => (label === undefined ? isTarget(candidate) : candidate.labels.includes(label)));
  const target = isBreak ? scope?.onBreak : scope?.onContinue;
  if (!target) {
    refuseNode(f, node);
    return goesOn;
  }
  return jumpTo(f, node, target);
}
