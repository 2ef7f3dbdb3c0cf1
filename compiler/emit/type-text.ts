/** Types of the IR as TypeScript writes them. */
import { isNumbers, isRecord, isRefs } from '../ir/memory-types.ts';
import type { Field, NumberStorage, RecordType, Type } from '../ir/types.ts';
import { printString } from './numbers.ts';

/**
 * What a file calls the types of records; undefined: written in place. `beside`: what stands beside the user's; `written`: it must not
 * be read-only.
 */
export type RecordNames = (type: RecordType, beside: boolean, written: boolean) => string | undefined;

export interface TypeStyle {
  nameOf(type: RecordType): string | undefined;
  /** Is nothing written to lists of references (`[]`), or to arrays of numbers? Those of the user's may then be read-only. */
  isFixed(part: '[]' | ''): boolean;
}

const plainStyle: TypeStyle = { nameOf: () => undefined, isFixed: () => false };

export function typeScriptType(type: Type, style: TypeStyle = plainStyle): string {
  if (type.kind === 'bool') return 'boolean';
  if (type.kind === 'text') return 'string';
  if (isRefs(type)) return `${style.isFixed('[]') ? 'readonly ' : ''}${listType(typeScriptType(type.element, style))}`;
  if (isRecord(type)) return style.nameOf(type) ?? recordType(type, style);
  if (!isNumbers(type)) return 'number';
  return type.storage === 'list' && style.isFixed('') ? 'readonly number[]' : storageType(type.storage);
}

/** `T[]`, with the parentheses that T needs. */
export const listType = (element: string): string => (/^(?:readonly |.*[|&]|.*=>)/.test(element) ? `(${element})[]` : `${element}[]`);

function recordType(type: RecordType, style: TypeStyle): string {
  if (type.tuple) return `[${type.fields.map((field) => (field.omitted ? 'undefined' : elementType(field, style))).join(', ')}]`;
  const fields = type.fields.filter(({ omitted }) => !omitted);
  return objectType(fields.map((field) => fieldText(field.name, typeScriptType(field.type, style), field.optional)));
}

export const objectType = (fields: readonly string[]): string => (fields.length === 0 ? '{}' : `{ ${fields.join('; ')} }`);

/** `name: type`. */
export function fieldText(name: string, type: string, optional = false): string {
  const key = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : printString(name);
  return optional ? `${key}?: ${type} | null | undefined` : `${key}: ${type}`;
}

function elementType({ type, optional }: Field, style: TypeStyle): string {
  const text = typeScriptType(type, style);
  return optional ? `${text} | null | undefined` : text;
}

const constructors: Record<NumberStorage, string> = {
  f64: 'Float64Array',
  f32: 'Float32Array',
  list: 'Array<number>',
  i8: 'Int8Array',
  u8: 'Uint8Array',
  u8c: 'Uint8ClampedArray',
  i16: 'Int16Array',
  u16: 'Uint16Array',
  i32: 'Int32Array',
  u32: 'Uint32Array',
};

export const storageConstructor = (storage: NumberStorage): string => constructors[storage];

export const storageType = (storage: NumberStorage): string => (storage === 'list' ? 'number[]' : constructors[storage]);
