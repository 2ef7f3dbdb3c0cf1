/** The reverse of a loop: its iterations in opposite order.
 *  What the loop carries has its adjoint carried backwards; values from outside have theirs summed over the iterations. A loop
 *  with exits is undone in two parts: the partial iteration that left it, by its exit code, then the whole ones.
 */

import { isWhole } from '../../analysis/whole.ts';
import { int, real } from '../../ir/build.ts';
import type { ForOp, IfOp, Region, ValueId } from '../../ir/types.ts';
import { freeValues, outsOf, regionsOf, walkRegion } from '../../ir/walk.ts';
import { accumulatedValues } from './accumulate.ts';
import { withFacts } from './branch.ts';
import { reverseOfChoices } from './choice.ts';
import { adjointHint, type LoopOp, type ReverseContext } from './context.ts';
import type { Fact } from './exits.ts';
import { fuseLoop } from './fuse.ts';
import { openShadows } from './memory.ts';
import { undoesInAnyOrder } from './order.ts';
import { reverseOfOps } from './region.ts';
import { type AdjointScope, createScope } from './scope.ts';

/** A real value that the loop carries, with the adjoint of what it hands out. */
export interface CarriedAdjoint {
  readonly init: ValueId;
  readonly param: ValueId;
  readonly yielded: ValueId;
  readonly out: ValueId;
  /** True where each iteration only adds to it: its adjoint is the same in all of them. */
  readonly accumulates: boolean;
}

export function reverseOfLoop(cx: ReverseContext, scope: AdjointScope, op: LoopOp): void {
  if (!mattersToReverse(cx, op)) return;
  const choices = cx.choices.get(op);
  if (choices && op.kind === 'for' && cx.open.has(cx.definitions.placeOfOp(op).region)) return reverseOfChoices(cx, scope, op, choices);
  const carried = carriedAdjoints(cx, op);
  if (cx.takes('fuse') && fuseLoop(cx, scope, op, carried)) return;
  const seeds = new Map(carried.map((each) => [each, scope.take(each.out)]));
  const fact = op.exits ? cx.facts.get(op.outs[0] as ValueId) : 'zero';
  if (fact !== 'zero') reverseOfPartial(cx, scope, op, seeds);
  reverseOfWhole(cx, scope, op, seeds, fact);
}

/** Does the loop or branch touch anything that carries a derivative? */
export function mattersToReverse(cx: ReverseContext, op: LoopOp | IfOp): boolean {
  let matters = op.outs.some((out) => cx.activity.isActive(out));
  for (const region of regionsOf(op)) {
    walkRegion(region, (inner) => {
      matters ||= outsOf(inner).some((out) => cx.activity.isActive(out));
      matters ||= cx.memory.writtenBy(inner).some(cx.activity.isActiveMemory);
      matters ||= inner.kind === 'apply' && (cx.functions.has(inner.callee) || cx.ruled.has(inner.callee));
    });
  }
  return matters;
}

function carriedAdjoints(cx: ReverseContext, op: LoopOp): CarriedAdjoint[] {
  const params = op.kind === 'for' ? op.body.params.slice(1) : op.body.params;
  const skip = op.exits ? 1 : 0;
  const accumulated = accumulatedValues(op, cx.definitions);
  return params.flatMap((param, i) => {
    const out = op.outs[i + skip] as ValueId;
    // The last iteration's value may matter after the loop where no iteration reads the one before.
    if (!cx.activity.isActiveNumber(param) && !cx.activity.isActiveNumber(out)) return [];
    return [
      {
        init: op.inits[i] as ValueId,
        param,
        yielded: op.body.yields[i + skip] as ValueId,
        out,
        accumulates: accumulated.has(param),
      },
    ];
  });
}

type Seeds = Map<CarriedAdjoint, ValueId | undefined>;

/** Undoes the iteration that left the loop, if one did; afterwards the seeds are those of the whole iterations. */
function reverseOfPartial(cx: ReverseContext, scope: AdjointScope, op: LoopOp, seeds: Seeds): void {
  const { b } = cx;
  const code = op.outs[0] as ValueId;
  const inner = createScope(b, scope);
  const after = new Map<CarriedAdjoint, ValueId | undefined>();
  const known = new Map<ValueId, ValueId>();
  if (op.kind === 'for') known.set(op.body.params[0] as ValueId, cx.counts.last(op));
  const body = withFacts(cx, [[op.body.yields[0] as ValueId, code as Fact]], () =>
    b.region([], () => {
      reverseOfBody(cx, inner, op, seeds);
      for (const [each, seed] of seeds) after.set(each, each.accumulates ? seed : inner.take(each.param));
      return [];
    }),
  );
  const home = cx.definitions.placeOfOp(op);
  const outside = inner.changed().filter((id) => cx.definitions.definitionOf(id).place.depth <= home.depth);
  const moved = [...seeds.keys()].filter((each) => after.get(each) !== seeds.get(each));
  const yieldsOf = (ids: readonly (ValueId | undefined)[]): Region => b.region([], () => ids.map((id) => id ?? b.constant(0)));
  const left = yieldsOf([...moved.map((each) => after.get(each)), ...outside.map((id) => inner.get(id))]);
  const stayed = yieldsOf([...moved.map((each) => seeds.get(each)), ...outside.map((id) => scope.get(id))]);
  const then = { params: [], ops: [...body.ops, ...left.ops], yields: left.yields };
  const cond = b.prim('ne', [code, b.constant(0)]);
  const outs = [...moved.map(({ param }) => param), ...outside].map((id) => b.value(real, adjointHint(cx, id)));
  b.push({ kind: 'if', cond, then, otherwise: stayed, outs, origin: b.origin });
  moved.forEach((each, i) => {
    seeds.set(each, outs[i]);
  });
  outside.forEach((id, i) => {
    scope.set(id, outs[moved.length + i]);
  });
  cx.mirrors.push({ forward: op.body, owner: op, kind: 'partial', reverse: then, known });
}

/** Undoes the body once: contributions of what it yields, then its operations, last first. */
export function reverseOfBody(cx: ReverseContext, inner: AdjointScope, op: LoopOp, seeds: Seeds): void {
  openShadows(cx, op.body, cx.lengthOf);
  for (const [each, seed] of seeds) {
    if (seed !== undefined && cx.activity.isActiveNumber(each.yielded)) inner.add(each.yielded, seed, adjointHint(cx, each.yielded));
  }
  reverseOfOps(cx, inner, op.body.ops);
}

/** Sums of adjoints over the iterations, for the real values that the body takes from outside. */
export function outsideSums(cx: ReverseContext, op: LoopOp): ValueId[] {
  return [...freeValues(op.body)].filter((id) => cx.activity.isActiveNumber(id) && cx.b.typeOf(id).kind === 'real').sort((a, c) => a - c);
}

function reverseOfWhole(cx: ReverseContext, scope: AdjointScope, op: LoopOp, seeds: Seeds, fact: Fact | undefined): void {
  const { b } = cx;
  const moving = [...seeds.keys()].filter((each) => !each.accumulates);
  const sums = outsideSums(cx, op);
  const bounds = reverseBounds(cx, op, fact);
  const index = b.value(int, bounds.hint);
  const valueFor = (id: ValueId): ValueId => b.value(real, adjointHint(cx, id));
  const [adjointParams, sumParams] = [moving.map(({ param }) => valueFor(param)), sums.map(valueFor)];
  const inner = createScope(b);
  sums.forEach((id, i) => {
    inner.set(id, sumParams[i]);
  });
  const inside: Seeds = new Map([...seeds].map(([each, seed]) => [each, each.accumulates ? seed : adjointParams[moving.indexOf(each)]]));
  const facts: [ValueId, Fact][] = op.exits ? [[op.body.yields[0] as ValueId, 'zero']] : [];
  const body = withFacts(cx, facts, () =>
    b.region([index, ...adjointParams, ...sumParams], () => {
      reverseOfBody(cx, inner, op, inside);
      const carried = moving.map(({ param }) => inner.take(param) ?? b.constant(0));
      return [...carried, ...sums.map((id) => inner.get(id) as ValueId)];
    }),
  );
  const zero = (id: ValueId | undefined): ValueId => id ?? b.constant(0);
  const inits = [...moving.map((each) => zero(seeds.get(each))), ...sums.map((id) => zero(scope.get(id)))];
  const outs = [...moving.map(({ param }) => valueFor(param)), ...sums.map(valueFor)];
  b.push({ kind: 'for', from: bounds.from, to: bounds.to, step: bounds.step, inits, body, outs, exits: false, origin: b.origin });
  const known = new Map(op.kind === 'for' ? [[op.body.params[0] as ValueId, index]] : []);
  const anyOrder = moving.length === 0 && undoesInAnyOrder(cx, op);
  cx.mirrors.push({ forward: op.body, owner: op, kind: 'whole', reverse: body, known, anyOrder });
  sums.forEach((id, i) => {
    scope.set(id, outs[moving.length + i]);
  });
  moving.forEach((each, i) => {
    if (cx.activity.isActiveNumber(each.init)) scope.add(each.init, outs[i] as ValueId, adjointHint(cx, each.init));
  });
  for (const [each, seed] of seeds) {
    if (each.accumulates && seed !== undefined && cx.activity.isActiveNumber(each.init))
      scope.add(each.init, seed, adjointHint(cx, each.init));
  }
}

interface Bounds {
  readonly from: ValueId;
  readonly to: ValueId;
  readonly step: number;
  readonly hint: string;
}

/** The whole iterations from the last to the first. Where the loop may have left early, the partial one is not among them. */
function reverseBounds(cx: ReverseContext, op: LoopOp, fact: Fact | undefined): Bounds {
  const { b } = cx;
  const mayLeave = op.exits && fact !== 'zero';
  const left = mayLeave ? b.prim('ne', [op.outs[0] as ValueId, b.constant(0)]) : undefined;
  const unlessLeft = (last: ValueId, step: number): ValueId =>
    left === undefined ? last : b.prim('select', [left, b.prim('sub', [last, b.constant(step)]), last]);
  if (op.kind === 'while') {
    const last = unlessLeft(b.prim('sub', [cx.counts.began(op), b.constant(1)]), 1);
    return { from: last, to: b.constant(-1), step: -1, hint: 'trip' };
  }
  const last = op.exits ? unlessLeft(cx.counts.last(op), op.step) : lastIndex(cx, op);
  return { from: last, to: beforeFirst(cx, op), step: -op.step, hint: b.hintOf(op.body.params[0] as ValueId) ?? 'i' };
}

function beforeFirst(cx: ReverseContext, op: ForOp): ValueId {
  const { b } = cx;
  const from = cx.definitions.definitionOf(op.from).op;
  if (from?.kind === 'const' && typeof from.value === 'number') return b.constant(from.value - op.step);
  return b.prim('sub', [op.from, b.constant(op.step)]);
}

/** The counter of the last iteration of a loop that ran out: from + (trips − 1)·step, before `from` if there was none. */
function lastIndex(cx: ReverseContext, op: ForOp): ValueId {
  const { b } = cx;
  const step = b.constant(op.step);
  const unit = Math.abs(op.step) === 1;
  if (unit && b.typeOf(op.to).kind === 'int' && isWhole(cx.fn, cx.definitions, op.to)) return b.prim('sub', [op.to, step]);
  if (unit) return b.prim('sub', [b.prim(op.step === 1 ? 'Math.ceil' : 'Math.floor', [op.to]), step]);
  const trips = b.prim('Math.ceil', [b.prim('div', [b.prim('sub', [op.to, op.from]), step])]);
  return b.prim('add', [op.from, b.prim('mul', [b.prim('sub', [trips, b.constant(1)]), step])]);
}
