/** What is certain about a scalar without looking around: that it is a number at all, that it is finite; and who would notice. */
import { walkFunction } from '../ir/walk.ts';
import { isList } from './memory.ts';
import type { IrFunction, Op, PrimName, ValueId, ValueInfo } from '../ir/types.ts';

const depthLimit = 6;

/**
 * A load that misses gives undefined, which computes like NaN but is another value. These are the values that somebody sees as they
 * are: yields, what a list or a stack keeps, operands that tell undefined from NaN. All other readers compute.
 */
export function exposedValues(fn: IrFunction): ReadonlySet<ValueId> {
  const exposed = new Set<ValueId>(fn.body.yields);
  const note = (ids: readonly ValueId[]): void => ids.forEach((id) => exposed.add(id));
  walkFunction(fn, (op, region) => {
    note(region.yields);
    note(exposedOperands(fn, op));
  });
  return exposed;
}

const tellsUndefined: ReadonlySet<PrimName> = new Set([
  'select', 'sameValue', 'given', 'isNaN', 'isFinite', 'isInteger', 'isSafeInteger', 'eq', 'ne',
]);

function exposedOperands(fn: IrFunction, op: Op): readonly ValueId[] {
  if (op.kind === 'prim') return tellsUndefined.has(op.prim) ? op.args : [];
  if (op.kind === 'for') return [op.from, op.to, ...op.inits, ...op.body.yields];
  if (op.kind === 'while') return [...op.inits, ...op.body.yields, ...op.condition.yields];
  if (op.kind === 'if') return [...op.then.yields, ...op.otherwise.yields];
  if (op.kind === 'store' || op.kind === 'fill') return isList(fn, op.array) ? [op.value] : [];
  if (op.kind === 'push') return [op.value];
  if (op.kind === 'throw') return op.message.filter((part): part is ValueId => typeof part !== 'string');
  return op.kind === 'call' ? op.args : [];
}

/** True where a value cannot be undefined. Parameters may be left out, elements of lists may be missing. */
export function isCertainlyNumber(
  definitions: ReadonlyMap<ValueId, Op>, values: readonly ValueInfo[], id: ValueId, depth = 0,
): boolean {
  const op = definitions.get(id);
  if (!op || depth > depthLimit) return false;
  const known = (inner: ValueId | undefined): boolean =>
    inner !== undefined && isCertainlyNumber(definitions, values, inner, depth + 1);
  switch (op.kind) {
    case 'const':
    case 'length':
      return true;
    case 'load':
      return op.access !== 'checked' && !isList({ values }, op.array);
    case 'prim':
      return op.prim !== 'select' || (known(op.args[1]) && known(op.args[2]));
    case 'if': {
      const at = op.outs.indexOf(id);
      return known(op.then.yields[at]) && known(op.otherwise.yields[at]);
    }
    default:
      return false;
  }
}

const finitePrims: ReadonlySet<PrimName> = new Set([
  'bitAnd', 'bitOr', 'bitXor', 'bitNot', 'shiftLeft', 'shiftRight', 'shiftRightUnsigned', 'Math.imul', 'Math.clz32',
]);

/** True where a value is certainly neither infinite nor NaN. */
export function isCertainlyFinite(definitions: ReadonlyMap<ValueId, Op>, id: ValueId, depth = 0): boolean {
  const op = definitions.get(id);
  if (!op || depth > depthLimit) return false;
  const known = (inner: ValueId | undefined): boolean => inner !== undefined && isCertainlyFinite(definitions, inner, depth + 1);
  if (op.kind === 'const') return Number.isFinite(op.value);
  if (op.kind === 'length') return true;
  if (op.kind === 'if') {
    const at = op.outs.indexOf(id);
    return known(op.then.yields[at]) && known(op.otherwise.yields[at]);
  }
  if (op.kind !== 'prim') return false;
  if (finitePrims.has(op.prim)) return true;
  if (op.prim === 'select') return known(op.args[1]) && known(op.args[2]);
  if (op.prim === 'neg' || op.prim === 'Math.abs') return known(op.args[0]);
  return op.prim === 'toNumber' && definitions.get(op.args[0] as ValueId)?.kind === 'prim' && isComparison(definitions, op.args[0]);
}

function isComparison(definitions: ReadonlyMap<ValueId, Op>, id: ValueId | undefined): boolean {
  const op = id === undefined ? undefined : definitions.get(id);
  return op?.kind === 'prim' && ['lt', 'le', 'gt', 'ge', 'eq', 'ne', 'not', 'and', 'or', 'isNaN', 'isFinite', 'truthy'].includes(op.prim);
}
