/** Nests of counted loops: how often they run in all, and the number of an iteration among all of them. */
import { isLoop, type Place } from '../../analysis/definitions.ts';
import { isWhole } from '../../analysis/whole.ts';
import { scalarConstant } from '../../ir/constants.ts';
import type { ForOp, Op, Region, ValueId } from '../../ir/types.ts';
import { operandsOf, renameOp } from '../../ir/walk.ts';
import type { LoopOp, ReverseContext } from './context.ts';

/** Counted loops from the outermost in. */
export interface Nest {
  readonly anchor: Op;
  readonly loops: readonly ForOp[];
  /** Trip counts, from the outermost in. */
  readonly trips: readonly ValueId[];
}

export interface Nests {
  /** The nest around a body, up to the nearest open region; undefined where the trip counts are not known ahead of it. */
  of(body: Region): Nest | undefined;
  /** Operations to stand ahead of an operation of an open region: a list that grows. */
  ahead(op: Op): Op[];
}

export function createNests(cx: ReverseContext): Nests {
  const found = new Map<Region, Nest | undefined>();
  const made = new Map<Op, Op[]>();
  const nests: Nests = {
    of(body) {
      if (!found.has(body)) found.set(body, planNest(cx, body, nests));
      return found.get(body);
    },
    ahead(op) {
      const ops = made.get(op) ?? [];
      made.set(op, ops);
      return ops;
    },
  };
  return nests;
}

function planNest(cx: ReverseContext, body: Region, nests: Nests): Nest | undefined {
  const chain = openChain(cx, cx.definitions.placeOf(body));
  // Every activation of a local function has iterations of its own.
  if (chain.owners.some(({ kind }) => kind === 'functions')) return undefined;
  const loops = chain.owners.filter(isLoop) as LoopOp[];
  if (!loops.every((each): each is ForOp => each.kind === 'for' && !each.exits)) return undefined;
  const bounds = loops.flatMap((each) => [each.from, each.to]);
  const anchor = chain.anchors.find((each) => bounds.every((id) => invariantSlice(cx, id, each) !== undefined));
  if (!anchor) return undefined;
  const made = cx.b.region([], () => loops.map((each) => tripCount(cx, each, anchor)));
  nests.ahead(anchor).push(...made.ops);
  return { anchor, loops, trips: made.yields };
}

/** What is around a place up to the nearest open region, outermost first, and where an array for it may be made, farthest out first. */
function openChain(cx: ReverseContext, place: Place): { owners: Op[]; anchors: Op[] } {
  const owners: Op[] = [];
  const anchors: Op[] = [];
  let closed = true;
  for (let at: Place | undefined = place; at?.owner; at = at.parent) {
    if (closed) owners.unshift(at.owner);
    closed &&= !cx.open.has(cx.definitions.placeOfOp(at.owner).region);
    if (!closed) anchors.unshift(at.owner);
  }
  return { owners, anchors };
}

/** Pure operations to repeat ahead of `anchor` in order to have a value there; undefined if it cannot be had. */
export function invariantSlice(cx: ReverseContext, id: ValueId, anchor: Op): readonly Op[] | undefined {
  const { definitions } = cx;
  const { place, op } = definitions.definitionOf(id);
  const home = definitions.placeOfOp(anchor);
  const before = op === undefined || definitions.orderOf(op) < definitions.orderOf(anchor);
  if (before && isAncestor(place, home)) return [];
  const repeatable =
    op &&
    (op.kind === 'const' ||
      op.kind === 'prim' ||
      (op.kind === 'length' && cx.stability.isStable(op) && !cx.memory.classOf(op.array).grows));
  if (!repeatable) return undefined;
  const slices = operandsOf(op).map((each) => invariantSlice(cx, each, anchor));
  return slices.every((slice) => slice !== undefined) ? [...new Set([...slices.flat(), op])] : undefined;
}

function isAncestor(place: Place, of: Place): boolean {
  for (let at: Place | undefined = of; at; at = at.parent) if (at === place) return true;
  return false;
}

function tripCount(cx: ReverseContext, loop: ForOp, anchor: Op): ValueId {
  const { b } = cx;
  const names = new Map<ValueId, ValueId>();
  const bring = (id: ValueId): ValueId => {
    for (const op of invariantSlice(cx, id, anchor) ?? []) {
      if (!('out' in op) || names.has(op.out)) continue;
      names.set(
        op.out,
        repeat(cx, op, (each) => names.get(each) ?? each),
      );
    }
    return names.get(id) ?? id;
  };
  const [from, to] = [bring(loop.from), bring(loop.to)];
  const isZero = constantOf(cx, loop.from) === 0;
  const span = isZero ? to : b.prim('sub', [to, from]);
  const whole = Math.abs(loop.step) === 1 && isWhole(cx.fn, cx.definitions, loop.to);
  const signed = loop.step === 1 ? span : loop.step === -1 ? b.prim('neg', [span]) : b.prim('div', [span, b.constant(loop.step)]);
  const trips = whole ? signed : b.prim('Math.ceil', [signed]);
  return whole && isZero && isLength(cx, loop.to) ? trips : b.prim('Math.max', [trips, b.constant(0)]);
}

/** The same operation ahead of the branch that it stands in: what is not there has no elements. */
function repeat({ b, isCertain }: ReverseContext, op: Op & { readonly out: ValueId }, use: (id: ValueId) => ValueId): ValueId {
  const type = b.typeOf(op.out);
  const again = (): ValueId => {
    const fresh = b.value(type, b.hintOf(op.out));
    b.push(renameOp(op, { use, define: () => fresh }));
    return fresh;
  };
  if (op.kind !== 'length' || isCertain(op.array)) return again();
  const given = b.prim('given', [use(op.array)]);
  return b.branch(
    given,
    [type],
    () => [again()],
    () => [b.constant(0)],
    [b.hintOf(op.out) ?? 'count'],
  )[0] as ValueId;
}

function constantOf(cx: ReverseContext, id: ValueId): number | boolean | undefined {
  return scalarConstant(cx.definitions.definitionOf(id).op);
}

function isLength(cx: ReverseContext, id: ValueId): boolean {
  return cx.definitions.definitionOf(id).op?.kind === 'length';
}

/** The number of the iteration, counted through the nest: ((i₁·T₂ + i₂)·T₃ + i₃)… */
export function linearIteration(cx: ReverseContext, nest: Nest, counter: (loop: ForOp) => ValueId): ValueId {
  const { b } = cx;
  const position = (loop: ForOp): ValueId => {
    const fromStart = constantOf(cx, loop.from) === 0 ? counter(loop) : b.prim('sub', [counter(loop), loop.from]);
    if (loop.step === 1) return fromStart;
    return loop.step === -1 ? b.prim('neg', [fromStart]) : b.prim('Math.round', [b.prim('div', [fromStart, b.constant(loop.step)])]);
  };
  return nest.loops.map(position).reduce((outer, inner, i) => b.prim('add', [b.prim('mul', [outer, nest.trips[i] as ValueId]), inner]));
}
