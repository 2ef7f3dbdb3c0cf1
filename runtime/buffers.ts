/** Where results go: memory that the caller supplies (`out`, `…Into`) is checked before anything is written to it. */
import { overlap } from './apart.ts';

/** An argument that may be an array; one that is missing overlaps nothing and is as long as an empty one. */
export type Numbers = ArrayLike<number> | null | undefined;

/** Arguments of a derivative function share memory, and f writes to it: the result would depend on the order of the copies. */
export class GradgenAliasError extends Error {
  override readonly name = 'GradgenAliasError';
}

/**
 * A zeroed buffer for the gradient with respect to `like`: `out` where the caller gave one, else a new Float64Array.
 * `inputs` are the other arrays that the function reads (arguments and seeds).
 * Throws RangeError, before anything is written, where `out` has another length than `like` or overlaps it or an input.
 */
export function gradientBuffer(like: Numbers, out?: Float64Array, ...inputs: readonly Numbers[]): Float64Array {
  if (out === undefined) return new Float64Array(like == null ? 0 : like.length);
  checkOut(out, like, ...inputs);
  return setToZero(out);
}

/** {@link gradientBuffer} for a parameter that is a `number[]`. */
export function gradientList(like: Numbers, out?: number[], ...inputs: readonly Numbers[]): number[] {
  if (out === undefined) return new Array<number>(like == null ? 0 : like.length).fill(0);
  checkOut(out, like, ...inputs);
  return setToZero(out);
}

/** Sets every element to 0 and returns the array. A call of `fill` takes 16 ns, longer than a loop over few elements. */
export function setToZero<T extends Float64Array | number[]>(values: T): T {
  if (values.length > 16) values.fill(0);
  else for (let i = 0; i < values.length; i++) values[i] = 0;
  return values;
}

/** The gradient with respect to a Float32Array: summed in float64, rounded once. `out` must have passed {@link checkOut}. */
export function toFloat32(values: Float64Array, out: Float32Array = new Float32Array(values.length)): Float32Array {
  out.set(values);
  return out;
}

/**
 * Throws RangeError where `out` has another length than `like`, or overlaps it or one of `others`. Writes nothing.
 * A function with several buffers checks each, naming the ones that follow among the others, and only then writes.
 */
export function checkOut(out: Numbers, like: Numbers, ...others: readonly Numbers[]): void {
  const length = like == null ? 0 : like.length;
  if (out == null || out.length !== length) {
    throw new RangeError(`the output buffer has length ${out?.length}, the gradient has length ${length}`);
  }
  if (overlap(out, like)) throw sharedOut();
  for (const other of others) if (overlap(out, other)) throw sharedOut();
}

export function sharedOut(): RangeError {
  return new RangeError('the output buffer shares memory with an argument, a seed or another output buffer');
}

/** Throws RangeError where the seed (or tangent) `name` does not have the length of what it belongs to. */
export function checkSeed(seed: Numbers, length: number, name = 'seed'): void {
  if (seed == null || seed.length !== length) {
    throw new RangeError(`'${name}' has length ${seed?.length}, expected ${length}`);
  }
}

/**
 * Throws {@link GradgenAliasError} where `written`, which f writes, shares memory with another argument that is not the very
 * same object.
 */
export function checkAliases(written: Numbers, ...others: readonly Numbers[]): void {
  for (const other of others) {
    if (other === written || !overlap(written, other)) continue;
    throw new GradgenAliasError('f writes to an argument that partly overlaps another one; pass copies, or the same argument twice');
  }
}
