/** Operations on memory as statements. */
import { unreachable } from '../diagnostics/internal.ts';
import type { Op, StackOp, Storage, ValueId } from '../ir/types.ts';
import { describeValue, isEmptyWish } from './describe.ts';
import type { Lowering, StackVariables } from './lowering.ts';
import { newVariable, storageConstructor, storageOf, typeOf, valueExpr, variableOf } from './lowering.ts';
import type { Expr, Stmt, Variable } from './syntax.ts';
import { assign, binary, call, method, number, read, text } from './syntax.ts';

export type MemoryOp = Extract<
  Op,
  {
    kind:
      | 'load'
      | 'store'
      | 'accumulate'
      | 'addInto'
      | 'alloc'
      | 'buffer'
      | 'length'
      | 'present'
      | 'copy'
      | 'fill'
      | 'set'
      | 'same'
      | 'stack'
      | 'push'
      | 'pop';
  }
>;

export function lowerMemoryOp(op: MemoryOp, lowering: Lowering): void {
  const at = (id: ValueId): Expr => valueExpr(id, lowering);
  const define = (out: ValueId, value: Expr): void => void lowering.block.push(assign(variableOf(out, lowering), value, op.origin));
  switch (op.kind) {
    case 'load': {
      const value = element(op.array, op.index, op.access === 'orZero', lowering);
      return define(op.out, op.access === 'orZero' ? binary('??', value, number(0)) : value);
    }
    case 'present':
      return define(op.out, binary('!==', element(op.array, op.index, true, lowering), text('undefined')));
    case 'length':
      return define(op.out, lengthOf(op.array, lowering));
    case 'same':
      return define(op.out, binary('===', at(op.left), at(op.right)));
    case 'alloc':
      return define(op.out, allocate(storageOf(op.out, lowering), at(op.length), op.fill));
    case 'buffer':
      return lowerBuffer(op, lowering);
    case 'copy':
      return define(op.out, copyExpr(op, lowering));
    case 'pop':
      return define(op.out, popExpr(op.out, op.stack, lowering));
    default:
      for (const statement of memoryStatements(op, lowering)) lowering.block.push(statement);
  }
}

/** The caller's own memory keeps the caller's name. */
function lowerBuffer(op: Extract<Op, { kind: 'buffer' }>, lowering: Lowering): void {
  const { origin } = op;
  const memory = lowering.surroundings.buffer(op, valueExpr(op.like, lowering));
  if ('kind' in memory) return void lowering.block.push(assign(variableOf(op.out, lowering), memory, origin));
  lowering.variables.set(lowering.classes.representative(op.out), memory);
  lowering.block.push({ kind: 'effect', value: method(read(memory), 'fill', [number(0)]), writes: [lowering.memoryOf(op.out)], origin });
}

function memoryStatements(
  op: Exclude<MemoryOp, { kind: 'load' | 'present' | 'length' | 'same' | 'alloc' | 'buffer' | 'copy' | 'pop' }>,
  lowering: Lowering,
): Stmt[] {
  const at = (id: ValueId): Expr => valueExpr(id, lowering);
  const { origin } = op;
  switch (op.kind) {
    case 'store':
      return [
        {
          kind: 'store',
          array: at(op.array),
          index: at(op.index),
          operator: '=',
          value: at(op.value),
          memory: lowering.memoryOf(op.array),
          origin,
        },
      ];
    case 'accumulate':
      return accumulate(op, lowering);
    case 'addInto':
      return addInto(op, lowering);
    case 'fill': {
      const args = [at(op.value), ...bounds(op, lowering)];
      return [{ kind: 'effect', value: method(at(op.array), 'fill', args), writes: [lowering.memoryOf(op.array)], origin }];
    }
    case 'set': {
      const args = op.offset === undefined ? [at(op.source)] : [at(op.source), at(op.offset)];
      return [{ kind: 'effect', value: method(at(op.array), 'set', args), writes: [lowering.memoryOf(op.array)], origin }];
    }
    case 'stack':
      return makeStack(op, lowering);
    case 'push':
      return push(op, lowering);
    default:
      return unreachable(op);
  }
}

/** `from, to` as JavaScript's methods take them: a missing `from` before a `to` is 0. */
function bounds(op: { readonly from?: ValueId; readonly to?: ValueId }, lowering: Lowering): Expr[] {
  if (op.to === undefined) return op.from === undefined ? [] : [valueExpr(op.from, lowering)];
  return [op.from === undefined ? number(0) : valueExpr(op.from, lowering), valueExpr(op.to, lowering)];
}

/** `raw`: the element may be missing and the code around it says what then, so no `!`. */
function element(array: ValueId, index: ValueId, raw: boolean, lowering: Lowering): Expr {
  return { kind: 'element', array: valueExpr(array, lowering), index: valueExpr(index, lowering), memory: lowering.memoryOf(array), raw };
}

function lengthOf(array: ValueId, lowering: Lowering): Expr {
  const growable = storageOf(array, lowering) === 'list';
  return { kind: 'length', array: valueExpr(array, lowering), memory: growable ? lowering.memoryOf(array) : undefined };
}

function allocate(storage: Storage, length: Expr, fill: 'zero' | 'hole' | 'record'): Expr {
  if (fill === 'record' && storage === 'f64') return call('arena.block', [length], false);
  if (fill === 'record' && storage === 'u8') return call('arena.bytes', [length], false);
  if (storage !== 'list') return call(`new ${storageConstructor(storage)}`, [length], false);
  if (length.kind === 'number' && length.value === 0) return { kind: 'list', elements: [] };
  const list = call('new Array<number>', [length], false);
  return fill === 'hole' ? list : method(list, 'fill', [number(0)]);
}

function copyExpr(op: Extract<Op, { kind: 'copy' }>, lowering: Lowering): Expr {
  const [from, to] = [storageOf(op.array, lowering), storageOf(op.out, lowering)];
  const source = valueExpr(op.array, lowering);
  const range = bounds(op, lowering);
  if (from === to) return method(source, 'slice', range);
  const part = range.length === 0 ? source : method(source, from === 'list' ? 'slice' : 'subarray', range);
  return to === 'list' ? call('Array.from', [part], false) : call(`new ${storageConstructor(to)}`, [part], false);
}

/** Outside of a typed array nothing happens by itself; on a list a miss would make a property. */
function accumulate(op: Extract<Op, { kind: 'accumulate' }>, lowering: Lowering): Stmt[] {
  const { origin } = op;
  const [array, index] = [valueExpr(op.array, lowering), valueExpr(op.index, lowering)];
  const memory = lowering.memoryOf(op.array);
  const store: Stmt = { kind: 'store', array, index, operator: '+=', value: valueExpr(op.value, lowering), memory, origin };
  if (op.access === 'inRange' || storageOf(op.array, lowering) !== 'list') return [store];
  const test = binary('!==', element(op.array, op.index, true, lowering), text('undefined'));
  return [{ kind: 'if', test, then: [store], otherwise: [], origin }];
}

function addInto(op: Extract<Op, { kind: 'addInto' }>, lowering: Lowering): Stmt[] {
  const { origin } = op;
  const index = newVariable('number', ['i'], lowering);
  const [array, source] = [valueExpr(op.array, lowering), valueExpr(op.source, lowering)];
  const [memory, sourceMemory] = [lowering.memoryOf(op.array), lowering.memoryOf(op.source)];
  const value: Expr = { kind: 'element', array: source, index: read(index), memory: sourceMemory, raw: false };
  const store: Stmt = { kind: 'store', array, index: read(index), operator: '+=', value, memory, origin };
  const own = lengthOf(op.array, lowering);
  const other = lengthOf(op.source, lowering);
  const to = storageOf(op.array, lowering) === 'list' ? call('Math.min', [own, other]) : other;
  const check = lowering.surroundings.seedCheck?.(op.source, own);
  return [...(check ? [check] : []), { kind: 'for', index, from: number(0), relation: '<', to, step: 1, body: [store], origin }];
}

const firstBlockLength = 64;

function makeStack(op: StackOp, lowering: Lowering): Stmt[] {
  const type = typeOf(op.out, lowering);
  const element = type.kind === 'stack' ? type.element : 'real';
  const own = lowering.fn.values[op.out]?.hint;
  const wish = own === undefined || isEmptyWish(own) ? describeValue(op.out, lowering) : own;
  const { origin } = op;
  if (element === 'array') {
    const saved = newVariable(`${elementArrayType(op.out, lowering)}[]`, [wish], lowering);
    lowering.stacks.set(op.out, { saved, depth: undefined, grow: '', memory: lowering.memoryOf(op.out) });
    return [assign(saved, { kind: 'list', elements: [] }, origin)];
  }
  const bytes = element === 'bool';
  const saved = newVariable(bytes ? 'Uint8Array' : 'Float64Array', [wish], lowering);
  const depth = newVariable('number', [depthName(wish, lowering)], lowering);
  // A record is memory of its own: no array of the function shares its class.
  const memory = lowering.memoryOf(op.out);
  lowering.stacks.set(op.out, { saved, depth, grow: bytes ? 'arena.growBytes' : 'arena.grow', memory });
  const first = call(bytes ? 'arena.bytes' : 'arena.block', [number(firstBlockLength)], false);
  return [assign(saved, first, origin), assign(depth, number(0), origin)];
}

function depthName(record: string, { stackCount }: Lowering): string {
  const word = record.replace(/^saved/, '');
  return stackCount === 1 || word === '' ? 'depth' : `depthOf${word}`;
}

/** The type of the references that a stack of arrays holds, from what is pushed or popped. */
function elementArrayType(stack: ValueId, lowering: Lowering): string {
  return lowering.elementTypes.get(stack) ?? 'Float64Array';
}

function push(op: Extract<Op, { kind: 'push' }>, lowering: Lowering): Stmt[] {
  const { origin } = op;
  const { saved, depth, grow, memory } = stackOf(op.stack, lowering);
  const value = valueExpr(op.value, lowering);
  if (!depth) return [{ kind: 'effect', value: method(read(saved), 'push', [value]), writes: [], origin }];
  const isBool = typeOf(op.value, lowering).kind === 'bool';
  const stored: Expr = isBool ? { kind: 'conditional', test: value, then: number(1), otherwise: number(0) } : value;
  const full = binary('===', read(depth), { kind: 'length', array: read(saved), memory: undefined });
  return [
    { kind: 'if', test: full, then: [assign(saved, call(grow, [read(saved)], false), origin)], otherwise: [], origin },
    { kind: 'store', array: read(saved), index: increment(depth), operator: '=', value: stored, memory, origin },
  ];
}

const increment = (variable: Variable): Expr => ({ kind: 'update', variable, operator: '++' });

function popExpr(out: ValueId, stack: ValueId, lowering: Lowering): Expr {
  const { saved, depth, memory } = stackOf(stack, lowering);
  if (!depth) return { kind: 'sure', operand: method(read(saved), 'pop', []) };
  const index: Expr = { kind: 'update', variable: depth, operator: '--' };
  const value: Expr = { kind: 'element', array: read(saved), index, memory, raw: false };
  return typeOf(out, lowering).kind === 'bool' ? binary('===', value, number(1)) : value;
}

function stackOf(id: ValueId, lowering: Lowering): StackVariables {
  const stack = lowering.stacks.get(id);
  if (!stack) throw new TypeError('a stack is used where it was not made');
  return stack;
}
