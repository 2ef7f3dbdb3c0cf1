/**
 * Adds the seed of an output to its shadow. It follows the output's own value: what is missing there has no seed. Records are
 * taken field by field, so that a small one can be dissolved; what has no optional parts all at once.
 */
import type { Builder } from '../../ir/build.ts';
import { elementType } from '../../ir/build.ts';
import { isDifferentiableField, isDifferentiableType, isRecord, isRefs } from '../../ir/memory-types.ts';
import type { Field, ForOp, RecordType, Type, ValueId } from '../../ir/types.ts';

/** The output, the shadow that receives, and the seed. */
interface Places {
  readonly value: ValueId;
  readonly shadow: ValueId;
  readonly seed: ValueId;
}

export function seedMemory(b: Builder, type: Type, places: Places): void {
  if (isRecord(type)) return seedRecord(b, type, places);
  if (isRefs(type) && hasOptionalParts(type.element)) return seedList(b, type.element, places);
  b.effect('addInto', { array: places.shadow, source: places.seed });
}

function seedRecord(b: Builder, type: RecordType, places: Places): void {
  type.fields.forEach((field, at) => {
    if (!isDifferentiableField(field)) return;
    if (!field.optional) return seedField(b, field, at, places);
    const present = b.define('present', { array: places.value, index: b.constant(at) }, { kind: 'bool' });
    onlyIf(b, present, () => seedField(b, field, at, places));
  });
}

function onlyIf(b: Builder, cond: ValueId, write: () => void): void {
  const then = (): readonly ValueId[] => {
    write();
    return [];
  };
  b.branch(cond, [], then, () => []);
}

function seedField(b: Builder, { type }: Field, at: number, { value, shadow, seed }: Places): void {
  if (type.kind === 'real') {
    return b.effect('accumulate', { array: shadow, index: b.constant(at), value: b.get(seed, at), access: 'inRange' });
  }
  seedMemory(b, type, { value: b.get(value, at), shadow: b.get(shadow, at), seed: b.get(seed, at) });
}

/** Element by element. Elements may be missing as well. */
function seedList(b: Builder, element: Type, { value, shadow, seed }: Places): void {
  const index = b.value({ kind: 'int' }, 'i');
  const body = b.region([index], () => {
    const present = b.define('present', { array: value, index }, { kind: 'bool' });
    const part = (array: ValueId): ValueId => b.define('load', { array, index, access: 'checked' }, elementType(b.typeOf(array)));
    onlyIf(b, present, () => seedMemory(b, element, { value: part(value), shadow: part(shadow), seed: part(seed) }));
    return [];
  });
  const loop: ForOp = {
    kind: 'for',
    from: b.constant(0),
    to: b.length(value),
    step: 1,
    inits: [],
    body,
    outs: [],
    exits: false,
    origin: b.origin,
  };
  b.push(loop);
}

function hasOptionalParts(type: Type): boolean {
  if (isRefs(type)) return hasOptionalParts(type.element);
  return (
    isRecord(type) && type.fields.some((field) => isDifferentiableType(field.type) && (field.optional || hasOptionalParts(field.type)))
  );
}
