/** Fields of a record that is taken apart: their types, names and what they are before they are stored. */
import type { Origin } from '../diagnostics/origin.ts';
import { isRecord } from '../ir/memory-types.ts';
import type { ConstantValue, ConstOp, Field, Type, ValueId, ValueInfo } from '../ir/types.ts';

/** The variable that field `at` of `record` becomes: `px` for `p.x`, `bodyMass` for `body.mass`; element 2 of `w` is `w2`. */
export function fieldInfo({ type, hint, exact }: ValueInfo, at: number): ValueInfo {
  const field = isRecord(type) ? type.fields[at] : undefined;
  const name = hint === undefined ? field?.name : fieldHint(hint, field?.name ?? String(at));
  return { type: field?.type ?? { kind: 'real' }, exact, ...(name !== undefined && /^[a-z]/i.test(name) && { hint: name }) };
}

function fieldHint(record: string, field: string): string {
  return record.length === 1 && field.length === 1 ? `${record}${field}` : `${record}${field.charAt(0).toUpperCase()}${field.slice(1)}`;
}

/** A field that nobody has stored. Only what may be missing is ever read so. */
export function emptyField(out: ValueId, type: Type, field: Field | undefined, origin: Origin): ConstOp {
  return { kind: 'const', out, value: emptyValue(type, field?.optional === true), origin };
}

function emptyValue(type: Type, optional: boolean): ConstantValue {
  if (type.kind === 'array' || (type.kind === 'real' && optional)) return undefined;
  if (type.kind === 'text') return '';
  return type.kind === 'bool' ? false : 0;
}
