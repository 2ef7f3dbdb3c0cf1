/**
 * The one place that decides what the reverse sweep computes again and what the forward sweep records for it.
 *
 * For one forward region: a minimum cut between what cannot be had again there (carried values, results of nested loops and
 * branches, reads of memory that is overwritten, dear operations) and what the reverse region needs. Everything defined
 * outside of the region, the loop's own counter and constants count as free; values outside are settled by the region around.
 */
import { infoOf } from '../ir/build.ts';
import type { Op, Region, ValueId, ValueInfo } from '../ir/types.ts';
import { operandsOf, outsOf } from '../ir/walk.ts';
import { isDear, isPure, recordedBytes } from './cost.ts';
import { minimumCut } from './min-cut.ts';
import type { Stability } from './stability.ts';

export interface RegionNeeds {
  readonly region: Region;
  /** Values defined in the region (not deeper) that the reverse region reads, and results added to its operations. */
  readonly needed: ReadonlySet<ValueId>;
  /** The counter of a counted loop, and what is recorded already. */
  readonly free: ReadonlySet<ValueId>;
  /** Results that were added to operations of the region: value to operation. */
  readonly added: ReadonlyMap<ValueId, Op>;
  /** Loads of memory that is overwritten, but whose contents are kept. */
  readonly kept: ReadonlySet<ValueId>;
}

export interface Recording {
  /** In the order in which they are defined. */
  readonly recorded: readonly ValueId[];
  /** Operations to repeat at the start of the reverse region, in order. */
  readonly recomputed: readonly Op[];
}

export function chooseRecording(needs: RegionNeeds, values: readonly ValueInfo[], stability: Stability): Recording {
  const vertices = verticesOf(needs);
  const isAgain = ({ id, op }: Vertex): boolean => needs.kept.has(id) || isRepeatable(op, values, stability);
  const index = new Map(vertices.map((vertex, i) => [vertex.id, i]));
  const cut = minimumCut({
    size: vertices.length,
    weights: vertices.map(({ id }) => recordedBytes(infoOf(values, id).type.kind)),
    edges: vertices.flatMap((vertex, to) =>
      isAgain(vertex)
        ? operandsOf(vertex.op as Op).flatMap((from) => (index.has(from) ? [[index.get(from) as number, to] as const] : []))
        : [],
    ),
    sources: vertices.flatMap((vertex, i) => (isAgain(vertex) || needs.free.has(vertex.id) ? [] : [i])),
    sinks: vertices.flatMap(({ id }, i) => (needs.needed.has(id) ? [i] : [])),
  });
  const recorded = cut.map((i) => (vertices[i] as Vertex).id);
  return { recorded, recomputed: repeatedOps(needs, new Set(recorded), vertices) };
}

interface Vertex {
  readonly id: ValueId;
  readonly op?: Op;
}

function verticesOf({ region, added }: RegionNeeds): Vertex[] {
  const extra = new Map<Op, ValueId[]>();
  for (const [id, op] of added) extra.set(op, [...(extra.get(op) ?? []), id]);
  return [
    ...region.params.map((id) => ({ id })),
    ...region.ops.flatMap((op) => [...outsOf(op), ...(extra.get(op) ?? [])].map((id) => ({ id, op }))),
  ];
}

/** Can the operation be run again in the reverse sweep, and is that cheap? */
export function isRepeatable(op: Op | undefined, values: readonly ValueInfo[], stability: Stability): boolean {
  if (!op || !isPure(op) || !stability.isStable(op)) return false;
  return op.kind !== 'prim' || !isDear(op.prim, infoOf(values, op.out).type.kind);
}

/** What lies between the cut and the needs, in order. */
function repeatedOps(needs: RegionNeeds, recorded: ReadonlySet<ValueId>, vertices: readonly Vertex[]): Op[] {
  const definer = new Map(vertices.map(({ id, op }) => [id, op]));
  const wanted = new Set<Op>();
  const work = [...needs.needed];
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    const op = definer.get(id);
    if (!op || recorded.has(id) || needs.free.has(id) || wanted.has(op)) continue;
    wanted.add(op);
    work.push(...operandsOf(op));
  }
  return needs.region.ops.filter((op) => wanted.has(op));
}
