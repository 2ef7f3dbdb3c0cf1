/** The numbers inside of arguments and results, whatever holds them. */

export type Path = readonly (number | string)[];

export interface Leaf {
  readonly path: Path;
  readonly value: number;
}

type Holder = Record<number | string, unknown>;

const integerArrays = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array];

/** Every number that can be differentiated, in order: integer arrays have none. */
export function leavesOf(value: unknown, path: Path = []): Leaf[] {
  if (typeof value === 'number') return [{ path, value }];
  if (typeof value !== 'object' || value === null || integerArrays.some((kind) => value instanceof kind)) return [];
  const keys = isArray(value) ? Array.from(value, (_, index) => index) : Object.keys(value);
  return keys.flatMap((key) => leavesOf((value as Holder)[key], [...path, key]));
}

/** A copy that shares no memory; what stood twice in the original is shared within the copy too. */
export function copyOf<T>(value: T, seen: Map<unknown, unknown> = new Map()): T {
  if (typeof value !== 'object' || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known as T;
  if (ArrayBuffer.isView(value)) return remember(seen, value, (value as unknown as Float64Array).slice()) as unknown as T;
  const copy = remember(seen, value, Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value))) as Holder;
  for (const [key, inner] of Object.entries(value)) copy[key] = copyOf(inner, seen);
  if (Array.isArray(value)) (copy as unknown as unknown[]).length = value.length;
  return copy as T;
}

function remember<T>(seen: Map<unknown, unknown>, original: unknown, copy: T): T {
  seen.set(original, copy);
  return copy;
}

/** A copy in which each number that can be differentiated is another. */
export function mapLeaves<T>(value: T, change: (leaf: Leaf) => number): T {
  const holder = { copy: copyOf(value) };
  for (const leaf of leavesOf(value)) write(holder, ['copy', ...leaf.path], change(leaf));
  return holder.copy;
}

export function read(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Holder | undefined)?.[key], value);
}

/** Writes one number and returns what is kept of it: a Float32Array rounds. */
export function write(value: unknown, path: Path, number: number): number {
  const holder = read(value, path.slice(0, -1)) as Holder;
  const key = path.at(-1) as number | string;
  holder[key] = number;
  return holder[key] as number;
}

/** Equal bit for bit, with all that is not a number equal too. */
export function isIdentical(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) return Object.is(left, right);
  const [own, others] = [Object.keys(left), Object.keys(right)];
  return own.length === others.length && own.every((key) => isIdentical((left as Holder)[key], (right as Holder)[key]));
}

/** `x[3]`, `pose.angles[2]`, `x`. */
export function pathText(name: string, path: Path): string {
  return name + path.map((key) => (typeof key === 'number' || /^\d+$/.test(key) ? `[${key}]` : `.${key}`)).join('');
}

function isArray(value: object): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}
