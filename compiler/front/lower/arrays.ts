/** Arrays: making them, their elements and lengths. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { arrayOf, type Builder, elementType, int, isIntegerStorage, refsOf } from '../../ir/build.ts';
import { isRecord, isRefs } from '../../ir/memory-types.ts';
import type { NumberStorage, RefsType, Type, ValueId } from '../../ir/types.ts';
import { type Kind, typeOfKind } from '../kinds.ts';
import { bare, spanOf } from '../syntax.ts';
import { hasNullElements, storageNamed } from '../types.ts';
import { isGlobalName, lowerConstant, lowerKnownMember } from './constants.ts';
import { from, isMissingValue, isNumber, type Lowering, report } from './context.ts';
import { lowerExpression, lowerNumber } from './expressions.ts';
import { lowerTupleLiteral } from './objects.ts';
import { type AccessNode, fitTo, isAccess, loadPlace, lowerFitting, lowerPlace } from './places.ts';
import { refusedValue, refuseNode } from './refuse.ts';

/** An expression that has to be an array. */
export function lowerArray(f: Lowering, node: ts.Expression): ValueId {
  const id = lowerExpression(f, node);
  if (f.b.typeOf(id).kind === 'array') return id;
  if (!f.refused.has(id)) refusedValue(f, node);
  return f.b.define('alloc', { length: f.b.constant(0), fill: 'zero' }, arrayOf('f64'));
}

/** `a[i]`, `t[0]`, `o.x` */
export function lowerAccess(f: Lowering, node: AccessNode): ValueId {
  return loadPlace(f, node, lowerPlace(f, node));
}

/** A store, converting as the array's storage does where a real meets integers. */
export function store(b: Builder, array: ValueId, index: ValueId, value: ValueId): void {
  b.effect('store', { array, index, value, access: 'checked' });
}

/** A field, `a.length`, and constants of namespaces and enums. */
export function lowerProperty(f: Lowering, node: ts.PropertyAccessExpression): ValueId {
  const known = lowerKnownMember(f, node);
  if (known !== undefined) return known;
  if (isAccess(f.cx, node)) return lowerAccess(f, node);
  return lowerLength(f, node);
}

function lowerLength(f: Lowering, node: ts.PropertyAccessExpression): ValueId {
  const symbol = f.cx.types.symbolAt(bare(node.expression));
  const isNamespace = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Namespace) !== 0;
  if (node.name.text !== 'length' || isNamespace) return lowerConstant(f, node, f.cx.types.symbolAt(node.name));
  const array = lowerExpression(f, node.expression);
  const type = f.b.typeOf(array);
  if (isRecord(type) && type.tuple) return from(f, node).constant(type.fields.length);
  return type.kind === 'array' && !isRecord(type) ? from(f, node).length(array) : refusedValue(f, node);
}

/** `[a, b, c]`, `[]`, `[...a]`, `[...a, b]`, and the tuples that are written in the same way. */
export function lowerArrayLiteral(f: Lowering, node: ts.ArrayLiteralExpression): ValueId {
  if (hasNullElements(f.cx.types, node)) return refusedElements(f, node);
  const wanted = f.cx.types.wantedAt(node);
  const kind = growingKind(f, node) ?? (wanted === undefined || wanted.kind === 'other' ? f.cx.types.kindAt(node) : wanted);
  if (kind.kind === 'record' && kind.tuple) return lowerTupleLiteral(f, node, kind, kind === wanted);
  return lowerList(f, node, node.elements, typeOfKind(kind));
}

function refusedElements(f: Lowering, node: ts.ArrayLiteralExpression): ValueId {
  const { types } = f.cx;
  report(f.cx, messages.arrayOfOthers(spanOf(node), node.getText(), types.text(types.checker.getTypeAtLocation(node))));
  return refusedValue(f, node);
}

/** `const rows = []`: what its elements are shows where it is read. */
function growingKind(f: Lowering, node: ts.ArrayLiteralExpression): Kind | undefined {
  const { parent } = node;
  if (node.elements.length > 0 || !ts.isVariableDeclaration(parent) || parent.type) return undefined;
  const symbol = f.cx.types.symbolAt(parent.name);
  const uses: Kind[] = [];
  const visit = (at: ts.Node): void => {
    if (ts.isIdentifier(at) && f.cx.types.symbolAt(at) === symbol) uses.push(f.cx.types.kindAt(at));
    ts.forEachChild(at, visit);
  };
  visit(f.fn.body);
  return uses.find(({ kind }) => kind === 'list');
}

/** A JavaScript array with the elements written down; `type` is what its place asks for. */
export function lowerList(f: Lowering, node: ts.Node, elements: readonly ts.Expression[], type: Type | undefined): ValueId {
  if (!isRefs(type)) return lowerElements(f, node, elements, 'list');
  if (elements.some(ts.isSpreadElement)) return lowerSpreads(f, node, elements, type);
  const values = elements.map((element) => lowerExpression(f, element));
  return listOf(f, node, values, type);
}

/** A new list of references. What they are decides its type, where they agree. */
export function listOf(f: Lowering, node: ts.Node, values: readonly ValueId[], wanted: RefsType): ValueId {
  const [first] = values.filter((value) => !isMissingValue(f, value));
  const type = first !== undefined && f.b.typeOf(first).kind === 'array' ? refsOf(f.b.typeOf(first)) : wanted;
  const fitting = values.map((value) => fitTo(f, node, value, elementType(type)));
  const b = from(f, node);
  const list = b.define('alloc', { length: b.constant(values.length), fill: 'hole' }, type);
  fitting.forEach((value, i) => {
    store(b, list, b.constant(i), value);
  });
  return list;
}

/** New memory that holds the numbers written down. */
export function lowerElements(f: Lowering, node: ts.Node, elements: readonly ts.Expression[], storage: NumberStorage): ValueId {
  if (elements.some(ts.isSpreadElement)) return lowerSpreads(f, node, elements, arrayOf('list'));
  return numbersOf(
    f,
    node,
    elements.map((element) => lowerNumber(f, element)),
    storage,
  );
}

function numbersOf(f: Lowering, node: ts.Node, values: readonly ValueId[], storage: NumberStorage): ValueId {
  const b = from(f, node);
  const array = b.define('alloc', { length: b.constant(values.length), fill: 'zero' }, arrayOf(storage));
  values.forEach((value, i) => {
    store(b, array, b.constant(i), value);
  });
  return array;
}

/** A copy of the array that comes first, then what follows at its end. */
function lowerSpreads(f: Lowering, node: ts.Node, elements: readonly ts.Expression[], type: Type): ValueId {
  const [first, ...others] = elements;
  const source = first && ts.isSpreadElement(first) ? lowerSource(f, first) : undefined;
  const list = source === undefined ? emptyList(f, node, type) : from(f, node).define('copy', { array: source }, listType(f, source, type));
  for (const element of source === undefined ? elements : others) {
    if (ts.isSpreadElement(element)) appendAll(f, element, list, lowerSource(f, element));
    else append(f, element, list, lowerFitting(f, element, elementType(f.b.typeOf(list))));
  }
  return list;
}

function emptyList(f: Lowering, node: ts.Node, type: Type): ValueId {
  const b = from(f, node);
  return b.define('alloc', { length: b.constant(0), fill: isRefs(type) ? 'hole' : 'zero' }, type);
}

function listType(f: Lowering, source: ValueId, type: Type): Type {
  const actual = f.b.typeOf(source);
  return isRefs(actual) ? actual : type;
}

/** What is spread: an array, or a tuple made into one. */
function lowerSource(f: Lowering, node: ts.SpreadElement): ValueId {
  return asList(f, node.expression, lowerArray(f, node.expression));
}

/** A tuple as a list of its elements; a list as it is. */
export function asList(f: Lowering, node: ts.Expression, value: ValueId): ValueId {
  const type = f.b.typeOf(value);
  if (!isRecord(type)) return value;
  const [first] = type.fields;
  if (!type.tuple || !first) return refusedList(f, node);
  const values = type.fields.map((_, i) => f.b.get(value, i));
  return isNumber(first.type)
    ? numbersOf(f, node, values, 'list')
    : listOf(f, node, values, { kind: 'array', storage: 'refs', element: first.type });
}

function refusedList(f: Lowering, node: ts.Node): ValueId {
  refuseNode(f, node);
  return emptyList(f, node, arrayOf('list'));
}

/** Appends the elements of an array, as many as it had before. */
function appendAll(f: Lowering, node: ts.Node, list: ValueId, source: ValueId): void {
  const b = from(f, node);
  const [start, to] = [b.constant(0), b.length(source)];
  const index = b.value(int, 'i');
  const body = b.region([index], () => {
    append(f, node, list, b.load(source, index, 'checked'));
    return [];
  });
  b.push({ kind: 'for', from: start, to, step: 1, inits: [], body, outs: [], exits: false, origin: b.origin });
}

/** `array.push(value)`. */
export function append(f: Lowering, node: ts.Node, array: ValueId, value: ValueId): void {
  const fitting = fitTo(f, node, value, elementType(f.b.typeOf(array)));
  const b = from(f, node);
  store(b, array, b.length(array), fitting);
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
  const given = lowerExpression(f, source);
  const value = isRecord(f.b.typeOf(given)) ? asList(f, source, given) : given;
  const type = f.b.typeOf(value);
  const b = from(f, node);
  if (isRefs(type)) return refusedValue(f, source);
  if (type.kind === 'array') return b.define('copy', { array: value }, arrayOf(storage));
  return isNumber(type) ? b.define('alloc', { length: value, fill: 'zero' }, arrayOf(storage)) : refusedValue(f, source);
}

/** `new Array(n)`, `new Array(a, b)` and the same without `new`. */
export function lowerArrayCall(f: Lowering, node: ts.Expression, args: readonly ts.Expression[]): ValueId {
  const [length] = args;
  const kind = f.cx.types.kindAt(node);
  const type = kind.kind === 'list' ? typeOfKind(kind) : undefined;
  if (args.length !== 1 || !length || f.cx.types.kindAt(length).kind === 'record') return lowerList(f, node, args, type);
  const value = lowerNumber(f, length);
  return from(f, node).define('alloc', { length: value, fill: type ? 'hole' : fillOf(node) }, type ?? arrayOf('list'));
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
