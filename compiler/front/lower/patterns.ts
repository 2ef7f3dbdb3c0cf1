/** Destructuring: objects and arrays taken apart into names (declarations, parameters, heads of loops) or into places (assignments). */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { arrayOf } from '../../ir/build.ts';
import { isRecord, isRefs } from '../../ir/memory-types.ts';
import type { ArrayType, RecordType, ValueId } from '../../ir/types.ts';
import { missingOf } from '../classify.ts';
import { bare, isAssignment, spanOf } from '../syntax.ts';
import { assign } from './assignment.ts';
import { isGlobalName } from './constants.ts';
import { from, type Lowering, report } from './context.ts';
import { choose } from './exits.ts';
import { lowerExpression } from './expressions.ts';
import { newRecord } from './objects.ts';
import { elementPlace, fieldPlace, loadPlace, type MemoryPlace, presentAt, rawLoad } from './places.ts';
import { refuseNode, standIn } from './refuse.ts';
import { setVariable } from './variables.ts';

/** Takes a value, or what a place in memory holds, and hands it on. */
type Taker = (value: ValueId) => void;

/** One part of a pattern, whatever it is written with. */
interface Part {
  readonly node: ts.Node;
  /** Name of the field, or position. */
  readonly key: string | number;
  readonly initializer: ts.Expression | undefined;
  readonly isRest: boolean;
  readonly take: Taker;
}

/** Gives names to a value, or to its parts. */
export function bind(f: Lowering, name: ts.BindingName, value: ValueId): void {
  if (ts.isIdentifier(name)) return declare(f, name, value);
  const parts = ts.isArrayBindingPattern(name)
    ? name.elements.flatMap((element, i) => (ts.isOmittedExpression(element) ? [] : [boundPart(f, element, i)]))
    : name.elements.map((element) => boundPart(f, element, keyOf(f, element)));
  takeApart(f, name, value, parts);
}

export function declare(f: Lowering, name: ts.Identifier, value: ValueId): void {
  const symbol = f.cx.types.symbolAt(name);
  if (symbol) setVariable(f, symbol, value);
}

function boundPart(f: Lowering, element: ts.BindingElement, key: string | number): Part {
  const { initializer, dotDotDotToken } = element;
  return { node: element.name, key, initializer, isRest: dotDotDotToken !== undefined, take: (value) => bind(f, element.name, value) };
}

function keyOf(f: Lowering, element: ts.BindingElement): string {
  return propertyText(f, element.propertyName ?? (element.name as ts.Identifier));
}

function propertyText(f: Lowering, name: ts.PropertyName | ts.BindingName): string {
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
  refuseNode(f, name);
  return '';
}

/** `[a, b] = …` and `({ x: a } = …)`, with places of every kind. */
export function assignPattern(f: Lowering, pattern: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression, value: ValueId): void {
  const parts = ts.isArrayLiteralExpression(pattern)
    ? pattern.elements.flatMap((element, i) => (ts.isOmittedExpression(element) ? [] : [assignedPart(f, element, i)]))
    : pattern.properties.flatMap((property) => assignedProperty(f, property));
  takeApart(f, pattern, value, parts);
}

export function isPattern(node: ts.Expression): node is ts.ArrayLiteralExpression | ts.ObjectLiteralExpression {
  return ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node);
}

function assignedPart(f: Lowering, element: ts.Expression, key: string | number): Part {
  const isRest = ts.isSpreadElement(element);
  const at = isRest ? element.expression : element;
  const target = isAssignment(at) ? at.left : at;
  const initializer = isAssignment(at) ? at.right : undefined;
  return { node: target, key, initializer, isRest, take: (value) => assign(f, target, value) };
}

function assignedProperty(f: Lowering, property: ts.ObjectLiteralElementLike): Part[] {
  if (ts.isPropertyAssignment(property)) return [assignedPart(f, property.initializer, propertyText(f, property.name))];
  if (ts.isSpreadAssignment(property)) {
    const take: Taker = (value) => assign(f, property.expression, value);
    return [{ node: property.expression, key: '', initializer: undefined, isRest: true, take }];
  }
  if (!ts.isShorthandPropertyAssignment(property)) return [];
  const { name, objectAssignmentInitializer: initializer } = property;
  return [{ node: name, key: name.text, initializer, isRest: false, take: (value) => assign(f, name, value) }];
}

/** Each part is handed on before the next is read. */
function takeApart(f: Lowering, pattern: ts.Node, value: ValueId, parts: readonly Part[]): void {
  const type = f.b.typeOf(value);
  if (f.refused.has(value)) return parts.forEach(({ take }) => take(standIn(f)));
  if (type.kind !== 'array') return refuseNode(f, pattern);
  const named = parts.filter(({ isRest }) => !isRest).map(({ key }) => String(key));
  for (const part of parts) {
    if (part.isRest) part.take(restOf(f, part, value, named));
    else if (part.key === 'length' && !isPlainRecord(type)) part.take(lengthOf(f, part.node, value));
    else part.take(readPart(f, part, placeOf(f, part, value)));
  }
}

function isPlainRecord(type: ArrayType): boolean {
  return isRecord(type) && !type.tuple;
}

function lengthOf(f: Lowering, node: ts.Node, value: ValueId): ValueId {
  const type = f.b.typeOf(value);
  return isRecord(type) ? from(f, node).constant(type.fields.length) : from(f, node).length(value);
}

function placeOf(f: Lowering, { key, node }: Part, value: ValueId): MemoryPlace | undefined {
  const type = f.b.typeOf(value);
  if (isRecord(type)) return fieldPlace(f, value, type, String(key));
  const index = Number(key);
  if (!Number.isInteger(index)) refuseNode(f, node);
  return elementPlace(f, value, from(f, node).constant(index));
}

function readPart(f: Lowering, { node, initializer }: Part, place: MemoryPlace | undefined): ValueId {
  if (!initializer) return loadPlace(f, node, place);
  if (!place) return lowerExpression(f, initializer);
  if (place.access === 'inRange' && !place.optional) return loadPlace(f, node, place);
  return orDefault(f, initializer, presentAt(f, node, place), () => rawLoad(f, node, place));
}

/** A default replaces undefined, not null. */
export function orDefault(f: Lowering, initializer: ts.Expression, there: ValueId, read: () => ValueId): ValueId {
  const wanted = f.cx.types.checker.getContextualType(initializer);
  if (wanted && missingOf(wanted).includes('null')) report(f.cx, messages.nullOrUndefined(spanOf(initializer), initializer.getText()));
  const [value] = choose(
    f,
    initializer,
    there,
    () => [read()],
    () => [lowerExpression(f, initializer)],
  );
  return value as ValueId;
}

/** What the other parts of the pattern leave: a new record, or a copy of the elements from there on. */
function restOf(f: Lowering, { key, node }: Part, value: ValueId, taken: readonly string[]): ValueId {
  const type = f.b.typeOf(value);
  if (!isRecord(type)) {
    const start = from(f, node).constant(Number(key));
    return f.b.define('copy', { array: value, from: start }, isRefs(type) ? type : arrayOf('list'));
  }
  if (type.tuple) return restOfTuple(f, node, value, type, Number(key));
  return newRecord(...restRecord(f, node, value, { ...type, fields: type.fields.filter(({ name }) => !taken.includes(name)) }, type));
}

function restRecord(f: Lowering, node: ts.Node, value: ValueId, rest: RecordType, type: RecordType): Parameters<typeof newRecord> {
  const values = rest.fields.map((field) => f.b.get(value, type.fields.indexOf(field)));
  return [f, node, rest, values];
}

function restOfTuple(f: Lowering, node: ts.Node, value: ValueId, type: RecordType, start: number): ValueId {
  const fields = type.fields.slice(start);
  const rest: RecordType = { ...type, fields: fields.map((field, i) => ({ ...field, name: String(i) })) };
  return newRecord(
    f,
    node,
    rest,
    fields.map((_, i) => f.b.get(value, start + i)),
  );
}

/** `const [a, b] = [c, d]`: no array is made; undefined where the two sides do not match one to one. */
export function directValues(f: Lowering, pattern: ts.Node, source: ts.Expression): readonly ValueId[] | undefined {
  const at = bare(source);
  if (!ts.isArrayLiteralExpression(at) || at.elements.some(ts.isSpreadElement) || at.elements.some(ts.isOmittedExpression))
    return undefined;
  const elements = ts.isArrayBindingPattern(pattern) || ts.isArrayLiteralExpression(pattern) ? pattern.elements : undefined;
  if (!elements || elements.length > at.elements.length || elements.some(isRestOrDefault)) return undefined;
  return at.elements.map((element) => lowerExpression(f, element));
}

function isRestOrDefault(element: ts.Node): boolean {
  if (ts.isBindingElement(element)) return element.dotDotDotToken !== undefined || element.initializer !== undefined;
  return ts.isSpreadElement(element) || isAssignment(element);
}

/** `const { sin, cos } = Math` names functions. */
export function isMathAlias(f: Pick<Lowering, 'cx'>, declaration: ts.VariableDeclaration): boolean {
  const { name, initializer } = declaration;
  return ts.isObjectBindingPattern(name) && initializer !== undefined && isGlobalName(f.cx, bare(initializer), 'Math');
}
