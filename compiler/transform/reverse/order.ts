/**
 * Loops whose iterations can be undone in any order: they carry nothing but sums, and what they do to memory that carries adjoints
 * commutes. Such a loop may be undone forwards, and then computes simple recurrences (`power *= t`) again beside it
 * instead of recording them.
 */

import type { MemoryClass } from '../../analysis/memory.ts';
import { isRepeatable } from '../../analysis/recording.ts';
import { isReference } from '../../ir/memory-types.ts';
import type { ForOp, Op, ValueId } from '../../ir/types.ts';
import { operandsOf, outsOf, walkRegion } from '../../ir/walk.ts';
import type { LoopOp, ReverseContext } from './context.ts';

/** Given that all real values that the loop carries are sums: does its memory allow any order? */
export function undoesInAnyOrder(cx: ReverseContext, loop: LoopOp): loop is ForOp {
  if (loop.kind !== 'for' || loop.exits) return false;
  const inside = new Set<Op>();
  walkRegion(loop.body, (op) => void inside.add(op));
  const updates = [...inside].flatMap((op) => (op.kind === 'store' ? (cx.updates.get(op) ?? []) : []));
  const elements = new Set(updates.map(({ element }) => element));
  const updated = new Set([...inside].flatMap((op) => (op.kind === 'store' && cx.updates.has(op) ? [cx.memory.classOf(op.array)] : [])));
  return [...inside].every((op) => {
    if (op.kind === 'apply' && !cx.ruled.has(op.callee)) return false;
    const touches = (found: MemoryClass): boolean => !isLocal(cx, found, inside, loop);
    if (cx.memory.writtenBy(op).some(touches)) return op.kind === 'store' && cx.updates.has(op);
    const readsUpdated = operandsOf(op).some((id) => {
      const found = cx.memory.classOf(id);
      return updated.has(found) && touches(found);
    });
    return !readsUpdated || op.kind === 'length' || (op.kind === 'load' && (elements.has(op.out) || isReference(cx.b.typeOf(op.out))));
  });
}

/** Memory without adjoints, made in the loop, or overwritten by each of its iterations: the order of iterations is nothing to it. */
function isLocal(cx: ReverseContext, found: MemoryClass, inside: ReadonlySet<Op>, loop: ForOp): boolean {
  if (!cx.activity.isActiveMemory(found) || cx.privateArrays.isPrivateTo(found, loop)) return true;
  return found.origins.every(({ op }) => op !== undefined && inside.has(op));
}

/** Longest chain of operations that is computed again for a recurrence. */
const longestStep = 4;

/** Carried values whose next value follows cheaply from carried values of the same kind, the counter and what is outside. */
export function replayedParams(cx: ReverseContext, loop: ForOp): ReadonlySet<ValueId> {
  const [counter, ...params] = loop.body.params as [ValueId, ...ValueId[]];
  const definers = new Map(loop.body.ops.flatMap((op) => outsOf(op).map((out) => [out, op] as const)));
  const candidates = new Set(params.filter((id) => ['real', 'int', 'bool'].includes(cx.b.typeOf(id).kind)));
  const isSimple = (id: ValueId): boolean => {
    const seen = new Set<Op>();
    const visit = (at: ValueId): boolean => {
      const op = definers.get(at);
      if (!op) return at === counter || candidates.has(at) || !loop.body.params.includes(at);
      seen.add(op);
      return seen.size <= longestStep && isRepeatable(op, cx.b.values, cx.stability) && operandsOf(op).every(visit);
    };
    return visit(loop.body.yields[params.indexOf(id)] as ValueId);
  };
  for (let before = -1; before !== candidates.size; ) {
    before = candidates.size;
    for (const id of [...candidates]) if (!isSimple(id)) candidates.delete(id);
  }
  return candidates;
}
