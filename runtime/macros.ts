/** `gradgen`: the types that user code and generated files share, derivatives inside of functions, and the form of the configuration. */
import type { DenseMatrix } from './matrices.ts';

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

/** What `jacobian` and `hessian` give. */
export type { DenseMatrix };

/** Of such a constraint an arrow function without types takes that its parameters are numbers. */
type OfNumbers<R> = (...args: number[]) => R;
/** Any function that gives an `R`. */
type OfAnything<R> = (...args: never[]) => R;
/** Positions of parameters; all that can be differentiated where none are listed. */
type Positions = readonly number[];

type IsInput<T, At, P extends Positions> =
  IsDifferentiable<NonNullable<T>> extends true ? (number extends P['length'] ? true : At extends P[number] ? true : false) : false;

/** The tangents of those elements of a tuple that are differentiated. */
type TangentsOf<A extends readonly unknown[], P extends Positions, At extends readonly unknown[] = []> = A extends readonly [
  infer First,
  ...infer Rest,
]
  ? [...(IsInput<First, At['length'], P> extends true ? [Tangent<First>] : []), ...TangentsOf<Rest, P, [...At, unknown]>]
  : [];

/** One is itself, several are a tuple. */
type Sole<T extends readonly unknown[]> = T extends readonly [infer Only] ? Only : T;

type Gradients<F extends OfAnything<unknown>, P extends Positions> = TangentsOf<Required<Parameters<F>>, P>;

/** A tuple is several outputs. */
type OutputsOf<R> = [R] extends [undefined] ? [] : [R] extends [readonly unknown[]] ? (number extends R['length'] ? [R] : [...R]) : [R];

/** The seeds, or the tangents, of what a function returns. */
type OutputTangents<F extends OfAnything<unknown>> = TangentsOf<OutputsOf<ReturnType<F>>, Positions>;

type Grad<F extends OfAnything<unknown>, P extends Positions> = (...args: Parameters<F>) => Sole<Gradients<F, P>>;
type ValueAndGrad<F extends OfAnything<unknown>, P extends Positions> = (...args: Parameters<F>) => {
  value: number;
  grad: Sole<Gradients<F, P>>;
};
type Vjp<F extends OfAnything<unknown>, P extends Positions> = (...args: [...Parameters<F>, ...OutputTangents<F>]) => Sole<Gradients<F, P>>;
type Jvp<F extends OfAnything<unknown>, P extends Positions> = (...args: [...Parameters<F>, ...Gradients<F, P>]) => {
  value: Sole<OutputsOf<ReturnType<F>>>;
  tangent: Sole<OutputTangents<F>>;
};
type Hvp<F extends OfAnything<unknown>, P extends Positions> = (...args: [...Parameters<F>, ...Gradients<F, P>]) => Sole<Gradients<F, P>>;
type Matrix<F extends OfAnything<unknown>> = (...args: Parameters<F>) => DenseMatrix;

interface GradMacro {
  <F extends OfNumbers<number>, const P extends Positions>(f: F, inputs?: P): Grad<F, P>;
  <F extends OfAnything<number>, const P extends Positions>(f: F, inputs?: P): Grad<F, P>;
}

interface ValueAndGradMacro {
  <F extends OfNumbers<number>, const P extends Positions>(f: F, inputs?: P): ValueAndGrad<F, P>;
  <F extends OfAnything<number>, const P extends Positions>(f: F, inputs?: P): ValueAndGrad<F, P>;
}

interface VjpMacro {
  <F extends OfNumbers<unknown>, const P extends Positions>(f: F, inputs?: P): Vjp<F, P>;
  <F extends OfAnything<unknown>, const P extends Positions>(f: F, inputs?: P): Vjp<F, P>;
}

interface JvpMacro {
  <F extends OfNumbers<unknown>, const P extends Positions>(f: F, inputs?: P): Jvp<F, P>;
  <F extends OfAnything<unknown>, const P extends Positions>(f: F, inputs?: P): Jvp<F, P>;
}

interface JacobianMacro {
  <F extends OfNumbers<unknown>>(f: F, inputs?: Positions): Matrix<F>;
  <F extends OfAnything<unknown>>(f: F, inputs?: Positions): Matrix<F>;
}

interface HvpMacro {
  <F extends OfNumbers<number>, const P extends Positions>(f: F, inputs?: P): Hvp<F, P>;
  <F extends OfAnything<number>, const P extends Positions>(f: F, inputs?: P): Hvp<F, P>;
}

interface HessianMacro {
  <F extends OfNumbers<number>>(f: F, inputs?: Positions): Matrix<F>;
  <F extends OfAnything<number>>(f: F, inputs?: Positions): Matrix<F>;
}

/**
 * The gradient of `f`, as a function of `f`'s parameters: one gradient is itself, several are a tuple. `inputs` lists the positions of the
 * parameters to differentiate, `grad(f, [0])`. Understood in functions that gradgen compiles, where `f` is a function that can be seen.
 */
export const grad: GradMacro = notCompiled('grad');

/** `{ value, grad }`, as a function of `f`'s parameters. */
export const valueAndGrad: ValueAndGradMacro = notCompiled('valueAndGrad');

/** The vector-Jacobian product: after `f`'s parameters a seed for each output, ∂L/∂output; it gives ∂L/∂input, as {@link grad}. */
export const vjp: VjpMacro = notCompiled('vjp');

/** The Jacobian-vector product: after `f`'s parameters a tangent for each input; it gives `{ value, tangent }`. */
export const jvp: JvpMacro = notCompiled('jvp');

/** All derivatives of all outputs, by rows. */
export const jacobian: JacobianMacro = notCompiled('jacobian');

/** The Hessian times a vector, which follows `f`'s parameters in the shape of the gradient. */
export const hvp: HvpMacro = notCompiled('hvp');

/** All second derivatives, by rows. */
export const hessian: HessianMacro = notCompiled('hessian');

/** `x` as a constant: a copy whose numbers have no derivative. */
export function stopGradient<T>(x: T): T {
  return typeof x === 'object' && x !== null ? structuredClone(x) : x;
}

/** Modules that only name a derivative can be loaded; what fails is the call. */
function notCompiled(name: string): () => () => never {
  return () => () => {
    const advice = 'compile this file and call what gradgen makes of it (`fPrimal`, `fGrad`), or run it under gradgen/register';
    throw new Error(`gradgen: ${name}(f) is worked out by the compiler, not when the code runs: ${advice}`);
  };
}
