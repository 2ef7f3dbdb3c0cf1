/**
 * Pullbacks: f runs once, and what comes of it can be pulled back for as many seeds as are asked for.
 *   In:      the vector-Jacobian product of f with f's values, made with late seeds, and f itself; both ready to be printed.
 *   Out:     (x1 … xN) → [values …, what the reverse sweep needs …], and one local function that has the sweep: it takes what was
 *            handed out
 *           and the seeds, and gives the gradients in new memory. Nothing is shared with the caller, who may change what is his.
 *   Price:   a sweep that uses up its records (stacks) or adds to memory that the forward sweep has arranged is kept whole: its
 *            function then
 *           runs both sweeps again, on copies of the arguments.
 */
import { analyzeMemory, type Memory, type MemoryClass, reachableFrom } from '../analysis/memory.ts';
import { type Builder, createBuilder, infoOf } from '../ir/build.ts';
import { isGrowing, isNumbers, isReference, sameType, tangentType } from '../ir/memory-types.ts';
import type { IrFunction, Op, Region, ResultInfo, ValueId, ValueInfo } from '../ir/types.ts';
import { freeValues, operandsOf, outsOf, regionsOf, renameRegion, walkFunction, walkRegion } from '../ir/walk.ts';
import { copyParam, copyReference } from './copy-written.ts';
import { ownBuffers } from './own-buffers.ts';

export function buildPullback(primal: IrFunction, product: IrFunction): IrFunction {
  const whole = asHandedOut(ownBuffers(product));
  return splitAtSeeds(whole) ?? runAgain(ownBuffers(primal), whole);
}

/** Gradients in the storage of what they belong to. */
function asHandedOut(fn: IrFunction): IrFunction {
  const b = createBuilder(fn.origin, fn.values, false);
  const end = b.region([], () =>
    fn.body.yields.map((id, at) => {
      const { kind, param } = fn.results[at] as ResultInfo;
      if (kind !== 'gradient' || b.typeOf(id).kind !== 'array') return id;
      const type = tangentType(b.typeOf(fn.body.params[param as number] as ValueId));
      return sameType(type, b.typeOf(id)) ? id : b.define('copy', isNumbers(type) ? { array: id } : { array: id, deep: true }, type);
    }),
  );
  return { ...fn, values: b.values, body: { ...fn.body, ops: [...fn.body.ops, ...end.ops], yields: end.yields } };
}

interface Parts {
  readonly fn: IrFunction;
  /** The forward sweep, and the values that f returns. */
  readonly forward: readonly Op[];
  readonly values: readonly ValueId[];
  /** The sweep that takes the seeds, and the gradients. */
  readonly reverse: readonly Op[];
  readonly gradients: readonly ValueId[];
  readonly seeds: readonly ValueId[];
}

const isGradient = ({ kind }: ResultInfo): boolean => kind === 'gradient';

function partsOf(fn: IrFunction, forward: readonly Op[], reverse: readonly Op[]): Parts {
  const at = (wanted: boolean): ValueId[] => fn.body.yields.filter((_, i) => isGradient(fn.results[i] as ResultInfo) === wanted);
  const seeds = fn.params.filter(({ role }) => role === 'seed').map(({ id }) => id);
  return { fn, forward, reverse, values: at(false), gradients: at(true), seeds };
}

/** Everything from the first operation on that has to do with a seed; undefined where that cannot run more than once. */
function splitAtSeeds(fn: IrFunction): IrFunction | undefined {
  const seeds = new Set(fn.params.filter(({ role }) => role === 'seed').map(({ id }) => id));
  const { ops } = fn.body;
  const readsSeed = (op: Op): boolean =>
    operandsOf(op).some((id) => seeds.has(id)) || regionsOf(op).some((region) => [...freeValues(region)].some((id) => seeds.has(id)));
  const first = ops.findIndex(readsSeed);
  const split = first < 0 ? ops.length : first;
  const memory = analyzeMemory(fn);
  const moved = movedCreations(fn, split, memory);
  if (!moved) return undefined;
  const forward = ops.slice(0, split).filter((op) => !moved.has(op));
  const reverse = [...ops.slice(0, split).filter((op) => moved.has(op)), ...ops.slice(split)];
  const parts = partsOf(fn, forward, reverse);
  const known = new Set([...fn.body.params, ...forward.flatMap(outsOf)]);
  return parts.values.every((id) => known.has(id)) ? assemble(parts, memory) : undefined;
}

/** Operations before `split` that make what the reverse sweep writes or hands out; undefined where more was done with it by then. */
function movedCreations(fn: IrFunction, split: number, memory: Memory): ReadonlySet<Op> | undefined {
  const { ops } = fn.body;
  const position = new Map<Op, number>();
  ops.forEach((op, at) => {
    position.set(op, at);
    for (const region of regionsOf(op)) walkRegion(region, (inner) => void position.set(inner, at));
  });
  const touched = new Set<MemoryClass>();
  const note = (id: ValueId): void => {
    if (isReference(infoOf(fn.values, id).type)) for (const found of reachableFrom(memory.classOf(id))) touched.add(found);
  };
  for (const [op, at] of position) if (at >= split) for (const found of memory.writtenBy(op)) touched.add(found);
  fn.results.forEach((result, at) => {
    if (isGradient(result)) note(fn.body.yields[at] as ValueId);
  });
  const moved = new Set<Op>();
  for (const found of touched) {
    for (const { op } of found.origins) {
      if (op === undefined || op.kind === 'global') return undefined;
      if ((position.get(op) as number) >= split) continue;
      if (!ops.includes(op) || (op.kind !== 'alloc' && op.kind !== 'buffer')) return undefined;
      moved.add(op);
    }
  }
  const isTouched = (id: ValueId): boolean => isReference(infoOf(fn.values, id).type) && touched.has(memory.classOf(id));
  for (const [op, at] of position) {
    if (at >= split || moved.has(op)) continue;
    if (op.kind === 'functions' || [...operandsOf(op), ...outsOf(op)].some(isTouched)) return undefined;
  }
  return moved;
}

/** f first; for each call of the pullback both sweeps on what f was given. */
function runAgain(primal: IrFunction, product: IrFunction): IrFunction {
  const values = [...primal.values, ...product.values];
  const names = new Map<ValueId, ValueId>();
  const move = (id: ValueId): ValueId => names.get(id) ?? ((id + primal.values.length) as ValueId);
  const seeds: ValueId[] = [];
  product.params.forEach(({ id, role }, at) => {
    if (role === 'seed') seeds.push(move(id));
    else names.set(id, primal.body.params[at] as ValueId);
  });
  const body = renameRegion({ ...product.body, params: [] }, { use: move, define: move });
  const gradients = body.yields.filter((_, at) => isGradient(product.results[at] as ResultInfo));
  const reverse = body.ops.filter(({ kind }) => kind !== 'functions');
  const forward = [...body.ops.filter(({ kind }) => kind === 'functions'), ...primal.body.ops];
  const fn: IrFunction = { ...primal, values };
  const memory = analyzeMemory({ ...fn, body: { ...fn.body, ops: [...forward, ...reverse] } });
  return assemble({ fn, forward, values: primal.body.yields, reverse, gradients, seeds }, memory);
}

/** The two parts as one function and a local one, apart from the caller's memory and from each other's results. */
function assemble(parts: Parts, memory: Memory): IrFunction {
  const { fn } = parts;
  const b = createBuilder(fn.origin, fn.values, false);
  const reads = freeValues({ params: [], ops: parts.reverse, yields: parts.gradients });
  const isFunction = (id: ValueId): boolean => infoOf(fn.values, id).type.kind === 'function';
  const taken = [...reads].filter((id) => !parts.seeds.includes(id) && !isFunction(id));
  const constants = new Map(parts.forward.flatMap((op) => (isHadAgain(op, fn) ? [[op.out, op] as const] : [])));
  const again = taken.flatMap((id) => constants.get(id) ?? []);
  const captured = [...new Set([...taken.filter((id) => !constants.has(id)), ...again.flatMap(operandsOf)])];
  const kept = copiesOfArguments(parts, captured, memory, b);
  const renamed = (id: ValueId): ValueId => kept.names.get(id) ?? id;
  const forward = renameRegion({ params: [], ops: parts.forward, yields: parts.values }, { use: renamed, define: (id) => id });
  const out = b.value({ kind: 'function' }, 'pullback');
  const body = localBody(b.values, { again, captured, parts });
  const shared = new Set(captured.flatMap((id) => (isReference(infoOf(fn.values, id).type) ? reachableFrom(memory.classOf(id)) : [])));
  const handed = b.region([], () =>
    forward.yields.map((id) => {
      const { type } = b.values[id] as ValueInfo;
      const isShared = isReference(type) && reachableFrom(memory.classOf(id)).some((found) => shared.has(found));
      return isShared ? copyReference(fn, id, b) : id;
    }),
  );
  const results = fn.results.filter((result) => !isGradient(result));
  const params = fn.params.filter(({ role }) => role !== 'seed');
  return {
    ...fn,
    params,
    results: [...results, ...captured.map((id): ResultInfo => ({ name: b.hintOf(id) ?? 'kept', kind: 'captured' }))],
    values: b.values,
    body: {
      params: params.map(({ id }) => id),
      ops: [
        ...kept.ops,
        ...forward.ops.map(unpooled),
        ...handed.ops,
        { kind: 'functions', outs: [out], bodies: [body], origin: fn.origin },
      ],
      yields: [...handed.yields, ...captured.map(renamed)],
    },
  };
}

/** Constants, and the lengths of arrays that cannot change theirs. */
function isHadAgain(op: Op, fn: IrFunction): op is Extract<Op, { kind: 'const' | 'global' | 'length' }> {
  return op.kind === 'const' || op.kind === 'global' || (op.kind === 'length' && !isGrowing(infoOf(fn.values, op.array).type));
}

/** What the reverse sweep reads of the caller's memory, it reads as it was. */
function copiesOfArguments({ fn }: Parts, captured: readonly ValueId[], memory: Memory, b: Builder) {
  const isReached = (id: ValueId): boolean =>
    captured.some((each) => {
      const { type } = infoOf(fn.values, each);
      if (!isReference(type)) return false;
      return reachableFrom(memory.classOf(each)).some((found) =>
        found.origins.some((origin) => origin.op === undefined && origin.id === id),
      );
    });
  const names = new Map<ValueId, ValueId>();
  const compared = comparedParams(fn);
  const { ops } = b.region([], () => {
    for (const { id, role } of fn.params) {
      if (role === 'seed' || !isReference(infoOf(fn.values, id).type) || !isReached(id)) continue;
      const earlier = new Map(compared.has(id) ? [...names].filter(([other]) => compared.has(other)) : []);
      copyParam(fn, id, b, earlier);
      names.set(id, earlier.get(id) as ValueId);
    }
    return [];
  });
  return { ops, names };
}

/** Parameters that f compares with others: one of them is written, and identical ones stay identical. */
function comparedParams(fn: IrFunction): ReadonlySet<ValueId> {
  const compared = new Set<ValueId>();
  walkFunction(fn, (op) => {
    if (op.kind === 'same') compared.add(op.left).add(op.right);
  });
  return compared;
}

/** Records that outlive the call are memory like any other. */
function unpooled(op: Op): Op {
  return op.kind === 'alloc' && op.fill === 'record' ? { ...op, fill: 'zero' } : op;
}

interface Draft {
  /** Operations of the forward sweep that are repeated. */
  readonly again: readonly Extract<Op, { out: ValueId }>[];
  readonly captured: readonly ValueId[];
  readonly parts: Parts;
}

/** What it is given has names of its own. */
function localBody(values: ValueInfo[], { again, captured, parts }: Draft): Region {
  const names = new Map<ValueId, ValueId>();
  const rename = (id: ValueId): ValueId => {
    const made = (values.push(values[id] as ValueInfo) - 1) as ValueId;
    names.set(id, made);
    return made;
  };
  const params = [...captured.map(rename), ...parts.seeds];
  for (const op of again) rename(op.out);
  const use = (id: ValueId): ValueId => names.get(id) ?? id;
  return renameRegion({ params, ops: [...again, ...parts.reverse], yields: parts.gradients }, { use, define: use });
}
