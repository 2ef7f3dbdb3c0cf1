/** For tests: values of a type, their numbers that can be differentiated, tangents of their shape. */
import type { StructuredValue } from '../interpret.ts';
import { isDifferentiableField, isDifferentiableType, isRecord, isRefs } from '../memory-types.ts';
import type { Field, RecordType, Type } from '../types.ts';

type Fields = { [field: string]: StructuredValue };

/** Lists have three elements. */
export function randomValue(type: Type, draw: () => number): StructuredValue {
  if (isRefs(type)) return Array.from({ length: 3 }, () => randomValue(type.element, draw));
  if (isRecord(type)) return fieldsOf(type, type.fields, (field) => randomValue(field.type, draw));
  if (type.kind === 'array') return Float64Array.from({ length: 3 + (draw() > 0 ? 1 : 0) }, draw);
  if (type.kind === 'bool') return draw() > 0;
  return type.kind === 'int' ? Math.abs(Math.round(draw() * 2)) % 4 : draw();
}

function fieldsOf(type: RecordType, fields: readonly Field[], value: (field: Field) => StructuredValue): StructuredValue {
  const made: Fields = Object.fromEntries(fields.map((field) => [field.name, value(field)]));
  return type.tuple ? Object.values(made) : made;
}

export function copyValue(value: StructuredValue): StructuredValue {
  return typeof value === 'object' ? structuredClone(value) : value;
}

/** A tangent of the shape of a value. */
export function randomTangent(type: Type, value: StructuredValue, draw: () => number): StructuredValue {
  if (isRefs(type)) return (value as StructuredValue[]).map((each) => randomTangent(type.element, each, draw));
  if (isRecord(type)) {
    const present = type.fields.filter(isDifferentiableField);
    return fieldsOf(type, present, (field) => randomTangent(field.type, (value as Fields)[field.name] as StructuredValue, draw));
  }
  return type.kind === 'array' ? Float64Array.from(value as Float64Array, draw) : draw();
}

/** `value + t · tangent`. */
export function movedValue(type: Type, value: StructuredValue, tangent: StructuredValue, t: number): StructuredValue {
  if (!isDifferentiableType(type)) return value;
  if (isRefs(type))
    return (value as StructuredValue[]).map((each, i) => movedValue(type.element, each, (tangent as StructuredValue[])[i] ?? null, t));
  if (isRecord(type)) {
    return fieldsOf(type, type.fields, (field) => {
      const part = (value as Fields)[field.name] as StructuredValue;
      const along = (tangent as Fields)[field.name];
      return along === undefined ? part : movedValue(field.type, part, along, t);
    });
  }
  if (type.kind !== 'array') return (value as number) + t * (tangent as number);
  return (value as Float64Array).map((each, i) => each + t * ((tangent as Float64Array)[i] as number));
}

/** The numbers that have a derivative, in order. */
export function numbersIn(type: Type, value: StructuredValue): number[] {
  if (!isDifferentiableType(type)) return [];
  if (isRefs(type)) return (value as StructuredValue[]).flatMap((each) => numbersIn(type.element, each));
  if (isRecord(type)) {
    const present = type.fields.filter(isDifferentiableField);
    return present.flatMap((field) => numbersIn(field.type, (value as Fields)[field.name] as StructuredValue));
  }
  return type.kind === 'array' ? [...(value as Float64Array)] : [value as number];
}
