/** `gradgen`: the types that user code and generated files share, and the form of the configuration. */
export { defineConfig, type GradgenConfig } from './config.ts';

/** A number that is never differentiated: an index, a length, a count, a loop bound. Plain numbers fit. */
export type int = number & { readonly __gradgen?: 'int' };

/**
 * The type of seeds, tangents and gradients of a `T`: number → number; a Float64Array or Float32Array → itself;
 * `(readonly) number[]` → `number[]`; `ArrayLike<number>` and unions of array kinds → Float64Array; a tuple → a mutable
 * tuple, undefined where there is no derivative; a record → a mutable record of its differentiable fields; optional or nullable → that
 * of the value.
 */
export type Tangent<T> = TangentOf<NonNullable<T>>;

type TangentOf<T> = [T] extends [number]
  ? number
  : [T] extends [Float64Array | Float32Array]
    ? TypedTangent<T>
    : [T] extends [readonly unknown[]]
      ? ArrayTangent<T>
      : [T] extends [ArrayLike<number>]
        ? Float64Array
        : RecordTangent<T>;

/** A union of both kinds gives the wider one. */
type TypedTangent<T> = [T] extends [Float64Array] ? T : [T] extends [Float32Array] ? T : Float64Array;

type ArrayTangent<T extends readonly unknown[]> = number extends T['length']
  ? Tangent<T[number]>[]
  : { -readonly [K in keyof T]: IsDifferentiable<NonNullable<T[K]>> extends true ? Tangent<T[K]> : undefined };

type RecordTangent<T> = { -readonly [K in keyof T as IsDifferentiable<NonNullable<T[K]>> extends true ? K : never]-?: Tangent<T[K]> };

type IntegerArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Whole numbers that are written down, `0 | 1`, and enums are integers. */
type IsFraction<T> = [T] extends [number] ? ([`${T}`] extends [`${bigint}`] ? false : true) : true;

type IsDifferentiable<T> = '__gradgen' extends keyof T
  ? false
  : [T] extends [number | Float64Array | Float32Array]
    ? IsFraction<T>
    : [T] extends [IntegerArray | string | boolean | bigint | symbol | ((...args: never) => unknown)]
      ? false
      : [T] extends [ArrayLike<infer E>]
        ? IsDifferentiable<NonNullable<E>>
        : keyof RecordTangent<T> extends never
          ? false
          : true;
