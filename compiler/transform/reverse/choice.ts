/**
 * Loops that choose: a running maximum, a minimum, the last element that passes a test.
 *   In:      for i carry (m = m₀) { …; yield Math.max m v }, whose iterations do nothing else that has a derivative.
 *   Forward: the loop also carries the counter of the iteration that was chosen last.
 *   Reverse: the adjoint of m goes to that iteration's v, and to m₀ where none was chosen. There is no loop.
 */
import type { Activity } from '../../analysis/activity.ts';
import type { Memory } from '../../analysis/memory.ts';
import { type Builder, int, real } from '../../ir/build.ts';
import type { ForOp, IfOp, Op, PrimOp, Region, ValueId } from '../../ir/types.ts';
import { freeValues, operandsOf, outsOf, regionsOf, walkRegion } from '../../ir/walk.ts';
import { adjointHint, type ReverseContext } from './context.ts';
import { reverseOfOps } from './region.ts';
import { type AdjointScope, createScope } from './scope.ts';

/** One carried value of such a loop. */
export interface Choice {
  /** The position among what the loop carries. */
  readonly slot: number;
  /** What an iteration may choose. */
  readonly candidate: ValueId;
  /** What the operations of the body give that compute it, as far as they have derivatives. */
  readonly slice: ReadonlySet<ValueId>;
  /** Choices of one name are made together. */
  readonly test: string;
  /** Is it chosen? Written at the end of the body. */
  isChosen(b: Builder): ValueId;
}

type Candidate = Pick<Choice, 'candidate' | 'test' | 'isChosen'>;

/** How a choice was kept: the counter of the last one, and the counter that says that there was none. */
export interface KeptChoice extends Choice {
  readonly at: ValueId;
  readonly none: ValueId;
}

/** The choices of a loop; undefined where something else in it has a derivative, too. */
export function choicesOf(loop: ForOp, activity: Activity, memory: Memory): readonly Choice[] | undefined {
  if (loop.exits || writesActive(loop, activity, memory)) return undefined;
  const params = loop.body.params.slice(1);
  const active = params.flatMap((param, slot) =>
    activity.isActiveNumber(param) || activity.isActiveNumber(loop.outs[slot] as ValueId) ? [{ param, slot }] : [],
  );
  const choices = active.map(({ param, slot }) => choiceOf(loop, param, slot, activity));
  return active.length > 0 && choices.every((each) => each !== undefined) ? choices : undefined;
}

function writesActive(loop: ForOp, activity: Activity, memory: Memory): boolean {
  let found = false;
  walkRegion(loop.body, (op) => {
    found ||= op.kind === 'apply' || memory.writtenBy(op).some(activity.isActiveMemory);
  });
  return found;
}

function choiceOf(loop: ForOp, param: ValueId, slot: number, activity: Activity): Choice | undefined {
  const yielded = loop.body.yields[slot] as ValueId;
  const joint = loop.body.ops.find((op) => outsOf(op).includes(yielded));
  const found =
    joint?.kind === 'prim' ? candidateOf(joint, param) : joint?.kind === 'if' ? branchCandidate(joint, yielded, param) : undefined;
  if (!found || !joint || !isOnlyChosen(loop, [param, yielded], joint, slot, activity)) return undefined;
  const slice = sliceOf(loop, found.candidate, activity);
  return slice && { slot, slice, ...found };
}

/** `m` and what it is chosen against, if the operation chooses between the two. */
function candidateOf({ prim, args }: PrimOp, param: ValueId): Candidate | undefined {
  const [first, second, third] = args as [ValueId, ValueId, ValueId];
  if (prim === 'select' && (second === param) !== (third === param)) {
    return { candidate: second === param ? third : second, ...testedBy(first, third === param) };
  }
  if ((prim !== 'Math.max' && prim !== 'Math.min') || args.length !== 2 || (first === param) === (second === param)) return undefined;
  // At a tie it is the first argument.
  const isFirst = (b: Builder): ValueId => b.prim(prim === 'Math.max' ? 'ge' : 'le', [first, second]);
  const isChosen = (b: Builder): ValueId => (first === param ? b.prim('not', [isFirst(b)]) : isFirst(b));
  return { candidate: first === param ? second : first, test: `${prim} ${first} ${second}`, isChosen };
}

/** Chosen where the test says so, or where it says the contrary. */
function testedBy(test: ValueId, says: boolean): Pick<Choice, 'test' | 'isChosen'> {
  return { test: `${says} ${test}`, isChosen: (b) => (says ? test : b.prim('not', [test])) };
}

/** `if (test) m = v`. */
function branchCandidate(joint: IfOp, out: ValueId, param: ValueId): Candidate | undefined {
  const { cond, then, otherwise, outs } = joint;
  const [first, second] = [then, otherwise].map(({ yields }) => yields[outs.indexOf(out)]) as [ValueId, ValueId];
  if ((first === param) === (second === param)) return undefined;
  const candidate = second === param ? first : second;
  const isInside = [then, otherwise].some((region) => region.ops.some((op) => outsOf(op).includes(candidate)));
  return isInside ? undefined : { candidate, ...testedBy(cond, second === param) };
}

/** Does the value before an iteration, or after it, go nowhere else but into tests? */
function isOnlyChosen(loop: ForOp, ids: readonly ValueId[], joint: Op, slot: number, activity: Activity): boolean {
  let only = loop.body.yields.every((id, at) => at === slot || !ids.includes(id));
  walkRegion(loop.body, (op) => {
    if (!only || (op === joint && op.kind === 'prim')) return;
    const reads = operandsOf(op).some((id) => ids.includes(id)) || handsOn(op, ids) > (op === joint ? 1 : 0);
    only = !reads || (op.kind === 'prim' && !activity.isActiveNumber(op.out));
  });
  return only;
}

/** How often the branches of an operation hand on one of these. */
function handsOn(op: Op, ids: readonly ValueId[]): number {
  return regionsOf(op).flatMap(({ yields }) => yields.filter((id) => ids.includes(id))).length;
}

/** Operations that do not depend on what the loop carries and make no memory; undefined if there are others. */
function sliceOf(loop: ForOp, candidate: ValueId, activity: Activity): ReadonlySet<ValueId> | undefined {
  const definitions = new Map(loop.body.ops.flatMap((op) => outsOf(op).map((out) => [out, op] as const)));
  const own = new Set([...loop.body.params.slice(1), ...loop.body.ops.flatMap(outsOf)]);
  const slice = new Set<ValueId>();
  const isPlain = (id: ValueId): boolean => {
    const op = definitions.get(id);
    if (!own.has(id) || !activity.isActive(id) || slice.has(id)) return true;
    if (!op || !isRepeatable(op)) return false;
    for (const out of outsOf(op)) slice.add(out);
    return [...operandsOf(op), ...regionsOf(op).flatMap((region) => [...freeValues(region)])].every(isPlain);
  };
  return isPlain(candidate) ? slice : undefined;
}

/** Plain operations, and branches and counted loops of these. */
function isRepeatable(op: Op): boolean {
  if (op.kind === 'for' ? op.exits : op.kind !== 'if')
    return op.kind === 'prim' || op.kind === 'load' || op.kind === 'const' || op.kind === 'length';
  return regionsOf(op).every((region) => region.ops.every(isRepeatable));
}

/** What the loop carries in addition for a choice. */
export function choiceCounter(b: Builder, loop: ForOp, { slot, isChosen }: Choice) {
  const hint = b.hintOf(loop.body.params[slot + 1] as ValueId);
  const name = hint === undefined ? 'chosen' : `${hint}At`;
  const param = b.value(int, name);
  const index = loop.body.params[0] as ValueId;
  const none = b.prim('sub', [loop.from, b.constant(loop.step)]);
  return { init: none, param, yielded: (): ValueId => b.prim('select', [isChosen(b), index, param], name), out: b.value(int, name) };
}

/** The adjoint of each choice goes to what was chosen. */
export function reverseOfChoices(cx: ReverseContext, scope: AdjointScope, loop: ForOp, choices: readonly KeptChoice[]): void {
  const seeded = choices.flatMap((choice) => {
    const seed = scope.take(loop.outs[choice.slot] as ValueId);
    return seed === undefined ? [] : [{ ...choice, seed }];
  });
  for (const at of new Set(seeded.map((choice) => choice.at)))
    reverseOfChosen(
      cx,
      scope,
      loop,
      seeded.filter((choice) => choice.at === at),
    );
}

type SeededChoice = KeptChoice & { readonly seed: ValueId };

/** What one iteration was chosen for, or none. */
function reverseOfChosen(cx: ReverseContext, scope: AdjointScope, loop: ForOp, together: readonly SeededChoice[]): void {
  const { b } = cx;
  const [{ at, none }] = together as readonly [SeededChoice];
  const [chosen, left] = [createScope(b, scope), createScope(b, scope)];
  const slice = new Set(together.flatMap((choice) => [...choice.slice]));
  const body = b.region([], () => {
    for (const { candidate, seed } of together) chosen.add(candidate, seed, adjointHint(cx, candidate));
    reverseOfOps(
      cx,
      chosen,
      loop.body.ops.filter((op) => outsOf(op).some((out) => slice.has(out))),
    );
    return [];
  });
  const passed = b.region([], () => {
    for (const { slot, seed } of together) {
      const init = loop.inits[slot] as ValueId;
      if (cx.activity.isActiveNumber(init)) left.add(init, seed, adjointHint(cx, init));
    }
    return [];
  });
  const home = cx.definitions.placeOfOp(loop);
  const isOutside = (id: ValueId): boolean => cx.definitions.definitionOf(id).place.depth <= home.depth;
  const outside = [...new Set([...chosen.changed(), ...left.changed()])].filter(isOutside);
  const finish = (region: Region, own: AdjointScope): Region => {
    const yields = b.region([], () => outside.map((id) => own.get(id) ?? b.constant(0)));
    return { params: [], ops: [...region.ops, ...yields.ops], yields: yields.yields };
  };
  const [then, otherwise] = [finish(body, chosen), finish(passed, left)];
  const outs = outside.map((id) => b.value(real, adjointHint(cx, id)));
  b.push({ kind: 'if', cond: b.prim('ne', [at, none]), then, otherwise, outs, origin: b.origin });
  outside.forEach((id, i) => {
    scope.set(id, outs[i]);
  });
  const known = new Map([[loop.body.params[0] as ValueId, at]]);
  cx.mirrors.push({ forward: loop.body, owner: loop, kind: 'whole', reverse: then, known });
}
