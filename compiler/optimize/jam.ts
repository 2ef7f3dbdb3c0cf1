/**
 * Unroll and jam.
 *   In:      checked IR, after the last derivative.
 *   Out:     a loop over i from 0, or down to it, takes four of its iterations at a time where these, in loops over j, add to the same
 *            elements, or sum over the same: one loop over j reads x[j] once and writes dx[j] once for all four, and no sum waits for
 *            another. What is left over runs in the loop as it was.
 *   Example: for i { for j { dx[j] += r * p } }   →   for i by 4 { for j { dx[j] += (r0 * p0 + r1 * p1) + (r2 * p2 + r3 * p3) } } …
 *   Never:   changes the order of the function's own sums: only the sums of adjoints are put together.
 */
import { type Definitions, indexDefinitions } from '../analysis/definitions.ts';
import { isWhole } from '../analysis/whole.ts';
import { type Builder, createBuilder, infoOf } from '../ir/build.ts';
import { scalarConstant } from '../ir/constants.ts';
import { isGrowing } from '../ir/memory-types.ts';
import type { AllocOp, ForOp, IrFunction, Op, Region, ValueId } from '../ir/types.ts';
import { freeValues, operandsOf, outsOf, regionsOf, walkFunction, walkRegion, withRegions } from '../ir/walk.ts';
import { definitionsOf } from './facts.ts';
import { isShared, type Plan, writeFours } from './fours.ts';
import { analyzeMemory, type Memory, type MemoryClass } from './memory.ts';
import type { Pass } from './pass.ts';

/** Operations of a body that is repeated. */
const largestBody = 100;

export const jam: Pass = { name: 'jam', summary: 'take four iterations at a time that add to the same elements', run: jamLoops };

interface Jamming {
  readonly fn: IrFunction;
  readonly b: Builder;
  readonly memory: Memory;
  readonly definitions: ReadonlyMap<ValueId, Op>;
  readonly places: Definitions;
  changed: boolean;
}

function jamLoops(fn: IrFunction): IrFunction {
  const cx: Jamming = {
    fn,
    b: createBuilder(fn.origin, fn.values, false),
    memory: analyzeMemory(fn),
    definitions: definitionsOf(fn),
    places: indexDefinitions(fn),
    changed: false,
  };
  const body = jamRegion(fn.body, cx);
  return cx.changed ? { ...fn, body, values: cx.b.values } : fn;
}

function jamRegion(region: Region, cx: Jamming): Region {
  return { ...region, ops: region.ops.flatMap((op) => jammed(op, cx)) };
}

function jammed(op: Op, cx: Jamming): readonly Op[] {
  const plan = op.kind === 'for' ? planFor(op, cx) : undefined;
  if (op.kind === 'for' && plan) {
    cx.changed = true;
    return writeFours(op, plan, cx.b);
  }
  return [withRegions(op, (region) => jamRegion(region, cx))];
}

/** undefined where iterations cannot be taken together, or need not. */
function planFor(loop: ForOp, cx: Jamming): Plan | undefined {
  if (loop.exits || !(isAscending(loop, cx) || isDescending(loop, cx))) return undefined;
  if (!isSmall(loop.body) || !loop.body.ops.every(isSimple)) return undefined;
  const records = recordsOf(loop, cx);
  const varying = varyingIn(loop, records);
  const continuing = continuingOps(loop);
  if (!continuing || !isIndependent(loop, records, varying, cx)) return undefined;
  const inner = innerLoops(loop.body);
  if (inner.some(({ from, to }) => varying.has(from) || varying.has(to))) return undefined;
  const gains = (each: ForOp): boolean => addsTogether(each, varying) || sumsOverTheSame(each, varying);
  return inner.some(gains) ? { varying, continuing, records } : undefined;
}

/** From 0 to anything: the last iterations of a fraction are among those left over. */
function isAscending({ from, step }: ForOp, { definitions }: Jamming): boolean {
  return step === 1 && scalarConstant(definitions.get(from)) === 0;
}

/** Down to 0, from a whole number. */
function isDescending({ from, to, step }: ForOp, { fn, definitions, places }: Jamming): boolean {
  return step === -1 && scalarConstant(definitions.get(to)) === -1 && isWhole(fn, places, from);
}

function isSmall(region: Region): boolean {
  let size = 0;
  walkRegion(region, () => void size++);
  return size <= largestBody;
}

const simpleKinds: ReadonlySet<Op['kind']> = new Set(['const', 'prim', 'load', 'length', 'accumulate', 'store']);

/** Numbers, reads, sums in memory, and counted loops and branches of these; what a branch keeps, it hands on. */
function isSimple(op: Op): boolean {
  if (op.kind === 'for') return !op.exits && op.body.ops.every(isSimple);
  if (op.kind !== 'if') return simpleKinds.has(op.kind);
  return [op.then, op.otherwise].every(({ ops }) =>
    ops.every((inner) => inner.kind !== 'store' && inner.kind !== 'for' && isSimple(inner)),
  );
}

/** Records made before the loop and used in it alone. */
function recordsOf(loop: ForOp, { fn, definitions }: Jamming): readonly AllocOp[] {
  const stored = new Set<ValueId>();
  walkRegion(loop.body, (op) => void (op.kind === 'store' && stored.add(op.array)));
  const uses = new Map<ValueId, number>();
  const count = (op: Op, by: number): void => {
    for (const id of operandsOf(op)) if (stored.has(id)) uses.set(id, (uses.get(id) ?? 0) + by);
  };
  walkFunction(fn, (op) => count(op, 1));
  walkRegion(loop.body, (op) => {
    if ((op.kind === 'load' || op.kind === 'store') && stored.has(op.array)) uses.set(op.array, (uses.get(op.array) ?? 0) - 1);
  });
  return [...stored].flatMap((id) => {
    const op = definitions.get(id);
    return op?.kind === 'alloc' && op.fill === 'record' && uses.get(id) === 0 ? [op] : [];
  });
}

/** What is written and read is of records, at the same places in each iteration, or elements that an iteration has to itself. */
function isIndependent(loop: ForOp, records: readonly AllocOp[], varying: ReadonlySet<ValueId>, cx: Jamming): boolean {
  const { memory } = cx;
  const written = memory.writesOf(loop);
  const own = new Set(records.map(({ out }) => out));
  const apart = elementwise(loop, cx);
  let independent = true;
  walkRegion(loop.body, (op) => {
    if (op.kind !== 'load' && op.kind !== 'length' && op.kind !== 'store') return;
    if (own.has(op.array)) independent &&= op.kind !== 'length' && !varying.has(op.index);
    else independent &&= apart.has(memory.classOf(op.array)) || (op.kind !== 'store' && !written.has(memory.classOf(op.array)));
  });
  return independent;
}

/** The classes of memory of which every iteration touches the element at its counter alone. */
function elementwise({ body }: ForOp, { fn, memory }: Jamming): ReadonlySet<MemoryClass> {
  const found = new Set<MemoryClass>();
  const others = new Set<MemoryClass>();
  walkRegion(body, (op) => {
    if (op.kind !== 'load' && op.kind !== 'store' && op.kind !== 'accumulate') return;
    const isOwn = op.index === body.params[0] && memory.isSingle(op.array) && !isGrowing(infoOf(fn.values, op.array).type);
    (isOwn ? found : others).add(memory.classOf(op.array));
  });
  return new Set([...found].filter((one) => !others.has(one)));
}

/** What depends on the values that the loop carries: plain operations that nothing else needs; undefined if there is more to it. */
function continuingOps(loop: ForOp): ReadonlySet<Op> | undefined {
  const dependent = new Set(loop.body.params.slice(1));
  const ops = new Set<Op>();
  for (const op of loop.body.ops) {
    const reads = [...operandsOf(op), ...regionsOf(op).flatMap((region) => [...freeValues(region)])];
    if (!reads.some((id) => dependent.has(id))) continue;
    if (op.kind !== 'prim') return undefined;
    ops.add(op);
    dependent.add(op.out);
  }
  return ops;
}

function innerLoops({ ops }: Region): ForOp[] {
  return ops.flatMap((op) => (op.kind === 'for' ? [op, ...innerLoops(op.body)] : []));
}

/** Does it add to elements that are the same in all iterations of the loop around? */
function addsTogether({ body }: ForOp, varying: ReadonlySet<ValueId>): boolean {
  return body.ops.some((op) => op.kind === 'accumulate' && isShared(op, varying));
}

/** Does it sum over elements that are the same in all iterations of the loop around? */
function sumsOverTheSame({ body, outs }: ForOp, varying: ReadonlySet<ValueId>): boolean {
  const isSame = (op: Op): boolean => op.kind === 'load' && !varying.has(op.array) && !varying.has(op.index);
  return outs.length > 0 && body.ops.some(isSame);
}

function varyingIn(loop: ForOp, records: readonly AllocOp[]): ReadonlySet<ValueId> {
  const varying = new Set([...loop.body.params, ...records.map(({ out }) => out)]);
  const visit = (op: Op): void => {
    if (op.kind === 'for') return visitLoop(op);
    const reads = [...operandsOf(op), ...regionsOf(op).flatMap((region) => [...freeValues(region)])];
    if (reads.some((id) => varying.has(id))) for (const out of outsOf(op)) varying.add(out);
  };
  const visitLoop = (inner: ForOp): void => {
    for (let size = -1; size < varying.size; ) {
      size = varying.size;
      inner.body.params.slice(1).forEach((param, at) => {
        const sources = [inner.inits[at], inner.body.yields[at]] as ValueId[];
        if (!sources.some((id) => varying.has(id))) return;
        varying.add(param);
        varying.add(inner.outs[at] as ValueId);
      });
      inner.body.ops.forEach(visit);
    }
  };
  loop.body.ops.forEach(visit);
  return varying;
}
