import { describe, expect, it } from 'vitest';
import { arrayOf, type Builder, bool, int, real } from './build.ts';
import { budgetSpent, interpret, type RuntimeValue } from './interpret.ts';
import { evaluatePrim } from './interpret-prim.ts';
import { sketch, sketchFor, sketchWhile } from './testing.ts';
import { mathNames, type Type, type ValueId } from './types.ts';

const [f64, f32, list, i32] = [arrayOf('f64'), arrayOf('f32'), arrayOf('list'), arrayOf('i32')];

function resultsOf(write: (b: Builder) => readonly ValueId[], args: readonly RuntimeValue[] = []): readonly RuntimeValue[] {
  return interpret(sketch('f', {}, write), args);
}

describe('primitives', () => {
  it("are JavaScript's own", () => {
    const points = [0, -0, 1, -1, 0.5, 2.5, -7.25, 1e300, Number.NaN, Number.POSITIVE_INFINITY];
    for (const name of mathNames) {
      const own = Math[name.slice(5) as 'sin'] as (...args: number[]) => number;
      for (const x of points) for (const y of points) expect(evaluatePrim(name, [x, y])).toBe(own(x, y));
    }
    expect(evaluatePrim('pow', [-2, 3])).toBe(-8);
    expect(evaluatePrim('rem', [-7, 2])).toBe(-1);
    expect(evaluatePrim('shiftRightUnsigned', [-1, 28])).toBe(15);
    expect(evaluatePrim('sameValue', [0, -0])).toBe(false);
    expect(evaluatePrim('eq', [Number.NaN, Number.NaN])).toBe(false);
  });

  it('compute with undefined as JavaScript does', () => {
    expect(evaluatePrim('add', [undefined, 1])).toBeNaN();
    expect(evaluatePrim('eq', [undefined, undefined])).toBe(true);
    expect(evaluatePrim('bitOr', [undefined, 0])).toBe(0);
    expect(evaluatePrim('given', [undefined])).toBe(false);
  });

  it('mulz is 0 where its first factor is', () => {
    expect(evaluatePrim('mulz', [0, Number.NaN])).toBe(0);
    expect(evaluatePrim('mulz', [-0, Number.POSITIVE_INFINITY])).toBe(0);
    expect(evaluatePrim('mulz', [2, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
    expect(evaluatePrim('mulz', [Number.NaN, 0])).toBeNaN();
  });
});

describe('memory', () => {
  it('misses, grows and rounds as JavaScript does', () => {
    const fn = sketch('f', { u: f32, w: list }, (b, { u, w }) => {
      b.effect('store', { array: u, index: b.constant(0), value: b.constant(0.1), access: 'checked' });
      b.effect('store', { array: u, index: b.constant(9), value: b.constant(1), access: 'checked' });
      b.effect('store', { array: w, index: b.length(w), value: b.constant(7), access: 'checked' });
      return [
        b.load(u, b.constant(0), 'inRange'),
        b.load(u, b.constant(9), 'checked'),
        b.load(u, b.constant(9), 'orZero'),
        b.length(u),
        b.length(w),
      ];
    });
    const [u, w] = [new Float32Array(2), [5]];
    expect(interpret(fn, [u, w])).toEqual([Math.fround(0.1), undefined, 0, 2, 2]);
    expect(w).toEqual([5, 7]);
  });

  it('is made, copied, filled and set', () => {
    const results = resultsOf((b) => {
      const u = b.define('alloc', { length: b.constant(4), fill: 'zero' }, i32);
      b.effect('fill', { array: u, value: b.constant(2.9), from: b.constant(1) });
      const v = b.define('copy', { array: u, from: b.constant(-3), to: b.constant(3) }, list);
      const z = b.define('copy', { array: v }, f64);
      b.effect('set', { array: u, source: z, offset: b.constant(2) });
      b.effect('accumulate', { array: z, index: b.constant(7), value: b.constant(1), access: 'checked' });
      b.effect('addInto', { array: z, source: u });
      const like = b.define('buffer', { like: u, slot: 0 }, f64);
      const holes = b.define('alloc', { length: b.constant(2), fill: 'hole' }, list);
      return [
        u,
        v,
        z,
        like,
        b.define('present', { array: holes, index: b.constant(0) }, bool),
        b.define('same', { left: u, right: u }, bool),
      ];
    });
    expect(results).toEqual([new Int32Array([0, 2, 2, 2]), [2, 2], new Float64Array([2, 4]), new Float64Array(4), false, true]);
  });

  it('is one object per global', () => {
    const results = resultsOf((b) => {
      const read = () => b.define('global', { name: 'G', module: '/m.ts', literal: [1, 2] }, f64);
      return [
        b.define('same', { left: read(), right: read() }, bool),
        b.define('global', { name: 'H', module: '/m.ts', literal: [3] }, real),
      ];
    });
    expect(results).toEqual([true, 3]);
    const outside = sketch('f', {}, (b) => [b.define('global', { name: 'rate', module: '/m.ts' }, real)]);
    expect(interpret(outside, [], { globals: new Map([['rate', 0.5]]) })).toEqual([0.5]);
    expect(() => interpret(outside, [])).toThrow('no value for the global rate');
  });

  it('throws for a promise of range that is broken', () => {
    const fn = sketch('f', { u: f64, i: int }, (b, { u, i }) => [b.load(u, i, 'inRange')]);
    expect(() => interpret(fn, [new Float64Array(2), 2])).toThrow('called in range');
  });
});

describe('control flow', () => {
  const trips = (to: number, from = 0, step = 1): RuntimeValue => {
    const fn = sketch('f', { to: real, from: int }, (b, given) =>
      sketchFor(b, { ...given, step, inits: [b.constant(0)], types: [int] }, (_, [n]) => [b.prim('add', [n as ValueId, b.constant(1)])]),
    );
    return interpret(fn, [to, from])[0];
  };

  it('counts trips as a for statement does', () => {
    expect([trips(3), trips(2.5), trips(-1), trips(Number.NaN), trips(0, 5, -2), trips(7, 1, 3)]).toEqual([3, 3, 0, 0, 3, 2]);
  });

  it('leaves a loop with an exit code, and runs out with 0', () => {
    const fn = sketch('f', { n: int }, (b, { n }) =>
      sketchFor(b, { to: n, inits: [b.constant(0)], types: [int], exits: true }, (i) => [
        b.prim('select', [b.prim('eq', [i, b.constant(2)]), b.constant(4), b.constant(0)]),
        i,
      ]),
    );
    expect(interpret(fn, [9])).toEqual([4, 2]);
    expect(interpret(fn, [2])).toEqual([0, 1]);
    expect(interpret(fn, [0])).toEqual([0, 0]);
  });

  it('tests a while before or after', () => {
    const fn = (test: 'before' | 'after', exits: boolean) =>
      sketch('f', { x: real }, (b, { x }) =>
        sketchWhile(
          b,
          { test, inits: [x], types: [real], exits },
          ([y]) => b.prim('lt', [y as ValueId, b.constant(3)]),
          ([y]) => {
            const next = b.prim('add', [y as ValueId, b.constant(1)]);
            return exits ? [b.prim('toNumber', [b.prim('eq', [next, b.constant(2)])]), next] : [next];
          },
        ),
      );
    expect([interpret(fn('before', false), [5]), interpret(fn('after', false), [5])]).toEqual([[5], [6]]);
    expect([interpret(fn('before', true), [0]), interpret(fn('after', true), [5])]).toEqual([
      [1, 2],
      [0, 6],
    ]);
  });

  it('calls, also recursively, with values of their own', () => {
    const factorial = sketch('factorial', { n: int }, (b, { n }) =>
      b.branch(
        b.prim('le', [n, b.constant(1)]),
        [int],
        () => [b.constant(1)],
        () => {
          const out = b.value(int);
          b.push({ kind: 'call', callee: 'factorial', args: [b.prim('sub', [n, b.constant(1)])], outs: [out], origin: b.origin });
          return [b.prim('mul', [n, out])];
        },
      ),
    );
    expect(interpret({ main: factorial, callees: new Map([['factorial', factorial]]) }, [5])).toEqual([120]);
  });

  it("throws the user's errors", () => {
    const fn = sketch('f', { n: int }, (b, { n }) => {
      b.effect('throw', { error: 'RangeError', message: ['n is ', n, ', sorry'] });
      return [n];
    });
    expect(() => interpret(fn, [-3])).toThrow(new RangeError('n is -3, sorry'));
  });

  it('records last in, first out', () => {
    const results = resultsOf((b) => {
      const stack = b.define('stack', {}, { kind: 'stack', element: 'real' } satisfies Type);
      for (const value of [1, 2]) b.effect('push', { stack, value: b.constant(value) });
      return [b.define('pop', { stack }, real), b.define('pop', { stack }, real)];
    });
    expect(results).toEqual([2, 1]);
  });

  it('stops at its budget', () => {
    const fn = sketch('f', {}, (b) =>
      sketchWhile(
        b,
        { test: 'before', inits: [], types: [] },
        () => b.constant(true),
        () => [],
      ),
    );
    expect(() => interpret(fn, [], { budget: 100 })).toThrow(budgetSpent);
  });
});
