/**
 * Private arrays: scratch memory that each iteration of a loop overwrites before it reads it. Nothing flows through it from one
 * iteration to the next, as if each had an array of its own; so its iterations can be undone one by one.
 *
 * Proof by shape: all uses are in the loop, and the first of them store every element, by constant indices from 0 on, by a loop
 * over the rest, or by `fill`. (Compare: array privatization, Tu & Padua, LCPC 1993.)
 */
import type { ConstantValue, ForOp, IrFunction, Op, Region, ValueId } from '../ir/types.ts';
import { operandsOf, regionsOf, walkFunction } from '../ir/walk.ts';
import { type Definitions, isLoop, type Place } from './definitions.ts';
import type { Memory, MemoryClass } from './memory.ts';

export interface PrivateArrays {
  /** Does each iteration of `loop` overwrite the memory before reading it, with no use outside of the loop? */
  isPrivateTo(found: MemoryClass, loop: Op): boolean;
}

export function analyzePrivateArrays(fn: IrFunction, definitions: Definitions, memory: Memory): PrivateArrays {
  const uses = usesByClass(fn, memory);
  const known = new Map<MemoryClass, ReadonlySet<Op>>();
  const loopsOf = (found: MemoryClass): ReadonlySet<Op> => {
    const loops = known.get(found) ?? privateLoops(found, uses.get(found), definitions);
    known.set(found, loops);
    return loops;
  };
  return { isPrivateTo: (found, loop) => loopsOf(found).has(loop) };
}

interface Uses {
  readonly ops: Op[];
  escapes: boolean;
}

/** The operations that touch the elements of each class; a reference that is yielded, pushed or carried escapes. */
function usesByClass(fn: IrFunction, memory: Memory): Map<MemoryClass, Uses> {
  const uses = new Map<MemoryClass, Uses>();
  const note = (id: ValueId, op: Op | undefined): void => {
    const found = memory.classOf(id);
    const entry = uses.get(found) ?? { ops: [], escapes: false };
    uses.set(found, entry);
    if (op) entry.ops.push(op);
    else entry.escapes = true;
  };
  const visitYields = (region: Region): void => {
    for (const id of region.yields) note(id, undefined);
  };
  visitYields(fn.body);
  walkFunction(fn, (op) => {
    const escapes = isLoop(op) || ['push', 'call', 'apply', 'view', 'same'].includes(op.kind);
    if (op.kind !== 'length')
      for (const id of operandsOf(op)) note(id, escapes || (op.kind === 'store' && id === op.value) ? undefined : op);
    regionsOf(op).forEach(visitYields);
  });
  return uses;
}

function privateLoops(found: MemoryClass, uses: Uses | undefined, definitions: Definitions): ReadonlySet<Op> {
  const [origin] = found.origins;
  if (!uses || uses.escapes || !found.single || found.grows || origin?.op?.kind !== 'alloc' || uses.ops.length === 0) return new Set();
  const home = definitions.placeOfOp(origin.op);
  const around = commonPlaces(uses.ops.map(definitions.placeOfOp)).filter((place) => place.depth > home.depth);
  const loops = new Set<Op>();
  for (const place of around) {
    const proven =
      loops.size > 0 || (place.owner !== undefined && isLoop(place.owner) && overwritesFirst(place.region, uses, origin.op, definitions));
    if (proven && place.owner && isLoop(place.owner)) loops.add(place.owner);
  }
  return loops;
}

/** The places that contain all of the given ones, innermost first. */
function commonPlaces(places: readonly Place[]): Place[] {
  const chains = places.map((place) => {
    const chain: Place[] = [];
    for (let at: Place | undefined = place; at; at = at.parent) chain.push(at);
    return chain;
  });
  return (chains[0] ?? []).filter((place) => chains.every((chain) => chain.includes(place)));
}

function overwritesFirst(region: Region, uses: Uses, origin: Extract<Op, { kind: 'alloc' }>, definitions: Definitions): boolean {
  const touching = new Set<Op>(uses.ops);
  const touches = (op: Op): boolean => touching.has(op) || regionsOf(op).some((inner) => inner.ops.some(touches));
  const constant = (id: ValueId): ConstantValue => {
    const { op } = definitions.definitionOf(id);
    return op?.kind === 'const' ? op.value : undefined;
  };
  const isLength = (id: ValueId): boolean => {
    const { op } = definitions.definitionOf(id);
    return id === origin.length || (op?.kind === 'length' && op.array === origin.out);
  };
  let covered = 0;
  for (const op of region.ops.filter(touches)) {
    if (op.kind === 'fill' && op.from === undefined && op.to === undefined) return true;
    if (op.kind === 'store' && constant(op.index) === covered && !operandsOf(op).slice(2).includes(origin.out)) {
      covered++;
      if (covered === constant(origin.length)) return true;
      continue;
    }
    const starts = op.kind === 'for' ? constant(op.from) : undefined;
    return (
      op.kind === 'for' &&
      typeof starts === 'number' &&
      starts >= 0 &&
      starts <= covered &&
      isLength(op.to) &&
      storesEach(op, touches, touching)
    );
  }
  return false;
}

/** Does each iteration store the element of its number before it reads that element, and touch no other? */
function storesEach(loop: ForOp, touches: (op: Op) => boolean, touching: ReadonlySet<Op>): boolean {
  if (loop.step !== 1 || loop.exits) return false;
  const index = loop.body.params[0];
  let stored = false;
  for (const op of loop.body.ops.filter(touches)) {
    if (!touching.has(op) || (op.kind !== 'store' && op.kind !== 'load') || op.index !== index) return false;
    if (op.kind === 'load' && !stored) return false;
    stored ||= op.kind === 'store';
  }
  return stored;
}
