/** Values that fill a place on a path on which nobody reads them. */
import type { Builder } from './build.ts';
import { isRecord, isRefs } from './memory-types.ts';
import type { RecordType, Type, ValueId } from './types.ts';

/** A value of the type given, as small as one can be. */
export function placeholderOf(b: Builder, type: Type): ValueId {
  if (isRecord(type)) return emptyRecord(b, type);
  if (type.kind === 'array') return b.define('alloc', { length: b.constant(0), fill: isRefs(type) ? 'hole' : 'zero' }, type);
  return b.constant(type.kind === 'bool' ? false : type.kind === 'text' ? '' : 0);
}

function emptyRecord(b: Builder, type: RecordType): ValueId {
  const fields = type.fields.flatMap((field, at) => (field.omitted ? [] : [{ ...field, at }]));
  const isPlain = fields.every((field) => field.type.kind === 'real' || field.type.kind === 'int');
  const parts = isPlain ? [] : fields.map((field) => placeholderOf(b, field.type));
  const record = b.define('alloc', { length: b.constant(type.fields.length), fill: isPlain ? 'zero' : 'hole' }, type);
  parts.forEach((part, i) => {
    b.put(record, (fields[i] as (typeof fields)[number]).at, part);
  });
  return record;
}
