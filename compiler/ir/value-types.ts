/** The types of values. */

/** How an array of numbers keeps them. `list` is a JavaScript `number[]`; it and `refs` are the storages that a store can lengthen. */
export type NumberStorage = 'f64' | 'f32' | 'list' | 'i8' | 'u8' | 'u8c' | 'i16' | 'u16' | 'i32' | 'u32';
/** `refs`: a JavaScript array of references (or texts, or booleans). `record`: an object (or tuple), its fields numbered from 0. */
export type Storage = NumberStorage | 'refs' | 'record';

export type RealType = { readonly kind: 'real' };
/** A number that is never differentiated: counters, lengths, indices, results of bit arithmetic. */
export type IntType = { readonly kind: 'int' };
export type BoolType = { readonly kind: 'bool' };
/** A string: carried along and compared, never computed with. */
export type TextType = { readonly kind: 'text' };
export type NumbersType = { readonly kind: 'array'; readonly storage: NumberStorage };
export type RefsType = { readonly kind: 'array'; readonly storage: 'refs'; readonly element: Type };
/**
 * An object with named fields, or a tuple (fields "0", "1", …). In memory it is an array like the others: field i is element i, and every
 * access has a constant index. Two types are the same if their fields are, in order.
 */
export type RecordType = { readonly kind: 'array'; readonly storage: 'record'; readonly fields: readonly Field[]; readonly tuple: boolean };
export interface Field {
  readonly name: string;
  readonly type: Type;
  /** It may be undefined or null: `present` tells. */
  readonly optional?: true;
  /** By its declaration it is not differentiated, though it holds numbers: `int[]`. */
  readonly passive?: true;
  /** Of a shadow: the field has no derivative. It keeps its number, is never read or written, and is not there when the code runs. */
  readonly omitted?: true;
}
/** A reference to numbers in memory, or to an object or list of references. A constant null or undefined may stand for any of them. */
export type ArrayType = NumbersType | RefsType | RecordType;
/** A last-in first-out record of what the reverse sweep needs. `bytes` holds booleans and small counts. */
export type StackType = { readonly kind: 'stack'; readonly element: 'real' | 'int' | 'bool' | 'array' };
/** A local function. It is called, never kept, joined or handed on. */
export type FunctionType = { readonly kind: 'function' };
export type Type = RealType | IntType | BoolType | TextType | ArrayType | StackType | FunctionType;

export type ConstantValue = number | boolean | string | null | undefined;
