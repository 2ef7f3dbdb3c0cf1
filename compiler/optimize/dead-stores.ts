/**
 * Dead stores.
 *   In:      checked IR.      Out: no store to local memory that certainly nobody reads any more.
 *   Example: for i { s += da[i]; da[i] = 0 }, da not read afterwards   →   for i { s += da[i] }
 *   Never:   drops a store that the next iteration of some loop may read, one that lengthens a list, or one of a reference into an object
 *            that is used in any way: a derivative to come makes its like, down to the last array in it.
 *
 * From the end of the function backward, with the memory that is read later. Around a loop everything that its body reads is read later,
 * except memory that the body only touches at the loop's own counter: no iteration sees another one's element.
 */

import { isReference } from '../ir/memory-types.ts';
import type { IrFunction, Op, Region } from '../ir/types.ts';
import { operandsOf, regionsOf, walkFunction, walkRegion, withRegions } from '../ir/walk.ts';
import { arrayClasses, strayedClasses } from './counter-access.ts';
import type { Loop } from './facts.ts';
import { isLoop } from './facts.ts';
import type { Memory, MemoryClass } from './memory.ts';
import { analyzeMemory, isList, writesArray } from './memory.ts';
import type { Pass } from './pass.ts';

export const deadStores: Pass = {
  name: 'dead-stores',
  summary: 'drop stores to local memory that nobody reads afterwards',
  run: dropDeadStores,
};

type Classes = ReadonlySet<MemoryClass>;

interface Sweep {
  readonly fn: IrFunction;
  readonly memory: Memory;
  /** Memory that is used in other ways than by writing to it. */
  readonly used: Classes;
  readonly state: { changed: boolean };
}

function dropDeadStores(fn: IrFunction): IrFunction {
  const memory = analyzeMemory(fn);
  const cx: Sweep = { fn, memory, used: usedClasses(fn, memory), state: { changed: false } };
  const { region } = sweepRegion(fn.body, new Set(arrayClasses(fn.body.yields, fn, cx.memory)), cx);
  return cx.state.changed ? { ...fn, body: region } : fn;
}

function usedClasses(fn: IrFunction, memory: Memory): Classes {
  const used = new Set(arrayClasses(fn.body.yields, fn, memory));
  walkFunction(fn, (op) => {
    const operands = operandsOf(op).filter((_, at) => !(at === 0 && writesArray(op)));
    addAll(used, arrayClasses(operands, fn, memory));
    for (const { yields } of regionsOf(op)) addAll(used, arrayClasses(yields, fn, memory));
  });
  return used;
}

interface Swept {
  readonly region: Region;
  /** What is read from the region's beginning on. */
  readonly before: Classes;
}

function sweepRegion(region: Region, after: Classes, cx: Sweep): Swept {
  const live = new Set(after);
  const kept: Op[] = [];
  for (const op of [...region.ops].reverse()) {
    const left = sweepOp(op, live, cx);
    if (left) kept.push(left);
    else cx.state.changed = true;
  }
  return { region: { ...region, ops: kept.reverse() }, before: live };
}

/** What is left of an operation; adds to `live` what it reads. */
function sweepOp(op: Op, live: Set<MemoryClass>, cx: Sweep): Op | undefined {
  if (op.kind === 'if') {
    const [then, otherwise] = [sweepRegion(op.then, live, cx), sweepRegion(op.otherwise, live, cx)];
    addAll(live, then.before, otherwise.before);
    return { ...op, then: then.region, otherwise: otherwise.region };
  }
  if (isLoop(op)) return sweepLoop(op, live, cx);
  if (op.kind === 'functions') return withRegions(op, (body) => sweepRegion(body, readAnywhere(cx), cx).region);
  if (isDead(op, live, cx)) return undefined;
  addAll(live, readBy(op, cx));
  return op;
}

function addAll(target: Set<MemoryClass>, ...sources: readonly Iterable<MemoryClass>[]): void {
  for (const source of sources) for (const memory of source) target.add(memory);
}

/** `set` may throw, a checked store may lengthen a list, and what others see is never dead. */
function isDead(op: Op, live: Classes, { fn, memory, used }: Sweep): boolean {
  if (!writesArray(op) || op.kind === 'set' || memory.writesOutside(op)) return false;
  const isPart = !fn.settled && op.kind === 'store' && isReference(fn.values[op.value]?.type);
  if (isPart && used.has(memory.classOf(op.array))) return false;
  if (op.kind === 'store' && op.access === 'checked' && isList(fn, op.array)) return false;
  return [...memory.writesOf(op)].every((found) => !live.has(found));
}

/** Memory that an operation reads, or hands to where we do not look: a stack. */
function readBy(op: Op, cx: Sweep): readonly MemoryClass[] {
  if (op.kind === 'push' || op.kind === 'call') return arrayClasses(operandsOf(op), cx.fn, cx.memory);
  return cx.memory.readsOf(op);
}

/** A local function may be called before anything else is. */
function readAnywhere(cx: Sweep): Classes {
  const read = new Set(arrayClasses(cx.fn.body.yields, cx.fn, cx.memory));
  walkFunction(cx.fn, (op) => addAll(read, readBy(op, cx)));
  return read;
}

function sweepLoop(loop: Loop, live: Set<MemoryClass>, cx: Sweep): Op {
  const around = new Set(live);
  addAll(around, readAround(loop, cx));
  if (loop.kind === 'for') {
    const body = sweepRegion(loop.body, around, cx);
    addAll(live, body.before);
    return { ...loop, body: body.region };
  }
  const [condition, body] = [sweepRegion(loop.condition, around, cx), sweepRegion(loop.body, around, cx)];
  addAll(live, condition.before, body.before);
  return { ...loop, condition: condition.region, body: body.region };
}

/** What a later iteration may read of what this one writes. */
function readAround(loop: Loop, cx: Sweep): Classes {
  const read = new Set<MemoryClass>();
  for (const region of regionsOf(loop)) walkRegion(region, (op) => addAll(read, readBy(op, cx)));
  const strayed = strayedClasses(loop, cx.fn, cx.memory);
  return new Set([...read].filter((memory) => strayed.has(memory)));
}
