/** How two loops can run as one: by how much the second must stay behind, and which of their iterations are then left over. */
import type { Definitions } from '../analysis/definitions.ts';
import { infoOf } from '../ir/build.ts';
import { isGrowing, isReference } from '../ir/memory-types.ts';
import type { AccumulateOp, ForOp, IrFunction, LoadOp, StoreOp, ValueId } from '../ir/types.ts';
import { affineOf, distanceOf } from './counter-distance.ts';
import { definedWithin } from './facts.ts';
import type { Memory, MemoryClass } from './memory.ts';

export interface Alignment {
  /** When the first loop is at i, the second one is at i + shift. */
  readonly shift: number;
  /** One iteration of one of them that runs by itself. */
  readonly leftOver?: LeftOver;
}

export interface LeftOver {
  readonly of: 'first' | 'second';
  readonly at: 'start' | 'end';
}

export interface Aligning {
  readonly fn: IrFunction;
  readonly memory: Memory;
  readonly definitions: Definitions;
}

/** Shifts that are tried. */
const widest = 2;

/** undefined where the loops cannot run as one with at most one iteration left over, or have no array in common. */
export function align(first: ForOp, second: ForOp, cx: Aligning): Alignment | undefined {
  const limit = first.step === second.step ? latest(first, second, cx) : undefined;
  const starts = apart(first.from, second.from, cx);
  const ends = apart(first.to, second.to, cx);
  if (limit === undefined || starts === undefined || ends === undefined) return undefined;
  const shifts = Array.from({ length: 2 * widest + 1 }, (_, at) => widest - at).filter((ahead) => ahead <= limit);
  const found = shifts.flatMap((ahead) => aligned(ahead * first.step, first.step * starts + ahead, first.step * ends + ahead) ?? []);
  return found.sort((a, b) => costOf(a) - costOf(b))[0];
}

const costOf = ({ shift, leftOver }: Alignment): number => Math.abs(shift) + (leftOver ? 2 * widest : 0);

/** `atStart`, `atEnd`: by how many iterations the first loop starts, and ends, later than the second one. */
function aligned(shift: number, atStart: number, atEnd: number): Alignment | undefined {
  if (Math.abs(atStart) + Math.abs(atEnd) > 1) return undefined;
  if (atStart !== 0) return { shift, leftOver: { of: atStart < 0 ? 'first' : 'second', at: 'start' } };
  return atEnd === 0 ? { shift } : { shift, leftOver: { of: atEnd > 0 ? 'first' : 'second', at: 'end' } };
}

/** The constant by which a bound is greater than another. */
function apart(left: ValueId, right: ValueId, { definitions }: Aligning): number | undefined {
  const [one, other] = [affineOf(left, definitions), affineOf(right, definitions)];
  return one.base === other.base ? one.offset - other.offset : undefined;
}

interface Access {
  readonly op: LoadOp | StoreOp | AccumulateOp;
  readonly found: MemoryClass;
  readonly distance: number | undefined;
}

/** How many iterations the second loop may be ahead of the first one, such that all it needs has been done. */
function latest(first: ForOp, second: ForOp, cx: Aligning): number | undefined {
  const [mine, others] = [accessesOf(first, cx), accessesOf(second, cx)];
  if (!mine || !others || !mine.some(({ op }) => others.some((other) => other.op.array === op.array))) return undefined;
  let limit = widest;
  for (const one of mine) {
    for (const other of others) {
      if (one.found !== other.found || !isOrdered(one, other)) continue;
      if (one.op.array !== other.op.array || one.distance === undefined || other.distance === undefined) return undefined;
      limit = Math.min(limit, first.step * (one.distance - other.distance));
    }
  }
  return limit;
}

/** Of two reads, and of two sums, either may come first. */
function isOrdered(one: Access, other: Access): boolean {
  return one.op.kind !== other.op.kind || one.op.kind === 'store';
}

/** undefined where the loop does more than read and write numbers in arrays that are the same in all its iterations. */
function accessesOf(loop: ForOp, { fn, memory, definitions }: Aligning): readonly Access[] | undefined {
  const within = definedWithin(loop);
  const found: Access[] = [];
  for (const op of loop.body.ops) {
    if (op.kind === 'const' || op.kind === 'prim') continue;
    if (op.kind !== 'load' && op.kind !== 'store' && op.kind !== 'accumulate') return undefined;
    if (within.has(op.array) || isGrowing(infoOf(fn.values, op.array).type)) return undefined;
    if (isReference(infoOf(fn.values, op.kind === 'load' ? op.out : op.value).type)) return undefined;
    found.push({ op, found: memory.classOf(op.array), distance: distanceOf(op.index, loop, definitions) });
  }
  return found;
}
