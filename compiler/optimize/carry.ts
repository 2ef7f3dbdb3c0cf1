/**
 * Elements that iterations hand on.
 *   In:      checked IR, after the last derivative.
 *   Out:     a loop that touches an element again which it has written, in the same iteration or the next ones, keeps it in a local
 *            until then, and writes it once. (An element that was just written is had from memory only after it has been stored: 4 ns.)
 *   Example: for i { dx[i] -= p; dx[i + 1] += q }   →   c = dx[from]; for i { dx[i] = c - p; c = dx[i + 1] + q }; dx[to] = c
 *   Never:   touches an array that the loop reads or writes in another way; changes a sum of the function's own.
 */
import { type Definitions, indexDefinitions } from '../analysis/definitions.ts';
import { isWhole } from '../analysis/whole.ts';
import { type Builder, createBuilder, infoOf, real } from '../ir/build.ts';
import type { AccumulateOp, ForOp, IrFunction, LoadOp, Op, Region, StoreOp, ValueId } from '../ir/types.ts';
import { replaceUses, walkRegion, withRegions } from '../ir/walk.ts';
import { distanceOf, moved } from './counter-distance.ts';
import { definedWithin, definitionsOf } from './facts.ts';
import { analyzeMemory, type Memory } from './memory.ts';
import { certainNumbers, isCertainlyNumber, type NumberFacts } from './number-facts.ts';
import type { Pass } from './pass.ts';

/** Elements that are carried: more need more registers than there are. */
const mostCarried = 2;

export const carry: Pass = { name: 'carry', summary: 'keep elements in locals that the next iteration adds to', run: carryElements };

interface Carrying {
  readonly fn: IrFunction;
  readonly b: Builder;
  readonly memory: Memory;
  readonly definitions: Definitions;
  readonly facts: NumberFacts;
  changed: boolean;
}

function carryElements(fn: IrFunction): IrFunction {
  const cx: Carrying = {
    fn,
    b: createBuilder(fn.origin, fn.values, false),
    memory: analyzeMemory(fn),
    definitions: indexDefinitions(fn),
    facts: { definitions: definitionsOf(fn), values: fn.values, certain: certainNumbers(fn) },
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

type Touch = LoadOp | StoreOp | AccumulateOp;

/** The elements of an array that one iteration touches, by their distance from the counter. */
interface Window {
  readonly array: ValueId;
  readonly touches: ReadonlyMap<Op, number>;
  /** Where an element is written for the last time. */
  readonly written: number;
  /** Of those that are carried: the element that goes out, and what lies between it and the one that comes in. */
  readonly carried: readonly number[];
  /** Nothing has been written before the loop. */
  readonly isZero: boolean;
  /** Its numbers are the function's own. */
  readonly isExact: boolean;
}

function windowsOf(loop: ForOp, before: readonly Op[], cx: Carrying): readonly Window[] {
  const whole = [loop.from, loop.to].every((id) => isWhole(cx.fn, cx.definitions, id));
  if (loop.exits || Math.abs(loop.step) !== 1 || !whole) return [];
  const within = definedWithin(loop);
  const arrays = new Set(loop.body.ops.flatMap((op) => (isWrite(op) && !within.has(op.array) ? [op.array] : [])));
  return [...arrays].flatMap((array) => windowOf(array, loop, before, cx) ?? []);
}

const isWrite = (op: Op): op is StoreOp | AccumulateOp => op.kind === 'store' || op.kind === 'accumulate';

function windowOf(array: ValueId, loop: ForOp, before: readonly Op[], cx: Carrying): Window | undefined {
  const { type } = infoOf(cx.fn.values, array);
  const touches = touchesOf(array, loop, cx);
  const distances = [...touches.values()];
  const [least, most] = [Math.min(...distances), Math.max(...distances)];
  const width = most - least;
  if (type.kind !== 'array' || type.storage !== 'f64' || !(width <= mostCarried)) return undefined;
  if (!isTouchedAgain([...touches.keys()], width)) return undefined;
  if (isTouched(array, loop, new Set(touches.keys()), cx.memory)) return undefined;
  const writes = [...touches].flatMap(([op, distance]) => (isWrite(op) ? [distance] : []));
  const last = loop.step === 1 ? least : most;
  return {
    ...{ array, touches, isZero: isZeroBefore(array, before, cx.memory) },
    written: loop.step === 1 ? Math.min(...writes) : Math.max(...writes),
    carried: Array.from({ length: width }, (_, at) => last + at * loop.step),
    isExact: [...touches.keys()].some((op) => op.kind === 'load' && infoOf(cx.fn.values, op.out).exact),
  };
}

/**
 * Loads and stores only of loops that cannot be left half done: then memory holds what it would hold otherwise. What may be undefined is
 * NaN when it comes back from memory.
 */
function touchesOf(array: ValueId, loop: ForOp, cx: Carrying): ReadonlyMap<Op, number> {
  const isPlain = loop.body.ops.every((op) => plainKinds.has(op.kind));
  const touches = new Map<Op, number>();
  for (const op of loop.body.ops) {
    if (op.kind !== 'accumulate' && !(isPlain && (op.kind === 'load' || op.kind === 'store'))) continue;
    if (op.kind === 'store' && !isCertainlyNumber(cx.facts, op.value)) continue;
    const distance = op.array === array && op.access === 'inRange' ? distanceOf(op.index, loop, cx.definitions) : undefined;
    if (distance !== undefined) touches.set(op, distance);
  }
  return touches;
}

const plainKinds: ReadonlySet<Op['kind']> = new Set(['const', 'prim', 'load', 'store', 'accumulate']);

/** Is an element that was written touched once more, in the same iteration or the next one? */
function isTouchedAgain(touches: readonly Op[], width: number): boolean {
  return width > 0 || touches.slice(0, -1).some(isWrite);
}

/** Does the loop do something with the array but this? */
function isTouched(array: ValueId, { body }: ForOp, known: ReadonlySet<Op>, memory: Memory): boolean {
  const found = memory.classOf(array);
  const others: Region = { ...body, ops: body.ops.filter((op) => !known.has(op)) };
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
    const slots = windows.map((window) => slotsOf(window, loop, b));
    const body = bodyOf(loop, windows, slots, b);
    const all = slots.flat();
    b.push({ ...loop, inits: [...loop.inits, ...all.map(({ init }) => init)], body, outs: [...loop.outs, ...all.map(({ out }) => out)] });
    const later = loop.step === 1 ? 'Math.max' : 'Math.min';
    windows.forEach(({ array, written }, w) => {
      for (const { at, out } of slots[w] ?? []) {
        const index = b.prim(
          later,
          [loop.to, loop.from].map((bound) => moved(bound, at, b)),
        );
        if (loop.step * (at - written) >= 0) b.effect('store', { array, index, value: out, access: 'checked' });
      }
    });
    return [];
  });
  return made.ops;
}

/** An element that is carried: before the loop, in an iteration, behind it. */
interface Slot {
  readonly at: number;
  readonly init: ValueId;
  readonly param: ValueId;
  readonly out: ValueId;
}

function slotsOf(window: Window, loop: ForOp, b: Builder): readonly Slot[] {
  b.exact = window.isExact;
  const slots = window.carried.map((at) => {
    const init = firstValue(window, at, loop, b);
    return { at, init, param: b.value(real, carriedName(window.array, b)), out: b.value(real) };
  });
  b.exact = false;
  return slots;
}

const carriedName = (array: ValueId, b: Builder): string | undefined => {
  const hint = b.hintOf(array);
  return hint && `${hint}Carried`;
};

/** Where the loop does not run, what is read here is written back, or both are out of range. */
function firstValue({ array, isZero }: Window, at: number, { from }: ForOp, b: Builder): ValueId {
  return isZero ? b.constant(0) : b.load(array, moved(from, at, b), 'checked');
}

/** What one iteration knows: the elements by distance, and what stands for numbers that are not read any more. */
interface Iteration {
  readonly elements: Map<number, ValueId>;
  readonly window: Window;
  readonly numbers: Map<ValueId, ValueId>;
}

function bodyOf(loop: ForOp, windows: readonly Window[], slots: readonly (readonly Slot[])[], b: Builder): Region {
  const numbers = new Map<ValueId, ValueId>();
  const use = (id: ValueId): ValueId => numbers.get(id) ?? id;
  const all = windows.map((window, w): Iteration => {
    return { window, numbers, elements: new Map(slots[w]?.map(({ at, param }) => [at, param])) };
  });
  return b.region([...loop.body.params, ...slots.flat().map(({ param }) => param)], () => {
    for (const op of loop.body.ops) {
      const iteration = all.find(({ window }) => window.touches.has(op));
      const renamed = numbers.size === 0 ? op : replaceUses(op, use);
      if (iteration) touch(renamed as Touch, iteration.window.touches.get(op) as number, iteration, b);
      else b.push(renamed);
    }
    for (const { window, elements } of all) {
      const index = moved(loop.body.params[0] as ValueId, window.written, b);
      b.effect('store', { array: window.array, index, value: elements.get(window.written) as ValueId, access: 'inRange' });
    }
    const next = all.flatMap(({ window, elements }) => window.carried.map((at) => elements.get(at + loop.step) as ValueId));
    return [...loop.body.yields.map(use), ...next];
  });
}

/** What comes in is read where it is first read, or added to. */
function touch(op: Touch, at: number, { elements, window, numbers }: Iteration, b: Builder): void {
  const { array, isZero } = window;
  b.origin = op.origin;
  const before = elements.get(at);
  if (op.kind === 'store') elements.set(at, op.value);
  else if (op.kind === 'accumulate') {
    const sum = before ?? (isZero ? undefined : b.load(array, op.index, 'inRange'));
    elements.set(at, sum === undefined ? op.value : b.prim('add', [sum, op.value]));
  } else if (before !== undefined || isZero) {
    numbers.set(op.out, before ?? b.constant(0));
    elements.set(at, numbers.get(op.out) as ValueId);
  } else {
    b.push(op);
    elements.set(at, op.out);
  }
}
