/** Questions about the types of references: what they point to, and the type of what stands beside them in a derivative. */
import type { ArrayType, Field, NumbersType, RecordType, RefsType, Storage, Type } from './types.ts';

export function isReference(type: Type | undefined): boolean {
  return type?.kind === 'array' || type?.kind === 'stack';
}

export function isNumbers(type: Type | undefined): type is NumbersType {
  return type?.kind === 'array' && type.storage !== 'refs' && type.storage !== 'record';
}

export function isRefs(type: Type | undefined): type is RefsType {
  return type?.kind === 'array' && type.storage === 'refs';
}

export function isRecord(type: Type | undefined): type is RecordType {
  return type?.kind === 'array' && type.storage === 'record';
}

/** Arrays that a store at their end lengthens. */
export function isGrowing(type: Type | undefined): boolean {
  return type?.kind === 'array' && (type.storage === 'list' || type.storage === 'refs');
}

/** An array of real numbers. */
export function isRealStorage(storage: Storage): boolean {
  return storage === 'f64' || storage === 'f32' || storage === 'list';
}

/** Does the memory itself hold references? */
export function holdsReferences(type: Type): boolean {
  if (isRefs(type)) return isReference(type.element);
  return isRecord(type) && type.fields.some((field) => isReference(field.type));
}

/** A real number, or a reference from which one can be reached. */
export function isDifferentiableType(type: Type): boolean {
  if (type.kind !== 'array') return type.kind === 'real';
  if (isRefs(type)) return isDifferentiableType(type.element);
  return isRecord(type) ? type.fields.some(isDifferentiableField) : isRealStorage(type.storage);
}

export function isDifferentiableField({ type, passive, omitted }: Field): boolean {
  return !passive && !omitted && isDifferentiableType(type);
}

export function sameType(a: Type | undefined, b: Type | undefined): boolean {
  if (a === b) return true;
  if (a?.kind === 'array' && b?.kind === 'array') return sameArrayType(a, b);
  if (a?.kind === 'stack' && b?.kind === 'stack') return a.element === b.element;
  return a !== undefined && a.kind === b?.kind;
}

function sameArrayType(a: ArrayType, b: ArrayType): boolean {
  if (isRefs(a)) return isRefs(b) && sameType(a.element, b.element);
  if (!isRecord(a)) return a.storage === b.storage;
  return (
    isRecord(b) && a.tuple === b.tuple && a.fields.length === b.fields.length && a.fields.every((field, i) => sameField(field, b.fields[i]))
  );
}

function sameField(a: Field, b: Field | undefined): boolean {
  if (b === undefined || a.name !== b.name || a.passive !== b.passive) return false;
  return a.optional === b.optional && a.omitted === b.omitted && sameType(a.type, b.type);
}

/**
 * The type of a shadow or tangent: float64 beside any typed array, so that only the primal rounds, a list for what can grow or
 * must be handed out as one, records without the fields that have no derivative.
 */
export function shadowType(type: Type): Type {
  if (type.kind !== 'array') return type;
  if (isRefs(type)) return { ...type, element: shadowType(type.element) };
  if (isRecord(type)) return { ...type, fields: type.fields.map((field) => besideField(field, shadowType)) };
  return type.storage === 'list' ? type : { kind: 'array', storage: 'f64' };
}

/** The type of seeds, tangents and gradients as they are handed over (contract §2): a shadow that keeps the storage of arrays. */
export function tangentType(type: Type): Type {
  if (isRefs(type)) return { ...type, element: tangentType(type.element) };
  return isRecord(type) ? { ...type, fields: type.fields.map((field) => besideField(field, tangentType)) } : type;
}

/** What is optional has a shadow of its own shape all the same. */
function besideField(field: Field, beside: (type: Type) => Type): Field {
  const { name, type } = field;
  return isDifferentiableField(field) ? { name, type: beside(type) } : { name, type, omitted: true };
}
