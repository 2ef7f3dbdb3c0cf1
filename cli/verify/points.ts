/** Where derivatives are checked: at the points of the user, else at points guessed from the signature. */
import type { FunctionReport, ParameterReport } from '../../compiler/options.ts';
import { arrayFrom, type Holder, isHolder, isRealStorage, type Shape } from './values.ts';

export interface Point {
  readonly args: readonly unknown[];
  /** `@sample`, `fit.points.ts`, `a guess`. */
  readonly from: string;
}

/** Numbers from 0 to 1, the same in every run. */
export type Random = () => number;

/** A generator of 32 bits of state (mulberry32), started from a text. */
export function randomFrom(seed: string): Random {
  let state = [...seed].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), 0x811c9dc5);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const result = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed));
    return ((result ^ (result >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Arguments as the function's types want them: `[1, 2]` for a Float64Array is one, however deep. What is one object stays one. */
export function fitArguments(args: readonly unknown[], params: readonly ParameterReport[]): unknown[] {
  const fitted = new Map<unknown, unknown>();
  return args.map((arg, at) => fitValue(arg, params[at]?.shape, fitted));
}

function fitValue(value: unknown, shape: Shape | undefined, fitted: Map<unknown, unknown>): unknown {
  if (!isHolder(value) || shape === undefined) return value;
  const known = fitted.get(value);
  if (known !== undefined) return known;
  const result = fitHolder(value, shape, fitted);
  fitted.set(value, result);
  return result;
}

function fitHolder(value: Holder, shape: Shape, fitted: Map<unknown, unknown>): unknown {
  if (shape.kind === 'array') return Array.isArray(value) ? arrayFrom(shape.storage, value as number[]) : value;
  if (shape.kind === 'list') return Array.isArray(value) ? value.map((element) => fitValue(element, shape.element, fitted)) : value;
  if (shape.kind !== 'record') return value;
  const shapeOf = (name: string): Shape | undefined => shape.fields.find((field) => field.name === name)?.shape;
  const copy = (Array.isArray(value) ? [] : {}) as Holder;
  for (const [name, part] of Object.entries(value)) copy[name] = fitValue(part, shapeOf(name), fitted);
  return copy;
}

/** Points that the exports of a points file hold for a function: under its name, else in the default export. */
export function pointsIn(exports: Readonly<Record<string, unknown>>, name: string): readonly unknown[][] {
  const { default: whole } = exports;
  const named = exports[name] ?? (Array.isArray(whole) ? whole : (whole as Record<string, unknown> | undefined)?.[name]);
  const list = Array.isArray(named) ? named : [];
  return list.map((point: unknown) => (Array.isArray(point) ? point : ((point as { readonly args?: unknown[] }).args ?? [])));
}

const spreads: readonly (readonly [from: number, to: number])[] = [
  [0.2, 1.8],
  [-2, 2],
  [0.05, 0.95],
  [1.1, 4],
];

/** The points to try for a function without any of the user's; none where a type says too little. */
export function guessPoints({ params, name }: FunctionReport, tries: number): Point[] {
  if (params.some(({ shape, optional }) => !optional && !canGuess(shape))) return [];
  const random = randomFrom(name);
  return Array.from({ length: tries }, (_, attempt) => {
    const length = [4, 3, 6, 9][Math.floor(attempt / spreads.length) % 4] ?? 4;
    const [from, to] = spreads[attempt % spreads.length] ?? [0, 1];
    const number = (): number => from + (to - from) * random();
    return { args: params.map(({ shape }) => guess(shape, { length, number, attempt })), from: 'a guess' };
  });
}

interface Guessing {
  readonly length: number;
  readonly number: () => number;
  readonly attempt: number;
}

/** A list of what cannot be guessed is empty. */
function canGuess(shape: Shape): boolean {
  return (
    shape.kind !== 'record' || shape.fields.every((field) => field.optional || (field.shape.kind !== 'opaque' && canGuess(field.shape)))
  );
}

/** An integer is most often the length of the arrays beside it, else small; one inside of a record is small. */
function guess(shape: Shape, guessing: Guessing, inside = false): unknown {
  const { length, number, attempt } = guessing;
  switch (shape.kind) {
    case 'real':
      return number();
    case 'int':
      return attempt % 2 === 0 && !inside ? length : 1 + (attempt % 3);
    case 'bool':
      return attempt % 2 === 0;
    case 'text':
      return guessText(shape, attempt);
    case 'array': {
      const element = (): number => (isRealStorage(shape.storage) ? number() : Math.floor(Math.abs(number()) * 2));
      return arrayFrom(shape.storage, Array.from({ length }, element));
    }
    case 'list':
      return canGuess(shape.element)
        ? Array.from({ length }, (_, at) => guess(shape.element, { ...guessing, attempt: attempt + at }, true))
        : [];
    case 'record':
      return guessRecord(shape, guessing);
    default:
      return undefined;
  }
}

/** Of a union of texts each one in turn. */
function guessText({ literals }: Shape & { readonly kind: 'text' }, attempt: number): string {
  return literals === undefined || literals.length === 0 ? 'text' : (literals[attempt % literals.length] as string);
}

/** What may be missing is there in every other attempt. */
function guessRecord({ fields, tuple }: Shape & { readonly kind: 'record' }, guessing: Guessing): unknown {
  const record = (tuple ? [] : {}) as Holder;
  for (const [at, { name, shape, optional }] of fields.entries()) {
    const isLeftOut = optional && ((guessing.attempt >> 1) + at) % 2 === 1;
    if (!isLeftOut && canGuess(shape)) record[name] = guess(shape, guessing, true);
  }
  return record;
}
