/**
 * A word for a value that has no name from the user: what the operation gives. Part of the naming scheme of names.ts.
 */
import type { IrFunction, Op, PrimName, ValueId } from '../ir/types.ts';
import type { Liveness } from './liveness.ts';

const words: Partial<Record<PrimName, string>> = {
  add: 'sum', sub: 'difference', mul: 'product', div: 'ratio', rem: 'remainder', pow: 'power', neg: 'negated', mulz: 'product',
  lt: 'isSmaller', le: 'isAtMost', gt: 'isGreater', ge: 'isAtLeast', eq: 'isEqual', ne: 'differs', not: 'isNot', and: 'both', or: 'either',
  select: 'choice', truthy: 'isNonzero', toNumber: 'flag', bitAnd: 'bits', bitOr: 'bits', bitXor: 'bits', bitNot: 'bits',
  shiftLeft: 'shifted', shiftRight: 'shifted', shiftRightUnsigned: 'shifted', isNaN: 'isUndefined', isFinite: 'isFinite',
  isInteger: 'isWhole', isSafeInteger: 'isSafe', sameValue: 'isSame', given: 'isGiven',
  'Math.abs': 'magnitude', 'Math.acos': 'angle', 'Math.acosh': 'areaCosine', 'Math.asin': 'angle', 'Math.asinh': 'areaSine', 'Math.atan': 'angle',
  'Math.atan2': 'angle', 'Math.atanh': 'areaTangent', 'Math.cbrt': 'cubeRoot', 'Math.ceil': 'ceiling', 'Math.clz32': 'leadingZeros',
  'Math.cos': 'cosine', 'Math.cosh': 'hyperbolicCosine', 'Math.exp': 'exponential', 'Math.expm1': 'exponential', 'Math.floor': 'floor',
  'Math.fround': 'rounded', 'Math.hypot': 'norm', 'Math.imul': 'product', 'Math.log': 'logarithm', 'Math.log10': 'logarithm',
  'Math.log1p': 'logarithm', 'Math.log2': 'logarithm', 'Math.max': 'larger', 'Math.min': 'smaller', 'Math.pow': 'power',
  'Math.round': 'rounded', 'Math.sign': 'sign', 'Math.sin': 'sine', 'Math.sinh': 'hyperbolicSine', 'Math.sqrt': 'root', 'Math.tan': 'slope',
  'Math.tanh': 'hyperbolicTangent', 'Math.trunc': 'whole',
};

export function describeValue(id: ValueId, fn: IrFunction, live: Liveness): string {
  const op = live.definition(id);
  return op ? describeResult(op, id, fn) : 'carried';
}

function describeResult(op: Op, id: ValueId, fn: IrFunction): string {
  const hint = (of: ValueId): string | undefined => fn.values[of]?.hint;
  switch (op.kind) {
    case 'prim':
      return op.prim === 'mul' && op.args[0] === op.args[1] ? 'square' : (words[op.prim] ?? 'value');
    case 'load':
      return elementName(hint(op.array), hint(op.index));
    case 'length':
      return withSuffix(hint(op.array), 'length');
    case 'copy':
      return withSuffix(hint(op.array), 'copy');
    case 'present':
      return 'isPresent';
    case 'same':
      return 'isSame';
    case 'alloc':
      return 'scratch';
    case 'buffer':
      return withPrefix('d', hint(op.like)) ?? 'gradient';
    case 'stack':
      return 'saved';
    case 'pop':
      return hint(op.stack) === undefined ? 'restored' : `${hint(op.stack)}Top`;
    case 'if':
      return 'choice';
    case 'for':
    case 'while':
      return op.exits && op.outs[0] === id ? 'exit' : 'carried';
    default:
      return 'value';
  }
}

/** `xi` for `x[i]`, `weightsJ` for `weights[j]`. */
function elementName(array: string | undefined, index: string | undefined): string {
  if (array === undefined) return 'element';
  if (index === undefined || index.length > 2) return `${array}At`;
  return array.length === 1 ? `${array}${index}` : `${array}${capitalize(index)}`;
}

function withSuffix(name: string | undefined, suffix: string): string {
  return name === undefined ? suffix : `${name}${capitalize(suffix)}`;
}

export function withPrefix(prefix: string, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  return /^[a-z]\d*$/i.test(name) ? `${prefix}${name}` : `${prefix}${capitalize(name)}`;
}

export const capitalize = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
