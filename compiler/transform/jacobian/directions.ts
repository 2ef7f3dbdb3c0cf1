/**
 * All unit directions of some structures, a few at a time. A direction is a structure of zeros with one 1 in it: the tangent of an input in
 * forward mode, the seed of an output in reverse mode.
 */
import type { Builder } from '../../ir/build.ts';
import { isNumbers, isRecord, isRefs } from '../../ir/memory-types.ts';
import type { RefsType, Type, ValueId } from '../../ir/types.ts';
import { elementAt, repeat, repeatWith } from './loops.ts';
import { countNumbers, differentiable, fixedSize } from './numbers.ts';
import { moved, type Offset, sum, valueAt } from './offset.ts';

/** An input or output. */
export interface Root {
  /** Its position among those of the function. */
  readonly of: number;
  /** Of its tangents or seeds: nothing is missing in these. */
  readonly type: Type;
  /** New zeros of its shape. */
  zeros(): ValueId;
}

/** One direction. */
export interface Direction {
  readonly of: number;
  readonly structure: ValueId;
  /** The position of its 1 in the order of all numbers. */
  readonly at: Offset;
}

export interface Widths {
  /** How many numbers that are known one by one are taken together. */
  readonly fixed: number;
  /** How many elements of an array are taken together. */
  readonly elements: number;
  /** More numbers of one structure than this are taken one by one in a loop; absent: never. */
  readonly unrolled?: number;
}

/** Writes what is to be done for some directions at once. */
export type Sweep = (directions: readonly Direction[]) => void;

interface Walk {
  readonly b: Builder;
  readonly widths: Widths;
  readonly sweep: Sweep;
}

/** A part of a root, reached by fields from a place that each of the root's structures has. */
interface Part {
  readonly root: Root;
  readonly structures: readonly ValueId[];
  readonly place: (structure: number) => ValueId;
  readonly path: readonly number[];
  readonly type: Type;
}

/** Goes through all directions; gives the position after the last. */
export function forEachDirection(b: Builder, roots: readonly Root[], widths: Widths, sweep: Sweep): void {
  const parts = roots.flatMap((root): Part[] => {
    const structures = fixedSize(root.type) === undefined ? Array.from({ length: lanesOf(root.type, widths) }, () => root.zeros()) : [];
    const place = (structure: number): ValueId => structures[structure] as ValueId;
    return partsOf(root.type).map((part) => ({ root, structures, place, ...part }));
  });
  walkParts({ b, widths, sweep }, parts, { plus: 0 });
}

interface Path {
  readonly path: readonly number[];
  readonly type: Type;
}

/** Down through records: numbers, arrays, lists. */
function partsOf(type: Type): readonly Path[] {
  if (!isRecord(type)) return [{ path: [], type }];
  return differentiable(type).flatMap(({ field, at }) => partsOf(field.type).map((part) => ({ ...part, path: [at, ...part.path] })));
}

/** How many structures of a root are in use at once. */
function lanesOf(type: Type, widths: Widths): number {
  const parts = partsOf(type);
  const fixed = parts.filter((part) => part.type.kind === 'real').length;
  const inner = parts.map((part) => (isRefs(part.type) ? lanesOf(part.type.element, widths) : isNumbers(part.type) ? widths.elements : 0));
  return Math.max(Math.min(fixed, widths.fixed), ...inner);
}

/** A part and the position of its first number. */
interface Placed {
  readonly part: Part;
  readonly at: Offset;
}

/** First the numbers that are known one by one, then each array and list in a loop of its own. */
function walkParts(walk: Walk, parts: readonly Part[], start: Offset): Offset {
  const { b } = walk;
  const fixed: Placed[] = [];
  const rest: Placed[] = [];
  let next = start;
  for (const part of parts) {
    (part.type.kind === 'real' ? fixed : rest).push({ part, at: next });
    next = part.type.kind === 'real' ? moved(next, 1) : sum(b, next, countNumbers(b, part.type, partAt(b, part, 0), true));
  }
  walkFixed(walk, fixed);
  for (const { part, at } of rest) {
    if (isRefs(part.type)) walkList(walk, part, part.type, at);
    else walkArray(walk, part, at);
  }
  return next;
}

function walkFixed(walk: Walk, fixed: readonly Placed[]): void {
  const { fixed: width, unrolled = fixed.length } = walk.widths;
  const groups = new Map<Root | undefined, Placed[]>();
  for (const each of fixed) {
    const key = width === 1 ? each.part.root : undefined;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  for (const group of groups.values()) {
    if (group.length > unrolled && areNeighbors(group)) sweepInLoop(walk, group);
    else for (let first = 0; first < group.length; first += width) sweepFixed(walk, group.slice(first, first + width));
  }
}

function areNeighbors(group: readonly Placed[]): boolean {
  const [first] = group;
  return group.every(({ at }, i) => at.base === first?.at.base && at.plus === (first?.at.plus ?? 0) + i);
}

function partAt(b: Builder, { place, path }: Part, structure: number): ValueId {
  return path.reduce<ValueId>((record, field) => b.get(record, field), place(structure));
}

interface Mark {
  readonly record: ValueId;
  readonly field: number;
}

function markIn(b: Builder, part: Part, structure: number): Mark {
  return { record: partAt(b, { ...part, path: part.path.slice(0, -1) }, structure), field: part.path.at(-1) as number };
}

function sweepFixed({ b, sweep }: Walk, group: readonly Placed[]): void {
  const used = new Map<Root, number>();
  const marks: Mark[] = [];
  const directions = group.map(({ part, at }): Direction => {
    const { root, structures, path } = part;
    if (structures.length === 0)
      return { of: root.of, structure: unit(b, root.type, (leaf) => b.constant(isSame(leaf, path) ? 1 : 0)), at };
    const lane = used.get(root) ?? 0;
    used.set(root, lane + 1);
    marks.push(markIn(b, part, lane));
    return { of: root.of, structure: structures[lane] as ValueId, at };
  });
  for (const { record, field } of marks) b.put(record, field, b.constant(1));
  sweep(directions);
  for (const { record, field } of marks) b.put(record, field, b.constant(0));
}

const isSame = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((field, i) => field === b[i]);

/** Numbers of one structure, one after the other: in each iteration one of them is 1. */
function sweepInLoop({ b, sweep }: Walk, group: readonly Placed[]): void {
  const { part, at: start } = group[0] as Placed;
  const { root, structures } = part;
  const marks = structures.length === 0 ? [] : group.map((each) => markIn(b, each.part, 0));
  repeat(b, b.constant(group.length), 1, 'one', (index) => {
    const isOne = (k: number): ValueId => b.prim('select', [b.prim('eq', [index, b.constant(k)]), b.constant(1), b.constant(0)]);
    marks.forEach(({ record, field }, k) => b.put(record, field, isOne(k)));
    const structure = structures[0] ?? unit(b, root.type, (leaf) => isOne(group.findIndex((each) => isSame(leaf, each.part.path))));
    sweep([{ of: root.of, structure, at: sum(b, start, { base: index, plus: 0 }) }]);
  });
  for (const { record, field } of marks) b.put(record, field, b.constant(0));
}

/** A number, or a new record of the numbers that are given for its paths. */
function unit(b: Builder, type: Type, numberAt: (path: readonly number[]) => ValueId, path: readonly number[] = []): ValueId {
  if (!isRecord(type)) return numberAt(path);
  const fields = differentiable(type);
  const values = fields.map(({ field, at }) => unit(b, field.type, numberAt, [...path, at]));
  const plain = fields.every(({ field }) => field.type.kind === 'real');
  const record = b.define('alloc', { length: b.constant(type.fields.length), fill: plain ? 'zero' : 'hole' }, type);
  fields.forEach(({ at }, i) => {
    b.put(record, at, values[i] as ValueId);
  });
  return record;
}

/** Elements side by side; where the last group is not full, its last element stands again, since computing it twice is harmless. */
function walkArray({ b, widths, sweep }: Walk, part: Part, start: Offset): void {
  const arrays = Array.from({ length: widths.elements }, (_, lane) => partAt(b, part, lane));
  const length = b.length(arrays[0] as ValueId);
  const last = b.prim('sub', [length, b.constant(1)]);
  repeat(b, length, widths.elements, 'column', (first) => {
    const indices = arrays.map((_, lane) => (lane === 0 ? first : b.prim('Math.min', [b.prim('add', [first, b.constant(lane)]), last])));
    const mark = (value: number): void =>
      arrays.forEach((array, lane) => {
        b.effect('store', { array, index: indices[lane] as ValueId, value: b.constant(value), access: 'inRange' });
      });
    mark(1);
    sweep(
      indices.map((index, lane) => ({
        of: part.root.of,
        structure: part.structures[lane] as ValueId,
        at: sum(b, start, { base: index, plus: 0 }),
      })),
    );
    mark(0);
  });
}

function walkList(walk: Walk, part: Part, { element }: RefsType, start: Offset): void {
  const { b } = walk;
  const count = lanesOf(element, walk.widths);
  const lists = Array.from({ length: count }, (_, lane) => partAt(b, part, lane));
  const length = b.length(lists[0] as ValueId);
  const inElement = (index: ValueId, at: Offset): Offset => {
    const elements = lists.map((list) => elementAt(b, list, index));
    const place = (lane: number): ValueId => elements[lane] as ValueId;
    const parts = partsOf(element).map((inner): Part => ({ ...part, place, ...inner }));
    return walkParts(walk, parts, at);
  };
  const fixed = fixedSize(element);
  if (fixed === undefined) repeatWith(b, length, valueAt(b, start), (index, at) => valueAt(b, inElement(index, { base: at, plus: 0 })));
  else {
    repeat(b, length, 1, 'i', (index) => {
      inElement(index, sum(b, start, { base: b.prim('mul', [index, b.constant(fixed)]), plus: 0 }));
    });
  }
}
