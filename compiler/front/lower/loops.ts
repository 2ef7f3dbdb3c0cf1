/** Loops: which variables they carry, their bodies, and how they end. */
import { ts } from 'ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { int } from '../../ir/build.ts';
import type { Region, Type, ValueId, WhileOp } from '../../ir/types.ts';
import { effectsOf } from '../effects.ts';
import { bare, isAssignment, isUpdate, some, spanOf } from '../syntax.ts';
import { lowerDeclarations } from './assignment.ts';
import { from, isSlot, type Lowering, placeholder, type RealCarried, report, type Target, typeOfKind, type Variable, variableName } from './context.ts';
import { countedPlan, lengthMayChange, type CountedPlan } from './counted.ts';
import { absorb, type Completion, codeValue, goesOn, join, jumpTo, lowerArm, meetTypes, neverEnds, settle } from './exits.ts';
import { lowerEffect, lowerExpression } from './expressions.ts';
import { lowerCondition } from './logic.ts';
import { refuseNode } from './refuse.ts';
import { inScope, lowerSteps, type Step } from './statements.ts';

export function lowerLoop(f: Lowering, node: ts.IterationStatement, labels: readonly string[]): Completion {
  const loop = createLoop(node, labels);
  if (ts.isForStatement(node)) return lowerFor(f, node, loop);
  if (ts.isForOfStatement(node)) return lowerForOf(f, node, loop);
  if (ts.isWhileStatement(node)) return lowerWhile(f, loop, { test: 'before', condition: node.expression });
  if (ts.isDoStatement(node)) return lowerWhile(f, loop, { test: 'after', condition: node.expression });
  refuseNode(f, node);
  return goesOn;
}

interface Loop {
  readonly node: ts.IterationStatement;
  readonly labels: readonly string[];
  readonly onBreak: Target;
  readonly onContinue: Target;
}

function createLoop(node: ts.IterationStatement, labels: readonly string[]): Loop {
  return { node, labels, onBreak: { name: 'break' }, onContinue: { name: 'continue' } };
}

interface Carried {
  readonly variable: Variable;
  readonly init: ValueId;
  readonly type: Type;
}

/** The variables that the loop changes and that exist around it, with their values on entry. */
function carry(f: Lowering, loop: Loop, parts: readonly (ts.Node | undefined)[], also: readonly Variable[], not?: Variable): Carried[] {
  const { assigned } = effectsOf(f.cx.types, parts);
  const returns = parts.some((part) => part !== undefined && some(part, ts.isReturnStatement));
  const variables = [...f.env.keys()].filter((variable) =>
    variable !== not && (isSlot(variable) ? (returns && f.slots.includes(variable)) || also.includes(variable) : assigned.has(variable) || also.includes(variable)));
  return variables.flatMap((variable) => {
    const carried = carryOne(f, loop, variable);
    return carried ? [carried] : [];
  });
}

function carryOne(f: Lowering, loop: Loop, variable: Variable): Carried | undefined {
  const current = f.env.get(variable);
  const type = current === undefined ? declaredType(f, variable) : f.b.typeOf(current);
  if (!type || (current === undefined && type.kind === 'array' && !isSlot(variable))) return undefined;
  if (current === undefined && !isSlot(variable) && !f.cx.strictNull) report(f.cx, messages.notInitialised(spanOf(loop.node), variable.name));
  const isReal = type.kind === 'int' && f.reals.byLoop.get(loop.node)?.has(variable);
  return { variable, init: current ?? placeholder(f, type), type: isReal ? { kind: 'real' } : type };
}

function declaredType(f: Lowering, variable: Variable): Type | undefined {
  if (isSlot(variable)) return loosest(typeOfKind(variable.kind));
  const declaration = variable.valueDeclaration;
  return declaration ? loosest(typeOfKind(f.cx.types.kindAt(declaration))) : undefined;
}

/** Whether a number is an integer is inferred, so it starts as one. */
function loosest(type: Type | undefined): Type | undefined {
  return type?.kind === 'real' ? int : type;
}

interface Body {
  readonly region: Region;
  readonly end: Completion;
  readonly exits: boolean;
}

/** Lowers a body with the carried variables as parameters after `index`. `last` runs after the body, knowing how it ended. */
function lowerBody(f: Lowering, loop: Loop, carried: readonly Carried[], index: readonly ValueId[], write: () => Completion,
  last: (end: Completion) => void = () => undefined): Body {
  const outer = f.env;
  f.env = new Map(outer);
  const params = bindCarried(f, carried);
  const state = { end: goesOn };
  const region = f.b.region([...index, ...params], () => {
    const scope = { labels: loop.labels, loop: true, onBreak: loop.onBreak, onContinue: loop.onContinue };
    state.end = settle(f, inScope(f, scope, write), [loop.onContinue]);
    last(state.end);
    const values = carried.map((one) => yieldOf(f, loop, one));
    return leaves(state.end) ? [codeValue(f, state.end), ...values] : values;
  });
  f.env = outer;
  return { region, end: state.end, exits: leaves(state.end) };
}

function leaves(end: Completion): boolean {
  return end.may.some((code) => code !== 0);
}

function bindCarried(f: Lowering, carried: readonly Carried[]): ValueId[] {
  return carried.map(({ variable, type }) => {
    const id = f.b.value(type, variableName(variable));
    f.env.set(variable, id);
    return id;
  });
}

function yieldOf(f: Lowering, loop: Loop, { variable, type }: Carried): ValueId {
  const id = f.env.get(variable);
  if (id === undefined) return placeholder(f, type);
  const actual = f.b.typeOf(id);
  if (type.kind === 'int' && actual.kind === 'real') noteReal(f.reals, loop.node, variable);
  else meetTypes(f, loop.node, variableName(variable), type, actual);
  return id;
}

function noteReal(reals: RealCarried, loop: ts.Node, variable: Variable): void {
  const known = reals.byLoop.get(loop) ?? new Set<Variable>();
  reals.byLoop.set(loop, known.add(variable));
  reals.changed = true;
}

/** After the loop: its outs are the variables' values, and its exit code says where it goes on. */
function leaveLoop(f: Lowering, loop: Loop, carried: readonly Carried[], body: Body, runsOut: boolean): { outs: ValueId[]; end: Completion } {
  const code = body.exits ? [f.b.value(int, 'exit')] : [];
  const outs = carried.map(({ variable, type }) => {
    const id = f.b.value(type, variableName(variable));
    f.env.set(variable, id);
    return id;
  });
  const may = [...(runsOut ? [0] : []), ...body.end.may.filter((one) => one !== 0)];
  const end: Completion = { may, ...(code[0] !== undefined && may.length > 1 && { code: code[0] }), normal: new Set([0]) };
  return { outs: [...code, ...outs], end: may.length === 0 ? neverEnds : absorb(f, end, [loop.onBreak]) };
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

/** The body, then further steps that `continue` does not skip. */
function lowerBodySteps(f: Lowering, loop: Loop, further: readonly Step[]): Completion {
  const body = loop.node.statement;
  if (further.length === 0) return lowerSteps(f, [body], [loop.onContinue]);
  const block = (): Completion => absorb(f, lowerSteps(f, [body], [loop.onContinue]), [loop.onContinue]);
  return lowerSteps(f, [block, ...further], [loop.onContinue]);
}

function lowerCounted(f: Lowering, node: ts.ForStatement, loop: Loop, plan: CountedPlan, isOuter: boolean): Completion {
  const { counter, step } = plan;
  const carried = carry(f, loop, [node.statement, ...plan.updates], isOuter ? [counter] : [], isOuter ? undefined : counter);
  const index = f.b.value(int, counter.name);
  const body = lowerBody(f, loop, carried, [index], () => {
    f.env.set(counter, index);
    return lowerBodySteps(f, loop, plan.updates.map((update) => effectStep(f, update)));
  }, (end) => {
    if (isOuter) f.env.set(counter, counterAfter(f, node, index, step, end));
  });
  const { outs, end } = leaveLoop(f, loop, carried, body, true);
  const { origin } = from(f, node);
  f.b.push({ kind: 'for', from: plan.from, to: plan.to, step, inits: carried.map(({ init }) => init), body: body.region, outs, exits: body.exits, origin });
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
  f.b.push({ kind: 'while', test: tested ? test : 'before', inits: carried.map(({ init }) => init), condition: conditionRegion, body: body.region, outs, exits: body.exits, origin });
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

export function isTrue(node: ts.Expression): boolean {
  const at = bare(node);
  return at.kind === ts.SyntaxKind.TrueKeyword || (ts.isNumericLiteral(at) && Number(at.text) !== 0);
}

/** May it be evaluated without changing anything? */
export function isPure(f: Lowering, node: ts.Expression): boolean {
  const { assigned, writes } = effectsOf(f.cx.types, [node]);
  return assigned.size === 0 && writes.length === 0 && !some(node, (inner) => isAssignment(inner) || isUpdate(inner));
}

/** A loop over the elements of an array, in order. */
function lowerForOf(f: Lowering, node: ts.ForOfStatement, loop: Loop): Completion {
  const array = lowerExpression(f, node.expression);
  const type = f.b.typeOf(array);
  if (type.kind !== 'array') {
    refuseNode(f, node.expression);
    return goesOn;
  }
  const list = bare(node.expression);
  if (type.storage === 'list' && lengthMayChange(f, list, effectsOf(f.cx.types, [node.statement]))) return lowerGrowingForOf(f, node, loop, array);
  const carried = carry(f, loop, [node, node.statement], []);
  const [start, to] = [from(f, node.expression).constant(0), f.b.length(array)];
  const index = f.b.value(int, 'i');
  const body = lowerBody(f, loop, carried, [index], () => {
    bindElement(f, node, f.b.load(array, index, 'checked'));
    return lowerBodySteps(f, loop, []);
  });
  const { outs, end } = leaveLoop(f, loop, carried, body, true);
  const { origin } = from(f, node);
  f.b.push({ kind: 'for', from: start, to, step: 1, inits: carried.map(({ init }) => init), body: body.region, outs, exits: body.exits, origin });
  return end;
}

function bindElement(f: Lowering, node: ts.ForOfStatement, value: ValueId): void {
  const target = ts.isVariableDeclarationList(node.initializer) ? node.initializer.declarations[0]?.name : bare(node.initializer);
  const symbol = target && ts.isIdentifier(target) ? f.cx.types.symbolAt(target) : undefined;
  if (!symbol) return refuseNode(f, node.initializer);
  f.env.set(symbol, value);
  const info = f.b.values[value];
  if (info) f.b.values[value] = { ...info, hint: symbol.name };
}

/** The array may grow while it is visited: its length is read each time. */
function lowerGrowingForOf(f: Lowering, node: ts.ForOfStatement, loop: Loop, array: ValueId): Completion {
  const counter: Variable = { slot: -1, name: 'i', kind: { kind: 'int' } };
  f.env.set(counter, from(f, node).constant(0));
  const carried = carry(f, loop, [node, node.statement], [counter]);
  const outer = f.env;
  f.env = new Map(outer);
  const params = bindCarried(f, carried);
  const condition = f.b.region(params, () => [f.b.prim('lt', [f.env.get(counter) as ValueId, f.b.length(array)])]);
  f.env = outer;
  const body = lowerBody(f, loop, carried, [], () => {
    const at = f.env.get(counter) as ValueId;
    bindElement(f, node, from(f, node.initializer).load(array, at, 'checked'));
    f.env.set(counter, f.b.prim('add', [at, f.b.constant(1)]));
    return lowerBodySteps(f, loop, []);
  });
  const { outs, end } = leaveLoop(f, loop, carried, body, true);
  f.env.delete(counter);
  const { origin } = from(f, node);
  f.b.push({ kind: 'while', test: 'before', inits: carried.map(({ init }) => init), condition, body: body.region, outs, exits: body.exits, origin });
  return end;
}
