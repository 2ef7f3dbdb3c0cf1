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

/** {@link Mutability}, and what it is where it matters not that a reference is kept or handed on. */
export interface Mutabilities extends Mutability {
  readonly written: Mutability;
}

/** What is known of a function from around it. */
export interface Around {
  /** Is a local function that is given the reference known to write nothing there? */
  isKept?(id: ValueId): boolean;
  /** Ways that values take besides branches and loops. */
  readonly moves?: readonly (readonly [to: ValueId, from: ValueId])[];
  /** Stores that belong to literals: what was made by them is not written. */
  readonly literal?: ReadonlySet<Op>;
  /** What local functions hand to the user. */
  readonly handedOut?: readonly ValueId[];
}

export function findMutability(
  fn: IrFunction,
  { isKept = () => false, moves = [], literal = new Set(), handedOut = [] }: Around,
): Mutabilities {
  const results = [...fn.body.yields, ...handedOut];
  const found = { itself: new Set<ValueId>(results), inside: new Set<ValueId>(results) };
  // What a pullback keeps goes to it by a move.
  const others = results.filter((_, at) => fn.results[at]?.kind !== 'captured');
  const written = { itself: new Set<ValueId>(others), inside: new Set<ValueId>(others) };
  const stored: (readonly [value: ValueId, into: ValueId])[] = [];
  const joins: (readonly [ValueId, ValueId])[] = [...moves];
  const parts: (readonly [part: ValueId, of: ValueId])[] = [];
  const stacks = new Map<ValueId, { pushed: ValueId[]; popped: ValueId[] }>();
  walkFunction(fn, (op) => {
    for (const id of writtenBy(op)) for (const { itself } of literal.has(op) ? [found] : [found, written]) itself.add(id);
    if (op.kind === 'store' || op.kind === 'fill') stored.push([op.value, op.array]);
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
  for (const { pushed, popped } of stacks.values())
    for (const to of popped) joins.push(...sameKind(pushed, to, fn).map((from) => [to, from] as const));
  spread(found, joins, parts);
  spread(written, joins, parts, stored);
  return { ...found, written };
}

/** What stands beside the user's memory and that itself share stacks: none comes back as the other. */
function sameKind(pushed: readonly ValueId[], popped: ValueId, { values }: IrFunction): readonly ValueId[] {
  const same = pushed.filter((id) => values[id]?.exact === values[popped]?.exact);
  return same.length > 0 ? same : pushed;
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

interface Found {
  readonly itself: Set<ValueId>;
  readonly inside: Set<ValueId>;
}

function spread({ itself, inside }: Found, joins: Pairs, parts: Pairs, stored: Pairs = []): void {
  for (let before = -1; before !== itself.size + inside.size; ) {
    before = itself.size + inside.size;
    for (const [to, from] of joins) {
      if (itself.has(to)) itself.add(from);
      if (inside.has(to)) inside.add(from);
    }
    for (const [value, into] of stored) if (inside.has(into)) for (const set of [itself, inside]) set.add(value);
    for (const [part, of] of parts) if (itself.has(part) || inside.has(part)) inside.add(of);
  }
}
