/** References that something is written through: the type of a variable that holds one must not be read-only. */
import { isReference } from '../ir/memory-types.ts';
import type { IrFunction, Op, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { joinsOf } from './missing.ts';

export interface Mutability {
  /** What the reference leads to is written itself. */
  readonly itself: ReadonlySet<ValueId>;
  /** Something is written that is reached through it. */
  readonly inside: ReadonlySet<ValueId>;
}

/** `isKept`: is a local function that is given the reference known to write nothing there? */
export function findMutability(fn: IrFunction, isKept: (id: ValueId) => boolean = () => false): Mutability {
  const found = { itself: new Set<ValueId>(fn.body.yields), inside: new Set<ValueId>(fn.body.yields) };
  const joins: (readonly [ValueId, ValueId])[] = [];
  const parts: (readonly [part: ValueId, of: ValueId])[] = [];
  const stacks = new Map<ValueId, { pushed: ValueId[]; popped: ValueId[] }>();
  walkFunction(fn, (op) => {
    for (const id of writtenBy(op)) found.itself.add(id);
    for (const id of handedOnBy(op, isKept)) for (const set of [found.itself, found.inside]) set.add(id);
    joins.push(...joinsOf(op));
    if ((op.kind === 'load' || op.kind === 'view') && isReference(fn.values[op.out]?.type)) parts.push([op.out, op.array]);
    if (op.kind === 'push' || op.kind === 'pop') {
      const kept = stacks.get(op.stack) ?? { pushed: [], popped: [] };
      stacks.set(op.stack, kept);
      if (op.kind === 'push') kept.pushed.push(op.value);
      else kept.popped.push(op.out);
    }
  });
  for (const { pushed, popped } of stacks.values()) for (const to of popped) joins.push(...pushed.map((from) => [to, from] as const));
  spread(found, joins, parts);
  return found;
}

function writtenBy(op: Op): readonly ValueId[] {
  return op.kind === 'store' || op.kind === 'accumulate' || op.kind === 'fill' || op.kind === 'set' || op.kind === 'addInto'
    ? [op.array]
    : [];
}

/** What goes where its type is another's. */
function handedOnBy(op: Op, isKept: (id: ValueId) => boolean): readonly ValueId[] {
  if (op.kind === 'store' || op.kind === 'fill') return [op.value];
  if (op.kind === 'apply') return op.args.filter((id) => !isKept(id));
  return op.kind === 'call' ? op.args : op.kind === 'addInto' ? [op.array] : [];
}

type Pairs = readonly (readonly [ValueId, ValueId])[];

function spread({ itself, inside }: { itself: Set<ValueId>; inside: Set<ValueId> }, joins: Pairs, parts: Pairs): void {
  for (let before = -1; before !== itself.size + inside.size; ) {
    before = itself.size + inside.size;
    for (const [to, from] of joins) {
      if (itself.has(to)) itself.add(from);
      if (inside.has(to)) inside.add(from);
    }
    for (const [part, of] of parts) if (itself.has(part) || inside.has(part)) inside.add(of);
  }
}
