/**
 * What a record or short list is filled with right after it is made belongs to its literal. The operation that makes it moves down to
 * the last of the stores that fill it: nothing in between knows the new memory.
 */
import { infoOf } from '../ir/build.ts';
import { isRecord, isRefs } from '../ir/memory-types.ts';
import type { AllocOp, IrFunction, Op, Region, StoreOp, Type, ValueId } from '../ir/types.ts';
import { freeValues, operandsOf, regionsOf } from '../ir/walk.ts';

export interface Literals {
  readonly fn: IrFunction;
  /** What is stored in each element of a new record or list, as far as its literal says it. */
  readonly elements: ReadonlyMap<ValueId, ReadonlyMap<number, ValueId>>;
  /** The stores that literals have taken up. */
  readonly stores: ReadonlySet<Op>;
}

interface Gathering {
  readonly fn: IrFunction;
  readonly constants: ReadonlyMap<ValueId, number>;
  readonly elements: Map<ValueId, ReadonlyMap<number, ValueId>>;
  readonly stores: Set<Op>;
  /** What an operation reads, with its regions. */
  readonly reads: Map<Op, ReadonlySet<ValueId>>;
}

const longestList = 16;

export function gatherLiterals(fn: IrFunction): Literals {
  const gathering: Gathering = { fn, constants: constantsOf(fn.body), elements: new Map(), stores: new Set(), reads: new Map() };
  const gathered = gatherRegion(fn.body, gathering);
  const body = { ...gathered, ops: sinkResults(gathered, gathering) };
  return { fn: { ...fn, body }, elements: gathering.elements, stores: gathering.stores };
}

function constantsOf(region: Region, found: Map<ValueId, number> = new Map()): Map<ValueId, number> {
  for (const op of region.ops) {
    if (op.kind === 'const' && typeof op.value === 'number') found.set(op.out, op.value);
    for (const inner of regionsOf(op)) constantsOf(inner, found);
  }
  return found;
}

function gatherRegion(region: Region, gathering: Gathering): Region {
  const ops = region.ops.map((op) => gatherInside(op, gathering));
  for (const op of [...ops]) if (op.kind === 'alloc') gatherLiteral(ops, op, gathering);
  return { ...region, ops };
}

function gatherInside(op: Op, gathering: Gathering): Op {
  if (op.kind === 'if') return { ...op, then: gatherRegion(op.then, gathering), otherwise: gatherRegion(op.otherwise, gathering) };
  if (op.kind === 'for') return { ...op, body: gatherRegion(op.body, gathering) };
  if (op.kind === 'while') return { ...op, condition: gatherRegion(op.condition, gathering), body: gatherRegion(op.body, gathering) };
  return op;
}

function gatherLiteral(ops: Op[], alloc: AllocOp, gathering: Gathering): void {
  const type = infoOf(gathering.fn.values, alloc.out).type;
  const size = gathering.constants.get(alloc.length);
  if (!isRecord(type) && !(isRefs(type) && size !== undefined && size > 0 && size <= longestList)) return;
  const at = ops.indexOf(alloc);
  const found = storesBehind(ops, at, alloc.out, size ?? 0, gathering);
  const elements = new Map(found.map((store) => [gathering.constants.get(store.index) ?? 0, store.value]));
  if (!isRecord(type) && elements.size !== size) return;
  gathering.elements.set(alloc.out, elements);
  for (const store of found) gathering.stores.add(store);
  const last = found.at(-1);
  if (!last) return;
  const moved: ReadonlySet<Op> = new Set([alloc, ...found]);
  const end = ops.indexOf(last);
  const between = ops.slice(at, end + 1).filter((op) => !moved.has(op));
  ops.splice(at, end + 1 - at, ...between, alloc, ...found);
}

/** The stores that fill new memory, one to an element, up to the first other use of it. */
function storesBehind(ops: readonly Op[], at: number, array: ValueId, size: number, gathering: Gathering): StoreOp[] {
  const found: StoreOp[] = [];
  const filled = new Set<number>();
  for (let i = at + 1; i < ops.length && filled.size < size; i++) {
    const op = ops[i] as Op;
    if (!readsOf(op, gathering).has(array)) continue;
    const index = op.kind === 'store' && op.array === array && op.value !== array ? gathering.constants.get(op.index) : undefined;
    if (op.kind !== 'store' || index === undefined || filled.has(index) || index >= size) break;
    found.push(op);
    filled.add(index);
  }
  return found;
}

function readsOf(op: Op, { reads }: Gathering): ReadonlySet<ValueId> {
  const known = reads.get(op);
  if (known) return known;
  const found = new Set([...operandsOf(op), ...regionsOf(op).flatMap((region) => [...freeValues(region)])]);
  reads.set(op, found);
  return found;
}

/** Literals that are results, or parts of those, are made last: what they are made of can then be handed out in other ways too. */
function sinkResults(body: Region, gathering: Gathering): Op[] {
  const ops = [...body.ops];
  const wanted = new Set(body.yields);
  const sunk: Op[] = [];
  for (const op of [...body.ops].reverse()) {
    if (op.kind !== 'alloc' || !gathering.elements.has(op.out) || !wanted.has(op.out)) continue;
    const isOwn = (other: Op): boolean => other === op || (other.kind === 'store' && other.array === op.out && gathering.stores.has(other));
    if (ops.some((other) => !isOwn(other) && readsOf(other, gathering).has(op.out))) continue;
    const own = ops.filter(isOwn);
    for (const one of own) {
      ops.splice(ops.indexOf(one), 1);
      if (one.kind === 'store') wanted.add(one.value);
    }
    sunk.unshift(...own);
  }
  return [...ops, ...sunk];
}

/** Is everything that the type asks for in the literal? */
export function isWhole(type: Type, elements: ReadonlyMap<number, ValueId>, fill: AllocOp['fill']): boolean {
  return (
    !isRecord(type) ||
    type.fields.every(
      (field, at) => field.omitted || field.optional || elements.has(at) || (fill === 'zero' && field.type.kind !== 'array'),
    )
  );
}
