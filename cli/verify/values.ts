/** The numbers inside of arguments and results, found by what their types say. */
import type { ParameterReport } from '../../compiler/options.ts';

export type Shape = ParameterReport['shape'];

type Field = Extract<Shape, { readonly kind: 'record' }>['fields'][number];

export type Path = readonly (number | string)[];

export interface Leaf {
  readonly path: Path;
  readonly value: number;
}

export type Holder = Record<number | string, unknown>;

export function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null;
}

/** Every number that can be differentiated and is there, in order: no integers, flags or texts. */
export function leavesOf(shape: Shape, value: unknown, path: Path = []): Leaf[] {
  if (shape.kind === 'real') return typeof value === 'number' ? [{ path, value }] : [];
  if (!isHolder(value)) return [];
  if (shape.kind === 'array' && !isRealStorage(shape.storage)) return [];
  return partsOf(shape, value).flatMap(([key, inner]) => leavesOf(inner, value[key], [...path, key]));
}

/** What a value of that shape holds: the elements or the fields, each with its shape. */
function partsOf(shape: Shape, value: Holder): (readonly [key: number | string, shape: Shape])[] {
  if (shape.kind === 'record') return shape.fields.map((field) => [shape.tuple ? Number(field.name) : field.name, shapeOf(field)] as const);
  if (shape.kind !== 'array' && shape.kind !== 'list') return [];
  const element: Shape = shape.kind === 'list' ? shape.element : { kind: 'real' };
  return Array.from({ length: Number(value['length'] ?? 0) }, (_, at) => [at, element] as const);
}

/** What has no derivative by its declaration stands for nothing that is looked into. */
const shapeOf = ({ shape, passive }: Field): Shape => (passive ? { kind: 'opaque' } : shape);

export function isRealStorage(storage: string): boolean {
  return storage === 'f64' || storage === 'f32' || storage === 'list';
}

export function isDifferentiable(shape: Shape): boolean {
  if (shape.kind === 'record') return shape.fields.some((field) => isDifferentiable(shapeOf(field)));
  if (shape.kind === 'list') return isDifferentiable(shape.element);
  return shape.kind === 'array' ? isRealStorage(shape.storage) : shape.kind === 'real';
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

/**
 * A seed, tangent or gradient beside a value: the fields that can be differentiated, each number made anew, 0 for what is missing.
 * What is one object there is one object here.
 */
export function tangentOf(shape: Shape, value: unknown, number: () => number, made: Map<unknown, unknown> = new Map()): unknown {
  if (shape.kind === 'real') return typeof value === 'number' ? number() : 0;
  if (!isDifferentiable(shape)) return undefined;
  const known = made.get(value);
  if (known !== undefined) return known;
  const tangent = tangentOfHolder(shape, isHolder(value) ? value : {}, number, made);
  if (isHolder(value)) made.set(value, tangent);
  return tangent;
}

function tangentOfHolder(shape: Shape, value: Holder, number: () => number, made: Map<unknown, unknown>): unknown {
  if (shape.kind === 'array') return arrayFrom(shape.storage, Array.from({ length: Number(value['length'] ?? 0) }, number));
  const tangent: Holder = shape.kind === 'record' && !shape.tuple ? {} : ([] as unknown as Holder);
  for (const [key, inner] of partsOf(shape, value)) {
    const isKept = isDifferentiable(inner) || (shape.kind === 'record' && shape.tuple);
    if (isKept) tangent[key] = tangentOf(inner, value[key], number, made);
  }
  return tangent;
}

export function arrayFrom(storage: string, values: readonly number[]): unknown {
  switch (storage) {
    case 'f64':
      return Float64Array.from(values);
    case 'f32':
      return Float32Array.from(values);
    case 'i8':
      return Int8Array.from(values);
    case 'u8':
      return Uint8Array.from(values);
    case 'u8c':
      return Uint8ClampedArray.from(values);
    case 'i16':
      return Int16Array.from(values);
    case 'u16':
      return Uint16Array.from(values);
    case 'i32':
      return Int32Array.from(values);
    case 'u32':
      return Uint32Array.from(values);
    default:
      return [...values];
  }
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

/** Equal bit for bit, with all that is not a number equal too. A field that is undefined may as well not be there. */
export function isIdentical(left: unknown, right: unknown): boolean {
  if (!isHolder(left) || !isHolder(right)) return Object.is(left, right);
  if (left['length'] !== right['length'] || Array.isArray(left) !== Array.isArray(right)) return false;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => isIdentical(left[key], right[key]));
}

/** Do two gradients have the same fields and lengths? */
export function isSameShape(left: unknown, right: unknown): boolean {
  if (!isHolder(left) || !isHolder(right)) return typeof left === typeof right;
  if (left.constructor !== right.constructor) return false;
  const [own, others] = [Object.keys(left), Object.keys(right)];
  return own.length === others.length && own.every((key) => key in right && isSameShape(left[key], right[key]));
}

/** `x[3]`, `pose.angles[2]`, `x`. */
export function pathText(name: string, path: Path): string {
  return name + path.map((key) => (typeof key === 'number' || /^\d+$/.test(key) ? `[${key}]` : `.${key}`)).join('');
}

/** As a person would write it, typed arrays as plain ones. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'number' && !Number.isFinite(inner)) return String(inner);
    return ArrayBuffer.isView(inner) ? Array.from(inner as unknown as number[]) : inner;
  });
}
