import { expect, it } from 'vitest';
import { checkFunction } from '../../ir/check.ts';
import type { RuntimeValue } from '../../ir/interpret.ts';
import { printFunction } from '../../ir/print.ts';
import { generator, randomFunction } from '../../ir/testing/random-function.ts';
import { run } from '../../ir/testing.ts';
import type { IrFunction } from '../../ir/types.ts';
import { buildVjp } from '../reverse/index.ts';
import { buildJvp } from './build-jvp.ts';

const count = 150;
const inputs = [0, 1];

function checked(fn: IrFunction): IrFunction {
  expect(checkFunction(fn), printFunction(fn)).toEqual([]);
  return fn;
}

interface Point {
  /** x, u, n. */
  readonly args: readonly RuntimeValue[];
  /** A seed for each of the results: a number, an array of three, a number. */
  readonly seeds: readonly RuntimeValue[];
  /** A direction for x and u. */
  readonly direction: readonly RuntimeValue[];
}

function pointFor(seed: number): Point {
  const random = generator(seed + 1);
  const number = (): number => random() * 2 - 1;
  const array = (): Float64Array => Float64Array.from([0, 1, 2], number);
  return { args: [number(), array(), 3], seeds: [number(), array(), number()], direction: [number(), array()] };
}

/** The Hessian of seeds · results times the direction, three ways: x, u[0], u[1], u[2]. */
function products(fn: IrFunction, { args, seeds, direction }: Point): Record<string, readonly number[]> {
  const gradient = checked(buildVjp(fn, { inputs, seeds: 'parameters', withValues: false }));
  const forwardOverReverse = checked(buildJvp(gradient, inputs));
  const reverseOverReverse = checked(buildVjp(gradient, { inputs, seeds: 'parameters', withValues: false }));
  const reverseOverForward = checked(buildVjp(buildJvp(fn, inputs), { inputs, seeds: 'parameters', withValues: false }));
  const zeros: readonly RuntimeValue[] = [0, new Float64Array(3), 0];
  return {
    forwardOverReverse: run(forwardOverReverse, [...args, ...seeds, ...direction]).slice(4),
    reverseOverReverse: run(reverseOverReverse, [...args, ...seeds, ...direction]),
    reverseOverForward: run(reverseOverForward, [...args, ...direction, ...zeros, ...seeds]),
  };
}

function agree(a: readonly number[], b: readonly number[]): boolean {
  const size = Math.max(...a.map(Math.abs), 1);
  return a.length === b.length && a.every((value, i) => Math.abs(value - (b[i] as number)) <= 1e-8 * size);
}

it(`three ways to a Hessian-vector product agree on ${count} random functions`, () => {
  for (let seed = 1; seed <= count; seed++) {
    const fn = randomFunction(seed, { statements: 3, depth: 2 });
    const { forwardOverReverse = [], ...others } = products(fn, pointFor(seed));
    for (const [way, product] of Object.entries(others)) {
      if (!agree(forwardOverReverse, product)) expect(product, `seed ${seed}: ${way}\n${printFunction(fn)}`).toEqual(forwardOverReverse);
    }
  }
}, 120_000);
