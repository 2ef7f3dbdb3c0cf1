/**
 * Checks of memory that the caller supplies for records and lists. What was found in order is remembered as the list of the objects
 * that it consists of: a later call compares identities and lengths, which allocates nothing, and checks anew where one differs.
 */
import { overlap } from './apart.ts';
import { sharedOut } from './buffers.ts';
import {
  checkShape,
  type Fields,
  fieldCount,
  fieldName,
  fieldShape,
  isSeveral,
  partsOf,
  repeats,
  share,
  type ValueShape,
} from './shapes.ts';

/** What has been found out about a buffer that consists of these parts. */
interface KnownOutput {
  readonly shape: ValueShape;
  readonly parts: readonly unknown[];
  /** Those of the argument that came last: it has the same lengths and shares nothing with it. */
  fitting: readonly unknown[];
  /** Those of other values that share nothing with it. */
  readonly apart: (readonly unknown[])[];
}

/** More other values than a function has are not kept. */
const mostApart = 16;

const knownOutputs: WeakMap<object, KnownOutput> = /* @__PURE__ */ new WeakMap();

/**
 * Throws RangeError where `out` has not the shape and lengths of `like`, or something in it occurs twice or is memory of `like`.
 * Writes nothing. {@link checkApart} follows for every other value that `out` might share memory with.
 */
export function checkNestedOut(out: object, shape: readonly ValueShape[], like: Other): void {
  let known = knownOutputs.get(out);
  if (known && (known.shape !== shape || !consistsOf(out, shape, known.parts))) known = undefined;
  if (known && consistsOf(like, shape, known.fitting)) return;
  checkShape(out, like, shape);
  known ??= remember(out, shape);
  const parts = partsToCompare(like, shape);
  if (share(known.parts, parts)) throw sharedOut();
  known.fitting = parts;
}

/** Throws RangeError where `out`, which has passed {@link checkNestedOut}, shares an object or memory with `other`. Writes nothing. */
export function checkApart(out: object, other: Other, shape: readonly ValueShape[]): void {
  if (other == null) return;
  const known = knownOutputs.get(out);
  if (!known) {
    if (holds(other, shape, out)) throw sharedOut();
    return;
  }
  const { apart } = known;
  let at = 0;
  while (at < apart.length && apart[at]?.[1] !== other) at++;
  if (at < apart.length && consistsOf(other, shape, apart[at] as readonly unknown[])) return;
  const parts = partsToCompare(other, shape);
  if (share(known.parts, parts)) throw sharedOut();
  apart[at % mostApart] = parts;
}

/** For a record or tuple of nothing but numbers, which the caller has looked at. Throws RangeError; writes nothing. */
export function checkRecord(out: object, isWhole: boolean, like: Other): void {
  if (!isWhole) throw new RangeError('the output buffer lacks a number');
  checkDistinct(out, like);
}

/** Throws RangeError where `out` is one of these objects. (A list of them would be made at every call.) */
export function checkDistinct(out: object, a: Other, b?: Other, c?: Other, d?: Other): void {
  if (out === a || out === b || out === c || out === d) throw sharedOut();
}

type Other = object | null | undefined;

function remember(out: object, shape: readonly ValueShape[]): KnownOutput {
  const parts = partsToCompare(out, shape);
  if (repeats(parts)) throw new RangeError('the output buffer holds the same object or memory twice');
  const known: KnownOutput = { shape, parts, fitting: [], apart: [] };
  knownOutputs.set(out, known);
  return known;
}

/** The parts, behind the index of the first element where all of them but the value itself are flat records in a list or tuple, else 0. */
function partsToCompare(value: unknown, shape: readonly ValueShape[]): readonly unknown[] {
  const first = shape.length > 0 && shape.every(isFlat) ? (isSeveral(shape) ? 3 : 2) : 0;
  return partsOf(value, shape, [first]);
}

/** A record or tuple of numbers. */
function isFlat(shape: ValueShape): boolean {
  return typeof shape === 'object' && shape.length > 1 && shape.every((part) => typeof part !== 'object');
}

function consistsOf(value: unknown, shape: ValueShape, parts: readonly unknown[]): boolean {
  const first = parts[0] as number;
  if (!first) return samePart(value, shape, parts, 1) === parts.length;
  const list = value as readonly unknown[] | undefined;
  if (list !== parts[1] || list?.length !== parts.length - first) return false;
  for (let i = first; i < parts.length; i++) if (list[i - first] !== parts[i]) return false;
  return true;
}

/** Is `value` made of what stands in `parts` from `at` on? Gives the place behind that, or -1. */
function samePart(value: unknown, shape: ValueShape, parts: readonly unknown[], at: number): number {
  if (typeof shape !== 'object') return at;
  if (value !== parts[at]) return -1;
  if (typeof value !== 'object' || value === null) return at + 1;
  if (isSeveral(shape)) return sameElements(value as unknown[], shape[0], parts, at + 1);
  let next = at + 1;
  for (let i = 0; i < fieldCount(shape) && next >= 0; i++) {
    next = samePart((value as Fields)[fieldName(shape, i)], fieldShape(shape, i), parts, next);
  }
  return next;
}

function sameElements(value: readonly unknown[], element: ValueShape, parts: readonly unknown[], at: number): number {
  const { length } = value;
  if (parts[at] !== length) return -1;
  let next = at + 1;
  for (let i = 0; i < length && next >= 0 && typeof element === 'object'; i++) next = samePart(value[i], element, parts, next);
  return next;
}

/** Does `value` hold this object, or share memory with it? */
function holds(value: unknown, shape: ValueShape, one: object): boolean {
  if (typeof value !== 'object' || value === null || typeof shape !== 'object') return false;
  if (isSeveral(shape)) {
    const { length } = value as unknown[];
    if (length > 0 && overlap(value, one)) return true;
    if (typeof shape[0] !== 'object') return false;
    for (let i = 0; i < length; i++) if (holds((value as unknown[])[i], shape[0], one)) return true;
    return false;
  }
  if (value === one) return true;
  for (let i = 0; i < fieldCount(shape); i++) {
    if (holds((value as Fields)[fieldName(shape, i)], fieldShape(shape, i), one)) return true;
  }
  return false;
}
