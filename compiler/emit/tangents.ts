/**
 * The types of gradients, seeds and tangents as users see them (contract §2): the user's own type where it says the same, else an
 * interface that the generated file declares; and what checks of `out` and of seeds compare them with.
 */
import { isDifferentiableType, isRecord, isRefs, sameType, shadowType, tangentType } from '../ir/memory-types.ts';
import type { RecordShape, Shape, ShapeField } from '../ir/program.ts';
import type { Type } from '../ir/types.ts';
import { capitalize } from './describe.ts';
import { numbered, toIdentifier } from './names.ts';
import { printString } from './numbers.ts';
import { pageWidth } from './page.ts';
import { fieldText, listType, objectType, type RecordNames, storageType } from './type-text.ts';

/** What the derivatives of one file need of types. */
export interface TangentTypes {
  /** The type of the gradient with respect to something of this shape. */
  typeOf(shape: Shape): string;
  /** The name of the constant that says what a value of this shape consists of; of its gradient, where `part` says so. */
  constantOf(shape: Shape, part: 'all' | 'differentiable', wish: string): string;
  /** The type of Jacobians and Hessians: its name, or what it consists of where something else has that name. */
  readonly matrix: string;
  /** The interfaces and constants asked for. */
  declarations(): readonly Declaration[];
}

/** As `gradgen/runtime` exports it. */
export const matrixName = 'DenseMatrix';

export interface Declaration {
  readonly kind: 'interface' | 'constant';
  readonly name: string;
  readonly lines: readonly string[];
}

/** `names`: those of the file, which it adds to; `hidden`: those that would hide a constant of the file. */
export function createTangentTypes(names: Set<string>, hidden: Iterable<string> = []): TangentTypes {
  const notConstants = new Set(hidden);
  const interfaces = new Map<string, Declaration>();
  const constants = new Map<string, string>();
  const isMatrixFree = !names.has(matrixName);
  names.add(matrixName);
  const types: TangentTypes = {
    matrix: isMatrixFree ? matrixName : objectType(['rows: number', 'cols: number', 'values: Float64Array']),
    typeOf: (shape) => typeOf(shape, named),
    constantOf(shape, part, wish) {
      const text = constantText(shape, part === 'all' ? holdsMemory : isDifferentiableField);
      const known = constants.get(text);
      if (known !== undefined) return known;
      const name = freeName(constantName(shape, wish), names, notConstants);
      constants.set(text, name);
      return name;
    },
    declarations: () => [...interfaces.values(), ...constantLines(constants)],
  };
  const named = (shape: RecordShape): string => {
    const fields = differentiableFields(shape).map(({ name, shape: inner }) => fieldText(name, types.typeOf(inner)));
    if (shape.name === undefined) return objectType(fields);
    const key = `${shape.name} ${fields.join('; ')}`;
    const known = interfaces.get(key);
    if (known) return known.name;
    const name = freeName(`${toIdentifier(shape.name)}Tangent`, names);
    const lines = [
      `/** Derivative with respect to a \`${shape.name}\`. */`,
      `export interface ${name} {`,
      ...fields.map((field) => `  ${field};`),
      '}',
    ];
    interfaces.set(key, { kind: 'interface', name, lines });
    return name;
  };
  return types;
}

function freeName(wish: string, taken: Set<string>, hidden: ReadonlySet<string> = new Set()): string {
  let name = wish;
  for (let count = 2; taken.has(name) || hidden.has(name); count++) name = numbered(wish, count);
  taken.add(name);
  return name;
}

export function isDifferentiableShape(shape: Shape): boolean {
  if (shape.kind === 'list') return isDifferentiableShape(shape.element);
  if (shape.kind === 'record') return shape.fields.some(isDifferentiableField);
  if (shape.kind === 'array') return isDifferentiableType({ kind: 'array', storage: shape.storage });
  return shape.kind === 'real';
}

export const isDifferentiableField = ({ shape, passive }: ShapeField): boolean => !passive && isDifferentiableShape(shape);

/** Anything but a number or an array of numbers. */
export const isNested = (shape: Shape): boolean => shape.kind === 'list' || shape.kind === 'record';

/** Does the gradient hold float32 arrays, which are summed in float64 and rounded at the end? */
export function holdsFloat32(shape: Shape): boolean {
  if (shape.kind === 'list') return holdsFloat32(shape.element);
  if (shape.kind === 'record') return shape.fields.some((field) => holdsFloat32(field.shape));
  return shape.kind === 'array' && shape.storage === 'f32';
}

const differentiableFields = (shape: RecordShape): readonly ShapeField[] => shape.fields.filter(isDifferentiableField);

/** Is the gradient of the very type that the user wrote: all of it differentiable, mutable, there? */
function isOwnTangent(shape: Shape): boolean {
  if (shape.kind === 'list') return !shape.readonly && isOwnTangent(shape.element);
  if (shape.kind === 'record')
    return shape.fields.every((field) => !field.optional && !field.readonly && isDifferentiableField(field) && isOwnTangent(field.shape));
  return shape.kind === 'array' ? !shape.readonly && isDifferentiableShape(shape) : shape.kind === 'real';
}

/** Does the gradient have all that the value has? */
export function isWholeTangent(shape: Shape): boolean {
  if (shape.kind === 'list') return isWholeTangent(shape.element);
  if (shape.kind === 'record') return shape.fields.every((field) => isDifferentiableField(field) && isWholeTangent(field.shape));
  return true;
}

function typeOf(shape: Shape, named: (shape: RecordShape) => string): string {
  if (shape.kind === 'list') return listType(typeOf(shape.element, named));
  if (shape.kind === 'array') return storageType(shape.storage);
  if (shape.kind !== 'record') return 'number';
  if (isOwnTangent(shape)) return shape.type;
  if (!shape.tuple) return named(shape);
  return `[${shape.fields.map((field) => (isDifferentiableField(field) ? typeOf(field.shape, named) : 'undefined')).join(', ')}]`;
}

/** What a check expects: `[]` is an array of numbers, `[shape]` a list, `[a, b]` a tuple, `["x", a, "y", b]` a record. */
function constantText(shape: Shape, isWanted: (field: ShapeField) => boolean): string {
  const text = (inner: Shape): string => constantText(inner, isWanted);
  if (shape.kind === 'list') return `[${text(shape.element)}]`;
  if (shape.kind === 'array') return '[]';
  if (shape.kind !== 'record') return '0';
  if (shape.tuple) return `[${shape.fields.map((field) => (isWanted(field) ? text(field.shape) : 'undefined')).join(', ')}]`;
  return `[${shape.fields
    .filter(isWanted)
    .map(({ name, shape: inner }) => `${printString(name)}, ${text(inner)}`)
    .join(', ')}]`;
}

/** What can be shared: all but numbers and texts that have no derivative. */
const holdsMemory = ({ shape }: ShapeField): boolean => isNested(shape) || shape.kind === 'array' || shape.kind === 'real';

function constantName(shape: Shape, wish: string): string {
  const word = shape.kind === 'array' ? 'Numbers' : wordOf(shape);
  return toIdentifier(`shapeOf${capitalize(word ?? wish)}`);
}

function wordOf(shape: Shape): string | undefined {
  if (shape.kind === 'list') {
    const inner = wordOf(shape.element);
    return shape.element.kind === 'array' ? 'Rows' : inner && `${inner}List`;
  }
  return shape.kind === 'record' ? shape.name : undefined;
}

/** TypeScript would not know what an array is of that begins empty. */
function constantLine(name: string, shape: string): string[] {
  const head = `const ${name}${shape === '[]' ? ': number[]' : ''} = `;
  return openShape(`${head}${shape};`, '');
}

/** A line that is too long opens its outermost brackets; inside as much stands on a line as fits. */
function openShape(line: string, indent: string): string[] {
  const start = line.indexOf('[');
  if (indent.length + line.length <= pageWidth || start < 0) return [indent + line];
  const end = line.lastIndexOf(']');
  const inner = `${indent}  `;
  const lines: string[] = [];
  for (const part of splitOutside(line.slice(start + 1, end))) {
    const joined = `${lines.at(-1) ?? ''} ${part},`;
    if (lines.length > 0 && joined.length <= pageWidth) lines[lines.length - 1] = joined;
    else lines.push(...openShape(`${part},`, inner));
  }
  return [indent + line.slice(0, start + 1), ...lines, indent + line.slice(end)];
}

/** At the commas that stand in no brackets. */
function splitOutside(list: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of list) {
    if (character === '[') depth++;
    if (character === ']') depth--;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}

const constantLines = (constants: ReadonlyMap<string, string>): Declaration[] =>
  [...constants].map(([text, name]) => ({ kind: 'constant', name, lines: constantLine(name, text) }));

/** The names of records of the IR in a file: those of the user's types, and of their tangents. */
export function recordNames(pairs: readonly (readonly [Type | undefined, Shape | undefined])[], tangents: TangentTypes): RecordNames {
  const own = new Map<string, string>();
  /** The user's types without a name that are read-only where one of the IR does not say so. */
  const fixed = new Map<string, string>();
  const beside = new Map<string, () => string>();
  const visit = (type: Type | undefined, shape: Shape | undefined): void => {
    if (isRefs(type) && shape?.kind === 'list') return visit(type.element, shape.element);
    if (!isRecord(type) || shape?.kind !== 'record') return;
    if (shape.name !== undefined && !own.has(keyOf(type))) own.set(keyOf(type), shape.type);
    if (shape.name === undefined && isFixed(shape) && !fixed.has(keyOf(type))) fixed.set(keyOf(type), shape.type);
    if (isDifferentiableShape(shape)) {
      const [tangent, shadow] = [tangentType(type), shadowType(type)];
      // A record that keeps float32 arrays in float64 is not of the type that is handed out.
      const besides = sameType(tangent, shadow) ? [tangent, shadow] : [tangent];
      for (const each of besides) if (!beside.has(keyOf(each))) beside.set(keyOf(each), () => tangents.typeOf(shape));
    }
    for (const field of type.fields) visit(field.type, shape.fields.find(({ name }) => name === field.name)?.shape);
  };
  for (const [type, shape] of pairs) visit(type, shape);
  const ownOf = (type: Type, isWritten: boolean): string | undefined =>
    own.get(keyOf(type)) ?? (isWritten ? undefined : fixed.get(keyOf(type)));
  const besideOf = (type: Type): string | undefined => beside.get(keyOf(type))?.();
  return (type, isBeside, isWritten) =>
    isBeside ? (besideOf(type) ?? ownOf(type, isWritten)) : (ownOf(type, isWritten) ?? besideOf(type));
}

/** Does it hold a list or tuple that TypeScript lets nobody write to? */
function isFixed(shape: Shape): boolean {
  if (shape.kind === 'list') return shape.readonly || isFixed(shape.element);
  if (shape.kind === 'record')
    return (shape.tuple && shape.type.startsWith('readonly ')) || shape.fields.some((field) => isFixed(field.shape));
  return shape.kind === 'array' && shape.readonly;
}

const keyOf = (type: Type): string => JSON.stringify(type);
