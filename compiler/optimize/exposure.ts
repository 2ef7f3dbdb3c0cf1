/**
 * Who would notice undefined in the place of NaN.
 *
 * A load that misses gives undefined, which computes like NaN but is another value. Exposed are the values that somebody sees as they are:
 * results, what a list or a stack keeps, operands that tell undefined from NaN. All other readers compute.
 */

import type { IrFunction, Op, PrimName, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { carriedOffset, carriedParam, isLoop } from './facts.ts';
import { keepsUndefined } from './memory.ts';

/** What is exposed, and everything that flows into it through branches and loops. */
export function exposedValues(fn: IrFunction): ReadonlySet<ValueId> {
  const sources = new Map<ValueId, (ValueId | undefined)[]>();
  const pending: ValueId[] = [...fn.body.yields];
  walkFunction(fn, (op) => {
    pending.push(...exposedOperands(fn, op));
    for (const [target, from] of flowsOf(op)) sources.set(target, [...(sources.get(target) ?? []), ...from]);
  });
  const exposed = new Set<ValueId>();
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (exposed.has(id)) continue;
    exposed.add(id);
    for (const source of sources.get(id) ?? []) if (source !== undefined) pending.push(source);
  }
  return exposed;
}

type Flow = readonly [target: ValueId, from: readonly (ValueId | undefined)[]];

/** Values that an operation hands on unchanged. */
function flowsOf(op: Op): readonly Flow[] {
  if (op.kind === 'prim') return op.prim === 'select' ? [[op.out, op.args.slice(1)]] : [];
  if (op.kind === 'if') return op.outs.map((out, i) => [out, [op.then.yields[i], op.otherwise.yields[i]]]);
  if (!isLoop(op)) return [];
  return op.inits.flatMap((init, slot): Flow[] => {
    const at = slot + carriedOffset(op);
    const targets = [carriedParam(op, slot), op.outs[at], op.kind === 'while' ? op.condition.params[slot] : undefined];
    return targets.flatMap((target): Flow[] => (target === undefined ? [] : [[target, [init, op.body.yields[at]]]]));
  });
}

const tellsUndefined: ReadonlySet<PrimName> = new Set([
  'sameValue',
  'given',
  'isNaN',
  'isFinite',
  'isInteger',
  'isSafeInteger',
  'eq',
  'ne',
]);

function exposedOperands(fn: IrFunction, op: Op): readonly ValueId[] {
  switch (op.kind) {
    case 'prim':
      return tellsUndefined.has(op.prim) ? op.args : [];
    case 'store':
      return keepsUndefined(fn, op.array) ? [op.value, op.index] : [op.index];
    case 'fill':
      return [op.value, op.from, op.to].filter((id) => id !== undefined);
    case 'copy':
      return [op.from, op.to].filter((id) => id !== undefined);
    case 'alloc':
      return [op.length];
    case 'push':
      return [op.value];
    case 'throw':
      return op.message.filter((part): part is ValueId => typeof part !== 'string');
    case 'call':
    case 'apply':
      return op.args;
    case 'functions':
      return op.bodies.flatMap(({ yields }) => yields);
    default:
      return [];
  }
}
