/** Histories: an array that a loop rewrites, kept as it is at the start of each iteration.
 *  In:      a loop over the elements of an array, directly inside of a counted loop that writes the array only afterwards.
 *  Out:     which loads of it need no record of their own: they are read again from the history, one copy of the array per iteration.
 *  A history is chosen where it takes the place of more records than one: a copy costs what a record of one value per element does.
 */
import { isWithin, type Place } from '../../analysis/definitions.ts';
import { functionsOf } from '../../analysis/local-functions.ts';
import { isWhole } from '../../analysis/whole.ts';
import { invariant } from '../../diagnostics/internal.ts';
import { real } from '../../ir/build.ts';
import { scalarConstant } from '../../ir/constants.ts';
import type { ForOp, Op, Region, ValueId } from '../../ir/types.ts';
import type { ReverseContext } from './context.ts';
import { invariantSlice, linearIteration, type Nest, type Nests } from './nest.ts';
import { savedName } from './record.ts';

/** A load that finds what its array held when the iteration of `loop` began. */
export interface HistoricLoad {
  readonly loop: ForOp;
  readonly array: ValueId;
  readonly index: ValueId;
  /** How many elements the array has. */
  readonly length: ValueId;
}

/** The copies that are planned. */
export interface Histories {
  /** Plans copies of the loads' arrays for each iteration; none, and false, where a length is not known ahead of the loops. */
  keep(loads: readonly HistoricLoad[]): boolean;
  /** Is there one already? */
  isKept(load: HistoricLoad): boolean;
  /** Operations that read the element again, and the value. */
  read(load: HistoricLoad, index: ValueId, hint: string | undefined): { readonly ops: readonly Op[]; readonly value: ValueId };
  /** Operations that make the copies, at the start of a forward iteration. */
  begin(body: Region): readonly Op[];
}

interface History extends HistoricLoad {
  /** The copies, one after the other. */
  readonly copies: ValueId;
}

export function createHistories(cx: ReverseContext, nests: Nests): Histories {
  const { b } = cx;
  const histories = new Map<Region, History[]>();
  const find = ({ loop, array }: HistoricLoad): History | undefined => histories.get(loop.body)?.find((each) => each.array === array);
  const offset = (history: History): ValueId => {
    const nest = nests.of(history.loop.body);
    invariant(nest !== undefined, 'a history has its place in a nest');
    return b.prim('mul', [linearIteration(cx, nest, (loop) => loop.body.params[0] as ValueId), history.length]);
  };
  return {
    isKept: (load) => find(load) !== undefined,
    keep(loads) {
      if (!loads.every((load) => hasRoom(cx, load, nests))) return false;
      for (const load of loads) {
        if (find(load)) continue;
        const { body } = load.loop;
        histories.set(body, [...(histories.get(body) ?? []), { ...load, copies: copiesOf(cx, load, nests) }]);
      }
      return true;
    },
    read(load, index, hint) {
      const history = find(load);
      invariant(history !== undefined, 'a history is planned before it is read');
      const { ops, yields } = b.region([], () => {
        const at = b.prim('add', [offset(history), index]);
        return [b.define('load', { array: history.copies, index: at, access: 'inRange' }, real, hint)];
      });
      return { ops, value: yields[0] as ValueId };
    },
    begin: (body) =>
      b.region([], () => {
        for (const history of histories.get(body) ?? []) {
          b.effect('set', { array: history.copies, source: history.array, offset: offset(history) });
        }
        return [];
      }).ops,
  };
}

/** Are the number of copies and their length known ahead of the nest of the loop? */
function hasRoom(cx: ReverseContext, { loop, length }: HistoricLoad, nests: Nests): boolean {
  const nest = nests.of(loop.body);
  return nest?.loops.at(-1) === loop && invariantSlice(cx, length, nest.anchor)?.length === 0;
}

/** Room for a copy per iteration, made ahead of the nest of the loop. */
function copiesOf(cx: ReverseContext, { loop, array, length }: HistoricLoad, nests: Nests): ValueId {
  const { b } = cx;
  const nest = nests.of(loop.body) as Nest;
  const { ops, yields } = b.region([], () => {
    const size = [...nest.trips, length].reduce((product, each) => b.prim('mul', [product, each]));
    return [b.define('alloc', { length: size, fill: 'record' }, { kind: 'array', storage: 'f64' }, savedName(b.hintOf(array)))];
  });
  nests.ahead(nest.anchor).push(...ops);
  return yields[0] as ValueId;
}

/** The loads in the body of a loop that a history of the loop around can answer, by what they define. */
export function historicLoads(cx: ReverseContext, inner: Op): ReadonlyMap<ValueId, HistoricLoad> {
  const found = new Map<ValueId, HistoricLoad>();
  const home = cx.definitions.placeOfOp(inner);
  const loop = home.owner;
  const isPlain = (op: Op | undefined): op is ForOp => op?.kind === 'for' && !op.exits && !cx.fused.has(op);
  if (!isPlain(inner) || !isPlain(loop) || functionsOf(cx.fn).length > 0) return found;
  for (const op of inner.body.ops) {
    if (op.kind !== 'load' || op.access !== 'inRange') continue;
    const length = lengthsOf(cx, op.array, loop).find((each) => coversMost(cx, inner, each));
    if (length !== undefined && isWrittenOnlyAfter(cx, op.array, inner, home))
      found.set(op.out, { loop, array: op.array, index: op.index, length });
  }
  return found;
}

/**
 * Values that hold the length of a Float64Array which a single operation ahead of the loop has made. A length that it was asked for may be
 * a fraction, though typed `int`: then copies would not lie where they are read.
 */
function lengthsOf(cx: ReverseContext, array: ValueId, loop: ForOp): readonly ValueId[] {
  const type = cx.b.typeOf(array);
  const memory = cx.memory.classOf(array);
  const made = memory.origins[0]?.op;
  if (type.kind !== 'array' || type.storage !== 'f64' || !memory.single || !made) return [];
  if (isInside(cx, made, cx.definitions.placeOf(loop.body))) return [];
  const isCopy = made.kind === 'copy' && made.from === undefined && made.to === undefined;
  const source = isCopy ? readLengths(cx, made.array) : made.kind === 'alloc' ? [made.length] : [];
  return [...source, ...readLengths(cx, array)].filter((id) => isWhole(cx.fn, cx.definitions, id));
}

function readLengths({ fn, memory }: ReverseContext, array: ValueId): readonly ValueId[] {
  if (memory.classOf(array).grows) return [];
  return fn.body.ops.flatMap((op) => (op.kind === 'length' && op.array === array ? [op.out] : []));
}

/** Does the loop run over all elements but a few? Of a loop over few of many a copy of all would be dear. */
function coversMost({ definitions }: ReverseContext, { from, to, step }: ForOp, length: ValueId): boolean {
  const constant = (id: ValueId | undefined): unknown => (id === undefined ? undefined : scalarConstant(definitions.definitionOf(id).op));
  const first = constant(from);
  if (step !== 1 || typeof first !== 'number' || Math.abs(first) > mostMissed) return false;
  if (to === length) return true;
  const { op } = definitions.definitionOf(to);
  const less = op?.kind === 'prim' && op.prim === 'sub' && op.args[0] === length ? constant(op.args[1]) : undefined;
  return typeof less === 'number' && less >= 0 && less <= mostMissed;
}

/** Elements at either end that a loop may leave out. */
const mostMissed = 4;

/** Within the loop around, is the array written only by operations behind `inner`? */
function isWrittenOnlyAfter(cx: ReverseContext, array: ValueId, inner: ForOp, home: Place): boolean {
  const { definitions, memory } = cx;
  return memory.classOf(array).writes.every((write) => {
    if (!isInside(cx, write, home)) return true;
    return definitions.orderOf(write) > definitions.orderOf(inner) && !isInside(cx, write, definitions.placeOf(inner.body));
  });
}

const isInside = ({ definitions }: ReverseContext, op: Op, place: Place): boolean => isWithin(definitions.placeOfOp(op), place);
