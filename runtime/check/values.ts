/** The numbers inside of arguments, results and gradients, found by what is there: types are gone when code runs. */

export type Path = readonly (number | string)[];

export type Holder = Record<number | string, unknown>;

export interface Leaf {
  readonly path: Path;
  readonly value: number;
}

type TypedArray = Float64Array | Float32Array | Int32Array;

export function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null;
}

export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

export function isReal(value: unknown): boolean {
  return value instanceof Float64Array || value instanceof Float32Array;
}

export function isList(value: unknown): value is Holder & { readonly length: number } {
  return Array.isArray(value) || isTypedArray(value);
}

/** Has no derivative: integer arrays, maps and whatever else is neither an array nor a record. */
export function isOpaque(value: Holder): boolean {
  if (isList(value)) return isTypedArray(value) && !isReal(value);
  return value instanceof Map || value instanceof Set || value instanceof Date || ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

/** What a value holds that may hold numbers. */
export function keysOf(value: Holder): (number | string)[] {
  if (isOpaque(value)) return [];
  return isList(value) ? Array.from({ length: value.length }, (_, at) => at) : Object.keys(value);
}

/** Every number, in order; none of integer arrays. `within`: what it is part of. */
export function leavesOf(value: unknown, path: Path = [], within: readonly unknown[] = []): Leaf[] {
  if (typeof value === 'number') return [{ path, value }];
  if (!isHolder(value) || within.includes(value)) return [];
  const inner = [...within, value];
  return keysOf(value).flatMap((key) => leavesOf(value[key], [...path, key], inner));
}

/** Copies that share nothing with the originals; what was one object stays one, and views of one memory stay such. */
export function copyAll<T extends readonly unknown[]>(values: T): T {
  const copies = new Map<unknown, unknown>();
  return values.map((value) => copy(value, copies)) as unknown as T;
}

function copy(value: unknown, copies: Map<unknown, unknown>): unknown {
  if (!isHolder(value) || value instanceof Map || value instanceof Set || value instanceof Date) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (isTypedArray(value)) return remember(copies, value, copyView(value, copies));
  const made = Array.isArray(value) ? new Array<unknown>(value.length) : Object.create(Object.getPrototypeOf(value));
  const result = remember(copies, value, made as Holder);
  for (const key of Object.keys(value)) result[key] = copy(value[key], copies);
  return result;
}

function copyView(view: TypedArray, copies: Map<unknown, unknown>): unknown {
  const { buffer, byteOffset, length } = view;
  const memory = copies.get(buffer) ?? remember(copies, buffer, buffer.slice(0));
  return new (view.constructor as new (...args: unknown[]) => unknown)(memory, byteOffset, length);
}

function remember<T>(copies: Map<unknown, unknown>, original: unknown, made: T): T {
  copies.set(original, made);
  return made;
}

/** A seed, tangent or gradient in the shape of a value: plain records and arrays of its numbers, each made anew. */
export function shapedLike(value: unknown, number: () => number): unknown {
  if (typeof value === 'number') return number();
  if (!isHolder(value) || isOpaque(value)) return undefined;
  if (isReal(value)) return (value as unknown as Float64Array).map(number);
  if (Array.isArray(value)) return value.map((element) => shapedLike(element, number));
  const parts = Object.keys(value).map((key) => [key, shapedLike(value[key], number)] as const);
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
}

export function read(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Holder | null | undefined)?.[key], value);
}

/** Writes one number and gives what is kept of it: a Float32Array rounds. */
export function write(value: unknown, path: Path, number: number): number {
  const holder = read(value, path.slice(0, -1)) as Holder;
  const key = path[path.length - 1] as number | string;
  holder[key] = number;
  return holder[key] as number;
}

/** Where the number at `path` is kept: the memory, and the place in it. */
export function placeOf(value: unknown, path: Path): readonly [memory: unknown, place: number | string] {
  const holder = read(value, path.slice(0, -1));
  const key = path[path.length - 1] as number | string;
  return isTypedArray(holder) ? [holder.buffer, holder.byteOffset + Number(key) * holder.BYTES_PER_ELEMENT] : [holder, key];
}

/** The first place at which two values differ in a bit; undefined if nowhere. */
export function firstDifference(left: unknown, right: unknown, path: Path = []): Path | undefined {
  if (!isHolder(left) || !isHolder(right) || left === right) return Object.is(left, right) ? undefined : path;
  if (isList(left) !== isList(right) || left['length'] !== right['length']) return path;
  const keys = isList(left) ? keysOfList(left) : [...new Set([...Object.keys(left), ...Object.keys(right)])];
  for (const key of keys) {
    const found = firstDifference(left[key], right[key], [...path, key]);
    if (found) return found;
  }
  return undefined;
}

function keysOfList({ length }: { readonly length: number }): number[] {
  return Array.from({ length }, (_, at) => at);
}

/** `x[3].y`. */
export function pathText(name: string, path: Path): string {
  return name + path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
}

/** `3 numbers`, `a record of x, y`: for messages about shapes. */
export function describe(value: unknown): string {
  if (typeof value === 'number') return 'a number';
  if (!isHolder(value)) return String(value);
  if (isList(value)) return `${value.constructor.name} of ${value.length}`;
  return `a record of ${Object.keys(value).join(', ') || 'nothing'}`;
}
