/** Memory of one type as memory of another: what gradients hold beside what users have, and copies whose numbers are constants. */
import { type Builder, int } from '../../ir/build.ts';
import { isDifferentiableField, isNumbers, isRealStorage, isRecord, isReference, isRefs, sameType } from '../../ir/memory-types.ts';
import type { Field, RecordType, RefsType, Type, ValueId } from '../../ir/types.ts';

/** The value itself where it has the type, else a copy; undefined: it does not hold what the type asks for. */
export function converted(b: Builder, value: ValueId, to: Type): ValueId | undefined {
  const type = b.typeOf(value);
  if (sameType(type, to) || (type.kind === 'int' && to.kind === 'real')) return value;
  if (isNumbers(type) && isNumbers(to)) return b.define('copy', { array: value }, to);
  if (isRefs(type) && isRefs(to)) return convertedList(b, value, to);
  return isRecord(type) && isRecord(to) ? convertedRecord(b, value, type, to) : undefined;
}

function convertedList(b: Builder, value: ValueId, to: RefsType): ValueId | undefined {
  const state = { failed: false };
  const list = mapList(b, value, to, (element) => {
    const made = converted(b, element, to.element);
    state.failed ||= made === undefined;
    return made ?? element;
  });
  return state.failed ? undefined : list;
}

/** Field by field, by name. */
function convertedRecord(b: Builder, value: ValueId, from: RecordType, to: RecordType): ValueId | undefined {
  const values: (ValueId | undefined)[] = [];
  for (const field of to.fields) {
    if (field.omitted && to.tuple) return undefined;
    const at = from.fields.findIndex(({ name, omitted }) => name === field.name && !omitted);
    if (!field.omitted && (at < 0 || from.fields[at]?.optional)) return undefined;
    const made = field.omitted ? undefined : converted(b, b.get(value, at), field.type);
    if (!field.omitted && made === undefined) return undefined;
    values.push(made);
  }
  return makeRecord(b, to, values);
}

/** A new record; a field without a value is one that is never read. */
export function makeRecord(b: Builder, type: RecordType, values: readonly (ValueId | undefined)[]): ValueId {
  const isPlain = type.fields.every(({ type: of }) => of.kind === 'real' || of.kind === 'int');
  const record = b.define('alloc', { length: b.constant(type.fields.length), fill: isPlain ? 'zero' : 'hole' }, type);
  values.forEach((value, at) => {
    if (value !== undefined) b.put(record, at, value);
  });
  return record;
}

/** A new list with what `make` makes of each element. */
function mapList(b: Builder, value: ValueId, type: Type, make: (element: ValueId) => ValueId): ValueId {
  const length = b.length(value);
  const list = b.define('alloc', { length, fill: isRefs(type) ? 'hole' : 'zero' }, type);
  forEach(b, length, (index) => {
    b.effect('store', { array: list, index, value: make(b.load(value, index, 'inRange')), access: 'inRange' });
  });
  return list;
}

/** A counted loop from 0. */
function forEach(b: Builder, to: ValueId, write: (index: ValueId) => void): void {
  const [from, index] = [b.constant(0), b.value(int, 'i')];
  const body = b.region([index], () => {
    write(index);
    return [];
  });
  b.push({ kind: 'for', from, to, step: 1, inits: [], body, outs: [], exits: false, origin: b.origin });
}

/** The same numbers, without a derivative: in new memory. Undefined: something in it may be missing. */
export function held(b: Builder, value: ValueId): ValueId | undefined {
  const type = b.typeOf(value);
  if (type.kind === 'real') return b.prim('stopGradient', [value]);
  if (type.kind !== 'array') return value;
  if (isNumbers(type))
    return isRealStorage(type.storage)
      ? mapList(b, value, type, (element) => b.prim('stopGradient', [element]))
      : b.define('copy', { array: value }, type);
  return isRecord(type) ? heldRecord(b, value, type) : heldList(b, value, type as RefsType);
}

function heldRecord(b: Builder, value: ValueId, type: RecordType): ValueId | undefined {
  const values = type.fields.map((field, at) => (field.optional ? undefined : held(b, b.get(value, at))));
  return values.includes(undefined) ? undefined : makeRecord(b, type, values);
}

function heldList(b: Builder, value: ValueId, type: RefsType): ValueId | undefined {
  const state = { failed: false };
  const list = mapList(b, value, type, (element) => {
    const made = held(b, element);
    state.failed ||= made === undefined;
    return made ?? element;
  });
  return state.failed ? undefined : list;
}

/** Throws a RangeError where memory has not the lengths of what it belongs to, down to the last array. */
export function checkShape(b: Builder, like: ValueId, given: ValueId, name: string): void {
  const type = b.typeOf(like);
  if (isRecord(type)) return type.fields.forEach((field, at) => void checkField(b, like, given, field, at, name));
  if (type.kind !== 'array') return;
  const [expected, length] = [b.length(like), b.length(given)];
  const differs = b.prim('ne', [length, expected]);
  b.branch(
    differs,
    [],
    () => {
      b.effect('throw', { error: 'RangeError', message: [`'${name}' has length `, length, ', expected ', expected] });
      return [];
    },
    () => [],
  );
  if (isRefs(type) && isReference(type.element))
    forEach(b, expected, (index) => checkShape(b, b.load(like, index, 'inRange'), b.load(given, index, 'inRange'), `${name}[i]`));
}

function checkField(b: Builder, like: ValueId, given: ValueId, field: Field, at: number, name: string): void {
  if (!isReference(field.type) || field.optional || !isDifferentiableField(field)) return;
  checkShape(b, b.get(like, at), b.get(given, at), `${name}.${field.name}`);
}
