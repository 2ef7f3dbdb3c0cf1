import { describe, expect, it } from 'vitest';
import { arrayOf, bool, int, real } from '../../ir/build.ts';
import { interpret } from '../../ir/interpret.ts';
import { sketch, sketchFor } from '../../ir/testing.ts';
import type { ValueId } from '../../ir/types.ts';
import { buildJvp } from './build-jvp.ts';
import { checked, expectOrders, square, tangentsOf } from './testing.ts';

const f64 = arrayOf('f64');
const f32 = arrayOf('f32');
const list = arrayOf('list');

describe('forward mode on memory', () => {
  const increasing = [new Float64Array([1, 2, 3, 4])];
  const direction = [new Float64Array([1, -1, 2, 0.5])];

  it('follows what is overwritten in place', () => {
    const fn = sketch('f', { x: f64 }, (b, { x }) => {
      const u = b.define('copy', { array: x }, f64);
      sketchFor(b, { from: b.constant(1), to: b.length(u), inits: [], types: [] }, (i) => {
        const before = b.load(u, b.prim('sub', [i, b.constant(1)]), 'inRange');
        b.effect('store', { array: u, index: i, value: b.prim('mul', [b.load(u, i, 'inRange'), before]), access: 'inRange' });
        return [];
      });
      return [b.load(u, b.constant(3), 'checked'), b.load(x, b.constant(3), 'checked'), u];
    });
    expectOrders(fn, [0], increasing, direction);
  });

  it('clears the tangent where a constant is stored', () => {
    const fn = sketch('f', { x: f64 }, (b, { x }) => {
      const u = b.define('copy', { array: x }, f64);
      b.effect('store', { array: u, index: b.constant(0), value: b.constant(7), access: 'inRange' });
      b.effect('fill', { array: u, value: b.constant(2), from: b.constant(1), to: b.constant(2) });
      return [b.prim('mul', [b.load(u, b.constant(0), 'inRange'), b.load(u, b.constant(2), 'inRange')]), u];
    });
    expectOrders(fn, [0], increasing, direction);
  });

  it('carries swapped buffers with their tangents', () => {
    const fn = sketch('f', { x: f64, n: int }, (b, { x, n }) => {
      const [u, v] = [b.define('copy', { array: x }, f64), b.define('alloc', { length: b.length(x), fill: 'zero' }, f64)];
      const [last] = sketchFor(b, { to: n, inits: [u, v], types: [f64, f64] }, (_, [current, next]) => {
        sketchFor(b, { to: b.length(x), inits: [], types: [] }, (i) => {
          const left = b.load(current as ValueId, b.prim('sub', [i, b.constant(1)]), 'orZero');
          const value = b.prim('add', [b.load(current as ValueId, i, 'inRange'), square(b, left)]);
          b.effect('store', { array: next as ValueId, index: i, value, access: 'inRange' });
          return [];
        });
        return [next as ValueId, current as ValueId];
      });
      return [last as ValueId];
    });
    for (const n of [0, 1, 2, 3]) expectOrders(fn, [0], [...increasing, n], direction);
  });

  it('joins an inactive array with an active one', () => {
    const fn = sketch('f', { x: f64, y: f64, first: bool }, (b, { x, y, first }) => {
      const table = b.define('global', { name: 'TABLE', module: '/m.ts', literal: [5, 6, 7, 8] }, f64);
      const [u] = b.branch(
        first,
        [f64],
        () => [x],
        () => [y],
      );
      const [v] = b.branch(
        first,
        [f64],
        () => [table],
        () => [u as ValueId],
      );
      return [b.prim('mul', [b.load(u as ValueId, b.constant(1), 'checked'), b.load(v as ValueId, b.constant(2), 'checked')])];
    });
    for (const first of [true, false]) expectOrders(fn, [0], [...increasing, new Float64Array([9, 8, 7, 6]), first], direction);
  });

  it('keeps float64 tangents of Float32Array, and gives them back as the result is', () => {
    const fn = sketch('f', { x: f32 }, (b, { x }) => {
      const u = b.define('alloc', { length: b.length(x), fill: 'zero' }, f32);
      b.effect('store', {
        array: u,
        index: b.constant(0),
        value: b.prim('mul', [b.load(x, b.constant(1), 'inRange'), b.constant(0.1)]),
        access: 'inRange',
      });
      return [b.load(u, b.constant(0), 'inRange'), u, x];
    });
    const args = [new Float32Array([1, 2])];
    const results = interpret(buildJvp(fn, [0]), [...args, new Float32Array([0, 1])]);
    expect(results.slice(3)).toEqual([0.1, new Float32Array([0.1, 0]), new Float32Array([0, 1])]);
    expect(tangentsOf(fn, [0], args, [new Float32Array([0, 1])])[0]).toBe(0.1);
  });

  it('grows lists together, reads holes as 0', () => {
    const fn = sketch('f', { x: real }, (b, { x }) => {
      const u = b.define('alloc', { length: b.constant(0), fill: 'zero' }, list);
      for (const value of [x, b.constant(2), square(b, x)]) b.effect('store', { array: u, index: b.length(u), value, access: 'checked' });
      const holes = b.define('alloc', { length: b.constant(2), fill: 'hole' }, list);
      b.effect('store', { array: holes, index: b.constant(1), value: x, access: 'checked' });
      const present = b.define('present', { array: holes, index: b.constant(0) }, bool);
      const [first] = b.branch(
        present,
        [real],
        () => [b.load(holes, b.constant(0), 'checked')],
        () => [x],
      );
      return [u, b.load(u, b.constant(2), 'checked'), first as ValueId];
    });
    expectOrders(fn, [0], [1.5], [2]);
  });

  it('sets, adds, accumulates and copies parts', () => {
    const fn = sketch('f', { x: f64, w: f64 }, (b, { x, w }) => {
      const u = b.define('copy', { array: x, from: b.constant(1), to: b.constant(3) }, f64);
      const v = b.define('copy', { array: x }, f64);
      b.effect('set', { array: v, source: u, offset: b.constant(2) });
      b.effect('accumulate', { array: v, index: b.constant(2), value: b.load(x, b.constant(3), 'inRange'), access: 'inRange' });
      b.effect('accumulate', { array: v, index: b.constant(9), value: b.load(x, b.constant(3), 'inRange'), access: 'checked' });
      b.effect('addInto', { array: v, source: x });
      b.effect('addInto', { array: v, source: w });
      const z = b.define('copy', { array: x }, f64);
      b.effect('set', { array: z, source: w, offset: b.constant(1) });
      const y = b.define('copy', { array: w }, f64);
      b.effect('store', { array: y, index: b.constant(0), value: b.load(x, b.constant(0), 'inRange'), access: 'inRange' });
      return [v, z, y, u];
    });
    expectOrders(fn, [0], [...increasing, new Float64Array([5, 6])], direction);
  });

  it('records tangents beside the records of a reverse sweep', () => {
    const fn = sketch('f', { x: f64 }, (b, { x }) => {
      const numbers = b.define('stack', {}, { kind: 'stack', element: 'real' });
      const arrays = b.define('stack', {}, { kind: 'stack', element: 'array' });
      const n = b.length(x);
      sketchFor(b, { to: n, inits: [], types: [] }, (i) => {
        b.effect('push', { stack: numbers, value: square(b, b.load(x, i, 'inRange')) });
        const u = b.define('copy', { array: x, from: i }, f64);
        b.effect('push', { stack: arrays, value: u });
        return [];
      });
      b.effect('push', { stack: numbers, value: b.constant(3) });
      return sketchFor(b, { to: n, inits: [b.constant(0)], types: [real] }, (_, [sum]) => {
        const value = b.define('pop', { stack: numbers }, real);
        const u = b.define('pop', { stack: arrays }, f64);
        return [b.prim('add', [b.prim('mul', [sum as ValueId, b.load(u, b.constant(0), 'checked')]), value])];
      });
    });
    expectOrders(fn, [0], increasing, direction);
  });

  it('leaves the arrays of the caller alone and gives no array of the caller back', () => {
    const fn = sketch('f', { x: f64 }, (_, { x }) => [x]);
    const tangent = new Float64Array([1, 2]);
    const [, result] = interpret(buildJvp(fn, [0]), [new Float64Array([3, 4]), tangent]);
    expect(result).toEqual(tangent);
    expect(result).not.toBe(tangent);
  });

  it('reads nothing into a missed load', () => {
    const fn = sketch('f', { x: f64, k: int }, (b, { x, k }) => {
      const found = b.define('present', { array: x, index: k }, bool);
      return b.branch(
        found,
        [real],
        () => [b.load(x, k, 'checked')],
        () => [b.constant(0)],
      );
    });
    for (const k of [-1, 0, 9]) expectOrders(fn, [0], [...increasing, k], direction);
  });

  it('has a tangent only for what has a derivative', () => {
    const fn = sketch('f', { x: real, ints: arrayOf('i32') }, (b, { x, ints }) => {
      const copy = b.define('copy', { array: ints }, arrayOf('i32'));
      b.effect('store', { array: copy, index: b.constant(0), value: x, access: 'checked' });
      return [copy, b.prim('lt', [x, b.constant(1)]), b.load(copy, b.constant(0), 'checked'), square(b, x)];
    });
    const jvp = checked(buildJvp(checked(fn), [0]));
    expect(jvp.results.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'value1 returned',
      'value2 returned',
      'value3 returned',
      'value4 returned',
      'tangentOfValue4 tangent',
    ]);
    expect(jvp.params.map(({ name }) => name)).toEqual(['x', 'ints', 'tangentOfX']);
  });
});
