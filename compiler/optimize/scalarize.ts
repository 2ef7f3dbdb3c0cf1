/**
 * Small arrays and records become scalars.
 *   In:      checked IR.      Out: no local array of a few elements, and no local record, that is only touched at constant indices.
 *   Example: w = alloc 2; store w 0 x; for { store w 0 (mul (load w 0) y) }; load w 0   →   w0 = for carry (c = x) { yield mul c y }
 *   Never:   takes apart what is handed on as a whole, or rounds (Float32Array), or is written in the test of a loop.
 */

import { isRecord } from '../ir/memory-types.ts';
import type { AccumulateOp, Field, IfOp, IrFunction, LoadOp, Op, Region, StoreOp, ValueId, ValueInfo } from '../ir/types.ts';
import { walkRegion, withRegions } from '../ir/walk.ts';
import type { Loop } from './facts.ts';
import { definitionsOf, isLoop } from './facts.ts';
import type { Pass } from './pass.ts';
import { renameOperands } from './rebuild.ts';
import { emptyField, fieldInfo } from './record-fields.ts';
import type { SmallArray } from './small-arrays.ts';
import { constantOf, findSmallArrays } from './small-arrays.ts';

export const scalarize: Pass = {
  name: 'scalarize',
  summary: 'keep the elements of small local arrays and records in variables',
  run: takeApart,
};

/** The current value of each element, by `array:index`. */
type State = Map<string, ValueId>;

interface Scalarizing {
  readonly values: ValueInfo[];
  readonly small: ReadonlyMap<ValueId, SmallArray>;
  readonly definitions: ReadonlyMap<ValueId, Op>;
  readonly renames: Map<ValueId, ValueId>;
}

function takeApart(fn: IrFunction): IrFunction {
  const small = findSmallArrays(fn);
  if (small.size === 0) return fn;
  const cx: Scalarizing = { values: [...fn.values], small, definitions: definitionsOf(fn), renames: new Map() };
  const { region } = rewriteRegion(fn.body, new Map(), cx);
  return { ...fn, body: region, values: cx.values };
}

function use(id: ValueId, cx: Scalarizing): ValueId {
  return cx.renames.get(id) ?? id;
}

/** The region and what its elements are at its end. */
function rewriteRegion(region: Region, before: State, cx: Scalarizing): { readonly region: Region; readonly after: State } {
  const state: State = new Map(before);
  const ops = region.ops.flatMap((op) => rewriteOp(op, state, cx));
  return { region: { params: region.params, ops, yields: region.yields.map((id) => use(id, cx)) }, after: state };
}

function rewriteOp(original: Op, state: State, cx: Scalarizing): readonly Op[] {
  const op = renameOperands(original, (id) => use(id, cx));
  if (op.kind === 'alloc' && cx.small.has(op.out)) return zeros(op.out, op, state, cx);
  if (op.kind === 'if') return [rewriteIf(op, state, cx)];
  if (isLoop(op)) return [rewriteLoop(op, state, cx)];
  if (op.kind === 'functions') return [withRegions(op, (body) => rewriteRegion(body, new Map(), cx).region)];
  if (!('array' in op) || !cx.small.has(op.array)) return [op];
  if (op.kind === 'length') return renameTo(op.out, cx.small.get(op.array)?.alloc.length, cx);
  if (op.kind === 'load') return renameTo(op.out, state.get(elementOf(op, cx)), cx);
  if (op.kind === 'store') state.set(elementOf(op, cx), op.value);
  return op.kind === 'accumulate' ? [addTo(op, state, cx)] : [];
}

function renameTo(out: ValueId, value: ValueId | undefined, cx: Scalarizing): readonly Op[] {
  if (value !== undefined) cx.renames.set(out, value);
  return [];
}

function elementOf(op: LoadOp | StoreOp | AccumulateOp, cx: Scalarizing): string {
  return `${op.array}:${constantOf(op.index, cx.definitions)}`;
}

function fieldAt(array: ValueId, index: number, cx: Scalarizing): Field | undefined {
  const type = cx.values[array]?.type;
  return isRecord(type) ? type.fields[index] : undefined;
}

/** A value for one state of an element, named after array and index. */
function newValue(element: string, cx: Scalarizing): ValueId {
  const [array, index] = element.split(':').map(Number);
  cx.values.push(fieldInfo(cx.values[array ?? 0] as ValueInfo, index ?? 0));
  return (cx.values.length - 1) as ValueId;
}

function zeros(array: ValueId, { origin }: Op, state: State, cx: Scalarizing): readonly Op[] {
  const size = cx.small.get(array)?.size ?? 0;
  return Array.from({ length: size }, (_, index): Op => {
    const element = `${array}:${index}`;
    const out = newValue(element, cx);
    state.set(element, out);
    return emptyField(out, (cx.values[out] as ValueInfo).type, fieldAt(array, index, cx), origin);
  });
}

function addTo(op: AccumulateOp, state: State, cx: Scalarizing): Op {
  const element = elementOf(op, cx);
  const out = newValue(element, cx);
  const before = state.get(element) as ValueId;
  state.set(element, out);
  return { kind: 'prim', prim: 'add', args: [before, op.value], out, origin: op.origin };
}

/** Elements, known here, that are written in any of the regions. */
function writtenIn(regions: readonly Region[], state: State, cx: Scalarizing): readonly string[] {
  const written = new Set<string>();
  for (const region of regions) {
    walkRegion(region, (op) => {
      if ((op.kind === 'store' || op.kind === 'accumulate') && cx.small.has(op.array)) written.add(elementOf(op, cx));
    });
  }
  return [...written].filter((element) => state.has(element));
}

function rewriteIf(op: IfOp, state: State, cx: Scalarizing): Op {
  const written = writtenIn([op.then, op.otherwise], state, cx);
  const [then, otherwise] = [rewriteRegion(op.then, state, cx), rewriteRegion(op.otherwise, state, cx)];
  const outs = defineAll(written, cx);
  const extended = (arm: typeof then): Region => ({ ...arm.region, yields: [...arm.region.yields, ...currentOf(written, arm.after)] });
  setAll(written, outs, state);
  return { ...op, then: extended(then), otherwise: extended(otherwise), outs: [...op.outs, ...outs] };
}

function defineAll(elements: readonly string[], cx: Scalarizing): readonly ValueId[] {
  return elements.map((element) => newValue(element, cx));
}

function currentOf(elements: readonly string[], state: State): readonly ValueId[] {
  return elements.map((element) => state.get(element) as ValueId);
}

function setAll(elements: readonly string[], values: readonly ValueId[], state: State): void {
  elements.forEach((element, i) => state.set(element, values[i] as ValueId));
}

/** Elements that a loop writes are carried by it. */
function rewriteLoop(loop: Loop, state: State, cx: Scalarizing): Op {
  const written = writtenIn([loop.body], state, cx);
  const inits = [...loop.inits, ...currentOf(written, state)];
  const inside = (region: Region): { readonly region: Region; readonly after: State } => {
    const params = defineAll(written, cx);
    const entry: State = new Map(state);
    setAll(written, params, entry);
    const { region: rewritten, after } = rewriteRegion(region, entry, cx);
    return { region: { ...rewritten, params: [...region.params, ...params] }, after };
  };
  const condition = loop.kind === 'while' ? inside(loop.condition).region : undefined;
  const { region, after } = inside(loop.body);
  const body = { ...region, yields: [...region.yields, ...currentOf(written, after)] };
  const outs = defineAll(written, cx);
  setAll(written, outs, state);
  const carried = { inits, body, outs: [...loop.outs, ...outs] };
  return loop.kind === 'while' && condition ? { ...loop, ...carried, condition } : ({ ...loop, ...carried } as Op);
}
