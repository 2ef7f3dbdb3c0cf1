/** Checks of records, tuples and lists: seeds, tangents, and arguments that f writes. */
import { overlap } from './apart.ts';
import { GradgenAliasError } from './buffers.ts';

/**
 * What a value consists of, in small: `0` a number, `[]` an array of numbers, `[x]` a list, `[x, y]` a tuple, `['a', x, 'b', y]` a
 * record; undefined is not looked at. A record may hold more than its shape says. (An object for a record would share its hidden
 * class with the user's, and so would what V8 knows of their fields.)
 */
export type ValueShape = number | string | undefined | readonly ValueShape[];

/** A value and its shape. */
export type Shaped = readonly [value: unknown, shape: ValueShape];

export type Fields = Record<string | number, unknown>;

/** Throws RangeError where `value` has not this shape, or other lengths than `like` (undefined: any length will do). */
export function checkShape(value: unknown, like: unknown, shape: ValueShape, name = 'out'): void {
  const problem = mismatch(value, like, shape, like !== undefined && like !== null);
  if (problem !== undefined) throw new RangeError(`'${name}${problem}`);
}

/** The end of the message: what is right costs no text. */
function mismatch(value: unknown, like: unknown, shape: ValueShape, known: boolean): string | undefined {
  if (shape === undefined) return undefined;
  if (typeof shape !== 'object') return typeof value === 'number' ? undefined : "' is no number";
  if (typeof value !== 'object' || value === null) return "' is missing";
  if (isSeveral(shape)) return mismatchOfSeveral(value as unknown[], like as unknown[] | null | undefined, shape, known);
  for (let i = 0; i < fieldCount(shape); i++) {
    const key = fieldName(shape, i);
    const problem = mismatch((value as Fields)[key], (like as Fields | null | undefined)?.[key], fieldShape(shape, i), known);
    if (problem !== undefined) return `.${key}${problem}`;
  }
  return undefined;
}

/** Of a record or tuple. */
export function fieldCount(shape: readonly ValueShape[]): number {
  return typeof shape[0] === 'string' ? shape.length / 2 : shape.length;
}

export function fieldName(shape: readonly ValueShape[], at: number): string | number {
  return typeof shape[0] === 'string' ? (shape[2 * at] as string) : at;
}

export function fieldShape(shape: readonly ValueShape[], at: number): ValueShape {
  return typeof shape[0] === 'string' ? shape[2 * at + 1] : shape[at];
}

/** An element that is missing in `like` has no derivative, whatever stands beside it. */
function mismatchOfSeveral(
  value: readonly unknown[],
  like: readonly unknown[] | null | undefined,
  shape: readonly ValueShape[],
  known: boolean,
): string | undefined {
  const { length } = value;
  const expected = known ? (like?.length ?? 0) : length;
  if (length === undefined || length !== expected) return `' has length ${length}, expected ${expected}`;
  if (shape.length === 0) return undefined;
  for (let i = 0; i < length; i++) {
    if ((known ? like : value)?.[i] == null) continue;
    const problem = mismatch(value[i], like?.[i], shape[0], known);
    if (problem !== undefined) return `[${i}]${problem}`;
  }
  return undefined;
}

/** An array of numbers or a list, as opposed to a tuple or record. */
export function isSeveral(shape: readonly ValueShape[]): boolean {
  return shape.length < 2;
}

/**
 * Throws {@link GradgenAliasError} where something in `written`, which f writes, occurs twice or is memory of another argument that is
 * not the very same object.
 */
export function checkNestedAliases([written, shape]: Shaped, ...others: readonly Shaped[]): void {
  const mine = partsOf(written, shape);
  if (repeats(mine)) throw new GradgenAliasError('f writes to an argument that holds the same object or memory twice; pass copies');
  for (const [other, of] of others) {
    if (other === written || !share(mine, partsOf(other, of))) continue;
    throw new GradgenAliasError(
      'f writes to an argument that shares objects or memory with another one; pass copies, or the same argument twice',
    );
  }
}

/** All objects and arrays of a value, and behind each array its length; what is missing as it is. */
export function partsOf(value: unknown, shape: ValueShape, found: unknown[] = []): unknown[] {
  if (typeof shape !== 'object') return found;
  found.push(value);
  if (typeof value !== 'object' || value === null) return found;
  if (!isSeveral(shape)) {
    for (let i = 0; i < fieldCount(shape); i++) partsOf((value as Fields)[fieldName(shape, i)], fieldShape(shape, i), found);
  } else {
    found.push((value as unknown[]).length);
    if (typeof shape[0] === 'object') for (const element of value as unknown[]) partsOf(element, shape[0], found);
  }
  return found;
}

/** What holds memory among {@link partsOf}: empty arrays do not. */
function objectsIn(parts: readonly unknown[]): object[] {
  return parts.filter((part, i): part is object => typeof part === 'object' && part !== null && parts[i + 1] !== 0);
}

function memoryOf(part: object): object {
  return ArrayBuffer.isView(part) ? part.buffer : part;
}

export function share(parts: readonly unknown[], otherParts: readonly unknown[]): boolean {
  const mine = objectsIn(parts);
  const known = new Set(mine.map(memoryOf));
  return objectsIn(otherParts).some((other) => known.has(memoryOf(other)) && mine.some((one) => overlap(one, other)));
}

export function repeats(parts: readonly unknown[]): boolean {
  const objects = objectsIn(parts);
  if (objects.length < 2) return false;
  if (new Set(objects).size < objects.length) return true;
  const views = new Map<object, ArrayBufferView[]>();
  for (const part of objects) {
    if (!ArrayBuffer.isView(part)) continue;
    const others = views.get(part.buffer);
    if (others) others.push(part);
    else views.set(part.buffer, [part]);
  }
  for (const list of views.values()) {
    list.sort((a, b) => a.byteOffset - b.byteOffset);
    if (list.some((view, i) => i > 0 && overlap(list[i - 1] as ArrayBufferView, view))) return true;
  }
  return false;
}
