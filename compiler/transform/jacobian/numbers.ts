/**
 * The numbers of a structure in declaration order, those that can be differentiated: how many there are, and what is done with each.
 * What is missing counts as in a gradient: a number, and each number of a record, as one that is 0; arrays and lists as empty.
 */
import type { Builder } from '../../ir/build.ts';
import { int } from '../../ir/build.ts';
import { isDifferentiableField, isDifferentiableType, isGrowing, isRecord, isRefs } from '../../ir/memory-types.ts';
import type { Field, RecordType, RefsType, Type, ValueId } from '../../ir/types.ts';
import { elementAt, isPresent, onlyIf, repeat, repeatWith } from './loops.ts';
import { moved, noOffset, type Offset, sum, valueAt } from './offset.ts';

/** How many there are in every value of the type; undefined: it depends on the value. */
export function fixedSize(type: Type): number | undefined {
  if (!isDifferentiableType(type)) return 0;
  if (isRecord(type)) return differentiable(type).reduce<number | undefined>((size, { field }) => both(size, fixedSize(field.type)), 0);
  return type.kind === 'real' ? 1 : undefined;
}

const both = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined || b === undefined ? undefined : a + b);

/** How many of what is missing. */
export function sizeOfMissing(type: Type): number {
  if (!isDifferentiableType(type)) return 0;
  if (isRecord(type)) return differentiable(type).reduce((size, { field }) => size + sizeOfMissing(field.type), 0);
  return type.kind === 'real' ? 1 : 0;
}

export function differentiable(type: RecordType): readonly { readonly field: Field; readonly at: number }[] {
  return type.fields.flatMap((field, at) => (isDifferentiableField(field) ? [{ field, at }] : []));
}

/** Counts them. `complete`: nothing is missing in the value. */
export function countNumbers(b: Builder, type: Type, value: ValueId, complete: boolean): Offset {
  const fixed = fixedSize(type);
  if (fixed !== undefined) return { plus: fixed };
  if (isRefs(type)) return countList(b, type, value, complete);
  if (!isRecord(type)) return { base: b.length(value), plus: 0 };
  return differentiable(type).reduce((size, { field, at }) => {
    const count = (): Offset => countNumbers(b, field.type, b.get(value, at), complete);
    const isSure = complete || !field.optional || fixedSize(field.type) !== undefined;
    const present = (): ValueId => isPresent(b, value, b.constant(at));
    return sum(b, size, isSure ? count() : countIf(b, present(), count, sizeOfMissing(field.type)));
  }, noOffset);
}

function countIf(b: Builder, cond: ValueId, count: () => Offset, otherwise: number): Offset {
  const [base] = b.branch(
    cond,
    [int],
    () => [valueAt(b, count())],
    () => [b.constant(otherwise)],
  );
  return { base: base as ValueId, plus: 0 };
}

function countList(b: Builder, { element }: RefsType, list: ValueId, complete: boolean): Offset {
  const fixed = fixedSize(element);
  const length = b.length(list);
  if (fixed !== undefined) return { base: fixed === 1 ? length : b.prim('mul', [length, b.constant(fixed)]), plus: 0 };
  const total = repeatWith(b, length, b.constant(0), (index, before) => {
    const count = (): Offset => countNumbers(b, element, elementAt(b, list, index), complete);
    const size = complete ? count() : countIf(b, isPresent(b, list, index), count, sizeOfMissing(element));
    return valueAt(b, sum(b, { base: before, plus: 0 }, size));
  });
  return { base: total, plus: 0 };
}

/** A structure and others of the same shape beside it. */
export interface Beside {
  /** What decides where something is missing; absent where nothing is. */
  readonly shape?: ValueId;
  readonly parts: readonly ValueId[];
}

export interface Visit {
  /** The numbers at a position of the order, one of each structure. */
  number(at: Offset, numbers: readonly ValueId[]): void;
  /** The same for whole arrays, where that is better than one by one. */
  array?(at: Offset, arrays: readonly ValueId[]): void;
}

/** Visits all numbers, beginning at a position; gives the position after them. */
export function visitNumbers(b: Builder, type: Type, beside: Beside, at: Offset, visit: Visit): Offset {
  if (!isDifferentiableType(type)) return at;
  if (isRecord(type)) return visitRecord(b, type, beside, at, visit);
  if (isRefs(type)) return visitList(b, type, beside, at, visit);
  if (type.kind === 'array') return visitArray(b, beside, at, visit);
  visit.number(at, beside.parts);
  return moved(at, 1);
}

function visitArray(b: Builder, { parts }: Beside, at: Offset, visit: Visit): Offset {
  const length = b.length(parts[0] as ValueId);
  if (visit.array) visit.array(at, parts);
  else {
    repeat(b, length, 1, 'i', (index) => {
      const numbers = parts.map((part) => b.loadReal(part, index, isGrowing(b.typeOf(part)) ? 'orZero' : 'inRange'));
      visit.number(sum(b, at, { base: index, plus: 0 }), numbers);
    });
  }
  return sum(b, at, { base: length, plus: 0 });
}

function visitRecord(b: Builder, type: RecordType, { shape, parts }: Beside, start: Offset, visit: Visit): Offset {
  return differentiable(type).reduce((at, { field, at: index }) => {
    const write = (): Offset => {
      const inner = parts.map((part) => b.get(part, index));
      const within = shape !== undefined && field.type.kind === 'array' ? { shape: b.get(shape, index), parts: inner } : { parts: inner };
      return visitNumbers(b, field.type, within, at, visit);
    };
    if (shape === undefined || !field.optional) return write();
    return visitIf(b, isPresent(b, shape, b.constant(index)), field.type, at, write);
  }, start);
}

/** What is missing keeps its zeros. */
function visitIf(b: Builder, cond: ValueId, type: Type, at: Offset, write: () => Offset): Offset {
  const fixed = fixedSize(type);
  if (fixed !== undefined) {
    onlyIf(b, cond, () => void write());
    return moved(at, fixed);
  }
  const [base] = b.branch(
    cond,
    [int],
    () => [valueAt(b, write())],
    () => [valueAt(b, moved(at, sizeOfMissing(type)))],
  );
  return { base: base as ValueId, plus: 0 };
}

function visitList(b: Builder, { element }: RefsType, { shape, parts }: Beside, start: Offset, visit: Visit): Offset {
  const length = b.length(shape ?? (parts[0] as ValueId));
  const fixed = fixedSize(element);
  const visitElement = (index: ValueId, at: Offset): Offset => {
    const write = (): Offset => {
      const inner = parts.map((part) => elementAt(b, part, index));
      const within = shape === undefined ? { parts: inner } : { shape: elementAt(b, shape, index), parts: inner };
      return visitNumbers(b, element, within, at, visit);
    };
    return shape === undefined ? write() : visitIf(b, isPresent(b, shape, index), element, at, write);
  };
  if (fixed === undefined) {
    const end = repeatWith(b, length, valueAt(b, start), (index, at) => valueAt(b, visitElement(index, { base: at, plus: 0 })));
    return { base: end, plus: 0 };
  }
  const times = (index: ValueId): Offset => ({ base: fixed === 1 ? index : b.prim('mul', [index, b.constant(fixed)]), plus: 0 });
  repeat(b, length, 1, 'i', (index) => void visitElement(index, sum(b, start, times(index))));
  return sum(b, start, times(length));
}
