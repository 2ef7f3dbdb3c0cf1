/**
 * Where values are defined and used, as positions in one line through the function, and the question that decides which
 * values may share a variable: is a value still needed behind a point?
 */
import type { ForOp, IfOp, IrFunction, Op, Region, ValueId, WhileOp } from '../ir/types.ts';
import { operandsOf, outsOf, regionsOf } from '../ir/walk.ts';

interface Place {
  readonly region: Region;
  readonly at: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Parent {
  readonly op: IfOp | ForOp | WhileOp;
  readonly region: Region;
}

export interface Liveness {
  /** Would writing `written` at its definition destroy `kept`, or the reverse? */
  interfere(kept: ValueId, written: ValueId): boolean;
  uses(id: ValueId): number;
  /** The operation that defines a value; undefined for parameters of regions. */
  definition(id: ValueId): Op | undefined;
  /** The region in which a value is defined. */
  regionOf(id: ValueId): Region | undefined;
  /** Values made up for the exit code of a loop, which has no parameter: what its variable holds at the loop's head. */
  exitParams(loop: Op): readonly ValueId[];
}

interface Table {
  readonly definitions: Map<ValueId, Place>;
  readonly ops: Map<ValueId, Op>;
  readonly uses: Map<ValueId, number[]>;
  readonly parents: Map<Region, Parent>;
  readonly regions: Map<Region, Span>;
  readonly spans: Map<Op, Span>;
  readonly exitParams: Map<Op, ValueId[]>;
  position: number;
  nextId: number;
}

export function analyzeLiveness(fn: IrFunction): Liveness {
  const table: Table = {
    definitions: new Map(),
    ops: new Map(),
    uses: new Map(),
    parents: new Map(),
    regions: new Map(),
    spans: new Map(),
    exitParams: new Map(),
    position: 0,
    nextId: fn.values.length,
  };
  numberRegion(fn.body, table);
  return {
    interfere: (kept, written) => liveBehind(kept, written, table) || liveBehind(written, kept, table),
    uses: (id) => table.uses.get(id)?.length ?? 0,
    definition: (id) => table.ops.get(id),
    regionOf: (id) => table.definitions.get(id)?.region,
    exitParams: (loop) => table.exitParams.get(loop) ?? [],
  };
}

function use(id: ValueId, table: Table): void {
  const list = table.uses.get(id);
  if (list) list.push(table.position);
  else table.uses.set(id, [table.position]);
}

function numberRegion(region: Region, table: Table, passedOn: readonly ValueId[] = [], invented: readonly ValueId[] = []): void {
  const start = ++table.position;
  for (const id of [...region.params, ...invented]) table.definitions.set(id, { region, at: start });
  for (const op of region.ops) numberOp(op, region, table);
  table.position++;
  for (const id of region.yields) use(id, table);
  for (const id of passedOn) use(id, table);
  table.regions.set(region, { start, end: table.position });
}

function numberOp(op: Op, region: Region, table: Table): void {
  const start = ++table.position;
  for (const id of operandsOf(op)) use(id, table);
  for (const inner of regionsOf(op)) {
    table.parents.set(inner, { op: op as Parent['op'], region });
    const exit = op.kind !== 'if' && 'exits' in op && op.exits ? [inventExitParam(op, table)] : [];
    numberRegion(inner, table, [...passedOn(op, inner), ...(op.kind === 'while' && inner === op.condition ? exit : [])], exit);
  }
  const end = ++table.position;
  table.spans.set(op, { start, end });
  for (const id of outsOf(op)) {
    table.definitions.set(id, { region, at: end });
    table.ops.set(id, op);
  }
}

function inventExitParam(loop: Op, table: Table): ValueId {
  const id = table.nextId++ as ValueId;
  table.exitParams.set(loop, [...(table.exitParams.get(loop) ?? []), id]);
  return id;
}

/** What a region reads besides its yields: a loop looks at its bound each time, a condition hands on what is carried. */
function passedOn(op: Op, inner: Region): readonly ValueId[] {
  if (op.kind === 'for') return [op.to];
  if (op.kind === 'while' && inner === op.condition) return inner.params;
  return [];
}

/** Is `kept` needed after the point where `written` is defined? */
function liveBehind(kept: ValueId, written: ValueId, table: Table): boolean {
  const home = table.definitions.get(kept);
  const point = table.definitions.get(written);
  const uses = table.uses.get(kept);
  if (!home || !point || !uses || home.at > point.at) return false;
  let { region, at } = point;
  if (!encloses(home.region, region, table)) return false;
  for (;;) {
    if (usedWithin(uses, at, table.regions.get(region)?.end ?? 0)) return true;
    if (region === home.region) return false;
    const parent = table.parents.get(region);
    if (!parent) return false;
    const span = table.spans.get(parent.op) as Span;
    if (parent.op.kind !== 'if' && usedWithin(uses, span.start, span.end)) return true;
    ({ region } = parent);
    at = span.end;
  }
}

function encloses(outer: Region, inner: Region, table: Table): boolean {
  let region: Region | undefined = inner;
  while (region && region !== outer) region = table.parents.get(region)?.region;
  return region === outer;
}

/** Is there a use after `from` and not after `to`? Uses are in order. */
function usedWithin(uses: readonly number[], from: number, to: number): boolean {
  let [low, high] = [0, uses.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((uses[middle] as number) > from) high = middle;
    else low = middle + 1;
  }
  return low < uses.length && (uses[low] as number) <= to;
}
