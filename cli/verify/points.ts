/** Where derivatives are checked: at the points of the user, else at points guessed from the signature. */
import type { FunctionReport, ParameterReport } from '../../compiler/options.ts';

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

/** Arguments as the function's types want them: `[1, 2]` for a Float64Array is one. */
export function fitArguments(args: readonly unknown[], params: readonly ParameterReport[]): unknown[] {
  return args.map((arg, at) => {
    const shape = params[at]?.shape;
    return shape?.kind === 'array' && Array.isArray(arg) ? arrayOf(shape.storage, arg as number[]) : arg;
  });
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

type Shape = ParameterReport['shape'];

interface Guessing {
  readonly length: number;
  readonly number: () => number;
  readonly attempt: number;
}

function canGuess({ kind }: Shape): boolean {
  return kind === 'real' || kind === 'int' || kind === 'bool' || kind === 'array' || kind === 'opaque';
}

/** An integer is most often the length of the arrays beside it, else small. */
function guess(shape: Shape, { length, number, attempt }: Guessing): unknown {
  switch (shape.kind) {
    case 'real':
      return number();
    case 'int':
      return attempt % 2 === 0 ? length : 1 + (attempt % 3);
    case 'bool':
      return attempt % 2 === 0;
    case 'array':
      return arrayOf(
        shape.storage,
        Array.from({ length }, () => (isReal(shape.storage) ? number() : Math.floor(Math.abs(number()) * 2))),
      );
    default:
      return undefined;
  }
}

function isReal(storage: string): boolean {
  return storage === 'f64' || storage === 'f32' || storage === 'list';
}

function arrayOf(storage: string, values: readonly number[]): unknown {
  switch (storage) {
    case 'f64':
      return Float64Array.from(values);
    case 'f32':
      return Float32Array.from(values);
    case 'i8':
      return Int8Array.from(values);
    case 'u8':
      return Uint8Array.from(values);
    case 'u8c':
      return Uint8ClampedArray.from(values);
    case 'i16':
      return Int16Array.from(values);
    case 'u16':
      return Uint16Array.from(values);
    case 'i32':
      return Int32Array.from(values);
    case 'u32':
      return Uint32Array.from(values);
    default:
      return [...values];
  }
}
