/** `Array.from({ length: n }, (_, i) => value)`: a loop that calls the function for each element. */
import { ts } from '#ts-morph';
import { arrayOf, int, refsOf } from '../../ir/build.ts';
import type { NumberStorage, Type, ValueId } from '../../ir/types.ts';
import { capturedWrites } from '../captures.ts';
import { bare, type FunctionWithBody, isFunctionNode } from '../syntax.ts';
import { store } from './arrays.ts';
import { type Argument, callFunction } from './calls.ts';
import { from, isNumber, type Lowering } from './context.ts';
import { lowerCount } from './methods.ts';
import { standIn } from './refuse.ts';

/** A function written in place; undefined for one whose value is a number that is written down (that is a fill). */
export function functionFor(f: Pick<Lowering, 'cx'>, node: ts.Expression): FunctionWithBody | undefined {
  const at = bare(node);
  if (
    !isFunctionNode(at) ||
    !at.body ||
    at.asteriskToken ||
    at.modifiers?.length ||
    capturedWrites(f.cx.types, at as FunctionWithBody).length > 0
  )
    return undefined;
  return ts.isArrowFunction(at) && ts.isNumericLiteral(bare(at.body as ts.Expression)) ? undefined : (at as FunctionWithBody);
}

/** The list has its length from the start, and each element is stored once. */
export function lowerFromFunction(
  f: Lowering,
  node: ts.CallExpression,
  length: ts.Expression,
  make: FunctionWithBody,
  storage: NumberStorage,
): ValueId {
  const to = lowerCount(f, node, length);
  const b = from(f, node);
  const [start, index] = [b.constant(0), b.value(int, 'i')];
  f.counters.add(index);
  const state: { value: ValueId | undefined } = { value: undefined };
  const list = b.value(arrayOf(storage));
  const body = b.region([index], () => {
    const [value] = callFunction(f, node, make, argumentsOf(make, index));
    state.value = value ?? standIn(f);
    store(from(f, node), list, index, state.value);
    return [];
  });
  const type = listType(b.typeOf(state.value as ValueId), storage);
  b.values[list] = { ...b.values[list], type, exact: b.exact };
  b.push({
    kind: 'alloc',
    out: list,
    length: to,
    fill: type.kind === 'array' && type.storage === 'refs' ? 'hole' : 'zero',
    origin: b.origin,
  });
  b.push({ kind: 'for', from: start, to, step: 1, inits: [], body, outs: [], exits: false, origin: b.origin });
  return list;
}

function listType(element: Type, storage: NumberStorage): Type {
  return isNumber(element) ? arrayOf(storage) : refsOf(element);
}

/** The element is undefined, and rarely has a name; the index is the second. */
function argumentsOf(fn: FunctionWithBody, index: ValueId): Argument[] {
  return fn.parameters.map(
    (_, i): Argument => (i === 1 ? { use: { kind: 'value', type: int }, value: index } : { use: { kind: 'absent' } }),
  );
}
