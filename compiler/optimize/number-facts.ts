/** What is certain about a scalar without looking around: that it is a number at all, that it is finite. */

import { scalarConstant } from '../ir/constants.ts';
import { isRecord } from '../ir/memory-types.ts';
import type { IrFunction, LoadOp, Op, PrimName, ValueId, ValueInfo } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { isList } from './memory.ts';

const depthLimit = 6;

export interface NumberFacts {
  readonly definitions: ReadonlyMap<ValueId, Op>;
  readonly values: readonly ValueInfo[];
  /** Parameters and loop counters that cannot be undefined. */
  readonly certain: ReadonlySet<ValueId>;
}

/** The function's parameters, less those that it asks for being given, and the counters of its loops. */
export function certainNumbers(fn: IrFunction): ReadonlySet<ValueId> {
  const certain = new Set(fn.body.params);
  walkFunction(fn, (op) => {
    const [index] = op.kind === 'for' ? op.body.params : [];
    if (index !== undefined) certain.add(index);
    if (op.kind === 'prim' && op.prim === 'given') for (const arg of op.args) certain.delete(arg);
  });
  return certain;
}

/** True where a value cannot be undefined. Elements of lists may be missing. */
export function isCertainlyNumber(facts: NumberFacts, id: ValueId, depth = 0): boolean {
  if (facts.certain.has(id)) return true;
  const op = facts.definitions.get(id);
  if (!op || depth > depthLimit) return false;
  const known = (inner: ValueId | undefined): boolean => inner !== undefined && isCertainlyNumber(facts, inner, depth + 1);
  switch (op.kind) {
    case 'const':
      return op.value !== undefined && op.value !== null;
    case 'length':
      return true;
    case 'load':
      return op.access !== 'checked' && !isList(facts, op.array) && !isOptionalField(facts, op);
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

/** Fields are there unless their type says that they may be missing. */
function isOptionalField({ definitions, values }: NumberFacts, op: LoadOp): boolean {
  const type = values[op.array]?.type;
  if (!isRecord(type)) return false;
  const at = scalarConstant(definitions.get(op.index));
  return typeof at !== 'number' || type.fields[at]?.optional === true;
}

const finitePrims: ReadonlySet<PrimName> = new Set([
  'bitAnd',
  'bitOr',
  'bitXor',
  'bitNot',
  'shiftLeft',
  'shiftRight',
  'shiftRightUnsigned',
  'Math.imul',
  'Math.clz32',
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

/** True where a value is certainly neither 0 nor negative; it may be NaN. */
export function isCertainlyPositive(definitions: ReadonlyMap<ValueId, Op>, id: ValueId, depth = 0): boolean {
  const op = definitions.get(id);
  if (!op || depth > depthLimit) return false;
  if (op.kind === 'const') return typeof op.value === 'number' && op.value > 0;
  if (op.kind !== 'prim') return false;
  const [x, y] = op.args as [ValueId, ValueId];
  const positive = (inner: ValueId): boolean => isCertainlyPositive(definitions, inner, depth + 1);
  if (op.prim === 'add') return [x, y].every((inner) => isNeverNegative(definitions, inner, depth + 1)) && (positive(x) || positive(y));
  if (op.prim === 'Math.cosh') return true;
  return op.prim === 'Math.sqrt' && positive(x);
}

/** Of products of positive numbers little may be left: 0. */
function isNeverNegative(definitions: ReadonlyMap<ValueId, Op>, id: ValueId, depth: number): boolean {
  const op = definitions.get(id);
  if (isCertainlyPositive(definitions, id, depth) || op?.kind === 'length') return true;
  if (op?.kind === 'const') return op.value === 0;
  if (op?.kind !== 'prim' || depth > depthLimit) return false;
  const [x, y] = op.args as [ValueId, ValueId];
  const known = (inner: ValueId): boolean => isNeverNegative(definitions, inner, depth + 1);
  if (op.prim === 'mul') return x === y || (known(x) && known(y));
  if (op.prim === 'pow' || op.prim === 'Math.pow') return Number(scalarConstant(definitions.get(y))) % 2 === 0 || known(x);
  if (op.prim === 'add') return known(x) && known(y);
  return op.prim === 'Math.abs' || op.prim === 'Math.exp' || (op.prim === 'Math.sqrt' && known(x));
}
