/** For the tests of forward mode: tangents against differences, also of a derivative. */
import { expect } from 'vitest';
import type { Builder } from '../../ir/build.ts';
import { checkFunction } from '../../ir/check.ts';
import { interpret, type RuntimeValue } from '../../ir/interpret.ts';
import { printFunction } from '../../ir/print.ts';
import { differenceOf, flatten, fresh, moved } from '../../ir/testing.ts';
import type { IrFunction, ValueId } from '../../ir/types.ts';
import { buildJvp } from './build-jvp.ts';

export const square = (b: Builder, x: ValueId): ValueId => b.prim('mul', [x, x]);

export function checked(fn: IrFunction): IrFunction {
  expect(checkFunction(fn), printFunction(fn)).toEqual([]);
  return fn;
}

/** The tangents that forward mode gives, flat, after it has given the primal's own results. */
export function tangentsOf(
  fn: IrFunction,
  inputs: readonly number[],
  args: readonly RuntimeValue[],
  tangents: readonly RuntimeValue[],
): readonly number[] {
  const jvp = checked(buildJvp(checked(fn), inputs));
  const results = interpret(jvp, fresh([...args, ...tangents]), { budget: 1e6 });
  expect(results.slice(0, fn.results.length)).toEqual(interpret(fn, fresh(args)));
  return flatten(results.slice(fn.results.length));
}

export function expectDifferences(
  fn: IrFunction,
  inputs: readonly number[],
  args: readonly RuntimeValue[],
  tangents: readonly RuntimeValue[],
): void {
  const found = tangentsOf(fn, inputs, args, tangents);
  const real = fn.body.yields.map((id) => ['real', 'array'].includes(fn.values[id]?.type.kind ?? ''));
  const at = (t: number): readonly number[] => {
    const moving = args.map((arg, i) => (inputs.includes(i) ? moved(arg, tangents[inputs.indexOf(i)], t) : arg));
    return flatten(interpret(fn, fresh(moving)).filter((_, i) => real[i]));
  };
  found.forEach((tangent, i) => {
    const difference = differenceOf((t) => at(t)[i] as number);
    expect(Math.abs(tangent - difference), `tangent ${i}: ${tangent} against ${difference}`).toBeLessThan(
      1e-7 * Math.max(1, Math.abs(difference)),
    );
  });
}

/** The derivative, and the derivative of the derivative. */
export function expectOrders(
  fn: IrFunction,
  inputs: readonly number[],
  args: readonly RuntimeValue[],
  tangents: readonly RuntimeValue[],
): void {
  expectDifferences(fn, inputs, args, tangents);
  const added = tangents.map((_, i) => args.length + i);
  expectDifferences(buildJvp(fn, inputs), [...inputs, ...added], [...args, ...tangents], [...tangents, ...tangents]);
}
