import { describe, expect, it } from 'vitest';
import { arrayOf, int, real } from '../../ir/build.ts';
import { printFunction } from '../../ir/print.ts';
import { run, sketch, sketchFor, sketchWhile } from '../../ir/testing.ts';
import type { IrFunction, ValueId } from '../../ir/types.ts';
import { buildJvp } from './build-jvp.ts';
import { checked, expectOrders, square, tangentsOf } from './testing.ts';

const f64 = arrayOf('f64');

function secondDerivative(fn: IrFunction, x: number): number {
  const first = buildJvp(checked(fn), [0]);
  const slope = { ...first, results: first.results.slice(1), body: { ...first.body, yields: first.body.yields.slice(1) } };
  return run(checked(buildJvp(checked(slope), [0])), [x, 1, 1])[1] as number;
}

describe('forward mode on scalars', () => {
  it('writes a tangent beside every active value', () => {
    const fn = sketch('f', { x: real, n: int }, (b, { x, n }) => [b.prim('mul', [b.prim('Math.sin', [x], 's'), n], 'y')]);
    expect(printFunction(checked(buildJvp(fn, [0])))).toMatchInlineSnapshot(`
      "function f(x: real, n: int, tangentOfX: real): real, real
        s = Math.sin x
        t5 ~ Math.cos x
        t6 ~ mul tangentOfX t5
        y = mul s n
        t7 ~ mul t6 n
        return y, t7
      "
    `);
  });

  it('agrees with differences', () => {
    const fn = sketch('f', { x: real, y: real }, (b, { x, y }) => [
      b.prim('div', [b.prim('Math.exp', [x]), b.prim('add', [square(b, y), b.constant(1)])]),
      b.prim('sub', [b.prim('pow', [x, y]), b.prim('Math.atan2', [x, y])]),
      b.prim('lt', [x, y]),
    ]);
    expectOrders(fn, [0, 1], [0.7, 1.3], [1, -2]);
    expectOrders(fn, [1], [0.7, 1.3], [1]);
  });

  it('chooses between tangents where the primal chooses', () => {
    const fn = sketch('f', { x: real, y: real }, (b, { x, y }) => [
      b.prim('Math.max', [x, y]),
      b.prim('select', [b.prim('gt', [x, y]), x, y]),
    ]);
    expect(tangentsOf(fn, [0, 1], [2, 2], [3, 5])).toEqual([3, 5]);
    expect(tangentsOf(fn, [0, 1], [2, 1], [3, Number.POSITIVE_INFINITY])).toEqual([3, 3]);
    expect(tangentsOf(fn, [0], [1, 2], [3])).toEqual([0, 0]);
    const twice = sketch('f', { x: real }, (b, { x }) => [b.prim('Math.max', [x, x])]);
    expect(tangentsOf(twice, [0], [2], [1])).toEqual([1]);
  });

  it('gives zeros of the right shape for what does not depend on the inputs', () => {
    const fn = sketch('f', { x: real, u: f64 }, (b, { x, u }) => [
      b.prim('Math.floor', [x]),
      b.prim('mul', [b.prim('Math.floor', [x]), b.constant(1.5)]),
      u,
    ]);
    expect(tangentsOf(fn, [0], [2.5, new Float64Array([1, 2])], [1])).toEqual([0, 0, 0]);
  });
});

describe('forward mode of order two', () => {
  const cubic = sketch('f', { x: real }, (b, { x }) => [b.prim('sub', [b.prim('mul', [square(b, x), x]), square(b, x)])]);
  it('differentiates its own output', () => {
    expect(secondDerivative(cubic, 2)).toBe(10);
  });

  it('½·log(x)² at 1 has curvature 1', () => {
    const fn = sketch('f', { x: real }, (b, { x }) => [b.prim('mul', [b.constant(0.5), square(b, b.prim('Math.log', [x]))])]);
    expect(secondDerivative(fn, 1)).toBe(1);
  });

  it('is 0, not NaN, where a kink masks an infinity', () => {
    const cubed = sketch('f', { x: real }, (b, { x }) => [b.prim('pow', [b.prim('Math.max', [x, b.constant(0)]), b.constant(3)])]);
    expect(secondDerivative(cubed, 0)).toBe(0);
    const root = sketch('f', { x: real }, (b, { x }) => [b.prim('Math.sqrt', [square(b, x)])]);
    expect(secondDerivative(root, 0)).toBe(0);
    for (const exponent of [0, 1]) {
      const power = sketch('f', { x: real }, (b, { x }) => [b.prim('pow', [x, b.constant(exponent)])]);
      expect(secondDerivative(power, 0)).toBe(0);
    }
    const squared = sketch('f', { x: real }, (b, { x }) => [b.prim('pow', [x, b.constant(2)])]);
    expect(secondDerivative(squared, 0)).toBe(2);
  });
});

describe('forward mode on control flow', () => {
  it('follows the branch that the primal takes', () => {
    const fn = sketch('f', { x: real }, (b, { x }) =>
      b.branch(
        b.prim('gt', [x, b.constant(0)]),
        [real, int],
        () => [b.prim('Math.sqrt', [x]), b.constant(1)],
        () => [b.constant(0), b.constant(2)],
      ),
    );
    expectOrders(fn, [0], [2], [1]);
    expect(tangentsOf(fn, [0], [0], [1])).toEqual([0]);
  });

  it('carries tangents through counted loops', () => {
    const fn = sketch('f', { x: f64, k: real }, (b, { x, k }) =>
      sketchFor(b, { to: b.length(x), inits: [b.constant(0), k], types: [real, real] }, (i, [sum, factor]) => [
        b.prim('add', [sum as ValueId, b.prim('mul', [factor as ValueId, b.load(x, i, 'inRange')])]),
        b.prim('mul', [factor as ValueId, b.constant(0.5)]),
      ]),
    );
    expectOrders(fn, [0, 1], [new Float64Array([1, 2, 3]), 1.5], [new Float64Array([1, -1, 2]), 0.5]);
    expectOrders(fn, [1], [new Float64Array([]), 1.5], [0.5]);
    expectOrders(fn, [0], [new Float64Array([1, 2, 3]), 1.5], [new Float64Array([1, -1, 2])]);
  });

  it('keeps a tangent that only the last trip hands out', () => {
    const fn = sketch('f', { x: f64 }, (b, { x }) =>
      sketchFor(b, { to: b.length(x), inits: [b.constant(0)], types: [real] }, (i) => [square(b, b.load(x, i, 'inRange'))]),
    );
    expectOrders(fn, [0], [new Float64Array([1, 2, 3])], [new Float64Array([1, -1, 2])]);
  });

  it('stops where the primal stops', () => {
    const fn = sketch('f', { x: f64 }, (b, { x }) =>
      sketchFor(b, { to: b.length(x), inits: [b.constant(0)], types: [real], exits: true }, (i, [sum]) => {
        const element = b.load(x, i, 'inRange');
        const leaves = b.prim('gt', [element, b.constant(2)]);
        return b.branch(
          leaves,
          [int, real],
          () => [b.constant(1), b.prim('mul', [sum as ValueId, element])],
          () => [b.constant(0), b.prim('add', [sum as ValueId, element])],
        );
      }),
    );
    expectOrders(fn, [0], [new Float64Array([1, 1.5, 3, 7])], [new Float64Array([1, -1, 2, 9])]);
    expectOrders(fn, [0], [new Float64Array([1, 1.5])], [new Float64Array([1, -1])]);
  });

  it.each(['before', 'after'] as const)('carries tangents through a while tested %s', (test) => {
    const fn = sketch('f', { x: real }, (b, { x }) =>
      sketchWhile(
        b,
        { test, inits: [x], types: [real] },
        ([y]) => b.prim('lt', [y as ValueId, b.constant(10)]),
        ([y]) => [square(b, y as ValueId)],
      ),
    );
    expectOrders(fn, [0], [1.7], [1]);
    expectOrders(fn, [0], [20], [1]);
  });
});

it('follows what the test of a while stores', () => {
  const fn = sketch('f', { x: real }, (b, { x }) => {
    const u = b.define('alloc', { length: b.constant(1), fill: 'zero' }, f64);
    const test = ([y]: readonly ValueId[]): ValueId => {
      b.effect('store', { array: u, index: b.constant(0), value: square(b, y as ValueId), access: 'inRange' });
      return b.prim('lt', [b.load(u, b.constant(0), 'inRange'), b.constant(100)]);
    };
    sketchWhile(b, { test: 'before', inits: [x], types: [real] }, test, ([y]) => [square(b, y as ValueId)]);
    return [b.load(u, b.constant(0), 'inRange')];
  });
  expectOrders(fn, [0], [1.7], [1]);
});
