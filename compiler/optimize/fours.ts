/** Writes the loops of `jam`: four iterations at a time, and one at a time for the rest. */
import { anotherLike, type Builder } from '../ir/build.ts';
import type { AllocOp, ForOp, Op, Region, ValueId } from '../ir/types.ts';
import { outsOf, regionsOf, renameOp, walkRegion } from '../ir/walk.ts';

/** Iterations that are taken together: more need more registers than there are. */
const together = 4;

export type AccumulateOp = Extract<Op, { kind: 'accumulate' }>;

/** How the iterations of a loop may be taken together. */
export interface Plan {
  /** Values that differ from one iteration of the loop to the next. */
  readonly varying: ReadonlySet<ValueId>;
  /** Operations that continue what the loop carries, in the order of the iterations. */
  readonly continuing: ReadonlySet<Op>;
  /** Records that every iteration fills anew: each of those taken together has its own. */
  readonly records: readonly AllocOp[];
}

/** Is the element that it adds to the same in all iterations? */
export const isShared = ({ array, index }: AccumulateOp, varying: ReadonlySet<ValueId>): boolean =>
  !varying.has(array) && !varying.has(index);

/** What a value is called in each of the iterations that are taken together. */
type Copies = readonly Map<ValueId, ValueId>[];

const named = (copy: ReadonlyMap<ValueId, ValueId>, id: ValueId): ValueId => copy.get(id) ?? id;

/** The loop by fours, and the loop for the rest. */
export function writeFours(loop: ForOp, plan: Plan, b: Builder): readonly Op[] {
  b.origin = loop.origin;
  return b.region([], () => {
    const end = endOfFours(loop, b);
    const outs = loop.outs.map((id) => anotherLike(b.values, id));
    const copies = Array.from({ length: together }, () => new Map<ValueId, ValueId>());
    for (const copy of copies.slice(1)) for (const record of plan.records) b.push({ ...record, out: define(record.out, copy, b) });
    const step = loop.step < 0 ? -together : together;
    b.push({ ...loop, to: end, step, body: fourAtATime(loop, plan, copies, b), outs });
    b.push({ ...loop, from: end, inits: outs });
    return [];
  }).ops;
}

function endOfFours({ from, to, step }: ForOp, b: Builder): ValueId {
  const four = b.constant(together);
  if (step > 0 && b.typeOf(to).kind !== 'int') return b.prim('mul', [b.prim('Math.trunc', [b.prim('div', [to, four])]), four], 'fours');
  if (step > 0) return b.prim('sub', [to, b.prim('rem', [to, four])], 'fours');
  const one = b.constant(1);
  return b.prim('sub', [b.prim('rem', [b.prim('add', [from, one]), four]), one], 'rest');
}

function fourAtATime(loop: ForOp, { varying, continuing }: Plan, copies: Copies, b: Builder): Region {
  const [index, ...carried] = loop.body.params as [ValueId, ...ValueId[]];
  const params = loop.body.params.map((id) => anotherLike(b.values, id));
  return b.region(params, () => {
    copies.forEach((copy, at) => {
      copy.set(index, at === 0 ? (params[0] as ValueId) : b.prim(loop.step > 0 ? 'add' : 'sub', [params[0] as ValueId, b.constant(at)]));
    });
    for (const op of loop.body.ops) if (!continuing.has(op)) repeat(op, copies, varying, b);
    let before: readonly ValueId[] = params.slice(1);
    for (const copy of copies) {
      carried.forEach((id, at) => {
        copy.set(id, before[at] as ValueId);
      });
      for (const op of loop.body.ops) if (continuing.has(op)) repeatOnce(op, copy, b);
      before = loop.body.yields.map((id) => named(copy, id));
    }
    return before;
  });
}

/** An operation, once for all iterations where it is the same in them. */
function repeat(op: Op, copies: Copies, varying: ReadonlySet<ValueId>, b: Builder): void {
  b.origin = op.origin;
  if (op.kind === 'for') return repeatLoop(op, copies, varying, b);
  if (op.kind === 'accumulate' && isShared(op, varying)) return addOnce(op, copies, b);
  const isSame = outsOf(op).length > 0 && !outsOf(op).some((out) => varying.has(out)) && !addsSomewhere(op);
  for (const copy of isSame ? copies.slice(0, 1) : copies) repeatOnce(op, copy, b);
  if (isSame)
    for (const copy of copies.slice(1)) for (const out of outsOf(op)) copy.set(out, named(copies[0] as Map<ValueId, ValueId>, out));
}

function addsSomewhere(op: Op): boolean {
  let adds = false;
  const visit = ({ kind }: Op): void => {
    adds ||= kind === 'accumulate';
  };
  for (const region of regionsOf(op)) walkRegion(region, visit);
  return adds;
}

function repeatOnce(op: Op, copy: Map<ValueId, ValueId>, b: Builder): void {
  b.push(
    renameOp(op, {
      use: (id) => named(copy, id),
      define(id) {
        const made = anotherLike(b.values, id);
        copy.set(id, made);
        return made;
      },
    }),
  );
}

/** The sum of what the iterations add to one element. */
function addOnce(op: AccumulateOp, copies: Copies, b: Builder): void {
  const [first, second, third, fourth] = copies.map((copy) => named(copy, op.value)) as [ValueId, ValueId, ValueId, ValueId];
  const value = b.prim('add', [b.prim('add', [first, second]), b.prim('add', [third, fourth])]);
  const [one] = copies as readonly [Map<ValueId, ValueId>];
  b.push({ ...op, array: named(one, op.array), index: named(one, op.index), value });
}

/** One loop instead of four. */
function repeatLoop(op: ForOp, copies: Copies, varying: ReadonlySet<ValueId>, b: Builder): void {
  const [one] = copies as readonly [Map<ValueId, ValueId>];
  const [index, ...carried] = op.body.params as [ValueId, ...ValueId[]];
  const inner = copies.map((copy) => new Map(copy));
  const at = anotherLike(b.values, index);
  const params = inner.map((copy) => carried.map((id) => define(id, copy, b)));
  for (const copy of inner) copy.set(index, at);
  const body = b.region([at, ...params.flat()], () => {
    for (const each of op.body.ops) repeat(each, inner, varying, b);
    return inner.flatMap((copy) => op.body.yields.map((id) => named(copy, id)));
  });
  const inits = copies.flatMap((copy) => op.inits.map((id) => named(copy, id)));
  const outs = copies.flatMap((copy) => op.outs.map((id) => define(id, copy, b)));
  b.push({ ...op, from: named(one, op.from), to: named(one, op.to), inits, body, outs });
}

function define(id: ValueId, copy: Map<ValueId, ValueId>, b: Builder): ValueId {
  const made = anotherLike(b.values, id);
  copy.set(id, made);
  return made;
}
