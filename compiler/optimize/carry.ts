/**
 * Elements that iterations hand on.
 *   In:      checked IR, after the last derivative.
 *   Out:     a loop that adds to neighbouring elements of an adjoint keeps those that the next iteration adds to in locals, and writes each
 *            element once. (An element that was just written is had from memory only after it has been stored: 4 ns a step.)
 *   Example: for i { dx[i] -= p; dx[i + 1] += q }   →   c = dx[from]; for i { dx[i] = c - p; c = dx[i + 1] + q }; dx[to] = c
 *   Never:   touches an array that the loop reads or writes in another way; changes a sum of the function's own.
 */
import { type Definitions, indexDefinitions } from '../analysis/definitions.ts';

import { isWhole } from '../analysis/whole.ts';
import { type Builder, createBuilder, real } from '../ir/build.ts';
import { scalarConstant } from '../ir/constants.ts';
import type { AccumulateOp, ForOp, IrFunction, Op, Region, ValueId } from '../ir/types.ts';
import { walkRegion, withRegions } from '../ir/walk.ts';
import { definedWithin } from './facts.ts';
import { analyzeMemory, type Memory } from './memory.ts';
import type { Pass } from './pass.ts';

/** Elements that are carried: more need more registers than there are. */
const mostCarried = 2;

export const carry: Pass = { name: 'carry', summary: 'keep elements in locals that the next iteration adds to', run: carryElements };

interface Carrying {
  readonly fn: IrFunction;
  readonly b: Builder;
  readonly memory: Memory;
  readonly definitions: Definitions;
  changed: boolean;
}

function carryElements(fn: IrFunction): IrFunction {
  const cx: Carrying = {
    fn,
    b: createBuilder(fn.origin, fn.values, false),
    memory: analyzeMemory(fn),
    definitions: indexDefinitions(fn),
    changed: false,
  };
  const body = carryIn(fn.body, cx);
  return cx.changed ? { ...fn, body, values: cx.b.values } : fn;
}

function carryIn(region: Region, cx: Carrying): Region {
  const ops = region.ops.flatMap((op, at): readonly Op[] => {
    const inside = withRegions(op, (inner) => carryIn(inner, cx));
    if (op.kind !== 'for' || inside.kind !== 'for') return [inside];
    const windows = windowsOf(op, region.ops.slice(0, at), cx);
    if (windows.length === 0) return [inside];
    cx.changed = true;
    return write(inside, windows, cx.b);
  });
  return { ...region, ops };
}

/** The elements of an array that one iteration adds to, by their distance from the counter. */
interface Window {
  readonly array: ValueId;
  readonly sums: ReadonlyMap<AccumulateOp, number>;
  /** The distance of the element that goes out. */
  readonly last: number;
  /** Of those that are carried: that one, and what lies between it and the element that comes in. */
  readonly carried: readonly number[];
  /** Nothing has been added before the loop. */
  readonly isZero: boolean;
}

function windowsOf(loop: ForOp, before: readonly Op[], cx: Carrying): readonly Window[] {
  const whole = [loop.from, loop.to].every((id) => isWhole(cx.fn, cx.definitions, id));
  if (loop.exits || Math.abs(loop.step) !== 1 || !whole) return [];
  const within = definedWithin(loop);
  const arrays = new Set(loop.body.ops.flatMap((op) => (op.kind === 'accumulate' && !within.has(op.array) ? [op.array] : [])));
  return [...arrays].flatMap((array) => windowOf(array, loop, before, cx) ?? []);
}

function windowOf(array: ValueId, loop: ForOp, before: readonly Op[], cx: Carrying): Window | undefined {
  const type = cx.fn.values[array]?.type;
  const sums = new Map<AccumulateOp, number>();
  for (const op of loop.body.ops) {
    const distance = op.kind === 'accumulate' && op.array === array && op.access === 'inRange' ? distanceOf(op.index, loop, cx) : undefined;
    if (op.kind === 'accumulate' && distance !== undefined) sums.set(op, distance);
  }
  const distances = [...sums.values()];
  const [least, most] = [Math.min(...distances), Math.max(...distances)];
  const width = most - least;
  if (type?.kind !== 'array' || type.storage !== 'f64' || !(width >= 1 && width <= mostCarried)) return undefined;
  if (isTouched(array, loop, new Set<Op>(sums.keys()), cx.memory)) return undefined;
  const last = loop.step === 1 ? least : most;
  const carried = Array.from({ length: width }, (_, at) => last + at * loop.step);
  return { array, sums, last, carried, isZero: isZeroBefore(array, before, cx.memory) };
}

/** Where an index lies, seen from the counter. */
function distanceOf(index: ValueId, { body }: ForOp, { definitions }: Carrying): number | undefined {
  const [counter] = body.params;
  if (index === counter) return 0;
  const { op } = definitions.definitionOf(index);
  if (op?.kind !== 'prim' || (op.prim !== 'add' && op.prim !== 'sub')) return undefined;
  const constant = (id: ValueId | undefined) => (id === undefined ? undefined : scalarConstant(definitions.definitionOf(id).op));
  const [left, right] = op.args;
  const [other, sign] =
    left === counter ? [right, op.prim === 'add' ? 1 : -1] : [op.prim === 'add' && right === counter ? left : undefined, 1];
  const distance = constant(other);
  return typeof distance === 'number' && Number.isInteger(distance) ? sign * distance : undefined;
}

/** Does the loop do something with the array but these sums? */
function isTouched(array: ValueId, { body }: ForOp, sums: ReadonlySet<Op>, memory: Memory): boolean {
  const found = memory.classOf(array);
  const others: Region = { ...body, ops: body.ops.filter((op) => !sums.has(op)) };
  let touched = others.ops.some((op) => memory.writesOf(op).has(found));
  walkRegion(others, (op) => {
    touched ||= memory.readsOf(op).includes(found);
  });
  return touched;
}

/** Is the array made of zeros in the same region, and not written since? */
function isZeroBefore(array: ValueId, before: readonly Op[], memory: Memory): boolean {
  const made = before.findIndex((op) => (op.kind === 'alloc' || op.kind === 'buffer') && op.out === array);
  const op = before[made];
  const isZero = (op?.kind === 'alloc' && op.fill === 'zero') || (op?.kind === 'buffer' && !op.overwritten);
  return isZero && !before.slice(made + 1).some((each) => memory.writesOf(each).has(memory.classOf(array)));
}

/** The loop with what it carries, and what is to be done before and after it. */
function write(loop: ForOp, windows: readonly Window[], b: Builder): readonly Op[] {
  b.origin = loop.origin;
  const made = b.region([], () => {
    const inits = windows.map((window) => window.carried.map((at) => firstValue(window, at, loop, b)));
    const slots = windows.map(({ carried, array }) => carried.map(() => b.value(real, carriedName(array, b))));
    const outs = windows.map(({ carried }) => carried.map(() => b.value(real)));
    const body = bodyOf(loop, windows, slots, b);
    b.push({ ...loop, inits: [...loop.inits, ...inits.flat()], body, outs: [...loop.outs, ...outs.flat()] });
    const end = b.prim(loop.step === 1 ? 'Math.max' : 'Math.min', [loop.to, loop.from]);
    windows.forEach(({ array, carried }, w) => {
      carried.forEach((at, slot) => {
        b.effect('store', { array, index: moved(end, at, b), value: outs[w]?.[slot] as ValueId, access: 'checked' });
      });
    });
    return [];
  });
  return made.ops;
}

const carriedName = (array: ValueId, b: Builder): string | undefined => {
  const hint = b.hintOf(array);
  return hint && `${hint}Carried`;
};

function moved(index: ValueId, by: number, b: Builder): ValueId {
  return by === 0 ? index : b.prim('add', [index, b.constant(by)]);
}

/** Where the loop does not run, what is read here is written back, or both are out of range. */
function firstValue({ array, isZero }: Window, at: number, { from }: ForOp, b: Builder): ValueId {
  return isZero ? b.constant(0) : b.load(array, moved(from, at, b), 'checked');
}

function bodyOf(loop: ForOp, windows: readonly Window[], slots: readonly (readonly ValueId[])[], b: Builder): Region {
  const elements = windows.map(({ carried }, w) => new Map(carried.map((at, slot) => [at, slots[w]?.[slot] as ValueId])));
  return b.region([...loop.body.params, ...slots.flat()], () => {
    for (const op of loop.body.ops) {
      const w = op.kind === 'accumulate' ? windows.findIndex(({ sums }) => [...sums.keys()].some((sum) => sum === op)) : -1;
      if (op.kind === 'accumulate' && w >= 0) addTo(elements[w] as Map<number, ValueId>, op, windows[w] as Window, b);
      else b.push(op);
    }
    windows.forEach(({ array, last }, w) => {
      const index = moved(loop.body.params[0] as ValueId, last, b);
      b.effect('store', { array, index, value: elements[w]?.get(last) as ValueId, access: 'inRange' });
    });
    const next = windows.flatMap(({ carried }, w) => carried.map((at) => elements[w]?.get(at + loop.step) as ValueId));
    return [...loop.body.yields, ...next];
  });
}

/** What comes in is read where it is first added to. */
function addTo(elements: Map<number, ValueId>, op: AccumulateOp, { array, sums, isZero }: Window, b: Builder): void {
  b.origin = op.origin;
  const at = sums.get(op) as number;
  const before = elements.get(at) ?? (isZero ? undefined : b.load(array, op.index, 'inRange'));
  elements.set(at, before === undefined ? op.value : b.prim('add', [before, op.value]));
}
