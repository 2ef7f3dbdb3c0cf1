/** Records: where the forward sweep keeps what the reverse sweep reads.
 *  Where every loop around, up to the nearest open region, is counted, has no exits and has bounds known before the outermost
 *  of them, a value has an array of its own, indexed by the linear iteration number. Else it goes on one of the function's stacks, one per
 *  kind of element, pushed at the end of the iteration and popped at the start of its reverse, in opposite order.
 */

import { isLoop, type Place } from '../../analysis/definitions.ts';
import { isWhole } from '../../analysis/whole.ts';
import { int } from '../../ir/build.ts';
import { scalarConstant } from '../../ir/constants.ts';
import type { ForOp, NumberStorage, Op, Region, StackType, Type, ValueId } from '../../ir/types.ts';
import { operandsOf, renameOp } from '../../ir/walk.ts';
import type { LoopOp, ReverseContext } from './context.ts';

export interface Records {
  /** Plans records of values of a body, that of a loop or of a local function; call once per body. */
  add(body: Region, values: readonly ValueId[]): void;
  isStacked(body: Region, value: ValueId): boolean;
  /** Would a value of a body be stacked, if it were recorded? */
  wouldStack(body: Region, value: ValueId): boolean;
  /** Does an iteration push anything? */
  pushes(body: Region): boolean;
  /** Operations that read records at the start of a reverse iteration, and the names that the values have from there. */
  read(
    body: Region,
    values: readonly ValueId[],
    known: ReadonlyMap<ValueId, ValueId>,
  ): { readonly ops: readonly Op[]; readonly names: ReadonlyMap<ValueId, ValueId> };
  /** Operations that fill the records at the end of a forward iteration or activation. */
  write(body: Region): readonly Op[];
  /** Operations that make record arrays, ahead of an operation of an open region. */
  ahead(op: Op): readonly Op[];
  /** Operations that make the stacks, at the start of the function. */
  stacks(): readonly Op[];
}

interface Plan {
  readonly value: ValueId;
  /** The record array; undefined for a stacked value. */
  readonly array?: ValueId;
}

/** Counted loops from the outermost in. */
interface Nest {
  readonly anchor: Op;
  readonly loops: readonly ForOp[];
  /** Trip counts, from the outermost in. */
  readonly trips: readonly ValueId[];
}

export function createRecords(cx: ReverseContext): Records {
  const { b } = cx;
  const plans = new Map<Region, Plan[]>();
  const ahead = new Map<Op, Op[]>();
  const nests = new Map<Region, Nest | undefined>();
  const stackOps = new Map<string, Op & { kind: 'stack' }>();

  const stackFor = (value: ValueId): ValueId => {
    const element = stackElement(b.typeOf(value));
    const key = element === 'array' ? JSON.stringify(b.typeOf(value)) : element;
    const found = stackOps.get(key);
    if (found) return found.out;
    const out = b.value({ kind: 'stack', element }, 'saved');
    stackOps.set(key, { kind: 'stack', out, origin: { kind: 'synthetic', reason: 'record' } });
    return out;
  };
  const nestOf = (body: Region): Nest | undefined => {
    if (!nests.has(body)) nests.set(body, planNest(cx, body, ahead));
    return nests.get(body);
  };
  const planValue = (body: Region, value: ValueId): Plan => {
    const storage = recordStorage(b.typeOf(value));
    const nest = storage && nestOf(body);
    return nest ? { value, array: recordArray(cx, nest, value, storage, ahead) } : { value };
  };
  return {
    add: (body, values) =>
      void plans.set(
        body,
        values.map((value) => planValue(body, value)),
      ),
    isStacked: (body, value) => plans.get(body)?.some((plan) => plan.value === value && plan.array === undefined) ?? false,
    wouldStack: (body, value) => recordStorage(b.typeOf(value)) === undefined || nestOf(body) === undefined,
    pushes: (body) => plans.get(body)?.some(({ array }) => array === undefined) ?? false,
    read: (body, values, known) =>
      readRecords(
        cx,
        nests.get(body),
        (plans.get(body) ?? []).filter(({ value }) => values.includes(value)),
        known,
        stackFor,
      ),
    write: (body) => writeRecords(cx, nests.get(body), plans.get(body) ?? [], stackFor),
    ahead: (op) => ahead.get(op) ?? [],
    stacks: () => [...stackOps.values()],
  };
}

/** Texts are kept as references are. */
function stackElement({ kind }: Type): StackType['element'] {
  return kind === 'real' || kind === 'int' || kind === 'bool' ? kind : 'array';
}

/** The storage of a record array; integers may exceed 32 bits and references are no numbers: they are stacked. */
function recordStorage(type: Type): NumberStorage | undefined {
  return type.kind === 'real' ? 'f64' : type.kind === 'bool' ? 'u8' : undefined;
}

function planNest(cx: ReverseContext, body: Region, ahead: Map<Op, Op[]>): Nest | undefined {
  const chain = openChain(cx, cx.definitions.placeOf(body));
  // Every activation of a local function has iterations of its own.
  if (chain.owners.some(({ kind }) => kind === 'functions')) return undefined;
  const loops = chain.owners.filter(isLoop) as LoopOp[];
  if (!loops.every((each): each is ForOp => each.kind === 'for' && !each.exits)) return undefined;
  const bounds = loops.flatMap((each) => [each.from, each.to]);
  const anchor = chain.anchors.find((each) => bounds.every((id) => invariantSlice(cx, id, each) !== undefined));
  if (!anchor) return undefined;
  const ops = ahead.get(anchor) ?? [];
  ahead.set(anchor, ops);
  const made = cx.b.region([], () => loops.map((each) => tripCount(cx, each, anchor)));
  ops.push(...made.ops);
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
function invariantSlice(cx: ReverseContext, id: ValueId, anchor: Op): readonly Op[] | undefined {
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

/** An array for one value of the innermost loop of a nest, as long as the product of the trip counts. */
function recordArray(cx: ReverseContext, nest: Nest, value: ValueId, storage: NumberStorage, ahead: Map<Op, Op[]>): ValueId {
  const { b } = cx;
  const made = b.region([], () => {
    const length = nest.trips.reduce((product, trips) => b.prim('mul', [product, trips]));
    return [b.define('alloc', { length, fill: 'record' }, { kind: 'array', storage }, savedName(b.hintOf(value)))];
  });
  ahead.get(nest.anchor)?.push(...made.ops);
  return made.yields[0] as ValueId;
}

function savedName(hint: string | undefined): string {
  return hint === undefined ? 'saved' : `saved${hint.charAt(0).toUpperCase()}${hint.slice(1)}`;
}

/** The number of the iteration, counted through the nest: ((i₁·T₂ + i₂)·T₃ + i₃)… */
function linearIteration(cx: ReverseContext, nest: Nest, counter: (loop: ForOp) => ValueId): ValueId {
  const { b } = cx;
  const position = (loop: ForOp): ValueId => {
    const fromStart = constantOf(cx, loop.from) === 0 ? counter(loop) : b.prim('sub', [counter(loop), loop.from]);
    if (loop.step === 1) return fromStart;
    return loop.step === -1 ? b.prim('neg', [fromStart]) : b.prim('Math.round', [b.prim('div', [fromStart, b.constant(loop.step)])]);
  };
  return nest.loops.map(position).reduce((outer, inner, i) => b.prim('add', [b.prim('mul', [outer, nest.trips[i] as ValueId]), inner]));
}

type StackFor = (value: ValueId) => ValueId;

function writeRecords(cx: ReverseContext, nest: Nest | undefined, plans: readonly Plan[], stackFor: StackFor): readonly Op[] {
  const { b } = cx;
  if (plans.length === 0) return [];
  return b.region([], () => {
    const counter = (loop: ForOp): ValueId => loop.body.params[0] as ValueId;
    const index = nest && plans.some(({ array }) => array !== undefined) ? linearIteration(cx, nest, counter) : undefined;
    for (const { value, array } of plans) {
      if (array === undefined || index === undefined) b.effect('push', { stack: stackFor(value), value });
      else
        b.effect('store', {
          array,
          index,
          value: b.typeOf(value).kind === 'bool' ? b.prim('toNumber', [value]) : value,
          access: 'inRange',
        });
    }
    return [];
  }).ops;
}

function readRecords(
  cx: ReverseContext,
  nest: Nest | undefined,
  plans: readonly Plan[],
  known: ReadonlyMap<ValueId, ValueId>,
  stackFor: StackFor,
) {
  const { b } = cx;
  const names = new Map<ValueId, ValueId>();
  const { ops } = b.region([], () => {
    for (const { value, array } of [...plans].reverse()) {
      if (array === undefined) names.set(value, b.define('pop', { stack: stackFor(value) }, b.typeOf(value), b.hintOf(value)));
    }
    const counter = (loop: ForOp): ValueId => known.get(loop.body.params[0] as ValueId) ?? (loop.body.params[0] as ValueId);
    const arrays = plans.filter(({ array }) => array !== undefined);
    const index = nest && arrays.length > 0 ? linearIteration(cx, nest, counter) : undefined;
    for (const { value, array } of arrays) {
      if (array !== undefined && index !== undefined) names.set(value, readElement(cx, array, index, value));
    }
    return [];
  });
  return { ops, names };
}

function readElement(cx: ReverseContext, array: ValueId, index: ValueId, value: ValueId): ValueId {
  const { b } = cx;
  const isBool = b.typeOf(value).kind === 'bool';
  const element = b.define('load', { array, index, access: 'inRange' }, isBool ? int : b.typeOf(value), b.hintOf(value));
  return isBool ? b.prim('ne', [element, b.constant(0)]) : element;
}
