/**
 * Sinking.
 *   In:      checked IR.      Out: a pure value that only one branch of an `if` reads is computed in that branch.
 *   Example: e = exp x; if c { yield e } else { yield 0 }   →   if c { e = exp x; yield e } else { yield 0 }
 *   Never:   moves into a loop; moves a load over a write.
 */

import type { IfOp, IrFunction, Op, Region, ValueId } from '../ir/types.ts';
import { operandsOf, regionsOf, withRegions } from '../ir/walk.ts';
import { visitUses } from './facts.ts';
import type { Memory, MemoryClass } from './memory.ts';
import { analyzeMemory } from './memory.ts';
import type { Pass } from './pass.ts';

export const sink: Pass = { name: 'sink', summary: 'compute in a branch what only the branch reads', run: sinkIntoBranches };

interface Sinking {
  readonly memory: Memory;
  readonly state: { changed: boolean };
}

function sinkIntoBranches(fn: IrFunction): IrFunction {
  const cx: Sinking = { memory: analyzeMemory(fn), state: { changed: false } };
  const body = sinkRegion(fn.body, cx);
  return cx.state.changed ? { ...fn, body } : fn;
}

/** Where a value is read in a region: in one branch of one of its `if`s, or (undefined) anywhere else. */
interface Place {
  readonly op: IfOp;
  readonly arm: 'then' | 'otherwise';
}

/** From the end: what sinks takes its operands' only readers along. */
function sinkRegion(region: Region, cx: Sinking): Region {
  const readers = new Map<ValueId, Place | 'here'>();
  const sunk = new Map<Op, { then: Op[]; otherwise: Op[] }>();
  const written = new Set<MemoryClass>();
  const kept: Op[] = [];
  for (const id of region.yields) readers.set(id, 'here');
  for (const op of [...region.ops].reverse()) {
    const place = placeOf(op, readers, written, cx);
    if (place) {
      cx.state.changed = true;
      armsOf(place.op, sunk)[place.arm].push(op);
      noteReads(operandsOf(op), place, readers);
      continue;
    }
    kept.push(op);
    for (const memory of cx.memory.writesOf(op)) written.add(memory);
    noteOwnReads(op, readers);
  }
  return { ...region, ops: kept.reverse().map((op) => withRegions(withSunk(op, sunk.get(op)), (inner) => sinkRegion(inner, cx))) };
}

function armsOf(op: Op, sunk: Map<Op, { then: Op[]; otherwise: Op[] }>): { then: Op[]; otherwise: Op[] } {
  const arms = sunk.get(op) ?? { then: [], otherwise: [] };
  sunk.set(op, arms);
  return arms;
}

/** What sank was found from the end. */
function withSunk(op: Op, arms: { then: Op[]; otherwise: Op[] } | undefined): Op {
  if (!arms || op.kind !== 'if') return op;
  const before = (region: Region, ops: readonly Op[]): Region => ({ ...region, ops: [...[...ops].reverse(), ...region.ops] });
  return { ...op, then: before(op.then, arms.then), otherwise: before(op.otherwise, arms.otherwise) };
}

/** The only branch that reads a pure operation's result. Constants, tests and lengths are not worth a move. */
function placeOf(op: Op, readers: ReadonlyMap<ValueId, Place | 'here'>, written: ReadonlySet<MemoryClass>, cx: Sinking): Place | undefined {
  if (op.kind !== 'prim' && op.kind !== 'load') return undefined;
  if (op.kind === 'load' && written.has(cx.memory.classOf(op.array))) return undefined;
  const place = readers.get(op.out);
  return place === 'here' ? undefined : place;
}

function noteReads(ids: Iterable<ValueId>, place: Place | 'here', readers: Map<ValueId, Place | 'here'>): void {
  for (const id of ids) {
    const known = readers.get(id);
    const same = known === undefined || (known !== 'here' && place !== 'here' && known.op === place.op && known.arm === place.arm);
    readers.set(id, same ? place : 'here');
  }
}

function noteOwnReads(op: Op, readers: Map<ValueId, Place | 'here'>): void {
  noteReads(operandsOf(op), 'here', readers);
  if (op.kind === 'if') {
    noteReads(readIn(op.then), { op, arm: 'then' }, readers);
    noteReads(readIn(op.otherwise), { op, arm: 'otherwise' }, readers);
  } else {
    for (const inner of regionsOf(op)) noteReads(readIn(inner), 'here', readers);
  }
}

/** Every value read in a region; those that it defines are nobody else's. */
function readIn(region: Region): ReadonlySet<ValueId> {
  const ids = new Set<ValueId>();
  visitUses(region, (id) => ids.add(id));
  return ids;
}
