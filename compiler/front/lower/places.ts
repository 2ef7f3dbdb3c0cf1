/** Places in memory: fields of records, elements of tuples, lists and arrays of numbers. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { bool, elementType } from '../../ir/build.ts';
import { isRecord, isReference, sameType } from '../../ir/memory-types.ts';
import type { RecordType, Type, ValueId } from '../../ir/types.ts';
import { bare, spanOf } from '../syntax.ts';
import { lowerArray } from './arrays.ts';
import { constantValueOf, isKnownMember } from './constants.ts';
import { describe, from, isMissingValue, isNumber, type Lowering, type ModuleContext, missingValue, report } from './context.ts';
import { retyped } from './exits.ts';
import { lowerExpression, lowerNumber } from './expressions.ts';
import { standIn } from './refuse.ts';

export type AccessNode = ts.ElementAccessExpression | ts.PropertyAccessExpression;

export interface MemoryPlace {
  readonly array: ValueId;
  readonly index: ValueId;
  /** Of what it holds. */
  readonly type: Type;
  readonly access: 'inRange' | 'checked';
  /** Is it a field that may be undefined or null? */
  readonly optional: boolean;
}

/** Does the expression read memory? Not so lengths, constants and members of modules. */
export function isAccess<N extends ts.Node>(cx: ModuleContext, node: N): node is N & AccessNode {
  if (ts.isElementAccessExpression(node)) return true;
  if (!ts.isPropertyAccessExpression(node) || isKnownMember(cx, node)) return false;
  const owner = cx.types.symbolAt(bare(node.expression));
  const isModule = owner !== undefined && (owner.flags & (ts.SymbolFlags.Module | ts.SymbolFlags.Enum)) !== 0;
  const kind = cx.types.kindAt(node.expression);
  return !isModule && kind.kind === 'record' && !kind.tuple;
}

/** Evaluates the object, then the index. Undefined: the object has no such field. */
export function lowerPlace(f: Lowering, node: AccessNode): MemoryPlace | undefined {
  return placeIn(f, node, lowerArray(f, node.expression));
}

/** The place that an access means in an object that has been evaluated. */
export function placeIn(f: Lowering, node: AccessNode, array: ValueId): MemoryPlace | undefined {
  const type = f.b.typeOf(array);
  if (isRecord(type)) return fieldPlace(f, array, type, fieldNameOf(f, node, type));
  const index = ts.isElementAccessExpression(node) ? lowerNumber(f, node.argumentExpression) : standIn(f);
  return elementPlace(f, array, index);
}

export function elementPlace(f: Lowering, array: ValueId, index: ValueId): MemoryPlace {
  return { array, index, type: elementType(f.b.typeOf(array)), access: 'checked', optional: false };
}

export function fieldPlace(f: Lowering, array: ValueId, type: RecordType, name: string | undefined): MemoryPlace | undefined {
  const at = type.fields.findIndex((field) => field.name === name);
  const field = type.fields[at];
  return field && { array, index: f.b.constant(at), type: field.type, access: 'inRange', optional: field.optional === true };
}

function fieldNameOf(f: Lowering, node: AccessNode, type: RecordType): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  const index = constantValueOf(f, node.argumentExpression);
  if (index === undefined) report(f.cx, messages.dynamicField(spanOf(node), node.expression.getText(), type.tuple));
  return index === undefined ? undefined : String(index);
}

/** Reads it. A number, flag or text that may be missing is remembered with whether it was there. */
export function loadPlace(f: Lowering, node: ts.Node, place: MemoryPlace | undefined): ValueId {
  if (!place) return absentField(f, node);
  const { type } = place;
  const value = rawLoad(f, node, place);
  const mayMiss = place.optional || f.cx.types.mayBeMissing(node);
  if (isReference(type) || isAsserted(node)) return value;
  if (mayMiss) f.reads.set(value, presentAt(f, node, place));
  else if (place.access === 'checked' && isDeclared(node)) f.elements.set(value, presentAt(f, node, place));
  return value;
}

export function rawLoad(f: Lowering, node: ts.Node, { array, index, access, type }: MemoryPlace): ValueId {
  const b = from(f, node);
  const value = b.define('load', { array, index, access }, type);
  return type.kind === 'real' && isPassiveField(f, array, index) ? b.prim('stopGradient', [value]) : value;
}

/** What a field holds that is declared inactive is a constant, wherever it came from. */
function isPassiveField({ b }: Lowering, array: ValueId, index: ValueId): boolean {
  const type = b.typeOf(array);
  const at = b.definerOf(index);
  return isRecord(type) && at?.kind === 'const' && type.fields[Number(at.value)]?.passive === true;
}

export function presentAt(f: Lowering, node: ts.Node, { array, index }: MemoryPlace): ValueId {
  return from(f, node).define('present', { array, index }, bool);
}

/** Read into a variable of its own, which may be asked later whether it is there. */
function isDeclared(node: ts.Node): boolean {
  return ts.isBindingElement(node) || ts.isVariableDeclaration(node.parent) || ts.isBindingElement(node.parent);
}

/** `a[i]!` */
function isAsserted(node: ts.Node): boolean {
  return node.parent !== undefined && ts.isNonNullExpression(node.parent);
}

/** A field that the object cannot have: undefined, if the checker counts with that too. */
function absentField(f: Lowering, node: ts.Node): ValueId {
  if (!mayBeAbsent(f, node)) report(f.cx, messages.newField(spanOf(node), node.getText()));
  const kind = ts.isExpression(node) ? f.cx.types.kindAt(node) : undefined;
  const isFlag = kind?.kind === 'bool';
  const id = missingValue(f, isFlag ? bool : { kind: 'real' });
  f.absent.add(id);
  return id;
}

/** By its type, or because it is one of the fields that only some members of a union have. */
function mayBeAbsent(f: Lowering, node: ts.Node): boolean {
  const { types } = f.cx;
  const isReported = ts.isElementAccessExpression(node) && constantValueOf(f, node.argumentExpression) === undefined;
  if (isReported || types.mayBeMissing(node)) return true;
  const object = ts.isPropertyAccessExpression(node) ? types.symbolAt(bare(node.expression)) : undefined;
  if (!object || !ts.isPropertyAccessExpression(node)) return false;
  const declared = types.checker.getNonNullableType(types.checker.getTypeOfSymbol(object));
  return declared.isUnion() && declared.types.some((member) => member.getProperty(node.name.text) === undefined);
}

export function storePlace(f: Lowering, node: ts.Node, place: MemoryPlace, value: ValueId): void {
  const { array, index, access, type } = place;
  const fitting = fitTo(f, node, value, type);
  from(f, node).effect('store', { array, index, value: fitting, access });
}

/** A value where one of the type belongs. Objects are what they are: one of another type does not fit. */
export function fitTo(f: Lowering, node: ts.Node, value: ValueId, type: Type): ValueId {
  const actual = f.b.typeOf(value);
  if (sameType(actual, type) || (isNumber(actual) && isNumber(type)) || f.refused.has(value)) return value;
  if (isMissingValue(f, value)) return retyped(f, value, type);
  if (actual.kind === 'array' && type.kind === 'array')
    report(f.cx, messages.arraysMeet(spanOf(node), node.getText(), describe(actual), describe(type)));
  else report(f.cx, messages.mixedValue(spanOf(node), describe(actual), describe(type)));
  return missingValue(f, type);
}

/** An expression whose value goes where one of the type belongs: a flag is no number there. */
export function lowerFitting(f: Lowering, node: ts.Expression, type: Type): ValueId {
  return fitTo(f, node, isNumber(type) ? lowerNumberOrMissing(f, node) : lowerExpression(f, node), type);
}

function lowerNumberOrMissing(f: Lowering, node: ts.Expression): ValueId {
  return f.cx.types.mayBeMissing(node) ? lowerExpression(f, node) : lowerNumber(f, node);
}
