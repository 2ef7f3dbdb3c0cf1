/**
 * Constant factors.
 *   In:      checked IR, after the last derivative.
 *   Out:     a constant that all readers of an adjoint multiply it by goes into the constant that the adjoint has already.
 *   Example: s = g * (0.5 / r); a = 2 * (s * x); b = 2 * (s * y)   →   s = g * (1 / r); a = s * x; b = s * y
 *   Never:   changes a value of the function's own.
 */
import { scalarConstant } from '../ir/constants.ts';
import type { IrFunction, Op, PrimOp, ValueId } from '../ir/types.ts';
import { operandsOf, regionsOf, walkFunction } from '../ir/walk.ts';
import { definitionsOf } from './facts.ts';
import type { Pass } from './pass.ts';
import { type Rebuild, rebuildFunction } from './rebuild.ts';

export const scales: Pass = { name: 'scales', summary: 'move constant factors to where a constant is already', run: moveConstants };

interface Scaling {
  readonly fn: IrFunction;
  readonly definitions: ReadonlyMap<ValueId, Op>;
  /** Who reads a value; undefined stands for a yield. */
  readonly readers: ReadonlyMap<ValueId, readonly (Op | undefined)[]>;
  /** Products with the constant, which become their other factor. */
  readonly dropped: Map<ValueId, ValueId>;
  /** Operations whose constant takes a factor. */
  readonly scaled: Map<ValueId, number>;
}

function moveConstants(fn: IrFunction): IrFunction {
  const cx: Scaling = { fn, definitions: definitionsOf(fn), readers: readersOf(fn), dropped: new Map(), scaled: new Map() };
  for (const op of cx.definitions.values()) if (op.kind === 'prim') consider(op, cx);
  if (cx.dropped.size === 0) return fn;
  return rebuildFunction(fn, { rewrite: (op, rebuild) => (op.kind === 'prim' ? rewritten(op, cx, rebuild) : undefined) });
}

function readersOf(fn: IrFunction): Map<ValueId, (Op | undefined)[]> {
  const readers = new Map<ValueId, (Op | undefined)[]>();
  const note = (id: ValueId, op: Op | undefined): void => void readers.set(id, [...(readers.get(id) ?? []), op]);
  const noteYields = (ids: readonly ValueId[]): void => ids.forEach((id) => note(id, undefined));
  noteYields(fn.body.yields);
  walkFunction(fn, (op) => {
    for (const id of operandsOf(op)) note(id, op);
    for (const region of regionsOf(op)) noteYields(region.yields);
  });
  return readers;
}

/** Takes the constant away from all products with `op`, if `op` has a constant that can take it. */
function consider(op: PrimOp, cx: Scaling): void {
  const products = productsOf(op.out, cx);
  const [first] = products ?? [];
  if (!products || !first || products.some(({ by }) => by !== first.by)) return;
  const place = placeFor(op.out, cx, new Set());
  if (!place || products.some(({ product }) => cx.dropped.has(product))) return;
  if (!place.every((at) => isUsable(first.by * constantOf(cx.definitions.get(at), cx).value))) return;
  for (const { product, factor } of products) cx.dropped.set(product, factor);
  for (const at of place) cx.scaled.set(at, first.by);
}

interface Product {
  readonly by: number;
  /** `by * factor` */
  readonly product: ValueId;
  readonly factor: ValueId;
}

/** The products with a constant that all readers of a value end in: its own, or those of products that only they read. */
function productsOf(id: ValueId, cx: Scaling): readonly Product[] | undefined {
  const found: Product[] = [];
  for (const reader of cx.readers.get(id) ?? []) {
    const next = reader?.kind === 'prim' && reader.prim === 'mul' && isRelaxed(reader.out, cx) ? reader : undefined;
    const direct = next && productOf(next, id, cx);
    const [only, ...others] = next && !direct ? (cx.readers.get(next.out) ?? []) : [];
    const through = next && only?.kind === 'prim' && only.prim === 'mul' && others.length === 0 ? productOf(only, next.out, cx) : undefined;
    const product = direct ?? through;
    if (!product) return undefined;
    found.push(product);
  }
  return found;
}

function productOf(op: PrimOp, factor: ValueId, cx: Scaling): Product | undefined {
  const [left, right] = op.args as [ValueId, ValueId];
  const by = scalarConstant(cx.definitions.get(left === factor ? right : left));
  return isUsable(by) && left !== right && isRelaxed(op.out, cx) ? { by, product: op.out, factor } : undefined;
}

const isUsable = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value !== 0;

const isRelaxed = (id: ValueId, { fn }: Scaling): boolean => fn.values[id]?.exact === false && fn.values[id]?.type.kind === 'real';

/** The operations whose constants would take a factor of a value: in the value itself, or in operands that nothing else reads. */
function placeFor(id: ValueId, cx: Scaling, seen: Set<ValueId>): readonly ValueId[] | undefined {
  const op = cx.definitions.get(id);
  if (op?.kind !== 'prim' || !isRelaxed(id, cx) || cx.scaled.has(id) || cx.dropped.has(id) || seen.has(id)) return undefined;
  seen.add(id);
  const within = (arg: ValueId | undefined): readonly ValueId[] | undefined =>
    arg !== undefined && cx.readers.get(arg)?.length === 1 ? placeFor(arg, cx, seen) : undefined;
  const constantAt = (at: number): boolean => isUsable(scalarConstant(cx.definitions.get(op.args[at] as ValueId)));
  switch (op.prim) {
    case 'mul':
      return constantAt(0) || constantAt(1) ? [id] : (within(op.args[0]) ?? within(op.args[1]));
    case 'mulz':
      return constantAt(1) ? [id] : within(op.args[1]);
    case 'div':
      return constantAt(0) ? [id] : within(op.args[0]);
    case 'neg':
      return within(op.args[0]);
    case 'select':
      return scalarConstant(cx.definitions.get(op.args[1] as ValueId)) === 0 ? within(op.args[2]) : undefined;
    default:
      return undefined;
  }
}

function rewritten(op: PrimOp, cx: Scaling, rebuild: Rebuild): readonly Op[] | undefined {
  const factor = cx.dropped.get(op.out);
  if (factor !== undefined) {
    rebuild.replace(op.out, rebuild.use(factor));
    return [];
  }
  const by = cx.scaled.get(op.out);
  if (by === undefined) return undefined;
  const { at, value: before } = constantOf(op, cx);
  const value = by * before;
  const constant = rebuild.define({ type: { kind: Number.isInteger(value) ? 'int' : 'real' }, exact: false });
  const args = op.args.map((arg, i) => (i === at ? constant : arg));
  return [
    { kind: 'const', value, out: constant, origin: op.origin },
    { ...op, args },
  ];
}

/** The constant among the operands of an operation that takes a factor. */
function constantOf(op: Op | undefined, { definitions }: Scaling): { readonly at: number; readonly value: number } {
  const values = op?.kind === 'prim' ? op.args.map((arg) => scalarConstant(definitions.get(arg))) : [];
  const at = values.findIndex(isUsable);
  return { at, value: Number(values[at] ?? Number.NaN) };
}
