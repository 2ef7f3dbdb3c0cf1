/** Crossing: how forward values reach the reverse regions that read them.
 *  In:      reverse regions that refer freely to values of the forward regions they mirror.
 *  Out:     what to add to both sweeps. A value leaves an `if` as an extra out; it leaves an iteration through a record (an array at
 *           the linear iteration number, or a stack), or, where only the partial iteration reads it, as an extra carried value.
 *           What is cheap to have again is computed again.
 */
import type { Place } from '../../analysis/definitions.ts';
import { invariant } from '../../diagnostics/internal.ts';
import type { ForOp, IfOp, Op, Region, ValueId } from '../../ir/types.ts';
import { renameOp, walkRegion } from '../../ir/walk.ts';
import type { LoopOp, Mirror, ReverseContext } from './context.ts';
import { createHistories, type HistoricLoad, type Histories } from './history.ts';
import {
  choose,
  chooseWithHistory,
  chooseWithReplays,
  type ExtraOut,
  type LastValue,
  noLoads,
  type Prologue,
  type Replay,
  type Work,
} from './needs.ts';
import { createNests, type Nests } from './nest.ts';
import { replayedParams } from './order.ts';
import { createRecords, type Records } from './record.ts';

export interface Crossing {
  /** Bodies of reverse loops that run forwards, with the forward loop and what is replayed. */
  readonly forwards: ReadonlyMap<Region, { readonly loop: ForOp; readonly replays: readonly Replay[] }>;
  readonly outs: ReadonlyMap<IfOp, readonly ExtraOut[]>;
  readonly lasts: ReadonlyMap<LoopOp, readonly LastValue[]>;
  readonly records: Records;
  readonly histories: Histories;
  readonly nests: Nests;
  readonly prologues: ReadonlyMap<Region, Prologue>;
}

export function crossRegions(cx: ReverseContext): Crossing {
  const nests = createNests(cx);
  const [records, histories] = [createRecords(cx, nests), createHistories(cx, nests)];
  const work: Work = {
    cx,
    records,
    histories,
    nests,
    outs: new Map(),
    lasts: new Map(),
    forwards: new Map(),
    prologues: new Map(),
    added: new Map(),
  };
  const byRegion = new Map<Region, Mirror[]>();
  for (const mirror of cx.mirrors) byRegion.set(mirror.forward, [...(byRegion.get(mirror.forward) ?? []), mirror]);
  const depth = (region: Region): number => cx.definitions.placeOf(region).depth;
  const innermostFirst = [...byRegion].sort(([a], [b]) => depth(b) - depth(a));
  for (const [region, mirrors] of innermostFirst) {
    const [first] = mirrors;
    if (first?.kind === 'branch') crossBranch(work, region, first.owner as IfOp, mirrors);
    else if (first?.kind === 'activation') crossActivation(work, region, first);
    else if (first) crossLoop(work, region, first.owner as LoopOp, mirrors);
  }
  return work;
}

function crossBranch(work: Work, region: Region, owner: IfOp, mirrors: readonly Mirror[]): void {
  const choice = choose(work, region, mirrors, new Set());
  if (isOfActivation(work, region)) return crossStacked(work, region, mirrors, choice);
  const names = new Map(choice.recorded.map((id) => [id, outOfBranch(work, region, owner, id)]));
  for (const mirror of mirrors) finishMirror(work, mirror, [], names, choice.recomputed);
}

/** A branch that runs at most once per activation of a local function puts what it has to keep on the stacks itself. */
function isOfActivation({ cx }: Work, region: Region): boolean {
  let at: Place | undefined = cx.definitions.placeOf(region);
  while (at?.owner?.kind === 'if') at = at.parent;
  return at?.owner?.kind === 'functions';
}

type Choice = ReturnType<typeof choose>;

function crossStacked(work: Work, region: Region, mirrors: readonly Mirror[], choice: Choice): void {
  work.records.add(region, choice.recorded);
  for (const mirror of mirrors) {
    const { ops, names } = work.records.read(region, choice.recorded, mirror.known);
    finishMirror(work, mirror, ops, names, choice.recomputed);
  }
}

/** An extra out of the `if` that carries a value of one branch; a value of the other branch may share it. */
function outOfBranch(work: Work, region: Region, owner: IfOp, value: ValueId): ValueId {
  const { b, definitions } = work.cx;
  const side = region === owner.then ? 'then' : 'otherwise';
  const outs = work.outs.get(owner) ?? [];
  work.outs.set(owner, outs);
  const type = b.typeOf(value);
  const shared = outs.findIndex((out) => out[side] === undefined && JSON.stringify(b.typeOf(out.id)) === JSON.stringify(type));
  const found = outs[shared];
  if (found) {
    outs[shared] = { ...found, [side]: value };
    return found.id;
  }
  const id = freshLike(work.cx, value);
  outs.push({ id, [side]: value });
  work.added.set(id, { region: definitions.placeOfOp(owner).region, op: owner });
  return id;
}

/** What the reverse of an activation is given goes without a record; all the rest is stacked. */
function crossActivation(work: Work, region: Region, mirror: Mirror): void {
  crossStacked(work, region, [mirror], choose(work, region, [mirror], new Set(region.params)));
}

function crossLoop(work: Work, region: Region, owner: LoopOp, mirrors: readonly Mirror[]): void {
  if (crossForwards(work, region, owner, mirrors)) return;
  const whole = mirrors.filter(({ kind }) => kind === 'whole');
  const counter = owner.kind === 'for' ? [owner.body.params[0] as ValueId] : [];
  const { choice, kept } = chooseWithHistory(work, region, owner, whole, new Set(counter));
  work.records.add(region, choice.recorded);
  for (const mirror of whole) {
    const { ops, names } = work.records.read(region, choice.recorded, mirror.known);
    finishMirror(work, mirror, ops, names, choice.recomputed, kept);
  }
  const partial = mirrors.filter(({ kind }) => kind === 'partial');
  if (partial.length > 0) crossPartial(work, region, owner, partial, choice.recorded, counter);
}

/** A loop that can be undone in any order is undone forwards where that saves the record of a recurrence. */
function crossForwards(work: Work, region: Region, loop: LoopOp, mirrors: readonly Mirror[]): boolean {
  const { cx, records } = work;
  const [mirror] = mirrors;
  if (!cx.takes('forwards')) return false;
  if (loop.kind !== 'for' || mirrors.length !== 1 || !mirror?.anyOrder || pushesWithin(work, region)) return false;
  const candidates = replayedParams(cx, loop);
  const { choice, replayed } = chooseWithReplays(work, region, loop, mirror, candidates);
  if (replayed.length === 0 || choice.recorded.some((id) => records.wouldStack(region, id))) return false;
  const replays = replayed.map((param) => {
    const at = loop.body.params.indexOf(param) - 1;
    return { init: loop.inits[at] as ValueId, param: freshLike(cx, param), yielded: loop.body.yields[at] as ValueId };
  });
  records.add(region, choice.recorded);
  const { ops, names } = records.read(region, choice.recorded, mirror.known);
  const known = new Map([...names, ...replayed.map((param, i) => [param, (replays[i] as Replay).param] as const)]);
  finishMirror(work, mirror, ops, known, choice.recomputed);
  work.forwards.set(mirror.reverse, { loop, replays });
  return true;
}

function pushesWithin(work: Work, region: Region): boolean {
  let found = false;
  walkRegion(region, (op) => {
    if (op.kind === 'for' || op.kind === 'while') found ||= work.records.pushes(op.body);
  });
  return found;
}

/** The partial iteration takes what the stacks hold for it, and has the rest carried out of the loop. */
function crossPartial(
  work: Work,
  region: Region,
  owner: LoopOp,
  mirrors: readonly Mirror[],
  recorded: readonly ValueId[],
  counter: readonly ValueId[],
): void {
  const stacked = recorded.filter((id) => work.records.isStacked(region, id));
  const choice = choose(work, region, mirrors, new Set([...counter, ...stacked]));
  const lasts = choice.recorded.map((value) => lastValue(work, owner, value));
  for (const mirror of mirrors) {
    const { ops, names } = work.records.read(region, stacked, mirror.known);
    const known = new Map([...names, ...lasts.map(({ value, out }) => [value, out] as const)]);
    finishMirror(work, mirror, ops, known, choice.recomputed);
  }
}

function lastValue(work: Work, owner: LoopOp, value: ValueId): LastValue {
  const last = { value, param: freshLike(work.cx, value), out: freshLike(work.cx, value) };
  work.lasts.set(owner, [...(work.lasts.get(owner) ?? []), last]);
  work.added.set(last.out, { region: work.cx.definitions.placeOfOp(owner).region, op: owner });
  return last;
}

export function freshLike({ b }: ReverseContext, id: ValueId): ValueId {
  const { type, hint } = b.values[id] as (typeof b.values)[number];
  return b.value(type, hint);
}

/** Writes the prologue: what is read from records, then what is computed again from it. */
function finishMirror(
  work: Work,
  mirror: Mirror,
  reads: readonly Op[],
  names: ReadonlyMap<ValueId, ValueId>,
  recomputed: readonly Op[],
  kept: ReadonlyMap<ValueId, HistoricLoad> = noLoads,
): void {
  const { b } = work.cx;
  const known = new Map([...mirror.known, ...names]);
  const again = recomputed.flatMap((op) => {
    invariant('out' in op, 'only simple operations are computed again');
    const load = kept.get(op.out);
    if (load) {
      const { ops, value } = work.histories.read(load, known.get(load.index) ?? load.index, b.hintOf(op.out));
      known.set(op.out, value);
      return ops;
    }
    const info = b.values[op.out] as (typeof b.values)[number];
    b.values.push(info);
    const fresh = (b.values.length - 1) as ValueId;
    const copy = renameOp(op, { use: (id) => known.get(id) ?? id, define: () => fresh });
    known.set(op.out, fresh);
    return [copy];
  });
  work.prologues.set(mirror.reverse, { ops: [...reads, ...again], names: known });
}
