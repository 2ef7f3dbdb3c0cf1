/** Records, tuples and lists of references as JavaScript has them, and what goes down into them: zeros, copies, sums. */
import { allocate, copyOf, type Memory } from './interpret-memory.ts';
import { isRecord, isRefs } from './memory-types.ts';
import type { ArrayType, RecordType, Type } from './types.ts';

/** An object or tuple by the names of its fields. */
export type Fields = Record<string, unknown>;

/** The fields that are there when the code runs. */
function presentFields(type: RecordType) {
  return type.fields.filter((field) => !field.omitted);
}

export function fieldName(type: RecordType, at: number): string {
  const field = type.fields[at];
  if (!field || field.omitted) throw new TypeError(`no field number ${at}`);
  return field.name;
}

export function emptyRecord(type: RecordType, zeros: boolean): Fields {
  const record = (type.tuple ? [] : {}) as Fields;
  for (const field of presentFields(type)) record[field.name] = zeros ? 0 : undefined;
  return record;
}

/** New zeros of the shape of `like`; what is missing there is zero or empty. */
export function zerosLike(type: Type, like: unknown): unknown {
  if (type.kind !== 'array') return 0;
  if (isRefs(type)) return ((like as unknown[] | undefined) ?? []).map((element) => zerosLike(type.element, element));
  if (!isRecord(type)) return allocate(type.storage, (like as Memory | undefined)?.length ?? 0, 'zero');
  const record = emptyRecord(type, false);
  for (const field of presentFields(type)) record[field.name] = zerosLike(field.type, (like as Fields | undefined)?.[field.name]);
  return record;
}

/** One level of a record, or all of a structure; `undefined` and null stay. */
export function copyObject(type: Type, value: unknown, deep: boolean): unknown {
  if (value === undefined || value === null || type.kind !== 'array') return value;
  if (isRefs(type))
    return deep ? (value as unknown[]).map((element) => copyObject(type.element, element, true)) : [...(value as unknown[])];
  if (!isRecord(type)) return copyNumbers(type, value as Memory);
  const record = emptyRecord(type, false);
  for (const field of presentFields(type)) {
    const part = (value as Fields)[field.name];
    if (part !== undefined || !field.optional) record[field.name] = deep ? copyObject(field.type, part, true) : part;
  }
  return record;
}

function copyNumbers(type: ArrayType, value: Memory): Memory {
  return isRefs(type) || isRecord(type) ? value : copyOf(value, { from: undefined, to: undefined }, type.storage);
}

/** `target += source` for all numbers of a structure that both have. */
export function addDeep(type: Type, target: unknown, source: unknown): void {
  if (type.kind !== 'array' || target === undefined || source === undefined || target === null || source === null) return;
  if (isRecord(type)) return addFields(type, target as Fields, source as Fields);
  const [into, from] = [target as unknown[], source as unknown[]];
  const length = Math.min(into.length, from.length);
  for (let i = 0; i < length; i++) {
    if (isRefs(type)) addDeep(type.element, into[i], from[i]);
    else into[i] = (into[i] as number) + (from[i] as number);
  }
}

function addFields(type: RecordType, target: Fields, source: Fields): void {
  for (const field of presentFields(type)) {
    if (field.type.kind === 'array') addDeep(field.type, target[field.name], source[field.name]);
    else if (field.type.kind === 'real')
      target[field.name] = (target[field.name] as number) + ((source[field.name] as number | undefined) ?? 0);
  }
}
