/**
 * Sums that the function has taken already.
 *   In:      checked IR, after the last derivative.
 *   Out:     an adjoint that sums an invariant times each number of a record, whose plain sum an earlier loop has, is the product of both.
 *   Example: for i { sum += e; saved[i] = e } … for i { t -= s * saved[i] }   →   for i { sum += e; saved[i] = e } … t -= s * sum
 *   Never:   changes a sum of the function's own.
 */
import { anotherLike, type Builder, createBuilder } from '../ir/build.ts';
import { scalarConstant } from '../ir/constants.ts';
import type { ForOp, IrFunction, Op, PrimOp, Region, ValueId } from '../ir/types.ts';
import { walkFunction, withRegions } from '../ir/walk.ts';
import { countUses, definedWithin, definitionsOf } from './facts.ts';
import type { Pass } from './pass.ts';

export const knownSums: Pass = { name: 'known-sums', summary: 'take sums of adjoints from sums of the function', run: useKnownSums };

interface Summing {
  readonly b: Builder;
  readonly definitions: ReadonlyMap<ValueId, Op>;
  readonly uses: ReadonlyMap<ValueId, number>;
  /** Arrays that one operation alone stores to. */
  readonly storedOnce: ReadonlySet<ValueId>;
  changed: boolean;
}

function useKnownSums(fn: IrFunction): IrFunction {
  const cx: Summing = {
    b: createBuilder(fn.origin, fn.values, false),
    definitions: definitionsOf(fn),
    uses: countUses(fn),
    storedOnce: storedOnce(fn),
    changed: false,
  };
  const body = visitRegion(fn.body, cx);
  return cx.changed ? { ...fn, body, values: cx.b.values } : fn;
}

/** Records with one store; nothing else is done with them but to load. */
function storedOnce(fn: IrFunction): Set<ValueId> {
  const once = new Set<ValueId>();
  const never = new Set<ValueId>();
  walkFunction(fn, (op) => {
    if (op.kind === 'alloc' && op.fill !== 'record') never.add(op.out);
    if (op.kind === 'accumulate' || op.kind === 'fill' || op.kind === 'addInto' || op.kind === 'set') never.add(op.array);
    if (op.kind !== 'store') return;
    if (once.has(op.array)) never.add(op.array);
    once.add(op.array);
  });
  for (const id of never) once.delete(id);
  return once;
}

function visitRegion(region: Region, cx: Summing): Region {
  const known: KnownSum[] = [];
  const ops = region.ops.flatMap((op): readonly Op[] => {
    if (op.kind === 'for') {
      const made = withoutKnown(op, known, cx);
      known.push(...sumsOf(op, cx));
      if (made) return made;
    }
    return [withRegions(op, (inner) => visitRegion(inner, cx))];
  });
  return { ...region, ops };
}

/** The loop leaves in `sum` the sum of all that it has stored in `record`. */
interface KnownSum {
  readonly record: ValueId;
  readonly sum: ValueId;
  readonly loop: ForOp;
}

function sumsOf(loop: ForOp, cx: Summing): KnownSum[] {
  if (loop.exits || loop.step !== 1) return [];
  return loop.outs.flatMap((sum, slot): KnownSum[] => {
    const term = loop.inits[slot] !== undefined && isZero(loop.inits[slot], cx) ? termOf(loop, slot, ['add'], cx)?.term : undefined;
    const stores = loop.body.ops.flatMap((op) =>
      op.kind === 'store' && op.value === term && op.index === loop.body.params[0] && isRecordOf(op.array, cx) ? [op.array] : [],
    );
    return stores.map((record) => ({ record, sum, loop }));
  });
}

const isZero = (id: ValueId | undefined, { definitions }: Summing): boolean =>
  id !== undefined && scalarConstant(definitions.get(id)) === 0;

function isRecordOf(array: ValueId, { definitions, storedOnce: once, b }: Summing): boolean {
  const type = b.values[array]?.type;
  return definitions.get(array)?.kind === 'alloc' && once.has(array) && type?.kind === 'array' && type.storage === 'f64';
}

/** What the loop adds to (or takes from) a carried value, that nothing else in it reads. */
function termOf(
  loop: ForOp,
  slot: number,
  prims: readonly string[],
  cx: Summing,
): { readonly term: ValueId; readonly op: PrimOp } | undefined {
  const [param, last] = [loop.body.params[slot + 1] as ValueId, loop.body.yields[slot] as ValueId];
  const op = cx.definitions.get(last);
  if (op?.kind !== 'prim' || !prims.includes(op.prim) || !loop.body.ops.includes(op)) return undefined;
  const [left, right] = op.args as [ValueId, ValueId];
  const term = left === param ? right : op.prim === 'add' && right === param ? left : undefined;
  return term === undefined || term === param || cx.uses.get(param) !== 1 ? undefined : { term, op };
}

/** The loop without the sums that are known: what they come to follows it. */
function withoutKnown(loop: ForOp, known: readonly KnownSum[], cx: Summing): readonly Op[] | undefined {
  const found = loop.outs.flatMap((_, slot) => {
    const product = loop.exits ? undefined : productOf(loop, slot, known, cx);
    return product ? [product] : [];
  });
  if (found.length === 0) return undefined;
  cx.changed = true;
  const { b } = cx;
  const yields = loop.body.yields.map((id, slot) =>
    found.some((each) => each.slot === slot) ? (loop.body.params[slot + 1] as ValueId) : id,
  );
  const outs = loop.outs.map((id, slot) => (found.some((each) => each.slot === slot) ? anotherLike(b.values, id) : id));
  const after = found.flatMap(({ slot, prim, by, seed, sum }): Op[] => {
    const product = anotherLike(b.values, loop.outs[slot] as ValueId);
    const args = [loop.inits[slot] as ValueId, product];
    return [
      { kind: 'prim', prim: by, args: [seed, sum], out: product, origin: loop.origin },
      { kind: 'prim', prim, args, out: loop.outs[slot] as ValueId, origin: loop.origin },
    ];
  });
  return [{ ...loop, body: { ...loop.body, yields }, outs }, ...after];
}

interface KnownProduct {
  readonly slot: number;
  readonly prim: 'add' | 'sub';
  readonly by: 'mul' | 'mulz';
  readonly seed: ValueId;
  readonly sum: ValueId;
}

function productOf(loop: ForOp, slot: number, known: readonly KnownSum[], cx: Summing): KnownProduct | undefined {
  const found = termOf(loop, slot, ['add', 'sub'], cx);
  if (!found || cx.b.values[found.op.out]?.exact !== false || cx.uses.get(found.op.out) !== 1) return undefined;
  const product = cx.definitions.get(found.term);
  if (product?.kind !== 'prim' || (product.prim !== 'mul' && product.prim !== 'mulz')) return undefined;
  const inside = definedWithin(loop);
  for (const [seed, factor] of orders(product)) {
    const load = cx.definitions.get(factor);
    if (inside.has(seed) || load?.kind !== 'load' || load.index !== loop.body.params[0]) continue;
    const sum = known.find((each) => each.record === load.array && hasSameRange(each.loop, loop, cx));
    if (sum) return { slot, prim: found.op.prim as 'add' | 'sub', by: product.prim, seed, sum: sum.sum };
  }
  return undefined;
}

/** The strong zero is of its first operand. */
function orders({ prim, args }: PrimOp): readonly (readonly [ValueId, ValueId])[] {
  const [left, right] = args as [ValueId, ValueId];
  return prim === 'mulz'
    ? [[left, right]]
    : [
        [left, right],
        [right, left],
      ];
}

/** Upward as the first, or downward through the same places. */
function hasSameRange(first: ForOp, { from, to, step }: ForOp, { definitions }: Summing): boolean {
  if (step === 1) return from === first.from && to === first.to;
  const constant = (id: ValueId): unknown => scalarConstant(definitions.get(id));
  const last = definitions.get(from);
  const isLast = last?.kind === 'prim' && last.prim === 'sub' && last.args[0] === first.to && constant(last.args[1] as ValueId) === 1;
  return step === -1 && isLast && constant(first.from) === 0 && constant(to) === -1;
}
