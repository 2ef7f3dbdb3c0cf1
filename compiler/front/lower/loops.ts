/** Loops: `for`, `while`, `do`. */
import { ts } from '#ts-morph';
import { int } from '../../ir/build.ts';
import type { Region, ValueId, WhileOp } from '../../ir/types.ts';
import { effectsOf } from '../effects.ts';
import { bare, isAssignment, isUpdate, some } from '../syntax.ts';
import { lowerDeclarations } from './assignment.ts';
import { from, type Lowering } from './context.ts';
import { type CountedPlan, countedPlan } from './counted.ts';
import { type Completion, goesOn, join, jumpTo, lowerArm } from './exits.ts';
import { lowerEffect } from './expressions.ts';
import { lowerForOf } from './for-of.ts';
import { lowerCondition } from './logic.ts';
import { bindCarried, type Carried, carry, createLoop, type Loop, leaveLoop, lowerBody, lowerBodySteps } from './loop-body.ts';
import { refuseNode } from './refuse.ts';
import type { Step } from './statements.ts';

export function lowerLoop(f: Lowering, node: ts.IterationStatement, labels: readonly string[]): Completion {
  const loop = createLoop(node, labels);
  if (ts.isForStatement(node)) return lowerFor(f, node, loop);
  if (ts.isForOfStatement(node)) return lowerForOf(f, node, loop);
  if (ts.isWhileStatement(node)) return lowerWhile(f, loop, { test: 'before', condition: node.expression });
  if (ts.isDoStatement(node)) return lowerWhile(f, loop, { test: 'after', condition: node.expression });
  refuseNode(f, node);
  return goesOn;
}

function lowerFor(f: Lowering, node: ts.ForStatement, loop: Loop): Completion {
  const { initializer } = node;
  const before = new Set(f.env.keys());
  if (initializer && ts.isVariableDeclarationList(initializer)) lowerDeclarations(f, initializer.declarations);
  else if (initializer) lowerEffect(f, initializer);
  const plan = countedPlan(f, node);
  if (plan) return lowerCounted(f, node, loop, plan, before.has(plan.counter));
  const steps = node.incrementor ? [effectStep(f, node.incrementor)] : [];
  return lowerWhile(f, loop, { test: 'before', condition: node.condition, update: node.incrementor }, steps);
}

function effectStep(f: Lowering, node: ts.Expression): Step {
  return () => lowerEffect(f, node);
}

function lowerCounted(f: Lowering, node: ts.ForStatement, loop: Loop, plan: CountedPlan, isOuter: boolean): Completion {
  const { counter, step } = plan;
  const carried = carry(f, loop, [node.statement, ...plan.updates], isOuter ? [counter] : [], isOuter ? undefined : counter);
  const index = f.b.value(int, counter.name);
  f.counters.add(index);
  const body = lowerBody(
    f,
    loop,
    carried,
    [index],
    () => {
      f.env.set(counter, index);
      return lowerBodySteps(
        f,
        loop,
        plan.updates.map((update) => effectStep(f, update)),
      );
    },
    (end) => {
      if (isOuter) f.env.set(counter, counterAfter(f, node, index, step, end));
    },
  );
  const { outs, end } = leaveLoop(f, loop, carried, body, true);
  const { origin } = from(f, node);
  f.b.push({
    kind: 'for',
    from: plan.from,
    to: plan.to,
    step,
    inits: carried.map(({ init }) => init),
    body: body.region,
    outs,
    exits: body.exits,
    origin,
  });
  return end;
}

/** The counter as the next test (or what follows a `break`) sees it. */
function counterAfter(f: Lowering, node: ts.ForStatement, index: ValueId, step: number, end: Completion): ValueId {
  const b = from(f, node.incrementor ?? node);
  if (!end.may.includes(0)) return index;
  const next = b.prim('add', [index, b.constant(step)]);
  if (end.code === undefined) return next;
  return b.prim('select', [b.prim('eq', [end.code, b.constant(0)]), next, index]);
}

interface WhileShape {
  readonly test: WhileOp['test'];
  readonly condition: ts.Expression | undefined;
  readonly update?: ts.Expression | undefined;
}

/** `while`, `do`, and every `for` that is not counted. A condition with effects is an exit inside of an endless loop. */
function lowerWhile(f: Lowering, loop: Loop, shape: WhileShape, further: readonly Step[] = []): Completion {
  const { condition, test } = shape;
  const carried = carry(f, loop, [loop.node.statement, condition, shape.update], []);
  const endless = condition === undefined || isTrue(condition);
  const inside = !endless && condition !== undefined && !isPure(f, condition);
  const write = (): Completion => {
    if (!inside || !condition) return lowerBodySteps(f, loop, further);
    if (test === 'before') return lowerTested(f, loop, condition, () => lowerBodySteps(f, loop, further));
    return lowerBodySteps(f, loop, [...further, () => lowerTested(f, loop, condition, () => goesOn)]);
  };
  const tested = endless || inside ? undefined : condition;
  const region = tested && test === 'before' ? lowerConditionRegion(f, carried, tested) : undefined;
  const body = lowerBody(f, loop, carried, [], write);
  const conditionRegion = region ?? lowerConditionRegion(f, carried, tested);
  const { outs, end } = leaveLoop(f, loop, carried, body, tested !== undefined);
  const { origin } = from(f, loop.node);
  f.b.push({
    kind: 'while',
    test: tested ? test : 'before',
    inits: carried.map(({ init }) => init),
    condition: conditionRegion,
    body: body.region,
    outs,
    exits: body.exits,
    origin,
  });
  return end;
}

function lowerConditionRegion(f: Lowering, carried: readonly Carried[], condition: ts.Expression | undefined): Region {
  const outer = f.env;
  f.env = new Map(outer);
  const params = bindCarried(f, carried);
  const region = f.b.region(params, () => [condition ? lowerCondition(f, condition) : f.b.constant(true)]);
  f.env = outer;
  return region;
}

/** `if (condition) { rest } else break`. */
function lowerTested(f: Lowering, loop: Loop, condition: ts.Expression, rest: () => Completion): Completion {
  const cond = lowerCondition(f, condition);
  const onward = lowerArm(f, [loop.onContinue], () => ({ end: rest(), values: [] }));
  const stop = lowerArm(f, [loop.onContinue], () => ({ end: jumpTo(f, condition, loop.onBreak), values: [] }));
  return join(f, condition, cond, [onward, stop]).end;
}

function isTrue(node: ts.Expression): boolean {
  const at = bare(node);
  return at.kind === ts.SyntaxKind.TrueKeyword || (ts.isNumericLiteral(at) && Number(at.text) !== 0);
}

/** May it be evaluated without changing anything? */
function isPure(f: Lowering, node: ts.Expression): boolean {
  const { assigned, writes } = effectsOf(f.cx.types, [node]);
  return assigned.size === 0 && writes.length === 0 && !some(node, (inner) => isAssignment(inner) || isUpdate(inner));
}
