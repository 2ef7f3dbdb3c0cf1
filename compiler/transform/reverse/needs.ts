/** What each pair of a forward and a reverse region needs: which values are recorded for it, and which are computed again. */
import { chooseRecording } from '../../analysis/recording.ts';
import type { ForOp, IfOp, Op, Region, ValueId } from '../../ir/types.ts';
import { operandsOf, regionsOf } from '../../ir/walk.ts';
import type { LoopOp, Mirror, ReverseContext } from './context.ts';
import { type HistoricLoad, type Histories, historicLoads } from './history.ts';
import type { Nests } from './nest.ts';
import type { Records } from './record.ts';

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

/** Crossing in progress. */
export interface Work {
  readonly cx: ReverseContext;
  readonly outs: Map<IfOp, ExtraOut[]>;
  readonly lasts: Map<LoopOp, LastValue[]>;
  readonly records: Records;
  readonly histories: Histories;
  readonly nests: Nests;
  readonly forwards: Map<Region, { readonly loop: ForOp; readonly replays: readonly Replay[] }>;
  readonly prologues: Map<Region, Prologue>;
  /** Results added to forward operations: where they are defined. */
  readonly added: Map<ValueId, { readonly region: Region; readonly op: Op }>;
}

/** The cheapest recording for a region. */
export function choose(
  work: Work,
  region: Region,
  mirrors: readonly Mirror[],
  free: ReadonlySet<ValueId>,
  also: readonly ValueId[] = [],
  kept: ReadonlySet<ValueId> = new Set(),
) {
  const reads = [...mirrors.flatMap((mirror) => [...readsOf(work, mirror.reverse)]), ...also];
  const needed = new Set(reads.filter((id) => homeOf(work, id) === region));
  const added = new Map([...work.added].filter(([, place]) => place.region === region).map(([id, { op }]) => [id, op]));
  return { needed, ...chooseRecording({ region, needed, free, added, kept }, work.cx.b.values, work.cx.stability) };
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

/** The recording, with histories of arrays that the loop around rewrites where they take the place of more records than they are. */
export function chooseWithHistory(work: Work, region: Region, owner: LoopOp, mirrors: readonly Mirror[], free: ReadonlySet<ValueId>) {
  const plain = { choice: choose(work, region, mirrors, free), kept: noLoads };
  const historic = plain.choice.recorded.length > 0 && work.cx.takes('history') ? historicLoads(work.cx, owner) : noLoads;
  if (historic.size === 0) return plain;
  const choice = choose(work, region, mirrors, free, [], new Set(historic.keys()));
  const read = choice.recomputed.flatMap((op) => ('out' in op ? (historic.get(op.out) ?? []) : []));
  const fresh = new Set(read.filter((load) => !work.histories.isKept(load)).map(({ array }) => array));
  const saved = plain.choice.recorded.length - choice.recorded.length;
  return saved > fresh.size && work.histories.keep(read) ? { choice, kept: historic } : plain;
}

export const noLoads: ReadonlyMap<ValueId, HistoricLoad> = new Map();

/** The recording if recurrences are free, and those that it relies on: each needs its next value as well. */
export function chooseWithReplays(work: Work, region: Region, loop: ForOp, mirror: Mirror, candidates: ReadonlySet<ValueId>) {
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
