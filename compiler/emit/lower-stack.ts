/** The records of a reverse sweep that are last in, first out: blocks of the arena, or JavaScript arrays of references. */
import type { Op, StackOp, ValueId } from '../ir/types.ts';
import { capitalize, describeValue, isEmptyWish } from './describe.ts';
import type { Lowering, StackVariables } from './lowering.ts';
import { newVariable, typeOf, typeTextOf, valueExpr, writable } from './lowering.ts';
import type { Expr, Stmt, Variable } from './syntax.ts';
import { assign, binary, call, method, number, read } from './syntax.ts';
import { listType } from './type-text.ts';

const firstBlockLength = 64;
/** The type of a stack that functions share, and the name that `gradgen/runtime` has for it. */
export const sharedStack = 'ReturnType<typeof arena.stack>';
export const stackName = 'RecordStack';

/** The stack that a local function is given. */
export function takeStack(id: ValueId, saved: Variable, lowering: Lowering): void {
  lowering.variables.set(lowering.classes.representative(id), saved);
  lowering.stacks.set(id, { saved, depth: undefined, grow: '', memory: lowering.memoryOf(id) });
}

export function makeStack(op: StackOp, lowering: Lowering): Stmt[] {
  const type = typeOf(op.out, lowering);
  const element = type.kind === 'stack' ? type.element : 'real';
  const own = lowering.fn.values[op.out]?.hint;
  const wish = own === undefined || isEmptyWish(own) ? describeValue(op.out, lowering) : own;
  const { origin } = op;
  if (element === 'array') {
    const kept = lowering.elementTypes.get(op.out) ?? ['Float64Array'];
    const saved = newVariable(listType(kept.join(' | ')), [wish], lowering);
    takeStack(op.out, saved, lowering);
    return [assign(saved, { kind: 'list', elements: [] }, origin)];
  }
  if (lowering.surroundings.sharedStacks?.has(op.out)) {
    const saved = newVariable(sharedStack, [wish], lowering);
    takeStack(op.out, saved, lowering);
    return [assign(saved, call('arena.stack', [], false), origin)];
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
  return stackCount === 1 || word === '' ? 'depth' : `depthOf${capitalize(word)}`;
}

export function push(op: Extract<Op, { kind: 'push' }>, lowering: Lowering): Stmt[] {
  const { origin } = op;
  const { saved, depth, grow, memory } = stackOf(op.stack, lowering);
  const value = valueExpr(op.value, lowering);
  const isBool = typeOf(op.value, lowering).kind === 'bool';
  const stored: Expr = isBool ? { kind: 'conditional', test: value, then: number(1), otherwise: number(0) } : value;
  const types = lowering.elementTypes.get(op.stack) ?? [];
  const kept = stored.kind === 'read' && types.includes(stored.variable.type) ? stored : writable(stored, types[0]);
  if (!depth) return [{ kind: 'effect', value: method(read(saved), 'push', [kept]), writes: [], origin }];
  const full = binary('===', read(depth), { kind: 'length', array: read(saved), memory: undefined });
  return [
    { kind: 'if', test: full, then: [assign(saved, call(grow, [read(saved)], false), origin)], otherwise: [], origin },
    { kind: 'store', array: read(saved), index: increment(depth), operator: '=', value: stored, memory, origin },
  ];
}

const increment = (variable: Variable): Expr => ({ kind: 'update', variable, operator: '++' });

export function popExpr(out: ValueId, stack: ValueId, lowering: Lowering): Expr {
  const { saved, depth, memory } = stackOf(stack, lowering);
  if (!depth) {
    const popped = method(read(saved), 'pop', []);
    if (saved.type === sharedStack) return typeOf(out, lowering).kind === 'bool' ? binary('===', popped, number(1)) : popped;
    const isMixed = (lowering.elementTypes.get(stack)?.length ?? 0) > 1;
    return isMixed ? { kind: 'cast', operand: popped, type: typeTextOf(out, lowering) } : { kind: 'sure', operand: popped };
  }
  const index: Expr = { kind: 'update', variable: depth, operator: '--' };
  const value: Expr = { kind: 'element', array: read(saved), index, memory, raw: false };
  return typeOf(out, lowering).kind === 'bool' ? binary('===', value, number(1)) : value;
}

function stackOf(id: ValueId, lowering: Lowering): StackVariables {
  const stack = lowering.stacks.get(id);
  if (!stack) throw new TypeError('a stack is used where it was not made');
  return stack;
}
