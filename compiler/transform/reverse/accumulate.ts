/**
 * Values that a loop only adds to: `sum += e`, in branches and inner loops too. Their adjoint is the same before and after
 * each iteration, so nothing needs to be carried backwards, and iterations may be undone in any order.
 */
import type { Definitions } from '../../analysis/definitions.ts';
import type { IfOp, Op, Region, ValueId } from '../../ir/types.ts';
import { operandsOf, regionsOf } from '../../ir/walk.ts';
import type { LoopOp } from './context.ts';

type Use = { readonly op: Op } | { readonly region: Region; readonly at: number };

/** The parameters of the loop's body that are accumulators. */
export function accumulatedValues(loop: LoopOp, definitions: Definitions): ReadonlySet<ValueId> {
  const params = loop.kind === 'for' ? loop.body.params.slice(1) : loop.body.params;
  const uses = usesIn(loop);
  const skip = loop.exits ? 1 : 0;
  return new Set(params.filter((param, i) => isAccumulated(param, loop, i + skip, uses, definitions)));
}

function usesIn(loop: LoopOp): ReadonlyMap<ValueId, readonly Use[]> {
  const uses = new Map<ValueId, Use[]>();
  const note = (id: ValueId, use: Use): void => void uses.set(id, [...(uses.get(id) ?? []), use]);
  const visit = (region: Region): void => {
    for (const op of region.ops) {
      for (const id of operandsOf(op)) note(id, { op });
      regionsOf(op).forEach(visit);
    }
    region.yields.forEach((id, at) => {
      note(id, { region, at });
    });
  };
  visit(loop.body);
  return uses;
}

function isAccumulated(
  param: ValueId,
  loop: LoopOp,
  position: number,
  uses: ReadonlyMap<ValueId, readonly Use[]>,
  definitions: Definitions,
): boolean {
  const sum = new Set([param]);
  const work = [param];
  const joins: (readonly ValueId[])[] = [];
  const follow = (id: ValueId): void => {
    if (sum.has(id)) return;
    sum.add(id);
    work.push(id);
  };
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    for (const use of uses.get(id) ?? []) {
      const next = 'op' in use ? addedTo(use.op, id, joins) : handedOn(use, loop, position, definitions, joins);
      if (!next) return false;
      next.forEach(follow);
    }
  }
  const oneOfTwo = [...sum].every((id) => isPlainSum(definitions.definitionOf(id).op, sum));
  return oneOfTwo && sum.has(loop.body.yields[position] as ValueId) && joins.every((joined) => joined.every((id) => sum.has(id)));
}

/** What becomes of the sum in an operation that reads it; undefined if that is more than adding. */
function addedTo(op: Op, id: ValueId, joins: (readonly ValueId[])[]): readonly ValueId[] | undefined {
  if (op.kind === 'prim' && (op.prim === 'add' || (op.prim === 'sub' && op.args[0] === id && op.args[1] !== id))) return [op.out];
  if (op.kind !== 'for' && op.kind !== 'while') return undefined;
  const at = op.inits.indexOf(id);
  if (op.inits.lastIndexOf(id) !== at || (op.kind === 'for' && (op.from === id || op.to === id))) return undefined;
  const [param, out] = [op.body.params[at + (op.kind === 'for' ? 1 : 0)], op.outs[at + (op.exits ? 1 : 0)]] as [ValueId, ValueId];
  joins.push([op.body.yields[at + (op.exits ? 1 : 0)] as ValueId]);
  return op.kind === 'while' && isReadIn(op.condition, op.condition.params[at] as ValueId) ? undefined : [param, out];
}

function isReadIn(region: Region, id: ValueId): boolean {
  return region.yields.includes(id) || region.ops.some((op) => operandsOf(op).includes(id));
}

/** What becomes of a sum that a region yields. */
function handedOn(
  use: { readonly region: Region; readonly at: number },
  loop: LoopOp,
  position: number,
  definitions: Definitions,
  joins: (readonly ValueId[])[],
): readonly ValueId[] | undefined {
  if (use.region === loop.body) return use.at === position ? [] : undefined;
  const owner = definitions.placeOf(use.region).owner;
  if (owner?.kind === 'if') {
    joins.push(yieldsAt(owner, use.at));
    return [owner.outs[use.at] as ValueId];
  }
  if ((owner?.kind !== 'for' && owner?.kind !== 'while') || use.region !== owner.body) return undefined;
  const at = use.at - (owner.exits ? 1 : 0);
  if (at < 0) return undefined;
  joins.push([owner.inits[at] as ValueId]);
  return [owner.outs[use.at] as ValueId];
}

function yieldsAt(op: IfOp, at: number): readonly ValueId[] {
  return [op.then.yields[at] as ValueId, op.otherwise.yields[at] as ValueId];
}

/** A sum of the sum and something else, not of the sum with itself. */
function isPlainSum(op: Op | undefined, sum: ReadonlySet<ValueId>): boolean {
  return op?.kind !== 'prim' || op.args.filter((arg) => sum.has(arg)).length === 1;
}
