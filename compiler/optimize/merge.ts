/**
 * Neighbouring loops as one.
 *   In:      checked IR, after the last derivative.
 *   Out:     two loops over the same range, but for one iteration, that have an array in common run as one, the second one as many
 *            iterations behind as it has to be; what is between them goes ahead, or behind if it needs a result of the first one.
 *   Example: for i in 0..n { y[i] = f(x[i]) }; for i in 0..n { z[i] = g(y[i]) }   →   for i in 0..n { y[i] = f(x[i]); z[i] = g(y[i]) }
 *   Never:   lets an iteration see memory that it did not see before; changes the order of a sum.
 */
import { indexDefinitions } from '../analysis/definitions.ts';
import { isWhole } from '../analysis/whole.ts';
import { anotherLike, type Builder, copying, createBuilder } from '../ir/build.ts';
import type { ForOp, IrFunction, Op, Region, ValueId } from '../ir/types.ts';
import { freeValues, operandsOf, outsOf, regionsOf, renameOp, replaceUses, withRegions } from '../ir/walk.ts';
import { type Aligning, type Alignment, align, type LeftOver } from './alignment.ts';
import { distanceOf, moved } from './counter-distance.ts';
import { fixedPoint } from './facts.ts';
import { analyzeMemory } from './memory.ts';
import type { Pass } from './pass.ts';

/** Operations of a body: more need more registers than there are. */
const largestBody = 80;
const fuel = 4;

export const merge: Pass = { name: 'merge', summary: 'run neighbouring loops as one', run: (fn) => fixedPoint(fn, fuel, mergeOnce) };

interface Merging extends Aligning {
  readonly b: Builder;
  changed: boolean;
}

function mergeOnce(fn: IrFunction): IrFunction {
  const b = createBuilder(fn.origin, fn.values, false);
  const cx: Merging = { fn, b, memory: analyzeMemory(fn), definitions: indexDefinitions(fn), changed: false };
  const body = mergeIn(fn.body, cx);
  return cx.changed ? { ...fn, body, values: b.values } : fn;
}

/** Each loop takes part in one merger at most: what is known of it is of how it was. */
function mergeIn(region: Region, cx: Merging): Region {
  const ops: Op[] = [];
  let first: ForOp | undefined;
  for (const op of region.ops) {
    const innermost = op.kind === 'for' && op.body.ops.every((inner) => regionsOf(inner).length === 0) ? op : undefined;
    const at = first && innermost ? ops.indexOf(first) : -1;
    const merged = first && innermost && mergeTwo(first, innermost, ops.slice(at + 1), cx);
    if (merged) {
      ops.splice(at, ops.length, ...merged);
      first = undefined;
      cx.changed = true;
      continue;
    }
    ops.push(innermost ?? withRegions(op, (inner) => mergeIn(inner, cx)));
    if (innermost || !isMovable(op)) first = innermost;
  }
  return { ...region, ops };
}

const isMovable = ({ kind }: Op): boolean => kind === 'const' || kind === 'prim';

function mergeTwo(first: ForOp, second: ForOp, between: readonly Op[], cx: Merging): readonly Op[] | undefined {
  if (first.exits || second.exits || Math.abs(first.step) !== 1) return undefined;
  if (first.body.ops.length + second.body.ops.length > largestBody) return undefined;
  const late = lateOps(first, between);
  const taken = new Set([...first.outs, ...late.flatMap(outsOf)]);
  if ([...operandsOf(second), ...freeValues(second.body)].some((id) => taken.has(id))) return undefined;
  const bounds = [first.from, first.to, second.from, second.to];
  const alignment = bounds.every((id) => isWhole(cx.fn, cx.definitions, id)) ? align(first, second, cx) : undefined;
  if (!alignment) return undefined;
  const early = between.filter((op) => !late.includes(op));
  return [...early, ...write(first, second, alignment, cx), ...late];
}

/** What needs a result of the loop. */
function lateOps(loop: ForOp, between: readonly Op[]): readonly Op[] {
  const taken = new Set(loop.outs);
  return between.filter((op) => {
    const isLate = operandsOf(op).some((id) => taken.has(id));
    if (isLate) for (const out of outsOf(op)) taken.add(out);
    return isLate;
  });
}

/** The iteration that is left over runs if its loop runs at all. */
function write(first: ForOp, second: ForOp, { shift, leftOver }: Alignment, cx: Merging): readonly Op[] {
  const { b } = cx;
  b.origin = first.origin;
  const alone = leftOver?.of === 'second' ? second : first;
  const made = b.region([], () => {
    const [from, to] = sharedRange(first, leftOver, b);
    const inits = leftOver?.at === 'start' ? once(alone, alone.from, alone.inits, b) : alone.inits;
    const outs = leftOver?.at === 'end' ? alone.outs.map((id) => anotherLike(b.values, id)) : alone.outs;
    b.push(joined({ first, second, shift, from, to, alone, inits, outs }, cx));
    if (leftOver?.at === 'end') once(alone, moved(alone.to, -alone.step, b), outs, b, alone.outs);
    return [];
  });
  return made.ops;
}

/** The iterations of the first loop that the second one has, too. */
function sharedRange({ from, to, step }: ForOp, leftOver: LeftOver | undefined, b: Builder): readonly [ValueId, ValueId] {
  const isLess = leftOver?.of === 'first';
  return [isLess && leftOver.at === 'start' ? moved(from, step, b) : from, isLess && leftOver.at === 'end' ? moved(to, -step, b) : to];
}

/** Both loops, and what the one that also runs alone begins with and gives here. */
interface Joint {
  readonly first: ForOp;
  readonly second: ForOp;
  readonly shift: number;
  readonly from: ValueId;
  readonly to: ValueId;
  readonly alone: ForOp;
  readonly inits: readonly ValueId[];
  readonly outs: readonly ValueId[];
}

function joined({ first, second, shift, from, to, alone, inits, outs }: Joint, { b, definitions }: Merging): ForOp {
  const [counter, ...mine] = first.body.params as [ValueId, ...ValueId[]];
  const [other, ...others] = second.body.params as [ValueId, ...ValueId[]];
  const body = b.region([counter, ...mine, ...others], () => {
    first.body.ops.forEach(b.push);
    const indices = new Map([[other, moved(counter, shift, b)]]);
    const use = (id: ValueId): ValueId => indices.get(id) ?? id;
    for (const op of second.body.ops) {
      const distance = op.kind === 'prim' ? distanceOf(op.out, second, definitions) : undefined;
      if (op.kind === 'prim' && distance !== undefined) indices.set(op.out, moved(counter, shift + distance, b));
      else b.push(replaceUses(op, use));
    }
    return [...first.body.yields, ...second.body.yields].map(use);
  });
  return {
    ...first,
    ...{ from, to, body },
    inits: [first, second].flatMap((loop) => (loop === alone ? inits : loop.inits)),
    outs: [first, second].flatMap((loop) => (loop === alone ? outs : loop.outs)),
  };
}

/** One iteration, if the loop runs at all; gives its results. */
function once(
  { from, to, step, body }: ForOp,
  index: ValueId,
  inits: readonly ValueId[],
  b: Builder,
  results?: readonly ValueId[],
): readonly ValueId[] {
  const outs = results ?? inits.map((_, at) => anotherLike(b.values, body.params[at + 1] as ValueId));
  const copies = new Map(body.params.map((param, at) => [param, at === 0 ? index : (inits[at - 1] as ValueId)]));
  const renaming = copying(b.values, copies);
  const cond = b.prim('gt', step > 0 ? [to, from] : [from, to]);
  const then = b.region([], () => {
    for (const op of body.ops) b.push(renameOp(op, renaming));
    return body.yields.map(renaming.use);
  });
  b.push({ kind: 'if', cond, then, otherwise: { params: [], ops: [], yields: inits }, outs, origin: b.origin });
  return outs;
}
