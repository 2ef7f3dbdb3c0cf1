/**
 * Which reads of memory give the same answer again in the reverse sweep: those whose memory nobody writes between the read
 * and the end of the forward sweep. Everything else must be recorded.
 */
import { scalarConstant } from '../ir/constants.ts';
import { isRecord } from '../ir/memory-types.ts';
import type { Op, ValueId } from '../ir/types.ts';
import { type Definitions, isLoop, isWithin, type Place } from './definitions.ts';
import { localFunctionAround } from './local-functions.ts';
import type { Memory, MemoryClass } from './memory.ts';

export interface Stability {
  /** Can `op`, a read, be repeated any time after it ran, until what it reads goes out of scope? */
  isStable(op: Op): boolean;
  /** Is the class never written after (or during a later iteration around) the given operation? */
  isSettledAfter(memory: MemoryClass, op: Op): boolean;
}

export function analyzeStability(definitions: Definitions, memory: Memory, isFreshIn: FreshMemory = () => false): Stability {
  const hasFields = ({ single, types }: MemoryClass): boolean => single || types.every(isRecord);
  const isSettledAfter = (found: MemoryClass, op: Op): boolean =>
    found.writes.every(
      (write) => (hasFields(found) && isElsewhere(write, op, definitions)) || !mayFollow(write, op, found, definitions, isFreshIn),
    );
  return {
    isSettledAfter,
    isStable(op) {
      const read = readBy(op);
      if (read === undefined) return true;
      const found = memory.classOf(read);
      return (op.kind === 'length' && !found.grows) || isSettledAfter(found, op);
    },
  };
}

/** The reference whose elements (or growing length) an operation reads. A typed array's length never changes. */
function readBy(op: Op): ValueId | undefined {
  return op.kind === 'load' || op.kind === 'present' || op.kind === 'length' ? op.array : undefined;
}

/** Do a write and a read have different constant indices, as accesses to different fields of a record have? */
function isElsewhere(write: Op, read: Op, definitions: Definitions): boolean {
  if ((write.kind !== 'store' && write.kind !== 'accumulate') || (read.kind !== 'load' && read.kind !== 'present')) return false;
  const [written, asked] = [write.index, read.index].map((index) => scalarConstant(definitions.definitionOf(index).op));
  return written !== undefined && asked !== undefined && written !== asked;
}

/** Is the memory as good as new in each iteration of a loop whose iterations are undone one by one? */
export type FreshMemory = (found: MemoryClass, loop: Op) => boolean;

/** May `write` run after `op`, on memory that `op` saw? */
function mayFollow(write: Op, op: Op, found: MemoryClass, definitions: Definitions, isFreshIn: FreshMemory): boolean {
  const home = commonHome(found, definitions);
  const local = localFunctionAround(write, definitions) ?? localFunctionAround(op, definitions);
  if (local && !(home && isWithin(home, local))) return true;
  if (definitions.orderOf(write) > definitions.orderOf(op)) return true;
  const around = definitions.placeOfOp(op);
  for (let at: Place | undefined = definitions.placeOfOp(write); at && at !== home; at = at.parent) {
    if (!at.owner || !isLoop(at.owner)) continue;
    if (isFreshIn(found, at.owner)) return false;
    if (isWithin(around, at)) return true;
  }
  return false;
}

/** Memory made by a single operation is new each time that its region runs: loops around that region do not bring it back. */
function commonHome(found: MemoryClass, definitions: Definitions): Place | undefined {
  const [origin] = found.origins;
  return found.single && origin?.op ? definitions.placeOfOp(origin.op) : undefined;
}
