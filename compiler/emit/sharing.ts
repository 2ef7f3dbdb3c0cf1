/** Which values can have an object or memory in common, going by their shapes. */
import type { Shape } from '../ir/program.ts';
import { isDifferentiableField, isNested } from './tangents.ts';

export const isShared = (shape: Shape): boolean => isNested(shape) || shape.kind === 'array';

export const isTyped = (shape: Shape): boolean => shape.kind === 'array' && shape.storage !== 'list';

/** The kinds of objects that a value consists of. Arrays of numbers may be views of one buffer, or of another kind than their type says. */
function kindsOf(shape: Shape): string[] {
  if (shape.kind === 'list') return ['references', ...kindsOf(shape.element)];
  if (shape.kind === 'record') return ['record', ...shape.fields.flatMap((field) => kindsOf(field.shape))];
  return shape.kind === 'array' ? ['numbers'] : [];
}

/** Can what is written to a value of the one shape be seen in one of the other? Objects without a field in common do no harm. */
export function mayShare(one: Shape, other: Shape): boolean {
  const places = placesOf(other);
  return placesOf(one).some((place) => places.includes(place));
}

/** What can be written: elements, and fields by name. */
function placesOf(shape: Shape): string[] {
  if (shape.kind === 'list') return ['references', ...placesOf(shape.element)];
  if (shape.kind !== 'record') return shape.kind === 'array' ? ['numbers'] : [];
  return shape.fields.flatMap((field) => [`.${field.name}`, ...placesOf(field.shape)]);
}

const mostNumbers = 4;

/** The numbers of a gradient that is a single record, if they are few. */
export function flatRecord(shape: Shape): readonly string[] | undefined {
  if (shape.kind !== 'record' || kindsOf(shape).length > 1) return undefined;
  const names = shape.fields.filter(isDifferentiableField).map(({ name }) => name);
  return names.length <= mostNumbers ? names : undefined;
}

/** Does it hold objects or arrays in fields that have no derivative? */
export function hidesMemory(shape: Shape): boolean {
  if (shape.kind === 'list') return hidesMemory(shape.element);
  if (shape.kind !== 'record') return false;
  return shape.fields.some((field) => (isDifferentiableField(field) ? hidesMemory(field.shape) : kindsOf(field.shape).length > 0));
}

/** Can one object occur twice in it? */
export function holdsTwins(shape: Shape): boolean {
  if (shape.kind === 'list') return isShared(shape.element);
  const kinds = kindsOf(shape);
  return shape.kind === 'record' && new Set(kinds).size < kinds.length;
}
