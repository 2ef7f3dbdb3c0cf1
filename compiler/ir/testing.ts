/** For tests of passes: small functions by hand, and their differences. */
import { type Builder, createBuilder } from './build.ts';
import { interpret, type RuntimeValue } from './interpret.ts';
import type { IrFunction, Op, Region, Type, ValueId } from './types.ts';

export const testOrigin = { kind: 'synthetic', reason: 'test' } as const;

/** A function with the given parameters, in order; `write` gives what it returns. */
export function sketch<P extends string>(
  name: string,
  params: Readonly<Record<P, Type>>,
  write: (b: Builder, given: Readonly<Record<P, ValueId>>) => readonly ValueId[],
): IrFunction {
  const b = createBuilder(testOrigin, [], true);
  const infos = Object.entries<Type>(params).map(([key, type]) => ({ id: b.value(type, key), name: key, role: 'primal' as const }));
  const given = Object.fromEntries(infos.map((param) => [param.name, param.id])) as Record<P, ValueId>;
  const body = b.region(
    infos.map((param) => param.id),
    () => write(b, given),
  );
  const results = body.yields.map((_, i) => ({ name: body.yields.length === 1 ? 'value' : `value${i + 1}`, kind: 'returned' as const }));
  return { name, params: infos, results, body, values: b.values, origin: testOrigin };
}

export interface LoopSketch {
  readonly from?: ValueId;
  readonly to: ValueId;
  readonly step?: number;
  readonly inits: readonly ValueId[];
  readonly types: readonly Type[];
  readonly exits?: boolean;
}

/** A counted loop; `write` gets the index and the carried values and yields their successors (after the exit code, if any). */
export function sketchFor(
  b: Builder,
  loop: LoopSketch,
  write: (index: ValueId, carried: readonly ValueId[]) => readonly ValueId[],
): readonly ValueId[] {
  const { inits, types, step = 1, exits = false } = loop;
  const from = loop.from ?? b.constant(0);
  const index = b.value({ kind: 'int' }, 'i');
  const carried = types.map((type) => b.value(type));
  const body = b.region([index, ...carried], () => write(index, carried));
  const outs = outsFor(b, types, exits);
  b.push({ kind: 'for', from, to: loop.to, step, inits, body, outs, exits, origin: b.origin });
  return outs;
}

export interface WhileSketch {
  readonly test: 'before' | 'after';
  readonly inits: readonly ValueId[];
  readonly types: readonly Type[];
  readonly exits?: boolean;
}

export function sketchWhile(
  b: Builder,
  loop: WhileSketch,
  test: (carried: readonly ValueId[]) => ValueId,
  write: (carried: readonly ValueId[]) => readonly ValueId[],
): readonly ValueId[] {
  const { inits, types, exits = false } = loop;
  const region = (yields: (carried: readonly ValueId[]) => readonly ValueId[]): Region => {
    const carried = types.map((type) => b.value(type));
    return b.region(carried, () => yields(carried));
  };
  const condition = region((carried) => [test(carried)]);
  const body = region(write);
  const outs = outsFor(b, types, exits);
  b.push({ kind: 'while', test: loop.test, inits, condition, body, outs, exits, origin: b.origin } satisfies Op);
  return outs;
}

function outsFor(b: Builder, types: readonly Type[], exits: boolean): readonly ValueId[] {
  const outs = types.map((type) => b.value(type));
  return exits ? [b.value({ kind: 'int' }, 'exit'), ...outs] : outs;
}

/** Richardson-extrapolated central difference of `f` at 0. */
export function differenceOf(f: (t: number) => number, scale = 2 ** -6): number {
  let row = [0, 1, 2, 3].map((k) => {
    const h = scale * 2 ** -k;
    return (f(h) - f(-h)) / (2 * h);
  });
  for (let order = 1; row.length > 1; order++) {
    row = row.slice(1).map((fine, i) => (4 ** order * fine - (row[i] as number)) / (4 ** order - 1));
  }
  return row[0] as number;
}

/** `value + t · tangent`, of the same kind of array. */
export function moved(value: RuntimeValue, tangent: RuntimeValue, t: number): RuntimeValue {
  if (typeof value === 'number') return value + t * (tangent as number);
  if (typeof value !== 'object') return value;
  const at = (i: number): number => (value[i] as number) + t * ((tangent as number[])[i] as number);
  const copy = value.slice();
  for (let i = 0; i < copy.length; i++) copy[i] = at(i);
  return copy;
}

/** A deep copy of arguments, so that a run cannot change what the next one sees. */
export function fresh(args: readonly RuntimeValue[]): readonly RuntimeValue[] {
  return args.map((arg) => (typeof arg === 'object' ? arg.slice() : arg));
}

/** The flat numbers of results, arrays in order of their elements. */
export function flatten(results: readonly RuntimeValue[]): readonly number[] {
  return results.flatMap((result) => (typeof result === 'object' ? [...result] : [Number(result)]));
}

export function run(fn: IrFunction, args: readonly RuntimeValue[]): readonly number[] {
  return flatten(interpret(fn, fresh(args), { budget: 1e6 }));
}
