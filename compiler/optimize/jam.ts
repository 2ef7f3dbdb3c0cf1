/**
 * Unroll and jam.
 *   In:      checked IR, after the last derivative.
 *   Out:     a loop over i from 0 whose iterations add to the same elements, in loops over j, takes four of them at a time: one loop over j
 *            reads x[j] once and writes dx[j] once for all four. What is left over runs in the loop as it was.
 *   Example: for i { for j { dx[j] += r * p } }   →   for i by 4 { for j { dx[j] += (r0 * p0 + r1 * p1) + (r2 * p2 + r3 * p3) } } …
 *   Never:   changes the order of the function's own sums: only the sums of adjoints are put together.
 */
import { anotherLike, type Builder, createBuilder } from '../ir/build.ts';
import { scalarConstant } from '../ir/constants.ts';
import type { ForOp, IrFunction, Op, Region, ValueId } from '../ir/types.ts';
import { freeValues, operandsOf, outsOf, regionsOf, renameOp, walkFunction, walkRegion, withRegions } from '../ir/walk.ts';
import { definitionsOf } from './facts.ts';
import { analyzeMemory, type Memory } from './memory.ts';
import type { Pass } from './pass.ts';

/** Iterations that are taken together: more need more registers than there are. */
const together = 4;
/** Operations of a body that is repeated. */
const largestBody = 100;

export const jam: Pass = { name: 'jam', summary: 'take four iterations at a time that add to the same elements', run: jamLoops };

type AccumulateOp = Extract<Op, { kind: 'accumulate' }>;
type AllocOp = Extract<Op, { kind: 'alloc' }>;

interface Jamming {
  readonly fn: IrFunction;
  readonly b: Builder;
  readonly memory: Memory;
  readonly definitions: ReadonlyMap<ValueId, Op>;
  changed: boolean;
}

function jamLoops(fn: IrFunction): IrFunction {
  const cx: Jamming = {
    fn,
    b: createBuilder(fn.origin, fn.values, false),
    memory: analyzeMemory(fn),
    definitions: definitionsOf(fn),
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
    return write(op, plan, cx);
  }
  return [withRegions(op, (region) => jamRegion(region, cx))];
}

interface Plan {
  /** Values that differ from one iteration of the loop to the next. */
  readonly varying: ReadonlySet<ValueId>;
  /** Operations that continue what the loop carries, in the order of the iterations. */
  readonly continuing: ReadonlySet<Op>;
  /** Records that every iteration fills anew: each of those taken together has its own. */
  readonly records: readonly AllocOp[];
}

/** undefined where iterations cannot be taken together, or need not. */
function planFor(loop: ForOp, cx: Jamming): Plan | undefined {
  if (loop.step !== 1 || loop.exits || scalarConstant(cx.definitions.get(loop.from)) !== 0) return undefined;
  if (!isSmall(loop.body) || !loop.body.ops.every(isSimple)) return undefined;
  const records = recordsOf(loop, cx);
  const varying = varyingIn(loop, records);
  const continuing = continuingOps(loop);
  if (!continuing || !isIndependent(loop, records, varying, cx.memory)) return undefined;
  const inner = innerLoops(loop.body);
  if (inner.some(({ from, to }) => varying.has(from) || varying.has(to))) return undefined;
  return inner.some((each) => addsTogether(each, varying)) ? { varying, continuing, records } : undefined;
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

/** Nothing is read that is written, but for records, at the same places in each iteration. */
function isIndependent(loop: ForOp, records: readonly AllocOp[], varying: ReadonlySet<ValueId>, memory: Memory): boolean {
  const written = memory.writesOf(loop);
  const own = new Set(records.map(({ out }) => out));
  let independent = true;
  walkRegion(loop.body, (op) => {
    if (op.kind === 'store') independent &&= own.has(op.array);
    if (op.kind !== 'load' && op.kind !== 'length' && op.kind !== 'store') return;
    if (own.has(op.array)) independent &&= op.kind !== 'length' && !varying.has(op.index);
    else independent &&= !written.has(memory.classOf(op.array));
  });
  return independent;
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

const isShared = ({ array, index }: AccumulateOp, varying: ReadonlySet<ValueId>): boolean => !varying.has(array) && !varying.has(index);

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

/** What a value is called in each of the iterations that are taken together. */
type Copies = readonly Map<ValueId, ValueId>[];

const named = (copy: ReadonlyMap<ValueId, ValueId>, id: ValueId): ValueId => copy.get(id) ?? id;

/** The loop by fours, and the loop for the rest. */
function write(loop: ForOp, plan: Plan, cx: Jamming): readonly Op[] {
  const { b } = cx;
  b.origin = loop.origin;
  return b.region([], () => {
    const end = b.prim('sub', [loop.to, b.prim('rem', [loop.to, b.constant(together)])], 'fours');
    const outs = loop.outs.map((id) => anotherLike(b.values, id));
    const copies = Array.from({ length: together }, () => new Map<ValueId, ValueId>());
    for (const copy of copies.slice(1)) for (const record of plan.records) b.push({ ...record, out: define(record.out, copy, b) });
    b.push({ ...loop, to: end, step: together, body: fourAtATime(loop, plan, copies, b), outs });
    b.push({ ...loop, from: end, inits: outs });
    return [];
  }).ops;
}

function fourAtATime(loop: ForOp, { varying, continuing }: Plan, copies: Copies, b: Builder): Region {
  const [index, ...carried] = loop.body.params as [ValueId, ...ValueId[]];
  const params = loop.body.params.map((id) => anotherLike(b.values, id));
  return b.region(params, () => {
    copies.forEach((copy, at) => {
      copy.set(index, at === 0 ? (params[0] as ValueId) : b.prim('add', [params[0] as ValueId, b.constant(at)]));
    });
    for (const op of loop.body.ops) if (!continuing.has(op)) repeat(op, copies, varying, b);
    let before: readonly ValueId[] = params.slice(1);
    for (const copy of copies) {
      carried.forEach((id, at) => {
        copy.set(id, before[at] as ValueId);
      });
      for (const op of loop.body.ops) if (continuing.has(op)) repeatOnce(op, copy, b);
      before = loop.body.yields.map((id) => named(copy, id));
    }
    return before;
  });
}

/** An operation, once for all iterations where it is the same in them. */
function repeat(op: Op, copies: Copies, varying: ReadonlySet<ValueId>, b: Builder): void {
  b.origin = op.origin;
  if (op.kind === 'for') return repeatLoop(op, copies, varying, b);
  if (op.kind === 'accumulate' && isShared(op, varying)) return addOnce(op, copies, b);
  const isSame = outsOf(op).length > 0 && !outsOf(op).some((out) => varying.has(out)) && !addsSomewhere(op);
  for (const copy of isSame ? copies.slice(0, 1) : copies) repeatOnce(op, copy, b);
  if (isSame)
    for (const copy of copies.slice(1)) for (const out of outsOf(op)) copy.set(out, named(copies[0] as Map<ValueId, ValueId>, out));
}

function addsSomewhere(op: Op): boolean {
  let adds = false;
  const visit = ({ kind }: Op): void => {
    adds ||= kind === 'accumulate';
  };
  for (const region of regionsOf(op)) walkRegion(region, visit);
  return adds;
}

function repeatOnce(op: Op, copy: Map<ValueId, ValueId>, b: Builder): void {
  b.push(
    renameOp(op, {
      use: (id) => named(copy, id),
      define(id) {
        const made = anotherLike(b.values, id);
        copy.set(id, made);
        return made;
      },
    }),
  );
}

/** The sum of what the iterations add to one element. */
function addOnce(op: AccumulateOp, copies: Copies, b: Builder): void {
  const [first, second, third, fourth] = copies.map((copy) => named(copy, op.value)) as [ValueId, ValueId, ValueId, ValueId];
  const value = b.prim('add', [b.prim('add', [first, second]), b.prim('add', [third, fourth])]);
  const [one] = copies as readonly [Map<ValueId, ValueId>];
  b.push({ ...op, array: named(one, op.array), index: named(one, op.index), value });
}

/** One loop instead of four. */
function repeatLoop(op: ForOp, copies: Copies, varying: ReadonlySet<ValueId>, b: Builder): void {
  const [one] = copies as readonly [Map<ValueId, ValueId>];
  const [index, ...carried] = op.body.params as [ValueId, ...ValueId[]];
  const inner = copies.map((copy) => new Map(copy));
  const at = anotherLike(b.values, index);
  const params = inner.map((copy) => carried.map((id) => define(id, copy, b)));
  for (const copy of inner) copy.set(index, at);
  const body = b.region([at, ...params.flat()], () => {
    for (const each of op.body.ops) repeat(each, inner, varying, b);
    return inner.flatMap((copy) => op.body.yields.map((id) => named(copy, id)));
  });
  const inits = copies.flatMap((copy) => op.inits.map((id) => named(copy, id)));
  const outs = copies.flatMap((copy) => op.outs.map((id) => define(id, copy, b)));
  b.push({ ...op, from: named(one, op.from), to: named(one, op.to), inits, body, outs });
}

function define(id: ValueId, copy: Map<ValueId, ValueId>, b: Builder): ValueId {
  const made = anotherLike(b.values, id);
  copy.set(id, made);
  return made;
}
