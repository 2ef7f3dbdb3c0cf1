/**
 * Small loops written out.
 *   In:      checked IR.
 *   Out:     a loop that runs a few times, a number known here, whose body is small and holds no other loop, is its iterations one after
 *            the other: what it indexes is constant then, and small arrays can be taken apart.
 *   Example: for i in 0..3 { s += x[i] }   →   s += x[0]; s += x[1]; s += x[2]
 *   Never:   makes a function longer than V8 optimizes well.
 */
import { scalarConstant } from '../ir/constants.ts';
import type { ConstOp, ForOp, IrFunction, Op, ValueId } from '../ir/types.ts';
import { renameOp, walkFunction, walkRegion } from '../ir/walk.ts';
import { definitionsOf } from './facts.ts';
import type { Pass } from './pass.ts';
import { type Rebuild, rebuildFunction } from './rebuild.ts';

export const unroll: Pass = { name: 'unroll', summary: 'write small loops out', run: unrollLoops };

/** Iterations of a loop that is written out. */
const mostTrips = 8;
/** Operations that a loop may come to; constants are none. */
const largestLoop = 96;
/** Operations of a function that still grows: some ten bytes of bytecode each, of the 20 kB that pay. */
const largestFunction = 2000;

function unrollLoops(fn: IrFunction): IrFunction {
  const definitions = definitionsOf(fn);
  let size = 0;
  walkFunction(fn, (op) => void (op.kind !== 'const' && size++));
  return rebuildFunction(fn, {
    rewrite(op, cx) {
      const trips = op.kind === 'for' ? smallTrips(op, definitions) : undefined;
      if (op.kind !== 'for' || trips === undefined) return undefined;
      const grown = sizeOf(op) * trips.length;
      if (grown > largestLoop || size + grown > largestFunction) return undefined;
      size += grown;
      return writtenOut(op, trips, cx);
    },
  });
}

/** The values of the counter; undefined where they are not known, or too many. One iteration is left to folding. */
function smallTrips({ from, to, step, exits }: ForOp, definitions: ReadonlyMap<ValueId, Op>): readonly number[] | undefined {
  const [first, end] = [from, to].map((id) => scalarConstant(definitions.get(id)));
  if (exits || typeof first !== 'number' || typeof end !== 'number') return undefined;
  const count = Math.ceil((end - first) / step);
  return count > 1 && count <= mostTrips ? Array.from({ length: count }, (_, trip) => first + trip * step) : undefined;
}

/** Infinite where it is not repeated: loops stay loops, and so do those with branches that the counter does not decide. */
function sizeOf(loop: ForOp): number {
  const known = new Set([loop.body.params[0] as ValueId]);
  let size = 0;
  walkRegion(loop.body, (op) => {
    if (op.kind === 'const' || (op.kind === 'prim' && op.args.every((id) => known.has(id)))) known.add(op.out);
    if (wholes.has(op.kind) || (op.kind === 'if' && !known.has(op.cond))) size = Number.POSITIVE_INFINITY;
    if (op.kind !== 'const') size++;
  });
  return size;
}

const wholes: ReadonlySet<Op['kind']> = new Set(['for', 'while', 'functions', 'present', 'throw']);

function writtenOut(loop: ForOp, trips: readonly number[], cx: Rebuild): readonly Op[] {
  const ops: Op[] = [];
  let carried = loop.inits;
  for (const trip of trips) {
    const names = new Map<ValueId, ValueId>();
    const use = (id: ValueId): ValueId => names.get(id) ?? id;
    const define = (id: ValueId): ValueId => {
      const made = cx.define(cx.values[id] as (typeof cx.values)[number]);
      names.set(id, made);
      return made;
    };
    const [counter, ...params] = loop.body.params as [ValueId, ...ValueId[]];
    const constant: ConstOp = { kind: 'const', out: define(counter), value: trip, origin: loop.origin };
    ops.push(constant);
    params.forEach((param, at) => void names.set(param, carried[at] as ValueId));
    ops.push(...loop.body.ops.map((op) => renameOp(op, { use, define })));
    carried = loop.body.yields.map(use);
  }
  loop.outs.forEach((out, at) => cx.replace(out, carried[at] as ValueId));
  return ops;
}
