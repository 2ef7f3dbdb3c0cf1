/** Reading and rewriting operations without knowing each kind: operands, results, regions, copies under a renaming. */
import { unreachable } from '../diagnostics/internal.ts';
import type { IrFunction, Op, Region, ValueId } from './types.ts';

/** The values an operation reads itself (not those that its regions read). */
export function operandsOf(op: Op): readonly ValueId[] {
  switch (op.kind) {
    case 'const':
    case 'stack':
    case 'global':
    case 'functions':
      return [];
    case 'apply':
      return [op.callee, ...op.args];
    case 'prim':
    case 'call':
      return op.args;
    case 'load':
    case 'present':
      return [op.array, op.index];
    case 'store':
    case 'accumulate':
      return [op.array, op.index, op.value];
    case 'addInto':
      return [op.array, op.source];
    case 'alloc':
      return [op.length];
    case 'buffer':
      return [op.like];
    case 'length':
      return [op.array];
    case 'copy':
    case 'view':
      return present(op.array, op.from, op.to);
    case 'fill':
      return present(op.array, op.value, op.from, op.to);
    case 'set':
      return present(op.array, op.source, op.offset);
    case 'same':
      return [op.left, op.right];
    case 'push':
      return [op.stack, op.value];
    case 'pop':
      return [op.stack];
    case 'if':
      return [op.cond];
    case 'for':
      return [op.from, op.to, ...op.inits];
    case 'while':
      return op.inits;
    case 'throw':
      return op.message.filter((part): part is ValueId => typeof part !== 'string');
    default:
      return unreachable(op);
  }
}

/** The values an operation defines in the region that it stands in. */
export function outsOf(op: Op): readonly ValueId[] {
  if ('outs' in op) return op.outs;
  return 'out' in op ? [op.out] : [];
}

/** The regions nested in an operation, in the order in which they first run. */
export function regionsOf(op: Op): readonly Region[] {
  if (op.kind === 'if') return [op.then, op.otherwise];
  if (op.kind === 'for') return [op.body];
  if (op.kind === 'while') return op.test === 'before' ? [op.condition, op.body] : [op.body, op.condition];
  return op.kind === 'functions' ? op.bodies : [];
}

/** Visits every operation of a region and of the regions in it, outer before inner, in order. */
export function walkRegion(region: Region, visit: (op: Op, region: Region) => void): void {
  for (const op of region.ops) {
    visit(op, region);
    for (const inner of regionsOf(op)) walkRegion(inner, visit);
  }
}

export function walkFunction(fn: IrFunction, visit: (op: Op, region: Region) => void): void {
  walkRegion(fn.body, visit);
}

/** Every value that a region reads but does not define: what it takes from around it. */
export function freeValues(region: Region): Set<ValueId> {
  const defined = new Set<ValueId>();
  const free = new Set<ValueId>();
  collectFree(region, defined, free);
  return free;
}

function collectFree(region: Region, defined: Set<ValueId>, free: Set<ValueId>): void {
  const use = (id: ValueId): void => {
    if (!defined.has(id)) free.add(id);
  };
  for (const id of region.params) defined.add(id);
  for (const op of region.ops) {
    operandsOf(op).forEach(use);
    if (op.kind === 'functions') for (const out of op.outs) defined.add(out);
    for (const inner of regionsOf(op)) collectFree(inner, defined, free);
    for (const out of outsOf(op)) defined.add(out);
  }
  region.yields.forEach(use);
}

/** How a copy renames: operands through `use`, definitions through `define`. */
export interface Renaming {
  use(id: ValueId): ValueId;
  define(id: ValueId): ValueId;
}

const keep = (id: ValueId): ValueId => id;

/** The same operation with the values it reads replaced, in its regions too. */
export function replaceUses(op: Op, use: (id: ValueId) => ValueId): Op {
  return renameOp(op, { use, define: keep });
}

export function renameRegion(region: Region, renaming: Renaming): Region {
  const params = region.params.map(renaming.define);
  const ops = region.ops.map((op) => renameOp(op, renaming));
  return { params, ops, yields: region.yields.map(renaming.use) };
}

/** A copy of an operation under a renaming. Definitions are renamed in order, so `define` may fill a map that `use` reads. */
export function renameOp(op: Op, renaming: Renaming): Op {
  const { use } = renaming;
  switch (op.kind) {
    case 'if': {
      const cond = use(op.cond);
      const then = renameRegion(op.then, renaming);
      const otherwise = renameRegion(op.otherwise, renaming);
      return { ...op, cond, then, otherwise, outs: op.outs.map(renaming.define) };
    }
    case 'for': {
      const [from, to, inits] = [use(op.from), use(op.to), op.inits.map(use)];
      const body = renameRegion(op.body, renaming);
      return { ...op, from, to, inits, body, outs: op.outs.map(renaming.define) };
    }
    case 'while': {
      const inits = op.inits.map(use);
      const condition = renameRegion(op.condition, renaming);
      const body = renameRegion(op.body, renaming);
      return { ...op, inits, condition, body, outs: op.outs.map(renaming.define) };
    }
    case 'functions': {
      const outs = op.outs.map(renaming.define);
      return { ...op, outs, bodies: op.bodies.map((body) => renameRegion(body, renaming)) };
    }
    default:
      return renameFlatOp(op, renaming);
  }
}

type FlatOp = Exclude<Op, { kind: 'if' | 'for' | 'while' | 'functions' }>;

function renameFlatOp(op: FlatOp, { use, define }: Renaming): Op {
  switch (op.kind) {
    case 'const':
    case 'stack':
    case 'global':
      return { ...op, out: define(op.out) };
    case 'prim':
      return { ...op, args: op.args.map(use), out: define(op.out) };
    case 'call':
      return { ...op, args: op.args.map(use), outs: op.outs.map(define) };
    case 'apply':
      return { ...op, callee: use(op.callee), args: op.args.map(use), outs: op.outs.map(define) };
    case 'load':
    case 'present':
      return { ...op, array: use(op.array), index: use(op.index), out: define(op.out) };
    case 'store':
    case 'accumulate':
      return { ...op, array: use(op.array), index: use(op.index), value: use(op.value) };
    case 'addInto':
      return { ...op, array: use(op.array), source: use(op.source) };
    case 'alloc':
      return { ...op, length: use(op.length), out: define(op.out) };
    case 'buffer':
      return { ...op, like: use(op.like), out: define(op.out) };
    case 'length':
      return { ...op, array: use(op.array), out: define(op.out) };
    case 'copy':
    case 'view':
      return { ...op, array: use(op.array), ...range(op, use), out: define(op.out) };
    case 'fill':
      return { ...op, array: use(op.array), value: use(op.value), ...range(op, use) };
    case 'set':
      return { ...op, array: use(op.array), source: use(op.source), ...(op.offset !== undefined && { offset: use(op.offset) }) };
    case 'same':
      return { ...op, left: use(op.left), right: use(op.right), out: define(op.out) };
    case 'push':
      return { ...op, stack: use(op.stack), value: use(op.value) };
    case 'pop':
      return { ...op, stack: use(op.stack), out: define(op.out) };
    case 'throw':
      return { ...op, message: op.message.map((part) => (typeof part === 'string' ? part : use(part))) };
    default:
      return unreachable(op);
  }
}

function range(op: { readonly from?: ValueId; readonly to?: ValueId }, use: (id: ValueId) => ValueId) {
  return { ...(op.from !== undefined && { from: use(op.from) }), ...(op.to !== undefined && { to: use(op.to) }) };
}

function present(...ids: readonly (ValueId | undefined)[]): ValueId[] {
  return ids.filter((id): id is ValueId => id !== undefined);
}

/** The operation with its regions replaced, in the order in which they stand in the text. */
export function withRegions(op: Op, change: (region: Region) => Region): Op {
  if (op.kind === 'if') {
    const then = change(op.then);
    return { ...op, then, otherwise: change(op.otherwise) };
  }
  if (op.kind === 'for') return { ...op, body: change(op.body) };
  if (op.kind === 'functions') return { ...op, bodies: op.bodies.map(change) };
  if (op.kind !== 'while') return op;
  if (op.test === 'before') {
    const condition = change(op.condition);
    return { ...op, condition, body: change(op.body) };
  }
  const body = change(op.body);
  return { ...op, condition: change(op.condition), body };
}
