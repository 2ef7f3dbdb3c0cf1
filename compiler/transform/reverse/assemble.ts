/** Assembly: both sweeps with everything that crosses between them. */

import { placeholderOf } from '../../ir/placeholder.ts';
import type { ForOp, IfOp, Op, Region, ValueId } from '../../ir/types.ts';
import { renameOp } from '../../ir/walk.ts';
import type { Fused, LoopOp, ReverseContext } from './context.ts';
import { type Crossing, freshLike } from './cross.ts';

interface Assembly {
  readonly cx: ReverseContext;
  readonly crossing: Crossing;
}

/** The operations of the forward sweep followed by those of the reverse sweep, in one list. */
export function assemble(cx: ReverseContext, crossing: Crossing, reverse: readonly Op[]): readonly Op[] {
  const assembly = { cx, crossing };
  const forward = forwardOps(assembly, cx.fn.body);
  return [...crossing.records.stacks(), ...forward, ...reverseOps(assembly, reverse, [])];
}

function forwardOps(assembly: Assembly, region: Region): Op[] {
  const { cx, crossing } = assembly;
  return region.ops.flatMap((op) => {
    const fused = op.kind === 'if' || op.kind === 'for' || op.kind === 'while' ? cx.fused.get(op) : undefined;
    const begin = cx.b.region([], () => {
      cx.b.push(forwardOp(assembly, op, fused));
      return [];
    });
    return [
      ...crossing.nests.ahead(op),
      ...earlyShadows(cx, op),
      ...(fused?.before ?? []),
      ...begin.ops,
      ...reverseFunctions(assembly, op),
    ];
  });
}

/** Shadows that a fused operation adds to, made ahead of it, each with its length. */
function earlyShadows(cx: ReverseContext, op: Op): Op[] {
  return [...cx.early]
    .filter(([, owner]) => owner === op)
    .flatMap(([shadow]) => {
      const alloc = cx.b.definerOf(shadow);
      if (alloc?.kind !== 'alloc') return [];
      const length = cx.b.definerOf(alloc.length);
      if (!length || !('out' in length)) return [alloc];
      const fresh = freshLike(cx, alloc.length);
      return [renameOp(length, { use: (id) => id, define: () => fresh }), { ...alloc, length: fresh }];
    });
}

function forwardOp(assembly: Assembly, op: Op, fused: Fused | undefined): Op {
  if (op.kind === 'if') return forwardIf(assembly, op, fused);
  if (op.kind === 'for') return forwardLoop(assembly, op, fused);
  if (op.kind === 'while') return forwardLoop(assembly, op, undefined);
  if (op.kind !== 'functions') return op;
  const { records } = assembly.crossing;
  return { ...op, bodies: op.bodies.map((body) => ({ ...body, ops: [...forwardOps(assembly, body), ...records.write(body)] })) };
}

/** The reverses of local functions stand right behind them, where both sweeps find them. */
function reverseFunctions(assembly: Assembly, op: Op): Op[] {
  const reversed = op.kind === 'functions' ? assembly.cx.reversed.get(op) : undefined;
  return reversed ? [{ ...reversed, bodies: reversed.bodies.map((body) => reverseRegion(assembly, body, [])) }] : [];
}

function forwardIf(assembly: Assembly, op: IfOp, fused: Fused | undefined): IfOp {
  const { cx, crossing } = assembly;
  const extra = crossing.outs.get(op) ?? [];
  const branch = (side: 'then' | 'otherwise', part: Region | undefined): Region => {
    const tail = cx.b.region([], () => extra.map((out) => out[side] ?? nothingLike(cx, out.id)));
    const region = op[side];
    const reverse = part ? reverseOps(assembly, part.ops, []) : [];
    return {
      params: [],
      ops: [...forwardOps(assembly, region), ...tail.ops, ...crossing.records.write(region), ...reverse],
      yields: [...region.yields, ...tail.yields, ...(part?.yields ?? [])],
    };
  };
  const [then, otherwise] = [branch('then', fused?.parts[0]), branch('otherwise', fused?.parts[1])];
  return { ...op, then, otherwise, outs: [...op.outs, ...extra.map(({ id }) => id), ...(fused?.outs ?? [])] };
}

function forwardLoop<L extends LoopOp>(assembly: Assembly, op: L, fused: Fused | undefined): L {
  const { cx, crossing } = assembly;
  const lasts = crossing.lasts.get(op) ?? [];
  const part = fused?.parts[0];
  const sums = fused?.params ?? [];
  const reverse = part ? reverseOps(assembly, part.ops, []) : [];
  const body = {
    params: [...op.body.params, ...lasts.map(({ param }) => param), ...sums],
    ops: [...crossing.histories.begin(op.body), ...forwardOps(assembly, op.body), ...crossing.records.write(op.body), ...reverse],
    yields: [...op.body.yields, ...lasts.map(({ value }) => value), ...(part?.yields ?? [])],
  };
  const begun = [...lasts.map(({ param }) => param), ...sums];
  const widened = {
    ...op,
    body,
    inits: [...op.inits, ...begun.map((id) => nothingLike(cx, id))],
    outs: [...op.outs, ...lasts.map(({ out }) => out), ...(fused?.outs ?? [])],
  };
  if (op.kind === 'for') return widened;
  const params = [...op.condition.params, ...begun.map((id) => freshLike(cx, id))];
  return { ...widened, condition: { ...op.condition, params } };
}

/** What stands for a value that was not computed: nobody reads it. */
function nothingLike({ b }: ReverseContext, id: ValueId): ValueId {
  return placeholderOf(b, b.typeOf(id));
}

type Names = readonly ReadonlyMap<ValueId, ValueId>[];

/** Reverse operations with their prologues in place, and forward values under the names they have there. */
function reverseOps(assembly: Assembly, ops: readonly Op[], names: Names): Op[] {
  return ops.flatMap((op) => {
    if (op.kind === 'alloc' && assembly.cx.early.has(op.out)) return [];
    return [reverseOp(assembly, op, names)];
  });
}

function reverseOp(assembly: Assembly, op: Op, names: Names): Op {
  const use = useIn(names);
  if (op.kind === 'for') return reverseLoop(assembly, op, names);
  if (op.kind !== 'if') return renameOp(op, { use, define: (id) => id });
  const inner = (region: Region): Region => reverseRegion(assembly, region, names);
  return { ...op, cond: use(op.cond), then: inner(op.then), otherwise: inner(op.otherwise) };
}

function reverseLoop(assembly: Assembly, loop: ForOp, names: Names): ForOp {
  const use = useIn(names);
  const forwards = assembly.crossing.forwards.get(loop.body);
  const replays = forwards?.replays ?? [];
  const body = reverseRegion(
    assembly,
    loop.body,
    names,
    replays.map(({ yielded }) => yielded),
  );
  const range = forwards
    ? { from: use(forwards.loop.from), to: use(forwards.loop.to), step: forwards.loop.step }
    : { from: use(loop.from), to: use(loop.to), step: loop.step };
  return {
    ...loop,
    ...range,
    inits: [...loop.inits, ...replays.map(({ init }) => init)].map(use),
    body: { ...body, params: [...body.params, ...replays.map(({ param }) => param)] },
    outs: [...loop.outs, ...replays.map(({ param }) => freshLike(assembly.cx, param))],
  };
}

/** The name that a value has inside of regions with prologues, outermost first. */
function useIn(names: Names): (id: ValueId) => ValueId {
  return (id) => names.reduceRight((at, map) => map.get(at) ?? at, id);
}

function reverseRegion(assembly: Assembly, region: Region, outer: Names, alsoYielded: readonly ValueId[] = []): Region {
  const prologue = assembly.crossing.prologues.get(region);
  const names = prologue ? [...outer, prologue.names] : outer;
  const use = useIn(names);
  const start = (prologue?.ops ?? []).map((op) => renameOp(op, { use, define: (id) => id }));
  const yields = [...region.yields, ...alsoYielded].map(use);
  return { params: region.params, ops: [...start, ...reverseOps(assembly, region.ops, names)], yields };
}
