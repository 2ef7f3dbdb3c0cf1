/** Where each value is defined and how regions nest: a read-only index beside the IR. */
import { invariant } from '../diagnostics/internal.ts';
import type { IrFunction, Op, Region, ValueId } from '../ir/types.ts';
import { outsOf, regionsOf } from '../ir/walk.ts';

/** A region's place: the operation it belongs to and the region that this stands in. The function's body has neither. */
export interface Place {
  readonly region: Region;
  readonly owner?: Op;
  readonly parent?: Place;
  readonly depth: number;
}

export interface Definition {
  readonly place: Place;
  /** Undefined for a parameter of the region. */
  readonly op?: Op;
}

export interface Definitions {
  definitionOf(id: ValueId): Definition;
  placeOf(region: Region): Place;
  /** The place of the region in which an operation stands. */
  placeOfOp(op: Op): Place;
  /** Position in the order in which operations are printed; an operation comes before those inside it. */
  orderOf(op: Op): number;
}

export function indexDefinitions(fn: IrFunction): Definitions {
  const definitions = new Map<ValueId, Definition>();
  const places = new Map<Region, Place>();
  const opPlaces = new Map<Op, Place>();
  const order = new Map<Op, number>();
  const visit = (place: Place): void => {
    places.set(place.region, place);
    for (const id of place.region.params) definitions.set(id, { place });
    for (const op of place.region.ops) {
      order.set(op, order.size);
      opPlaces.set(op, place);
      for (const region of regionsOf(op)) visit({ region, owner: op, parent: place, depth: place.depth + 1 });
      for (const out of outsOf(op)) definitions.set(out, { place, op });
    }
  };
  visit({ region: fn.body, depth: 0 });
  return {
    definitionOf: (id) => known(definitions.get(id), `value v${id}`),
    placeOf: (region) => known(places.get(region), 'region'),
    placeOfOp: (op) => known(opPlaces.get(op), 'operation'),
    orderOf: (op) => known(order.get(op), 'operation'),
  };
}

function known<T>(found: T | undefined, what: string): T {
  invariant(found !== undefined, `${what} is not part of this function`);
  return found;
}

export function isLoop(op: Op | undefined): boolean {
  return op?.kind === 'for' || op?.kind === 'while';
}

/** The loops around a place, innermost first. */
export function loopsAround(place: Place): readonly Op[] {
  const loops: Op[] = [];
  for (let at: Place | undefined = place; at; at = at.parent) if (at.owner && isLoop(at.owner)) loops.push(at.owner);
  return loops;
}

/** Is `inner` the region of `outer` or nested in it? */
export function isWithin(inner: Place, outer: Place): boolean {
  for (let at: Place | undefined = inner; at; at = at.parent) if (at === outer) return true;
  return false;
}
