/** Records: where the forward sweep keeps what the reverse sweep reads.
 *  Where every loop around, up to the nearest open region, is counted, has no exits and has bounds known before the outermost
 *  of them, a value has an array of its own, indexed by the linear iteration number. Else it goes on one of the function's stacks, one per
 *  kind of element, pushed at the end of the iteration and popped at the start of its reverse, in opposite order.
 */

import { int } from '../../ir/build.ts';
import type { ForOp, NumberStorage, Op, Region, StackType, Type, ValueId } from '../../ir/types.ts';
import type { ReverseContext } from './context.ts';
import { linearIteration, type Nest, type Nests } from './nest.ts';

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
  /** Operations that make the stacks, at the start of the function. */
  stacks(): readonly Op[];
}

interface Plan {
  readonly value: ValueId;
  /** The record array; undefined for a stacked value. */
  readonly array?: ValueId;
}

export function createRecords(cx: ReverseContext, nests: Nests): Records {
  const { b } = cx;
  const plans = new Map<Region, Plan[]>();
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
  const planValue = (body: Region, value: ValueId): Plan => {
    const storage = recordStorage(b.typeOf(value));
    const nest = storage && nests.of(body);
    return nest ? { value, array: recordArray(cx, nest, value, storage, nests) } : { value };
  };
  return {
    add: (body, values) =>
      void plans.set(
        body,
        values.map((value) => planValue(body, value)),
      ),
    isStacked: (body, value) => plans.get(body)?.some((plan) => plan.value === value && plan.array === undefined) ?? false,
    wouldStack: (body, value) => recordStorage(b.typeOf(value)) === undefined || nests.of(body) === undefined,
    pushes: (body) => plans.get(body)?.some(({ array }) => array === undefined) ?? false,
    read: (body, values, known) =>
      readRecords(
        cx,
        nests.of(body),
        (plans.get(body) ?? []).filter(({ value }) => values.includes(value)),
        known,
        stackFor,
      ),
    write: (body) => writeRecords(cx, nests.of(body), plans.get(body) ?? [], stackFor),
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

/** An array for one value of the innermost loop of a nest, as long as the product of the trip counts. */
function recordArray(cx: ReverseContext, nest: Nest, value: ValueId, storage: NumberStorage, nests: Nests): ValueId {
  const { b } = cx;
  const made = b.region([], () => {
    const length = nest.trips.reduce((product, trips) => b.prim('mul', [product, trips]));
    return [b.define('alloc', { length, fill: 'record' }, { kind: 'array', storage }, savedName(b.hintOf(value)))];
  });
  nests.ahead(nest.anchor).push(...made.ops);
  return made.yields[0] as ValueId;
}

export function savedName(hint: string | undefined): string {
  return hint === undefined ? 'saved' : `saved${hint.charAt(0).toUpperCase()}${hint.slice(1)}`;
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
