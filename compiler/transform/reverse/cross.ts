/** Crossing: how forward values reach the reverse regions that read them.
 *  In:      reverse regions that refer freely to values of the forward regions they mirror.
 *  Out:     what to add to both sweeps. A value leaves an `if` as an extra out; it leaves an iteration through a record (an array at
 *           the linear iteration number, or a stack), or, where only the partial iteration reads it, as an extra carried value.
 *           What is cheap to have again is computed again.
 */
import type { Place } from '../../analysis/definitions.ts';
import { chooseRecording } from '../../analysis/recording.ts';
import { invariant } from '../../diagnostics/internal.ts';
import type { ForOp, IfOp, Op, Region, ValueId } from '../../ir/types.ts';
import { operandsOf, regionsOf, renameOp, walkRegion } from '../../ir/walk.ts';
import type { LoopOp, Mirror, ReverseContext } from './context.ts';
import { replayedParams } from './order.ts';
import { createRecords, type Records } from './record.ts';

/** A value that an `if` hands out in addition. */
export interface ExtraOut {
  readonly id: ValueId;
  readonly then?: ValueId;
  readonly otherwise?: ValueId;
}

/** The last iteration's value, carried out of a loop. */
export interface LastValue {
  readonly value: ValueId;
  readonly param: ValueId;
  readonly out: ValueId;
}

/** What a reverse region starts with, and under which names it finds forward values. */
export interface Prologue {
  readonly ops: readonly Op[];
  readonly names: ReadonlyMap<ValueId, ValueId>;
}

/** A recurrence that a reverse loop, run forwards, computes again beside what it carries itself. */
export interface Replay {
  readonly init: ValueId;
  readonly param: ValueId;
  readonly yielded: ValueId;
}

export interface Crossing {
  /** Bodies of reverse loops that run forwards, with the forward loop and what is replayed. */
  readonly forwards: ReadonlyMap<Region, { readonly loop: ForOp; readonly replays: readonly Replay[] }>;
  readonly outs: ReadonlyMap<IfOp, readonly ExtraOut[]>;
  readonly lasts: ReadonlyMap<LoopOp, readonly LastValue[]>;
  readonly records: Records;
  readonly prologues: ReadonlyMap<Region, Prologue>;
}

interface Work {
  readonly cx: ReverseContext;
  readonly outs: Map<IfOp, ExtraOut[]>;
  readonly lasts: Map<LoopOp, LastValue[]>;
  readonly records: Records;
  readonly forwards: Map<Region, { readonly loop: ForOp; readonly replays: readonly Replay[] }>;
  readonly prologues: Map<Region, Prologue>;
  /** Results added to forward operations: where they are defined. */
  readonly added: Map<ValueId, { readonly region: Region; readonly op: Op }>;
}

export function crossRegions(cx: ReverseContext): Crossing {
  const records = createRecords(cx);
  const work: Work = { cx, records, outs: new Map(), lasts: new Map(), forwards: new Map(), prologues: new Map(), added: new Map() };
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
  const choice = choose(work, region, whole, new Set(counter));
  work.records.add(region, choice.recorded);
  for (const mirror of whole) {
    const { ops, names } = work.records.read(region, choice.recorded, mirror.known);
    finishMirror(work, mirror, ops, names, choice.recomputed);
  }
  const partial = mirrors.filter(({ kind }) => kind === 'partial');
  if (partial.length > 0) crossPartial(work, region, owner, partial, choice.recorded, counter);
}

/** A loop that can be undone in any order is undone forwards where that saves the record of a recurrence. */
function crossForwards(work: Work, region: Region, loop: LoopOp, mirrors: readonly Mirror[]): boolean {
  const { cx, records } = work;
  const [mirror] = mirrors;
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

/** The recording if recurrences are free, and those that it relies on: each needs its next value as well. */
function chooseWithReplays(work: Work, region: Region, loop: ForOp, mirror: Mirror, candidates: ReadonlySet<ValueId>) {
  const free = new Set([loop.body.params[0] as ValueId, ...candidates]);
  const replayed = new Set<ValueId>();
  for (;;) {
    const nexts = [...replayed].map((param) => loop.body.yields[loop.body.params.indexOf(param) - 1] as ValueId);
    const choice = choose(work, region, [mirror], free, nexts);
    const reads = [...choice.needed, ...choice.recomputed.flatMap(operandsOf)].filter((id) => candidates.has(id));
    if (reads.every((id) => replayed.has(id))) return { choice, replayed: [...replayed].sort((a, c) => a - c) };
    for (const id of reads) replayed.add(id);
  }
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

function choose(work: Work, region: Region, mirrors: readonly Mirror[], free: ReadonlySet<ValueId>, also: readonly ValueId[] = []) {
  const reads = [...mirrors.flatMap((mirror) => [...readsOf(work, mirror.reverse)]), ...also];
  const needed = new Set(reads.filter((id) => homeOf(work, id) === region));
  const added = new Map([...work.added].filter(([, place]) => place.region === region).map(([id, { op }]) => [id, op]));
  return { needed, ...chooseRecording({ region, needed, free, added }, work.cx.b.values, work.cx.stability) };
}

/** The forward region that defines a value. */
function homeOf(work: Work, id: ValueId): Region | undefined {
  const added = work.added.get(id);
  if (added) return added.region;
  return id < work.cx.fn.values.length ? work.cx.definitions.definitionOf(id).place.region : undefined;
}

/** What a reverse region reads from outside, once the regions nested in it have their prologues. */
function readsOf(work: Work, region: Region): Set<ValueId> {
  const reads = new Set<ValueId>(region.yields);
  for (const op of region.ops) {
    for (const id of operandsOf(op)) reads.add(id);
    for (const inner of regionsOf(op)) for (const id of readsOf(work, inner)) reads.add(id);
    for (const id of boundsReadBy(work, op)) reads.add(id);
  }
  const prologue = work.prologues.get(region);
  if (!prologue) return reads;
  for (const op of prologue.ops) for (const id of operandsOf(op)) reads.add(id);
  return new Set([...reads].map((id) => prologue.names.get(id) ?? id));
}

/** What a reverse loop that runs forwards takes from around it. */
function boundsReadBy(work: Work, op: Op): readonly ValueId[] {
  const forwards = op.kind === 'for' ? work.forwards.get(op.body) : undefined;
  return forwards ? [forwards.loop.from, forwards.loop.to, ...forwards.replays.flatMap(({ init, yielded }) => [init, yielded])] : [];
}

/** Writes the prologue: what is read from records, then what is computed again from it. */
function finishMirror(
  work: Work,
  mirror: Mirror,
  reads: readonly Op[],
  names: ReadonlyMap<ValueId, ValueId>,
  recomputed: readonly Op[],
): void {
  const { b } = work.cx;
  const known = new Map([...mirror.known, ...names]);
  const again = recomputed.map((op) => {
    invariant('out' in op, 'only simple operations are computed again');
    const info = b.values[op.out] as (typeof b.values)[number];
    b.values.push(info);
    const fresh = (b.values.length - 1) as ValueId;
    const copy = renameOp(op, { use: (id) => known.get(id) ?? id, define: () => fresh });
    known.set(op.out, fresh);
    return copy;
  });
  work.prologues.set(mirror.reverse, { ops: [...reads, ...again], names: known });
}
