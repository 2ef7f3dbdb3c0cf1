/**
 * Tables ahead of loops.
 *   In:      checked IR, after the last derivative.
 *   Out:     what every iteration of a loop computes and records anew, in loops inside of it, though it is the same in all of them,
 *            is recorded once ahead of the loop and read there.
 *   Example: for i { for j { e = exp(s[j]); r[j] = e; … } … }   →   for j { r[j] = exp(s[j]) }; for i { for j { e = r[j]; … } … }
 *   Never:   moves what memory says that the loop writes; moves what is cheap to compute again.
 */
import { certainReferences } from '../analysis/certain-references.ts';
import { isDear } from '../analysis/cost.ts';
import { anotherLike, type Builder, createBuilder } from '../ir/build.ts';
import type { ForOp, IrFunction, Op, Region, StoreOp, ValueId } from '../ir/types.ts';
import { operandsOf, renameOp, walkFunction, withRegions } from '../ir/walk.ts';
import { definedWithin, visitUses } from './facts.ts';
import { analyzeMemory, type Memory, type MemoryClass } from './memory.ts';
import type { Pass } from './pass.ts';

export const tables: Pass = { name: 'tables', summary: 'record what is the same in all iterations ahead of their loop', run: makeTables };

interface Tabling {
  readonly b: Builder;
  readonly memory: Memory;
  /** Records with one store, of which everything else only reads elements. */
  readonly records: ReadonlySet<ValueId>;
  /** References that certainly point to something, so that reading through them does not throw. */
  readonly isCertain: (reference: ValueId) => boolean;
  changed: boolean;
}

function makeTables(fn: IrFunction): IrFunction {
  const cx: Tabling = {
    isCertain: certainReferences(fn),
    b: createBuilder(fn.origin, fn.values, true),
    memory: analyzeMemory(fn),
    records: recordsOf(fn),
    changed: false,
  };
  const body = visit(fn.body, cx);
  return cx.changed ? { ...fn, body, values: cx.b.values } : fn;
}

function recordsOf(fn: IrFunction): ReadonlySet<ValueId> {
  const made = new Set<ValueId>();
  const uses = new Map<ValueId, number>();
  const stores = new Map<ValueId, number>();
  const add = (counts: Map<ValueId, number>, id: ValueId, by: number): void => void counts.set(id, (counts.get(id) ?? 0) + by);
  visitUses(fn.body, (id) => add(uses, id, 1));
  walkFunction(fn, (op) => {
    if (op.kind === 'alloc' && op.fill === 'record') made.add(op.out);
    if (op.kind === 'load' || op.kind === 'store') add(uses, op.array, -1);
    if (op.kind === 'store') add(stores, op.array, 1);
  });
  return new Set([...made].filter((id) => uses.get(id) === 0 && stores.get(id) === 1));
}

/** Loops inside first: what leaves one may leave the next. */
function visit(region: Region, cx: Tabling): Region {
  const ops = region.ops.flatMap((op): readonly Op[] => {
    const inside = withRegions(op, (inner) => visit(inner, cx));
    if (inside.kind !== 'for') return [inside];
    let loop = inside;
    const ahead: Op[] = [];
    for (let found = findTable(loop, cx); found; found = findTable(loop, cx)) {
      ahead.push(...tableOf(found, cx.b));
      loop = reading(loop, found, cx.b);
      cx.changed = true;
    }
    return [...ahead, loop];
  });
  return { ...region, ops };
}

interface Table {
  readonly store: StoreOp;
  /** The loops between the loop and the store, outermost first. */
  readonly nest: readonly ForOp[];
  /** What index and value are computed by, in order, by the region in which it stands: the loop's, then those of the nest. */
  readonly slices: readonly (readonly Op[])[];
  /** Those of the innermost region that the index needs. */
  readonly index: readonly Op[];
}

function findTable(loop: ForOp, cx: Tabling): Table | undefined {
  const within = definedWithin(loop);
  const written = cx.memory.writesOf(loop);
  const search = (region: Region, nest: readonly ForOp[]): Table | undefined => {
    for (const op of region.ops) {
      if (op.kind === 'for' && !op.exits) {
        const found = search(op.body, [...nest, op]);
        if (found) return found;
      }
      const isCandidate = op.kind === 'store' && nest.length > 0 && cx.records.has(op.array) && !within.has(op.array);
      const table = isCandidate ? tableFor(op, { loop, nest, within, written }, cx) : undefined;
      if (table) return table;
    }
    return undefined;
  };
  return search(loop.body, []);
}

interface Around {
  readonly loop: ForOp;
  readonly nest: readonly ForOp[];
  readonly within: ReadonlySet<ValueId>;
  readonly written: ReadonlySet<MemoryClass>;
}

function tableFor(store: StoreOp, around: Around, cx: Tabling): Table | undefined {
  const { loop, nest } = around;
  const regions = [loop.body, ...nest.map(({ body }) => body)];
  const counters = new Set(nest.map(({ body }) => body.params[0] as ValueId));
  const inner = (regions.at(-1) as Region).ops;
  const needed = new Set<ValueId>();
  const require = (id: ValueId): void => void (around.within.has(id) && !counters.has(id) && needed.add(id));
  for (const id of [store.index, store.value, ...nest.flatMap(({ from, to }) => [from, to])]) require(id);
  const slices = [...regions].reverse().map((region) => sliceOf(region.ops, needed, require, around, cx));
  const isComplete = needed.size === 0 && cx.b.typeOf(store.value).kind === 'real';
  const dear = slices[0]?.some((op) => op.kind === 'prim' && isDear(op.prim));
  if (!isComplete || !dear || !inner.some((op) => op.kind === 'prim' && op.out === store.value)) return undefined;
  const forIndex = new Set([store.index]);
  const index = sliceOf(inner, forIndex, (id) => void forIndex.add(id), around, cx);
  return { store, nest, slices: slices.reverse(), index };
}

/** The operations of a region that compute what is needed, as long as they give the same in every iteration of the loop. */
function sliceOf(
  ops: readonly Op[],
  needed: Set<ValueId>,
  require: (id: ValueId) => void,
  { written }: Around,
  cx: Tabling,
): readonly Op[] {
  const slice: Op[] = [];
  for (const op of [...ops].reverse()) {
    if (!('out' in op) || !needed.has(op.out) || !isSteady(op, written, cx)) continue;
    needed.delete(op.out);
    operandsOf(op).forEach(require);
    slice.unshift(op);
  }
  return slice;
}

function isSteady(op: Op, written: ReadonlySet<MemoryClass>, { memory, isCertain }: Tabling): boolean {
  if (op.kind === 'load')
    return isCertain(op.array) && !written.has(memory.classOf(op.array)) && memory.reachableFrom(op.array).length === 1;
  return op.kind === 'const' || op.kind === 'prim';
}

/** The loops that fill the record, ahead of the loop. */
function tableOf({ store, nest, slices }: Table, b: Builder): readonly Op[] {
  const names = new Map<ValueId, ValueId>();
  const use = (id: ValueId): ValueId => names.get(id) ?? id;
  const define = (id: ValueId): ValueId => {
    const made = anotherLike(b.values, id);
    names.set(id, made);
    return made;
  };
  const copy = (op: Op): void => b.push(renameOp(op, { use, define }));
  const write = (depth: number): void => {
    slices[depth]?.forEach(copy);
    const loop = nest[depth];
    if (!loop) return copy(store);
    const [counter] = loop.body.params as [ValueId];
    const [from, to] = [use(loop.from), use(loop.to)];
    const body = b.region([define(counter)], () => {
      write(depth + 1);
      return [];
    });
    b.push({ ...loop, from, to, inits: [], body, outs: [] });
  };
  return b.region([], () => {
    write(0);
    return [];
  }).ops;
}

/** The loop with the value read from the record, and without the store. */
function reading(loop: ForOp, { store, nest, index }: Table, b: Builder): ForOp {
  const [next, ...rest] = nest;
  const into = (region: Region, at: ForOp | undefined, deeper: readonly ForOp[]): Region => {
    const ops = at
      ? region.ops.map((op) => (op === at ? { ...at, body: into(at.body, deeper[0], deeper.slice(1)) } : op))
      : region.ops.flatMap((op) => readInstead(op, store, index, b));
    return { ...region, ops };
  };
  return { ...loop, body: into(loop.body, next, rest) };
}

function readInstead(op: Op, store: StoreOp, index: readonly Op[], b: Builder): readonly Op[] {
  if (op === store) return [];
  if (!('out' in op) || op.out !== store.value) return [op];
  const names = new Map<ValueId, ValueId>();
  const use = (id: ValueId): ValueId => names.get(id) ?? id;
  const define = (id: ValueId): ValueId => {
    const made = anotherLike(b.values, id);
    names.set(id, made);
    return made;
  };
  const copies = index.map((each) => renameOp(each, { use, define }));
  return [...copies, { kind: 'load', array: store.array, index: use(store.index), access: 'inRange', out: op.out, origin: op.origin }];
}
