/**
 * Which values share a variable. The parameters and outs of a loop always do: that is what "carried" means. What a loop
 * yields, what an `if` yields and what a loop starts from join them wherever no value is destroyed while it is needed.
 * Where they cannot join, lower.ts copies.
 */
import { infoOf } from '../ir/build.ts';
import type { ForOp, IfOp, IrFunction, Op, Region, Type, ValueId, WhileOp } from '../ir/types.ts';
import { regionsOf, walkFunction } from '../ir/walk.ts';
import type { Liveness } from './liveness.ts';

export interface Classes {
  /** The value that stands for all that share its variable. */
  representative(id: ValueId): ValueId;
  members(id: ValueId): readonly ValueId[];
}

interface Merging {
  readonly fn: IrFunction;
  readonly live: Liveness;
  readonly parent: Map<ValueId, ValueId>;
  readonly members: Map<ValueId, readonly ValueId[]>;
  /** Parameters of the function and counters of `for`: nothing else may be written to their variables. */
  readonly fixed: ReadonlySet<ValueId>;
}

export function coalesce(fn: IrFunction, live: Liveness): Classes {
  const merging: Merging = { fn, live, parent: new Map(), members: new Map(), fixed: fixedValues(fn) };
  joinCarried(fn.body, merging);
  joinYields(fn.body, merging);
  joinInits(fn.body, merging);
  return { representative: (id) => find(id, merging), members: (id) => membersOf(find(id, merging), merging) };
}

function find(id: ValueId, { parent }: Merging): ValueId {
  let root = id;
  for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
  if (root !== id) parent.set(id, root);
  return root;
}

const membersOf = (root: ValueId, { members }: Merging): readonly ValueId[] => members.get(root) ?? [root];

function join(left: ValueId, right: ValueId, merging: Merging): void {
  const [kept, gone] = [find(left, merging), find(right, merging)];
  if (kept === gone) return;
  merging.members.set(kept, [...membersOf(kept, merging), ...membersOf(gone, merging)]);
  merging.members.delete(gone);
  merging.parent.set(gone, kept);
}

/** The values of a loop that are one variable at its head: parameters of its regions, then the out. */
function carriedAt(loop: ForOp | WhileOp, position: number): readonly ValueId[] {
  const shift = loop.exits ? 1 : 0;
  const out = loop.outs[position + shift] as ValueId;
  if (loop.kind === 'for') return [loop.body.params[position + 1] as ValueId, out];
  return [loop.body.params[position] as ValueId, loop.condition.params[position] as ValueId, out];
}

function joinCarried(region: Region, merging: Merging): void {
  for (const op of region.ops) {
    for (const inner of regionsOf(op)) joinCarried(inner, merging);
    if (op.kind !== 'for' && op.kind !== 'while') continue;
    op.inits.forEach((_, i) => joinAll(carriedAt(op, i), merging));
    if (op.exits) joinAll([op.outs[0] as ValueId, ...merging.live.exitParams(op)], merging);
  }
}

function joinAll(ids: readonly ValueId[], merging: Merging): void {
  for (const id of ids) join(ids[0] as ValueId, id, merging);
}

function joinYields(region: Region, merging: Merging): void {
  for (const op of region.ops) {
    for (const inner of regionsOf(op)) joinYields(inner, merging);
    if (op.kind === 'if') joinBranches(op, merging);
    if (op.kind === 'for' || op.kind === 'while') joinLoopYields(op, merging);
  }
}

function joinBranches(op: IfOp, merging: Merging): void {
  op.outs.forEach((out, i) => {
    for (const branch of [op.then, op.otherwise]) tryJoin(out, branch.yields[i] as ValueId, merging);
  });
}

function joinLoopYields(op: ForOp | WhileOp, merging: Merging): void {
  op.outs.forEach((out, i) => {
    const yielded = op.body.yields[i] as ValueId;
    // The exit code is 0 at the loop's head: a value from outside of the loop would be overwritten by that.
    if (op.exits && i === 0 && !isInside(yielded, op, merging)) return;
    tryJoin(out, yielded, merging);
  });
}

const isInside = (id: ValueId, op: ForOp | WhileOp, merging: Merging): boolean => merging.live.regionOf(id) === op.body;

function joinInits(region: Region, merging: Merging): void {
  for (const op of region.ops) {
    if (op.kind === 'for' || op.kind === 'while') {
      const shift = op.exits ? 1 : 0;
      op.inits.forEach((init, i) => tryJoin(op.outs[i + shift] as ValueId, init, merging));
    }
    for (const inner of regionsOf(op)) joinInits(inner, merging);
  }
}

function tryJoin(left: ValueId, right: ValueId, merging: Merging): void {
  const [mine, theirs] = [find(left, merging), find(right, merging)];
  if (mine === theirs || !mayChange(theirs, merging) || !mayChange(mine, merging)) return;
  if (!sameStorage(typeOf(left, merging), typeOf(right, merging)) || namesDiffer(mine, theirs, merging)) return;
  for (const one of membersOf(mine, merging)) {
    for (const other of membersOf(theirs, merging)) if (merging.live.interfere(one, other)) return;
  }
  join(mine, theirs, merging);
}

const typeOf = (id: ValueId, { fn }: Merging): Type => infoOf(fn.values, id).type;

/** Constants are written out where they are used; the function's parameters keep what the caller gave; counters belong to `for`. */
function mayChange(root: ValueId, merging: Merging): boolean {
  return membersOf(root, merging).every((id) => {
    if (merging.fixed.has(id)) return false;
    return !isPinned(merging.live.definition(id));
  });
}

const isPinned = (op: Op | undefined): boolean =>
  op?.kind === 'const' || op?.kind === 'global' || op?.kind === 'stack' || op?.kind === 'buffer';

function fixedValues(fn: IrFunction): Set<ValueId> {
  const fixed = new Set(fn.body.params);
  walkFunction(fn, (op) => {
    if (op.kind === 'for') fixed.add(op.body.params[0] as ValueId);
  });
  return fixed;
}

function sameStorage(left: Type, right: Type): boolean {
  if (left.kind === 'array' && right.kind === 'array') return left.storage === right.storage;
  return shapeOf(left) === shapeOf(right) && left.kind !== 'stack';
}

const shapeOf = (type: Type): string => (type.kind === 'int' ? 'real' : type.kind);

/** Two names that the user gave to different things are kept apart: the copy between them folds away if it is idle. */
function namesDiffer(left: ValueId, right: ValueId, merging: Merging): boolean {
  const [mine, theirs] = [nameOf(left, merging), nameOf(right, merging)];
  return mine !== undefined && theirs !== undefined && mine !== theirs;
}

function nameOf(root: ValueId, merging: Merging): string | undefined {
  for (const id of membersOf(root, merging)) {
    const hint = merging.fn.values[id]?.hint;
    if (hint !== undefined) return hint;
  }
  return undefined;
}
