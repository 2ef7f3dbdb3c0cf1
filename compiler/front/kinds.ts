/** What a TypeScript type means to the compiler, and the type of the IR that stands for it. */
import type { ts } from '#ts-morph';
import { refsOf } from '../ir/build.ts';
import { isDifferentiableType, sameType } from '../ir/memory-types.ts';
import type { Field, NumberStorage, Type } from '../ir/types.ts';

export type Kind =
  | { readonly kind: 'real' | 'int' | 'bool' | 'void' | 'never' | 'function' }
  /** `literals`: the texts that it may be, where the type lists them. */
  | { readonly kind: 'text'; readonly literals?: readonly string[] }
  /** `holes`: elements may be undefined. */
  | {
      readonly kind: 'array';
      readonly storage: NumberStorage;
      readonly readonly: boolean;
      readonly integers: boolean;
      readonly holes?: boolean;
    }
  /** A JavaScript array of anything but numbers. */
  | { readonly kind: 'list'; readonly element: Kind; readonly readonly: boolean; readonly holes?: boolean }
  | RecordKind
  /** A type parameter that may be anything, or is known by what stands for it only. */
  | { readonly kind: 'generic'; readonly type?: Type }
  | OtherKind;

/** An object with fields, or a tuple, whose fields are called "0", "1", … */
export interface RecordKind {
  readonly kind: 'record';
  readonly fields: readonly FieldKind[];
  readonly tuple: boolean;
  /** Of a tuple: `readonly [A, B]`. */
  readonly readonly: boolean;
  readonly type: ts.Type;
}

export interface FieldKind {
  readonly name: string;
  /** The label of a tuple's element. */
  readonly label?: string;
  readonly kind: Kind;
  /** What may stand in its place. */
  readonly missing: readonly ('undefined' | 'null')[];
  /** Declared with `?`. */
  readonly question: boolean;
  readonly readonly: boolean;
  readonly type: ts.Type;
  /** Declared `@inactive`. */
  readonly inactive?: true;
}

export interface OtherKind {
  readonly kind: 'other';
  readonly text: string;
  /** Why it is none of the others, where there is more to say than its text: "it refers to itself". */
  readonly why?: OtherReason;
}

export type OtherReason = 'recursive' | 'class' | 'method' | 'accessor' | 'index signature' | 'name' | 'optional element' | 'field';

/** The type of values of this kind; undefined where there are none. */
export function typeOfKind(kind: Kind): Type | undefined {
  switch (kind.kind) {
    case 'real':
    case 'int':
    case 'bool':
    case 'text':
      return { kind: kind.kind };
    case 'array':
      return { kind: 'array', storage: kind.storage };
    case 'list': {
      const element = typeOfKind(kind.element);
      return element && refsOf(element);
    }
    case 'record':
      return recordTypeOf(kind);
    case 'generic':
      return kind.type;
    default:
      return undefined;
  }
}

function recordTypeOf({ fields, tuple }: RecordKind): Type | undefined {
  const typed = fields.flatMap((field) => fieldOfKind(field) ?? []);
  return typed.length === fields.length ? { kind: 'array', storage: 'record', fields: typed, tuple } : undefined;
}

export function fieldOfKind({ name, kind, missing, inactive }: FieldKind): Field | undefined {
  const type = typeOfKind(kind);
  const field = type && fieldOf(name, type, missing.length > 0, !isDifferentiableKind(kind));
  return field && inactive && isDifferentiableType(field.type) ? { ...field, passive: true } : field;
}

/** `passive`: by its declaration it has no derivative. */
export function fieldOf(name: string, type: Type, optional: boolean, passive: boolean): Field {
  return { name, type, ...(optional && { optional }), ...(passive && type.kind === 'array' && isDifferentiableType(type) && { passive }) };
}

/** Can the same values have both kinds? */
export function sameKind(a: Kind, b: Kind): boolean {
  const [first, second] = [typeOfKind(a), typeOfKind(b)];
  return first !== undefined && second !== undefined ? sameType(first, second) : a.kind === b.kind && a.kind !== 'other';
}

/** By the declaration alone: a number that is no `int`, or something that holds one. */
export function isDifferentiableKind(kind: Kind): boolean {
  switch (kind.kind) {
    case 'real':
      return true;
    case 'array':
      return !kind.integers;
    case 'list':
      return isDifferentiableKind(kind.element);
    case 'record':
      return kind.fields.some((field) => !field.inactive && isDifferentiableKind(field.kind));
    case 'generic':
      return kind.type !== undefined && isDifferentiableType(kind.type);
    default:
      return false;
  }
}
