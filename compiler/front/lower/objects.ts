/** Object and tuple literals: records, made where they are written. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { isRecord, isReference, sameType } from '../../ir/memory-types.ts';
import type { Field, RecordType, Type, ValueId } from '../../ir/types.ts';
import { hasBrand } from '../classify.ts';
import { type FieldKind, fieldOf, fieldOfKind, isDifferentiableKind, type RecordKind, typeOfKind } from '../kinds.ts';
import { spanOf } from '../syntax.ts';
import { describe, from, isMissingValue, isNumber, type Lowering, missingValue, report } from './context.ts';
import { choose, retyped } from './exits.ts';
import { lowerExpression } from './expressions.ts';
import { inOrder } from './field-order.ts';
import { fieldPlace, loadPlace, presentAt, rawLoad } from './places.ts';
import { refuseNode } from './refuse.ts';

/** The value of a field, and whether it may be missing. */
interface Part {
  readonly value: ValueId;
  readonly optional: boolean;
  /** Where the type is decided that no one else asks for. */
  readonly own: Type;
  /** Without a derivative by its declaration. */
  readonly passive: boolean;
}

type Parts = Map<string, Part>;

/** Later fields win; what the type of the place asks for comes first, in its order. */
export function lowerObject(f: Lowering, node: ts.ObjectLiteralExpression): ValueId {
  const wanted = f.cx.types.wantedAt(node);
  const fields = wanted?.kind === 'record' && !wanted.tuple ? wanted.fields : [];
  const [only] = node.properties;
  const source = only && ts.isSpreadAssignment(only) && node.properties.length === 1 ? lowerExpression(f, only.expression) : undefined;
  const parts: Parts = new Map();
  if (source !== undefined && only) addSpread(f, parts, only as ts.SpreadAssignment, source);
  else for (const property of node.properties) addProperty(f, parts, property);
  const unordered = recordType(f, node, fields, parts);
  const type: RecordType = { ...unordered, fields: inOrder(f.cx, unordered.fields, wanted) };
  if (source !== undefined && sameType(type, f.b.typeOf(source))) return from(f, node).define('copy', { array: source }, type);
  return makeRecord(f, node, type, parts);
}

function addProperty(f: Lowering, parts: Parts, property: ts.ObjectLiteralElementLike): void {
  if (ts.isSpreadAssignment(property)) return addSpread(f, parts, property, lowerExpression(f, property.expression));
  if (ts.isShorthandPropertyAssignment(property)) return addValue(f, parts, property.name.text, property.name);
  const isPlain = ts.isPropertyAssignment(property) && (ts.isIdentifier(property.name) || ts.isStringLiteralLike(property.name));
  if (!isPlain) return refuseNode(f, property);
  addValue(f, parts, property.name.text, property.initializer);
}

function addValue(f: Lowering, parts: Parts, name: string, node: ts.Expression): void {
  const value = lowerExpression(f, node);
  const optional = isMissingValue(f, value) || f.reads.has(value) || f.optional.has(value) || f.absent.has(value);
  const passive = !isDifferentiableKind(f.cx.types.kindAt(node));
  parts.set(name, { value, optional, own: ownType(f, node, value), passive });
}

/** Whole numbers that are written down are numbers, unless they are declared to be whole. */
function ownType(f: Lowering, node: ts.Expression, value: ValueId): Type {
  const type = f.b.typeOf(value);
  return type.kind === 'int' && !isWholeType(f.cx.types.checker.getTypeAtLocation(node)) ? { kind: 'real' } : type;
}

function isWholeType(type: ts.Type): boolean {
  return hasBrand(type) || (type.flags & ts.TypeFlags.EnumLike) !== 0;
}

function addSpread(f: Lowering, parts: Parts, node: ts.SpreadAssignment, source: ValueId): void {
  const type = f.b.typeOf(source);
  if (f.refused.has(source)) return;
  if (!isRecord(type)) return refuseNode(f, node);
  if (f.cx.types.mayBeMissing(node.expression)) report(f.cx, messages.maybeMissing(spanOf(node.expression), node.expression.getText()));
  const kind = f.cx.types.kindAt(node.expression);
  for (const field of type.fields) {
    const declared = kind.kind === 'record' ? kind.fields.find(({ name }) => name === field.name) : undefined;
    addField(f, parts, node, source, field, declared);
  }
}

/** A field that may be left out only replaces one before it where it is there. */
function addField(
  f: Lowering,
  parts: Parts,
  node: ts.SpreadAssignment,
  source: ValueId,
  field: Field,
  declared: FieldKind | undefined,
): void {
  const place = fieldPlace(f, source, f.b.typeOf(source) as RecordType, field.name);
  const before = parts.get(field.name);
  if (!place) return;
  if (!before || !field.optional || declared?.question === false) {
    const [optional, passive] = [field.optional === true, field.passive === true];
    parts.set(field.name, { value: rawLoad(f, node, place), optional, own: field.type, passive });
    return;
  }
  if (!f.cx.exactOptional || declared?.missing.includes('null'))
    report(f.cx, messages.maybeReplaced(spanOf(node), field.name, node.expression.getText()));
  const there = presentAt(f, node, place);
  const [value] = choose(
    f,
    node,
    there,
    () => [rawLoad(f, node, place)],
    () => [before.value],
  );
  parts.set(field.name, { ...before, value: value as ValueId });
}

/** The fields asked for, then what else there is. */
function recordType(f: Lowering, node: ts.Node, wanted: readonly FieldKind[], parts: Parts): RecordType {
  const asked = wanted.flatMap((field): Field[] => {
    const asked = fieldOfKind(field);
    const part = parts.get(field.name);
    if (!asked || (!part && !asked.optional)) return [];
    return [{ ...asked, type: part ? joinedType(f, node, asked.type, part) : asked.type }];
  });
  const names = new Set(asked.map(({ name }) => name));
  const further = [...parts].flatMap(([name, { own, optional, value, passive }]): Field[] =>
    names.has(name) || (isMissingValue(f, value) && f.absent.has(value)) ? [] : [fieldOf(name, own, optional, passive)],
  );
  return { kind: 'array', storage: 'record', fields: [...asked, ...further], tuple: false };
}

/** An object keeps the type it was made with; a number takes the one that is asked for. */
function joinedType(f: Lowering, node: ts.Node, wanted: Type, { value, own }: Pick<Part, 'value' | 'own'>): Type {
  if (isMissingValue(f, value) || sameType(wanted, own) || f.refused.has(value)) return wanted;
  if (isNumber(wanted) && isNumber(own)) return wanted;
  if (isReference(wanted) && isReference(own)) return own;
  report(f.cx, messages.mixedValue(spanOf(node), describe(own), describe(wanted)));
  return wanted;
}

function makeRecord(f: Lowering, node: ts.Node, type: RecordType, parts: Parts): ValueId {
  return newRecord(
    f,
    node,
    type,
    type.fields.map(({ name, type: of }) => {
      const part = parts.get(name);
      return part ? retyped(f, part.value, of) : missingValue(f, of);
    }),
  );
}

/** A new record with these values, in the order of its fields. */
export function newRecord(f: Lowering, node: ts.Node, type: RecordType, values: readonly ValueId[]): ValueId {
  const b = from(f, node);
  const isPlain = type.fields.every(({ type: of }) => isNumber(of));
  const record = b.define('alloc', { length: b.constant(values.length), fill: isPlain ? 'zero' : 'hole' }, type);
  for (const [i, value] of values.entries()) b.put(record, i, value);
  return record;
}

/** `[a, b]` where the checker sees a tuple. `asked`: the place of the literal asks for this kind. */
export function lowerTupleLiteral(f: Lowering, node: ts.ArrayLiteralExpression, kind: RecordKind, asked: boolean): ValueId {
  const values = node.elements.flatMap((element) =>
    ts.isSpreadElement(element) ? spreadTuple(f, element) : [lowerExpression(f, element)],
  );
  const fields = values.map((value, i): Field => {
    const declared = kind.fields[i];
    const type = declared ? elementTypeOf(f, node, value, declared, asked) : f.b.typeOf(value);
    return fieldOf(String(i), type, (declared?.missing.length ?? 0) > 0, declared !== undefined && !isDifferentiableKind(declared.kind));
  });
  const type: RecordType = { kind: 'array', storage: 'record', fields, tuple: true };
  const fitting = values.map((value, i) => retyped(f, value, (fields[i] as Field).type));
  return newRecord(f, node, type, fitting);
}

function elementTypeOf(f: Lowering, node: ts.Node, value: ValueId, declared: FieldKind, asked: boolean): Type {
  const actual = f.b.typeOf(value);
  const own: Type = actual.kind === 'int' && !isWholeType(declared.type) ? { kind: 'real' } : actual;
  const wanted = typeOfKind(declared.kind);
  return asked && wanted ? joinedType(f, node, wanted, { value, own }) : own;
}

function spreadTuple(f: Lowering, element: ts.SpreadElement): readonly ValueId[] {
  const source = lowerExpression(f, element.expression);
  const type = f.b.typeOf(source);
  if (isRecord(type) && type.tuple) return type.fields.map(({ name }) => loadPlace(f, element, fieldPlace(f, source, type, name)));
  refuseNode(f, element);
  return [];
}
