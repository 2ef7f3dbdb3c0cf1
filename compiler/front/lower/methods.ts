/** Methods of arrays, and the functions that make arrays. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { arrayOf, elementType, refsOf } from '../../ir/build.ts';
import { isRefs } from '../../ir/memory-types.ts';
import type { NumberStorage, Type, ValueId } from '../../ir/types.ts';
import { typeOfKind } from '../kinds.ts';
import { bare, spanOf } from '../syntax.ts';
import { storageNamed } from '../types.ts';
import { append, asList, lowerArray, lowerArrayCall, lowerElements, lowerList } from './arrays.ts';
import { isGlobalName, knownNumber } from './constants.ts';
import { from, isNumber, type Lowering, missingValue, report } from './context.ts';
import { lowerExpression, lowerNumber } from './expressions.ts';
import { functionFor, lowerFromFunction } from './from-function.ts';
import { isMissingLiteral } from './missing.ts';
import { lowerFitting } from './places.ts';
import { refusedValue, standIn } from './refuse.ts';

/** A call of a method of an array; undefined if the method is not one that is known. */
export function lowerMethod(f: Lowering, node: ts.CallExpression, callee: ts.PropertyAccessExpression): readonly ValueId[] | undefined {
  const args = node.arguments;
  switch (callee.name.text) {
    case 'fill':
      return lowerFill(f, node, callee, args);
    case 'slice':
      return lowerSlice(f, node, asList(f, callee.expression, lowerArray(f, callee.expression)), args);
    case 'subarray':
      return lowerSubarray(f, node, lowerArray(f, callee.expression), args);
    case 'set':
      return lowerSet(f, node, lowerArray(f, callee.expression), args);
    case 'push':
      return lowerPush(f, node, lowerArray(f, callee.expression), args);
    default:
      return undefined;
  }
}

function lowerFill(
  f: Lowering,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  args: readonly ts.Expression[],
): readonly ValueId[] {
  const [first, ...bounds] = args;
  const array = first && bounds.length === 0 ? lowerNewList(f, node, callee.expression, first) : undefined;
  return array ? [array] : fillArray(f, node, callee, args);
}

/** `new Array(n).fill(row)`: the type of the list is that of what fills it. Undefined for numbers, and where it is no new array. */
function lowerNewList(f: Lowering, call: ts.CallExpression, node: ts.Expression, filler: ts.Expression): ValueId | undefined {
  const nothing = isMissingLiteral(f, bare(filler)) ? elementWanted(f, call) : undefined;
  const type = nothing ?? typeOfKind(f.cx.types.kindAt(filler));
  const at = bare(node);
  if (!type || isNumber(type) || !isNewZeros(f, at)) return undefined;
  const length = lowerNumber(f, (at as ts.NewExpression).arguments?.[0] as ts.Expression);
  const value = nothing ? missingValue(f, nothing, isNull(filler) ? null : undefined) : lowerExpression(f, filler);
  const array = from(f, node).define('alloc', { length, fill: 'hole' }, refsOf(f.b.typeOf(value)));
  f.b.effect('fill', { array, value });
  return array;
}

const isNull = (node: ts.Expression): boolean => bare(node).kind === ts.SyntaxKind.NullKeyword;

/** `const rows: (Row | undefined)[] = new Array(n).fill(undefined)` says what may come there. */
function elementWanted(f: Lowering, call: ts.CallExpression): Type | undefined {
  const wanted = f.cx.types.wantedAt(call);
  return wanted?.kind === 'list' ? typeOfKind(wanted.element) : undefined;
}

function fillArray(
  f: Lowering,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  args: readonly ts.Expression[],
): readonly ValueId[] {
  const array = lowerArray(f, callee.expression);
  const [first, ...bounds] = args;
  const value = first && lowerFitting(f, first, elementType(f.b.typeOf(array)));
  const [start, end] = bounds.map((arg) => lowerNumber(f, arg));
  const b = from(f, node);
  if (value === undefined) return [refusedValue(f, node)];
  const isZero = args[0] !== undefined && Object.is(knownNumber(f.cx, bare(args[0])), 0);
  if (isZero && args.length === 1 && isNewZeros(f, callee.expression)) return [array];
  b.effect('fill', { array, value, ...(start !== undefined && { from: start }), ...(end !== undefined && { to: end }) });
  return [array];
}

/** `new Array(n).fill(0)`: what was just made holds zeros already. */
function isNewZeros(f: Lowering, node: ts.Expression): boolean {
  const at = bare(node);
  if (!ts.isNewExpression(at) && !ts.isCallExpression(at)) return false;
  const [length] = at.arguments ?? [];
  const kind = length && f.cx.types.kindAt(length).kind;
  return at.arguments?.length === 1 && (kind === 'real' || kind === 'int') && ts.isIdentifier(bare(at.expression));
}

function lowerSlice(f: Lowering, node: ts.CallExpression, array: ValueId, args: readonly ts.Expression[]): readonly ValueId[] {
  const [start, end] = args.map((arg) => lowerNumber(f, arg));
  return [
    from(f, node).define(
      'copy',
      { array, ...(start !== undefined && { from: start }), ...(end !== undefined && { to: end }) },
      f.b.typeOf(array),
    ),
  ];
}

/** A view of a typed array: the same memory under another name. */
function lowerSubarray(f: Lowering, node: ts.CallExpression, array: ValueId, args: readonly ts.Expression[]): readonly ValueId[] {
  const [start, end] = args.map((arg) => lowerNumber(f, arg));
  const bounds = { ...(start !== undefined && { from: start }), ...(end !== undefined && { to: end }) };
  return [from(f, node).define('view', { array, ...bounds }, f.b.typeOf(array))];
}

function lowerSet(f: Lowering, node: ts.CallExpression, array: ValueId, args: readonly ts.Expression[]): readonly ValueId[] {
  const [first, second] = args;
  if (!first) return [refusedValue(f, node)];
  const source = asList(f, first, lowerArray(f, first));
  const offset = second && lowerNumber(f, second);
  from(f, node).effect('set', { array, source, ...(offset !== undefined && { offset }) });
  return [];
}

/** Gives the new length, as `push` does. */
function lowerPush(f: Lowering, node: ts.CallExpression, array: ValueId, args: readonly ts.Expression[]): readonly ValueId[] {
  const type = elementType(f.b.typeOf(array));
  const values = args.map((arg) => lowerFitting(f, arg, type));
  for (const value of values) append(f, node, array, value);
  return ts.isExpressionStatement(node.parent) ? [] : [from(f, node).length(array)];
}

/** `Float64Array.from(…)`, `Float64Array.of(…)`, `Array.from(…)`, `Array(n)`; undefined for all else. */
export function lowerMaker(f: Lowering, node: ts.CallExpression): ValueId | undefined {
  const callee = bare(node.expression);
  if (isGlobalName(f.cx, callee, 'Array')) return lowerArrayCall(f, node, node.arguments);
  if (!ts.isPropertyAccessExpression(callee) || !ts.isIdentifier(callee.expression)) return undefined;
  const owner = callee.expression.text;
  const storage = owner === 'Array' ? 'list' : storageNamed(owner);
  if (!storage || !isGlobalName(f.cx, callee.expression, owner)) return undefined;
  const kind = f.cx.types.kindAt(node);
  const type = storage === 'list' && kind.kind === 'list' ? typeOfKind(kind) : undefined;
  if (callee.name.text === 'of') return type ? lowerList(f, node, node.arguments, type) : lowerElements(f, node, node.arguments, storage);
  const [source, map] = node.arguments;
  if (callee.name.text !== 'from' || !source) return undefined;
  const length = lengthOfRecord(source);
  const make = map && functionFor(f, map);
  if (length && make) return lowerFromFunction(f, node, length, make, storage);
  if (length) return lowerFromLength(f, node, length, map, storage);
  if (map) {
    report(f.cx, messages.arrayCallback(spanOf(node), `${owner}.from`));
    return standIn(f);
  }
  const list = bare(source);
  if (ts.isArrayLiteralExpression(list) && !list.elements.some(ts.isSpreadElement))
    return type ? lowerList(f, node, list.elements, type) : lowerElements(f, node, list.elements, storage);
  const array = asList(f, source, lowerArray(f, source));
  const actual = f.b.typeOf(array);
  return from(f, node).define('copy', { array }, isRefs(actual) ? actual : arrayOf(storage));
}

/** `n` of `{ length: n }`. */
export function lengthOfRecord(node: ts.Expression): ts.Expression | undefined {
  const at = bare(node);
  if (!ts.isObjectLiteralExpression(at) || at.properties.length !== 1) return undefined;
  const [property] = at.properties;
  return property && ts.isPropertyAssignment(property) && property.name.getText() === 'length' ? property.initializer : undefined;
}

/** `Array.from({ length: n }, () => value)`, where the value is a number that is written down. */
function lowerFromLength(
  f: Lowering,
  node: ts.CallExpression,
  length: ts.Expression,
  map: ts.Expression | undefined,
  storage: NumberStorage,
): ValueId {
  const count = lowerCount(f, node, length);
  const b = from(f, node);
  const value = map ? constantOf(f, map) : storage === 'list' ? undefined : 0;
  if (value === undefined) report(f.cx, messages.arrayCallback(spanOf(node), 'from'));
  const array = b.define('alloc', { length: count, fill: 'zero' }, arrayOf(storage));
  if (value !== undefined && !Object.is(value, 0)) b.effect('fill', { array, value: b.constant(value) });
  return array;
}

/** How many elements `{ length }` asks for: as whole numbers, and none below zero. */
export function lowerCount(f: Lowering, node: ts.Node, length: ts.Expression): ValueId {
  const wanted = lowerNumber(f, length);
  const b = from(f, node);
  const whole = b.typeOf(wanted).kind === 'int' ? wanted : b.prim('Math.trunc', [wanted]);
  return isLength(length) ? whole : b.prim('select', [b.prim('gt', [whole, b.constant(0)]), whole, b.constant(0)]);
}

function isLength(node: ts.Expression): boolean {
  const at = bare(node);
  return ts.isNumericLiteral(at) || (ts.isPropertyAccessExpression(at) && at.name.text === 'length');
}

/** The number that `() => 0` gives. */
export function constantOf(f: Pick<Lowering, 'cx'>, node: ts.Expression): number | undefined {
  const at = bare(node);
  if (!ts.isArrowFunction(at) || ts.isBlock(at.body)) return undefined;
  const body = bare(at.body);
  if (ts.isPrefixUnaryExpression(body) && body.operator === ts.SyntaxKind.MinusToken) {
    const value = knownNumber(f.cx, bare(body.operand));
    return value === undefined ? undefined : -value;
  }
  return knownNumber(f.cx, body);
}
