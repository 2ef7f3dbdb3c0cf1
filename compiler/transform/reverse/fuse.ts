/** Fusion: the reverse of a loop or branch runs inside of it.
 *  A loop whose iterations only accumulate, with the adjoints of its sums known before it starts, undoes each iteration at once;
 *  a branch whose seeds are known undoes itself at its end. Nothing needs to be recorded across it.
 *  In:      a loop without exits, or an `if`, in an open region (one whose values the reverse can use directly).
 *  Out:     true where it was fused: its reverse parts are in `cx.fused`, its contributions in the scope.
 *  Never:   fuses where memory that carries adjoints is written in it or after it, but for what is made inside or private to it.
 */
import { isWithin } from '../../analysis/definitions.ts';
import { localFunctionAround } from '../../analysis/local-functions.ts';
import { type MemoryClass, reachableFrom } from '../../analysis/memory.ts';
import { real } from '../../ir/build.ts';
import type { IfOp, Op, Region, ValueId } from '../../ir/types.ts';
import { freeValues, operandsOf, regionsOf, renameOp, walkRegion } from '../../ir/walk.ts';
import { adjointHint, type LoopOp, type ReverseContext } from './context.ts';
import { type CarriedAdjoint, outsideSums } from './loop.ts';
import { openShadows } from './memory.ts';
import { reverseOfOps } from './region.ts';
import { type AdjointScope, createScope } from './scope.ts';

export function fuseLoop(cx: ReverseContext, scope: AdjointScope, op: LoopOp, carried: readonly CarriedAdjoint[]): boolean {
  if (op.kind !== 'for' || op.exits || !carried.every(({ accumulates }) => accumulates)) return false;
  const seeds = fusibleSeeds(
    cx,
    scope,
    op,
    carried.map(({ out }) => out),
  );
  if (!seeds) return false;
  const { b } = cx;
  cx.open.add(op.body);
  const sums = outsideSums(cx, op);
  const params = sums.map((id) => b.value(real, adjointHint(cx, id)));
  const inner = createScope(b);
  sums.forEach((id, i) => {
    inner.set(id, params[i]);
  });
  const part = b.region([], () => {
    openShadows(cx, op.body, cx.lengthOf);
    carried.forEach(({ yielded }, i) => {
      seedOf(cx, inner, yielded, seeds.moved[i]);
    });
    reverseOfOps(cx, inner, op.body.ops);
    return sums.map((id) => inner.get(id) as ValueId);
  });
  const outs = sums.map((id) => b.value(real, adjointHint(cx, id)));
  cx.fused.set(op, { before: seeds.before, parts: [part], params, outs });
  contribute(cx, scope, sums, outs);
  carried.forEach(({ init }, i) => {
    seedOf(cx, scope, init, seeds.original[i]);
  });
  return true;
}

export function fuseBranch(cx: ReverseContext, scope: AdjointScope, op: IfOp): boolean {
  const seeds = fusibleSeeds(cx, scope, op, op.outs);
  if (!seeds) return false;
  const { b } = cx;
  const regions = [op.then, op.otherwise];
  const scopes = regions.map(() => createScope(b));
  const drafts = regions.map((region, i) => writePart(cx, region, scopes[i] as AdjointScope, seeds.moved));
  const home = cx.definitions.placeOfOp(op).depth;
  const changed = [...new Set(scopes.flatMap((inner) => inner.changed()))].sort((x, y) => x - y);
  const outside = changed.filter(
    (id) => cx.definitions.definitionOf(id).place.depth <= home && scopes.some((inner) => inner.get(id) !== undefined),
  );
  const parts = drafts.map((draft, i) => {
    const zeros = b.region([], () => outside.map((id) => scopes[i]?.get(id) ?? b.constant(0)));
    return { params: [], ops: [...draft.ops, ...zeros.ops], yields: zeros.yields };
  });
  const outs = outside.map((id) => b.value(real, adjointHint(cx, id)));
  cx.fused.set(op, { before: seeds.before, parts, params: [], outs });
  contribute(cx, scope, outside, outs);
  return true;
}

function writePart(cx: ReverseContext, region: Region, inner: AdjointScope, seeds: readonly (ValueId | undefined)[]): Region {
  cx.open.add(region);
  return cx.b.region([], () => {
    openShadows(cx, region, cx.lengthOf);
    region.yields.forEach((yielded, i) => {
      seedOf(cx, inner, yielded, seeds[i]);
    });
    reverseOfOps(cx, inner, region.ops);
    return [];
  });
}

function seedOf(cx: ReverseContext, scope: AdjointScope, id: ValueId, seed: ValueId | undefined): void {
  if (seed !== undefined && cx.activity.isActiveNumber(id)) scope.add(id, seed, adjointHint(cx, id));
}

function contribute(cx: ReverseContext, scope: AdjointScope, ids: readonly ValueId[], outs: readonly ValueId[]): void {
  ids.forEach((id, i) => {
    scope.add(id, outs[i] as ValueId, adjointHint(cx, id));
  });
}

interface Seeds {
  readonly before: readonly Op[];
  /** The seeds as computed ahead of the operation. */
  readonly moved: readonly (ValueId | undefined)[];
  readonly original: readonly (ValueId | undefined)[];
}

/** The adjoints of the outs, computed ahead of the operation; undefined where it cannot be fused. */
function fusibleSeeds(cx: ReverseContext, scope: AdjointScope, op: LoopOp | IfOp, outs: readonly ValueId[]): Seeds | undefined {
  if (cx.late || !cx.open.has(cx.definitions.placeOfOp(op).region) || !memoryAllowsFusion(cx, op)) return undefined;
  const needed = outs.map((out) => scope.get(out)).filter((seed) => seed !== undefined);
  const slice = movableSlice(cx, op, needed);
  if (!slice) return undefined;
  const names = new Map<ValueId, ValueId>();
  const before = slice.map((each) =>
    renameOp(each, {
      use: (id) => names.get(id) ?? id,
      define: (id) => {
        const fresh = cx.b.value(cx.b.typeOf(id), cx.b.hintOf(id));
        names.set(id, fresh);
        cx.moved.set(fresh, op);
        return fresh;
      },
    }),
  );
  const original = outs.map((out) => scope.take(out));
  return { before, original, moved: original.map((seed) => (seed === undefined ? undefined : (names.get(seed) ?? seed))) };
}

/** The pure reverse operations behind some adjoints, if all of them can run before `op`. */
function movableSlice(cx: ReverseContext, op: Op, adjoints: readonly ValueId[]): readonly Op[] | undefined {
  const slice = new Set<Op>();
  const visit = (id: ValueId): boolean => {
    const made = cx.b.definerOf(id);
    if (!made) return isVisibleBefore(cx, op, id);
    if (slice.has(made)) return true;
    if (made.kind !== 'const' && made.kind !== 'prim') return false;
    if (!operandsOf(made).every(visit)) return false;
    slice.add(made);
    return true;
  };
  return adjoints.every(visit) ? [...slice] : undefined;
}

/** Is a value that this builder did not define (a parameter, or one of the forward sweep) there when `op` starts? */
function isVisibleBefore(cx: ReverseContext, op: Op, id: ValueId): boolean {
  if (cx.seeds.has(id)) return true;
  const owner = cx.moved.get(id);
  if (owner) return owner === op || (cx.definitions.orderOf(owner) < cx.definitions.orderOf(op) && isAround(cx, owner, op));
  if (id >= cx.fn.values.length) return false;
  const { place, op: definer } = cx.definitions.definitionOf(id);
  if (definer && cx.definitions.orderOf(definer) >= cx.definitions.orderOf(op)) return false;
  return place.depth <= cx.definitions.placeOfOp(op).depth && cx.open.has(place.region);
}

/** Does `op` stand in the region of `owner`, or in one nested there? */
function isAround(cx: ReverseContext, owner: Op, op: Op): boolean {
  return isWithin(cx.definitions.placeOfOp(op), cx.definitions.placeOfOp(owner));
}

function memoryAllowsFusion(cx: ReverseContext, op: LoopOp | IfOp): boolean {
  const inside = new Set<Op>();
  const isOwn = (found: MemoryClass): boolean => isMadeIn(found, inside) || cx.privateArrays.isPrivateTo(found, op);
  let allowed = !handsOutReferences(cx, op.outs);
  for (const region of regionsOf(op)) walkRegion(region, (each) => void inside.add(each));
  for (const each of inside) {
    if (each.kind === 'push' && handsOutReferences(cx, [each.value])) allowed = false;
    if (each.kind === 'apply' && functionsWrite(cx)) allowed = false;
    for (const found of cx.memory.writtenBy(each)) if (cx.activity.isActiveMemory(found) && !isOwn(found)) allowed = false;
  }
  for (const array of activeArrays(cx, op)) {
    for (const found of reachableFrom(cx.memory.classOf(array))) {
      allowed &&= isOwn(found) || found.writes.every((write) => isBefore(cx, write, op));
    }
    if (allowed) noteEarlyShadow(cx, op, array);
  }
  return allowed;
}

/** Does a local function write memory that carries adjoints and is not made in one? */
function functionsWrite(cx: ReverseContext): boolean {
  const isLocal = (op: Op | undefined): boolean => op !== undefined && localFunctionAround(op, cx.definitions) !== undefined;
  return cx.memory.classes.some(
    (found) => cx.activity.isActiveMemory(found) && found.writes.some(isLocal) && !found.origins.every(({ op }) => isLocal(op)),
  );
}

/** Is it over with a write when `op` starts? */
function isBefore(cx: ReverseContext, write: Op, op: Op): boolean {
  return !localFunctionAround(write, cx.definitions) && cx.definitions.orderOf(write) < cx.definitions.orderOf(op);
}

/** References to memory whose shadow may receive more after the operation. */
function handsOutReferences(cx: ReverseContext, ids: readonly ValueId[]): boolean {
  return ids.some((id) => ['array', 'stack'].includes(cx.b.typeOf(id).kind) && carriesAdjoint(cx, id));
}

/** The shadow of an array made beside `op` is made ahead of `op`, whose reverse part adds to it. */
function noteEarlyShadow(cx: ReverseContext, op: LoopOp | IfOp, array: ValueId): void {
  const shadow = cx.shadows.get(array);
  const [origin] = cx.memory.classOf(array).origins;
  const isBeside = origin?.op !== undefined && cx.definitions.placeOfOp(origin.op) === cx.definitions.placeOfOp(op);
  if (isBeside && shadow !== undefined && cx.b.definerOf(shadow)?.kind === 'alloc') cx.early.set(shadow, op);
}

function carriesAdjoint(cx: ReverseContext, reference: ValueId): boolean {
  return cx.activity.isActiveMemory(cx.memory.classOf(reference));
}

function isMadeIn(found: MemoryClass, inside: ReadonlySet<Op>): boolean {
  return found.origins.every(({ op }) => op !== undefined && inside.has(op));
}

/** References with adjoints that the regions of an operation take from outside. */
function activeArrays(cx: ReverseContext, op: Op): ValueId[] {
  const free = new Set(regionsOf(op).flatMap((region) => [...freeValues(region)]));
  return [...free].filter((id) => ['array', 'stack'].includes(cx.b.typeOf(id).kind) && carriesAdjoint(cx, id));
}
