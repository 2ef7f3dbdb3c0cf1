/** Arrays: making them, their elements and lengths. */
import { ts } from 'ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { arrayOf, type Builder, isIntegerStorage } from '../../ir/build.ts';
import type { NumberStorage, ValueId } from '../../ir/types.ts';
import { bare, spanOf } from '../syntax.ts';
import { storageNamed } from '../types.ts';
import { isGlobalName, knownNumber, lowerConstant } from './constants.ts';
import { from, isNumber, type Lowering, report } from './context.ts';
import { lowerExpression, lowerNumber } from './expressions.ts';
import { refusedValue, standIn } from './refuse.ts';

export interface ElementPlace {
  readonly array: ValueId;
  readonly index: ValueId;
}

/** Evaluates the array, then the index. */
export function lowerPlaceOfElement(f: Lowering, node: ts.ElementAccessExpression): ElementPlace {
  const array = lowerArray(f, node.expression);
  const index = lowerNumber(f, node.argumentExpression);
  return { array, index };
}

/** An expression that has to be an array. */
export function lowerArray(f: Lowering, node: ts.Expression): ValueId {
  const id = lowerExpression(f, node);
  if (f.b.typeOf(id).kind === 'array') return id;
  if (!f.refused.has(id)) refusedValue(f, node);
  return f.b.define('alloc', { length: f.b.constant(0), fill: 'zero' }, arrayOf('f64'));
}

export function lowerElement(f: Lowering, node: ts.ElementAccessExpression): ValueId {
  const symbol = f.cx.types.symbolAt(bare(node.expression));
  const tuple = symbol && f.tuples.get(symbol);
  if (tuple) {
    const index = knownNumber(f.cx, bare(node.argumentExpression));
    return (index === undefined ? undefined : tuple[index]) ?? refusedValue(f, node);
  }
  const { array, index } = lowerPlaceOfElement(f, node);
  const value = from(f, node).load(array, index, 'checked');
  if (ts.isVariableDeclaration(node.parent) && f.cx.types.mayBeMissing(node)) {
    f.reads.set(value, f.b.define('present', { array, index }, { kind: 'bool' }));
  }
  return value;
}

/** A store, converting as the array's storage does where a real meets integers. */
export function store(b: Builder, array: ValueId, index: ValueId, value: ValueId): void {
  b.effect('store', { array, index, value, access: 'checked' });
}

/** `a.length`, and constants of namespaces and enums. */
export function lowerProperty(f: Lowering, node: ts.PropertyAccessExpression): ValueId {
  const known = knownNumber(f.cx, node);
  if (known !== undefined) return from(f, node).constant(known);
  const object = bare(node.expression);
  const symbol = f.cx.types.symbolAt(object);
  if (node.name.text === 'length' && !(symbol && symbol.flags & ts.SymbolFlags.Namespace)) {
    const tuple = symbol && f.tuples.get(symbol);
    if (tuple) return from(f, node).constant(tuple.length);
    const array = lowerExpression(f, object);
    return f.b.typeOf(array).kind === 'array' ? from(f, node).length(array) : refusedValue(f, node);
  }
  return lowerConstant(f, node, f.cx.types.symbolAt(node.name));
}

/** `[a, b, c]`, `[]`, `[...a]`, `[...a, b]`. */
export function lowerArrayLiteral(f: Lowering, node: ts.ArrayLiteralExpression): ValueId {
  return lowerElements(f, node, node.elements, 'list');
}

/** New memory that holds the elements written down. */
export function lowerElements(f: Lowering, node: ts.Node, elements: readonly ts.Expression[], storage: NumberStorage): ValueId {
  const [first, ...others] = elements;
  if (first && ts.isSpreadElement(first) && storage === 'list') return lowerSpread(f, node, first, others);
  const values = elements.map((element) => lowerElementValue(f, element));
  const b = from(f, node);
  const array = b.define('alloc', { length: b.constant(values.length), fill: 'zero' }, arrayOf(storage));
  values.forEach((value, i) => store(b, array, b.constant(i), value));
  return array;
}

function lowerElementValue(f: Lowering, element: ts.Expression): ValueId {
  if (!ts.isSpreadElement(element)) return lowerNumber(f, element);
  report(f.cx, messages.spread(spanOf(element)));
  return standIn(f);
}

/** A copy of an array, then further elements at its end. */
function lowerSpread(f: Lowering, node: ts.Node, first: ts.SpreadElement, others: readonly ts.Expression[]): ValueId {
  const source = lowerArray(f, first.expression);
  const copy = from(f, node).define('copy', { array: source }, arrayOf('list'));
  for (const other of others) append(from(f, other), copy, lowerElementValue(f, other));
  return copy;
}

/** `array.push(value)`. */
export function append(b: Builder, array: ValueId, value: ValueId): void {
  store(b, array, b.length(array), value);
}

/** `new Float64Array(…)`, `new Array(…)`. */
export function lowerNew(f: Lowering, node: ts.NewExpression): ValueId {
  const callee = bare(node.expression);
  const args = node.arguments ?? [];
  const name = ts.isIdentifier(callee) && isGlobalName(f.cx, callee, callee.text) ? callee.text : '';
  if (name === 'Array') return lowerArrayCall(f, node, args);
  const storage = storageNamed(name);
  if (storage && args.length > 1) {
    report(f.cx, messages.view(spanOf(node), `\`new ${name}(buffer, …)\``));
    return lowerElements(f, node, [], storage);
  }
  return storage ? lowerTyped(f, node, args[0], storage) : refusedValue(f, node);
}

function lowerTyped(f: Lowering, node: ts.Expression, source: ts.Expression | undefined, storage: NumberStorage): ValueId {
  if (source === undefined) return lowerElements(f, node, [], storage);
  const list = bare(source);
  if (ts.isArrayLiteralExpression(list) && !list.elements.some(ts.isSpreadElement)) return lowerElements(f, node, list.elements, storage);
  const value = lowerExpression(f, source);
  const type = f.b.typeOf(value);
  const b = from(f, node);
  if (type.kind === 'array') return b.define('copy', { array: value }, arrayOf(storage));
  return isNumber(type) ? b.define('alloc', { length: value, fill: 'zero' }, arrayOf(storage)) : refusedValue(f, source);
}

/** `new Array(n)`, `new Array(a, b)` and the same without `new`. */
export function lowerArrayCall(f: Lowering, node: ts.Expression, args: readonly ts.Expression[]): ValueId {
  const [length] = args;
  if (args.length !== 1 || !length) return lowerElements(f, node, args, 'list');
  const value = lowerNumber(f, length);
  return from(f, node).define('alloc', { length: value, fill: fillOf(node) }, arrayOf('list'));
}

/** The holes of a `new Array(n)` that is filled at once are never seen. */
function fillOf(node: ts.Expression): 'zero' | 'hole' {
  let at: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at)) at = at.parent;
  const call = at.parent;
  return ts.isPropertyAccessExpression(at) && at.name.text === 'fill' && call && ts.isCallExpression(call) && call.arguments.length === 1
    ? 'zero'
    : 'hole';
}

/** Does the array hold what is never differentiated? */
export function holdsIntegers(storage: NumberStorage): boolean {
  return isIntegerStorage(storage);
}
