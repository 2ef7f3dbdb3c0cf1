/** Memory as JavaScript has it: real typed arrays, and `number[]` for lists. */
import { InternalError } from '../diagnostics/internal.ts';
import type { AccumulateOp, AllocOp, LoadOp, NumberStorage, StoreOp } from './types.ts';

/** A list may hold holes and undefined, which loads give back. */
export type Memory =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | number[];

const typedArrays = {
  f64: Float64Array,
  f32: Float32Array,
  i8: Int8Array,
  u8: Uint8Array,
  u8c: Uint8ClampedArray,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
} as const;

export function allocate(storage: NumberStorage, length: number, fill: AllocOp['fill']): Memory {
  if (storage !== 'list') return new typedArrays[storage](length);
  const list = new Array<number>(length);
  return fill === 'hole' ? list : list.fill(0);
}

export function memoryOf(storage: NumberStorage, elements: Iterable<number>): Memory {
  return storage === 'list' ? [...elements] : typedArrays[storage].from(elements);
}

/** The access an operation makes in range is the optimizer's promise; a broken promise is an error of ours. */
export function loadFrom(array: Memory, index: number, access: LoadOp['access']): number | undefined {
  const value = array[index];
  if (access === 'orZero') return value ?? 0;
  if (access === 'inRange') mustHit(array, index);
  return value;
}

export function storeTo(array: Memory, index: number, value: number, access: StoreOp['access']): void {
  if (access === 'inRange') mustHit(array, index);
  array[index] = value;
}

export function accumulateTo(array: Memory, index: number, value: number, access: AccumulateOp['access']): void {
  if (access === 'inRange') mustHit(array, index);
  if (hits(array, index)) array[index] = (array[index] as number) + value;
}

interface Bounds {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

export function copyOf(array: Memory, { from, to }: Bounds, storage: NumberStorage): Memory {
  const part = array.slice(from, to);
  if (Array.isArray(part)) return storage === 'list' ? part : typedArrays[storage].from(part);
  return memoryOf(storage, part);
}

export function fillOf(array: Memory, value: number, { from, to }: Bounds): void {
  array.fill(value, from, to);
}

/** A list has no `set` of its own; one made beside a typed array behaves like it. */
export function setOf(array: Memory, source: Memory, offset: number): void {
  if (!Array.isArray(array)) return array.set(source, offset);
  if (offset < 0 || offset + source.length > array.length) throw new RangeError('offset is out of bounds');
  for (const [i, value] of [...source].entries()) array[offset + i] = value;
}

/** Another reference to the same elements. */
export function viewOf(array: Memory, { from, to }: Bounds): Memory {
  if (Array.isArray(array)) throw new InternalError('a list has no views');
  return array.subarray(from, to);
}

function hits(array: Memory, index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < array.length;
}

function mustHit(array: Memory, index: number): void {
  if (!hits(array, index)) throw new InternalError(`an access called in range reads ${index} of ${array.length}`);
}
