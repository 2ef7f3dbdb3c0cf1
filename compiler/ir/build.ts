/** Making IR: a builder holds the table of values and the operations of the region being written. */
import type { Origin } from '../diagnostics/origin.ts';
import { isNumbers, isRealStorage, isRecord, isRefs } from './memory-types.ts';
import type { NumberStorage, Op, PrimName, RecordType, Region, Storage, Type, ValueId, ValueInfo } from './types.ts';
import { outsOf, type Renaming } from './walk.ts';

export const real: Type = { kind: 'real' };
export const int: Type = { kind: 'int' };
export const bool: Type = { kind: 'bool' };
export const text: Type = { kind: 'text' };
export const arrayOf = (storage: NumberStorage): Type => ({ kind: 'array', storage });
export const refsOf = (element: Type): Type => ({ kind: 'array', storage: 'refs', element });

/** An operation without its origin and out, as callers of {@link Builder.emit} write it. */
export type Draft<K extends Op['kind']> = Omit<Extract<Op, { kind: K }>, 'kind' | 'out' | 'origin'>;

export interface Builder {
  /** The table of values so far; grows. */
  readonly values: ValueInfo[];
  /** The origin given to what is emitted from here on. */
  origin: Origin;
  /** Whether new values count as exact (the primal's) or relaxed (an adjoint's). */
  exact: boolean;
  /** A new value, not yet defined by any operation. */
  value(type: Type, hint?: string): ValueId;
  typeOf(id: ValueId): Type;
  hintOf(id: ValueId): string | undefined;
  /** The operation of this builder that defines a value; undefined for parameters and for values from before. */
  definerOf(id: ValueId): Op | undefined;
  /** Wishes a name for a value that has none. */
  name(id: ValueId, hint: string): void;
  /** Appends a finished operation. */
  push(op: Op): void;
  constant(value: number | boolean | string, hint?: string): ValueId;
  /** Appends a primitive; its type follows from its name and arguments. */
  prim(prim: PrimName, args: readonly ValueId[], hint?: string): ValueId;
  load(array: ValueId, index: ValueId, access: 'inRange' | 'checked' | 'orZero', hint?: string): ValueId;
  /** Reads a real number from an array or record that holds some: from a shadow, a tangent. */
  loadReal(array: ValueId, index: ValueId, access: 'inRange' | 'checked' | 'orZero', hint?: string): ValueId;
  /** Reads field number `at` of a record. */
  get(record: ValueId, at: number, hint?: string): ValueId;
  /** Writes field number `at` of a record. */
  put(record: ValueId, at: number, value: ValueId): void;
  length(array: ValueId, hint?: string): ValueId;
  /** Appends an operation with one result of the given type. */
  define<K extends Op['kind']>(kind: K, draft: Draft<K>, type: Type, hint?: string): ValueId;
  /** Appends an operation without a result. */
  effect<K extends Op['kind']>(kind: K, draft: Draft<K>): void;
  /** Collects what `write` appends into a region of its own; `write` returns the yields. */
  region(params: readonly ValueId[], write: () => readonly ValueId[]): Region;
  /** Appends an `if`; both branches return values of the types given. */
  branch(
    cond: ValueId,
    types: readonly Type[],
    then: () => readonly ValueId[],
    otherwise: () => readonly ValueId[],
    hints?: readonly (string | undefined)[],
  ): readonly ValueId[];
}

/** A builder over a copy of `values`: ids made before stay valid. */
export function createBuilder(origin: Origin, values: readonly ValueInfo[] = [], exact = false): Builder {
  const table = [...values];
  const definers = new Map<ValueId, Op>();
  let ops: Op[] = [];
  const append = (op: Op): void => {
    ops.push(op);
    for (const out of outsOf(op)) definers.set(out, op);
  };
  const b: Builder = {
    values: table,
    origin,
    exact,
    value(type, hint) {
      table.push(hint === undefined ? { type, exact: b.exact } : { type, hint, exact: b.exact });
      return (table.length - 1) as ValueId;
    },
    typeOf: (id) => infoOf(table, id).type,
    hintOf: (id) => infoOf(table, id).hint,
    definerOf: (id) => definers.get(id),
    name(id, hint) {
      const info = infoOf(table, id);
      if (info.hint === undefined) table[id] = { ...info, hint };
    },
    push: append,
    constant: (value, hint) => b.define('const', { value }, constantType(value), hint),
    prim: (prim, args, hint) => b.define('prim', { prim, args }, primType(prim, args.map(b.typeOf)), hint),
    load: (array, index, access, hint) => b.define('load', { array, index, access }, elementType(b.typeOf(array)), hint),
    loadReal: (array, index, access, hint) => b.define('load', { array, index, access }, real, hint),
    get: (record, at, hint) => {
      const draft = { array: record, index: b.constant(at), access: 'inRange' } as const;
      return b.define('load', draft, elementType(b.typeOf(record), at), hint);
    },
    put: (record, at, value) => b.effect('store', { array: record, index: b.constant(at), value, access: 'inRange' }),
    length: (array, hint) => b.define('length', { array }, int, hint),
    define(kind, draft, type, hint) {
      const out = b.value(type, hint);
      append({ kind, ...draft, out, origin: b.origin } as unknown as Op);
      return out;
    },
    effect: (kind, draft) => append({ kind, ...draft, origin: b.origin } as unknown as Op),
    region(params, write) {
      const outer = ops;
      const mine: Op[] = [];
      ops = mine;
      try {
        const yields = write();
        return { params, ops: mine, yields };
      } finally {
        ops = outer;
      }
    },
    branch(cond, types, then, otherwise, hints) {
      const thenRegion = b.region([], then);
      const otherwiseRegion = b.region([], otherwise);
      const outs = types.map((type, i) => b.value(type, hints?.[i]));
      append({ kind: 'if', cond, then: thenRegion, otherwise: otherwiseRegion, outs, origin: b.origin });
      return outs;
    },
  };
  return b;
}

/** Another value like that one: for copies of operations. */
export function anotherLike(values: ValueInfo[], id: ValueId): ValueId {
  return (values.push(infoOf(values, id)) - 1) as ValueId;
}

/** For a copy of operations: `copies` says what stands for a value, and everything that is defined gets another one. */
export function copying(values: ValueInfo[], copies: Map<ValueId, ValueId> = new Map()): Renaming {
  return {
    use: (id) => copies.get(id) ?? id,
    define(id) {
      const copy = anotherLike(values, id);
      copies.set(id, copy);
      return copy;
    },
  };
}

export function infoOf(values: readonly ValueInfo[], id: ValueId): ValueInfo {
  const info = values[id];
  if (!info) throw new RangeError(`no value v${id}`);
  return info;
}

/** The type of a number, flag or text. */
export function constantType(value: number | boolean | string): Type {
  if (typeof value === 'string') return text;
  if (typeof value === 'boolean') return bool;
  return Number.isInteger(value) && !Object.is(value, -0) ? int : real;
}

const booleanPrims: ReadonlySet<string> = new Set([
  'lt',
  'le',
  'gt',
  'ge',
  'eq',
  'ne',
  'not',
  'and',
  'or',
  'truthy',
  'isNaN',
  'isFinite',
  'isInteger',
  'isSafeInteger',
  'sameValue',
  'given',
]);
const integerPrims: ReadonlySet<string> = new Set([
  'bitAnd',
  'bitOr',
  'bitXor',
  'bitNot',
  'shiftLeft',
  'shiftRight',
  'shiftRightUnsigned',
  'toNumber',
  'Math.imul',
  'Math.clz32',
  'Math.floor',
  'Math.ceil',
  'Math.round',
  'Math.trunc',
  'Math.sign',
]);
const closedPrims: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'neg', 'rem', 'Math.abs', 'Math.max', 'Math.min']);

/** The type of a primitive's result. `int` says "never differentiated"; it may still be NaN, infinite or −0. */
export function primType(prim: PrimName, args: readonly Type[]): Type {
  if (booleanPrims.has(prim)) return bool;
  if (integerPrims.has(prim)) return int;
  if (prim === 'select') return args[1]?.kind === 'int' && args[2]?.kind !== 'int' ? (args[2] ?? real) : (args[1] ?? real);
  return closedPrims.has(prim) && args.every((type) => type.kind === 'int') ? int : real;
}

/** What a load from an array gives; of a record, from its field number `at`. */
export function elementType(type: Type, at?: number): Type {
  if (isRefs(type)) return type.element;
  if (isRecord(type)) return fieldAt(type, at).type;
  if (!isNumbers(type)) throw new TypeError('not an array');
  return isIntegerStorage(type.storage) ? int : real;
}

function fieldAt(type: RecordType, at: number | undefined): RecordType['fields'][number] {
  const field = at === undefined ? undefined : type.fields[at];
  if (!field) throw new TypeError(`a record has no field number ${at}`);
  return field;
}

export function isIntegerStorage(storage: Storage): boolean {
  return storage !== 'refs' && storage !== 'record' && !isRealStorage(storage);
}
