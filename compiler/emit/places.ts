/** Elements and fields as expressions. */
import { isGrowing, isRecord, isReference } from '../ir/memory-types.ts';
import type { Field, ValueId } from '../ir/types.ts';
import { type Lowering, typeOf, valueExpr } from './lowering.ts';
import type { ElementExpr, Expr, StoreStmt } from './syntax.ts';
import { binary, number, text } from './syntax.ts';

/** `array[index]`, `record.field`. `raw`: it may be missing and the code around it says what then, so no `!`. */
export function element(array: ValueId, index: ValueId, raw: boolean, lowering: Lowering): ElementExpr {
  const place = { array: valueExpr(array, lowering), index: valueExpr(index, lowering) };
  const field = fieldOf(array, index, lowering);
  if (!field) return { kind: 'element', ...place, memory: lowering.memoryOf(array), raw };
  return { kind: 'element', ...place, memory: lowering.memoryOf(array, field.name), raw: true, ...nameOf(field, array, lowering) };
}

/** What a load gives; what TypeScript thinks may be missing is asserted, for the function reads it only where it is there. */
export function loadExpr(array: ValueId, index: ValueId, access: 'inRange' | 'checked' | 'orZero', lowering: Lowering): Expr {
  const place = element(array, index, access === 'orZero', lowering);
  if (access === 'orZero')
    return isRecord(typeOf(array, lowering)) && !fieldOf(array, index, lowering)?.optional ? place : binary('??', place, number(0));
  const field = fieldOf(array, index, lowering);
  if (!field?.optional) return place;
  return isReference(field.type) ? { ...place, lacks: true } : { kind: 'sure', operand: place };
}

/** Is there something? null may stand where a reference is missing, and in a field. */
export function presentExpr(array: ValueId, index: ValueId, lowering: Lowering): Expr {
  const place = element(array, index, true, lowering);
  const field = fieldOf(array, index, lowering);
  const mayBeNull = field !== undefined || isReference(elementTypeOf(array, lowering));
  return mayBeNull ? binary('!=', place, text('null')) : binary('!==', place, text('undefined'));
}

export function storeTo(
  array: ValueId,
  index: ValueId,
  lowering: Lowering,
): Pick<StoreStmt, 'array' | 'index' | 'field' | 'raw' | 'memory'> {
  const { memory, raw, field, ...place } = element(array, index, false, lowering);
  return { array: place.array, index: place.index, memory, ...(raw && { raw }), ...(field !== undefined && { field }) };
}

/** The field of a record that a constant index means. */
function fieldOf(array: ValueId, index: ValueId, lowering: Lowering): Field | undefined {
  const type = typeOf(array, lowering);
  const op = lowering.live.definition(index);
  return isRecord(type) && op?.kind === 'const' && typeof op.value === 'number' ? type.fields[op.value] : undefined;
}

function nameOf(field: Field, array: ValueId, lowering: Lowering): { field?: string } {
  const type = typeOf(array, lowering);
  return isRecord(type) && !type.tuple ? { field: field.name } : {};
}

function elementTypeOf(array: ValueId, lowering: Lowering) {
  const type = typeOf(array, lowering);
  return type.kind === 'array' && type.storage === 'refs' ? type.element : undefined;
}

export function lengthOf(array: ValueId, lowering: Lowering): Expr {
  const type = typeOf(array, lowering);
  if (isRecord(type)) return number(type.fields.length);
  return { kind: 'length', array: valueExpr(array, lowering), memory: isGrowing(type) ? lowering.memoryOf(array) : undefined };
}
