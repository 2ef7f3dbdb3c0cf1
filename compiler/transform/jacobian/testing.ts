/** For tests of Jacobians: the same matrix from one direction at a time. */
import { expect } from 'vitest';
import { checkFunction } from '../../ir/check.ts';
import { interpret, type StructuredValue } from '../../ir/interpret.ts';
import { zerosLike } from '../../ir/interpret-objects.ts';
import { isDifferentiableField, isDifferentiableType, isRecord, isRefs, tangentType } from '../../ir/memory-types.ts';
import { printFunction } from '../../ir/print.ts';
import { isDifferentiableResult, resultType } from '../../ir/results.ts';
import { copyValue, numbersIn } from '../../ir/testing/structured-values.ts';
import type { IrFunction, RecordType, Type } from '../../ir/types.ts';
import { optimize } from '../../optimize/index.ts';
import { buildJvp } from '../forward/build-jvp.ts';
import { buildVjp } from '../reverse/index.ts';
import { buildJacobian, type JacobianOptions } from './index.ts';

export type Args = readonly StructuredValue[];

export interface DenseMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly values: readonly number[];
}

export function checked(fn: IrFunction): IrFunction {
  const problems = checkFunction(fn);
  if (problems.length > 0) throw new Error(`${problems.join('; ')}\n${printFunction(fn)}`);
  return fn;
}

export function run(fn: IrFunction, args: Args): Args {
  return interpret<StructuredValue>(fn, args.map(copyValue), { budget: 3e6 });
}

/** What a Jacobian function gives. */
export function matrixOf(fn: IrFunction, args: Args): DenseMatrix {
  const [rows, cols, values] = run(checked(fn), args) as unknown as [number, number, Float64Array];
  expect(values).toBeInstanceOf(Float64Array);
  return { rows, cols, values: [...values] };
}

/** All structures of zeros with one 1, in the order of the numbers; what is missing in the value is zero or empty. */
export function unitsOf(type: Type, value: StructuredValue): StructuredValue[] {
  const kept = tangentType(type);
  const zeros = (): StructuredValue => zerosLike(kept, value) as StructuredValue;
  const size = numbersIn(kept, zeros()).length;
  return Array.from({ length: size }, (_, k) => withOne(kept, zeros(), { left: k }));
}

function withOne(type: Type, value: StructuredValue, counter: { left: number }): StructuredValue {
  if (!isDifferentiableType(type)) return value;
  if (type.kind !== 'array') return counter.left-- === 0 ? 1 : 0;
  const structure = value as { [index: string | number]: StructuredValue };
  if (isRecord(type)) {
    type.fields.forEach((field) => {
      if (isDifferentiableField(field)) structure[field.name] = withOne(field.type, structure[field.name] as StructuredValue, counter);
    });
  } else {
    const element: Type = isRefs(type) ? type.element : { kind: 'real' };
    for (let i = 0; i < (value as number[]).length; i++) structure[i] = withOne(element, structure[i] as StructuredValue, counter);
  }
  return value;
}

const typeOf = (fn: IrFunction, at: number): Type => fn.values[fn.params[at]?.id ?? -1]?.type as Type;

export function zerosOf(type: Type, value: StructuredValue): StructuredValue {
  return zerosLike(tangentType(type), value) as StructuredValue;
}

/** Numbers of a result by the shape of a gradient. */
function flat(type: Type, value: StructuredValue, like: StructuredValue): readonly number[] {
  const zeros = numbersIn(tangentType(type), zerosOf(type, like));
  const found = numbersIn(type, value);
  expect(found.length).toBe(zeros.length);
  return found;
}

export function byColumns(fn: IrFunction, inputs: readonly number[], args: Args): DenseMatrix {
  const jvp = buildJvp(fn, inputs);
  const outputs = fn.results.flatMap((_, at) => (isDifferentiableResult(fn, at) ? [at] : []));
  const columns = inputs.flatMap((of) =>
    unitsOf(typeOf(fn, of), args[of] as StructuredValue).map((unit) => {
      const tangents = inputs.map((at) => (at === of ? unit : zerosOf(typeOf(fn, at), args[at] as StructuredValue)));
      const results = run(jvp, [...args, ...tangents]);
      return outputs.flatMap((at, i) =>
        flat(resultType(fn, at), results[fn.results.length + i] as StructuredValue, results[at] as StructuredValue),
      );
    }),
  );
  const values = run(fn, args);
  const rows = outputs.reduce((size, at) => size + unitsOf(resultType(fn, at), values[at] as StructuredValue).length, 0);
  return {
    rows,
    cols: columns.length,
    values: Array.from({ length: rows }, (_, row) => columns.map((column) => column[row] as number)).flat(),
  };
}

export function byRows(fn: IrFunction, inputs: readonly number[], args: Args): DenseMatrix {
  const vjp = buildVjp(fn, { inputs, seeds: 'parameters', withValues: false });
  const values = run(fn, args);
  const outputs = fn.results.flatMap((_, at) => (isDifferentiableResult(fn, at) ? [{ at, type: resultType(fn, at) }] : []));
  const rows = outputs.flatMap(({ at: of, type }) =>
    unitsOf(type, values[of] as StructuredValue).map((unit) => {
      const seeds = outputs.map(({ at, type: each }) => (at === of ? unit : zerosOf(each, values[at] as StructuredValue)));
      const gradients = run(vjp, [...args, ...seeds]);
      return inputs.flatMap((at, i) => flat(typeOf(fn, at), gradients[i] as StructuredValue, args[at] as StructuredValue));
    }),
  );
  const cols = inputs.reduce((size, at) => size + unitsOf(typeOf(fn, at), args[at] as StructuredValue).length, 0);
  return { rows: rows.length, cols, values: rows.flat() };
}

/** Where two matrices differ: more than by rounding. */
export function difference(found: DenseMatrix, expected: DenseMatrix): string | undefined {
  if (found.rows !== expected.rows || found.cols !== expected.cols || found.values.length !== expected.rows * expected.cols)
    return `${found.rows} × ${found.cols} (${found.values.length}), not ${expected.rows} × ${expected.cols}`;
  const size = Math.max(1, ...expected.values.map(Math.abs));
  const off = expected.values.findIndex((value, at) => !(Math.abs(value - (found.values[at] as number)) <= 1e-9 * size));
  if (off < 0) return undefined;
  const place = `row ${Math.floor(off / expected.cols)}, column ${off % expected.cols}`;
  return `${place}: ${found.values[off]}, not ${expected.values[off]}`;
}

const modes = ['forward', 'reverse', undefined] as const;
const made = new Map<IrFunction, ReadonlyMap<string, readonly IrFunction[]>>();

/** In both modes and as the shape decides, as built and optimized. */
export function everyWay(fn: IrFunction, inputs: readonly number[]): readonly IrFunction[] {
  const known = made.get(fn)?.get(inputs.join());
  if (known) return known;
  const options = modes.map((mode): JacobianOptions => ({ ...(mode && { mode }), prepare: optimize }));
  const functions = options.flatMap((each) => [buildJacobian(fn, inputs, each), optimize(buildJacobian(optimize(fn), inputs, each))]);
  made.set(fn, new Map([...(made.get(fn) ?? []), [inputs.join(), functions]]));
  return functions;
}

export function expectMatrix(
  fn: IrFunction,
  inputs: readonly number[],
  args: Args,
  rows: readonly (readonly number[])[],
  cols = rows[0]?.length ?? 0,
): void {
  for (const way of everyWay(fn, inputs)) expect(matrixOf(way, args)).toEqual({ rows: rows.length, cols, values: rows.flat() });
}

/** Against one direction at a time, by both modes. */
export function expectAgreement(fn: IrFunction, inputs: readonly number[], args: Args): void {
  const expected = byColumns(fn, inputs, args);
  expect(expected.values.some((value) => value !== 0)).toBe(true);
  expect(difference(byRows(fn, inputs, args), expected)).toBe(undefined);
  for (const way of everyWay(fn, inputs)) expect(difference(matrixOf(way, args), expected)).toBe(undefined);
}

export const record = (fields: Readonly<Record<string, Type>>, optional: readonly string[] = []): RecordType => ({
  kind: 'array',
  storage: 'record',
  tuple: false,
  fields: Object.entries(fields).map(([name, type]) => ({ name, type, ...(optional.includes(name) && { optional: true as const }) })),
});
