import { describe, expect, it } from 'vitest';
import { arrayOf, type Builder, int, real, refsOf } from '../../ir/build.ts';
import type { StructuredValue } from '../../ir/interpret.ts';
import { sketch, sketchFor } from '../../ir/testing.ts';
import type { ValueId } from '../../ir/types.ts';
import { copyWritten } from '../copy-written.ts';
import { everyWay, expectAgreement, expectMatrix, matrixOf, record } from './testing.ts';

const f64 = arrayOf('f64');
const point = record({ x: real, y: real });

/** The squares of an array, times a number. */
function squares(b: Builder, u: ValueId, k: ValueId, made = b.define('alloc', { length: b.length(u), fill: 'zero' }, f64)): ValueId {
  sketchFor(b, { to: b.length(u), inits: [], types: [] }, (i) => {
    const x = b.load(u, i, 'checked');
    b.effect('store', { array: made, index: i, value: b.prim('mul', [k, b.prim('mul', [x, x])]), access: 'checked' });
    return [];
  });
  return made;
}

function makePoint(b: Builder, x: ValueId, y: ValueId): ValueId {
  const made = b.define('alloc', { length: b.constant(2), fill: 'zero' }, point);
  b.put(made, 0, x);
  b.put(made, 1, y);
  return made;
}

describe('flattening', () => {
  it('numbers', () => {
    const fn = sketch('f', { x: real, y: real }, (b, { x, y }) => [b.prim('mul', [x, y]), b.prim('sub', [x, y]), y]);
    expectMatrix(
      fn,
      [0, 1],
      [2, 3],
      [
        [3, 2],
        [1, -1],
        [0, 1],
      ],
    );
    expectMatrix(fn, [1], [2, 3], [[2], [-1], [1]]);
  });

  it('arrays of any length, beside numbers', () => {
    const fn = sketch('f', { k: real, u: f64 }, (b, { k, u }) => [squares(b, u, k), b.prim('mul', [k, k])]);
    for (const length of [0, 1, 3, 4, 5, 9]) {
      const u = Float64Array.from({ length }, (_, i) => i + 1);
      const rows = [...u].map((x, i) => [x * x, ...[...u].map((_, j) => (i === j ? 2 * 3 * x : 0))]);
      expectMatrix(fn, [0, 1], [3, u], [...rows, [6, ...[...u].map(() => 0)]]);
    }
  });

  it('number[] and Float32Array', () => {
    const types = { k: real, a: arrayOf('list'), s: arrayOf('f32') };
    const fn = sketch('f', types, (b, { k, a, s }) => {
      const list = squares(b, a, k, b.define('alloc', { length: b.length(a), fill: 'zero' }, arrayOf('list')));
      return [list, squares(b, s, k, b.define('alloc', { length: b.length(s), fill: 'zero' }, arrayOf('f32')))];
    });
    expectMatrix(
      fn,
      [0, 1, 2],
      [2, [1, 2], Float32Array.of(3)],
      [
        [1, 4, 0, 0],
        [4, 0, 8, 0],
        [9, 0, 0, 12],
      ],
    );
  });

  it('records and tuples, without the fields that have no derivative', () => {
    const outer = record({ id: int, at: point, weights: f64, mass: real });
    const fn = sketch('f', { p: outer, k: real }, (b, { p, k }) => {
      const at = b.get(p, 1);
      const [x, y] = [b.get(at, 0), b.get(at, 1)];
      const inner = makePoint(b, b.prim('mul', [x, b.get(p, 3)]), b.prim('mul', [y, k]));
      const made = b.define('alloc', { length: b.constant(4), fill: 'hole' }, outer);
      b.put(made, 0, b.constant(7));
      b.put(made, 1, inner);
      b.put(made, 2, squares(b, b.get(p, 2), k));
      b.put(made, 3, x);
      return [made, k];
    });
    const p: StructuredValue = { id: 1, at: { x: 2, y: 3 }, weights: Float64Array.of(1, 2), mass: 5 };
    expectMatrix(
      fn,
      [0, 1],
      [p, 10],
      [
        [5, 0, 0, 0, 2, 0],
        [0, 10, 0, 0, 0, 3],
        [0, 0, 20, 0, 0, 1],
        [0, 0, 0, 40, 0, 4],
        [1, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 1],
      ],
    );
  });

  it('more numbers than go in one sweep', () => {
    const names = Array.from({ length: 11 }, (_, i) => `x${i}`);
    const fn = sketch('f', Object.fromEntries(names.map((name) => [name, real])), (b, given) => {
      const ids = names.map((name) => given[name] as ValueId);
      return [
        ids.reduce((product, id) => b.prim('mul', [product, id])),
        ids.reduce((sum, id) => b.prim('add', [sum, b.prim('Math.sin', [id])])),
      ];
    });
    expectAgreement(
      fn,
      names.map((_, i) => i),
      names.map((_, i) => 1 + i / 8),
    );
  });
});

describe('lists', () => {
  it('of records, in and out', () => {
    const fn = sketch('f', { points: refsOf(point), k: real }, (b, { points, k }) => {
      const made = b.define('alloc', { length: b.length(points), fill: 'hole' }, refsOf(point));
      sketchFor(b, { to: b.length(points), inits: [], types: [] }, (i) => {
        const p = b.load(points, i, 'checked');
        const q = makePoint(b, b.prim('mul', [b.get(p, 0), b.get(p, 1)]), b.prim('mul', [k, b.get(p, 0)]));
        b.effect('store', { array: made, index: i, value: q, access: 'checked' });
        return [];
      });
      return [made];
    });
    expectMatrix(
      fn,
      [0, 1],
      [
        [
          { x: 2, y: 3 },
          { x: 4, y: 5 },
        ],
        10,
      ],
      [
        [3, 2, 0, 0, 0],
        [10, 0, 0, 0, 2],
        [0, 0, 5, 4, 0],
        [0, 0, 10, 0, 4],
      ],
    );
    expectMatrix(fn, [0, 1], [[], 10], [], 1);
  });

  it('of rows of different lengths, in and out', () => {
    const fn = sketch('f', { rows: refsOf(f64), k: real }, (b, { rows, k }) => {
      const made = b.define('alloc', { length: b.length(rows), fill: 'hole' }, refsOf(f64));
      sketchFor(b, { to: b.length(rows), inits: [], types: [] }, (i) => {
        b.effect('store', { array: made, index: i, value: squares(b, b.load(rows, i, 'checked'), k), access: 'checked' });
        return [];
      });
      return [k, made];
    });
    const rows: StructuredValue = [Float64Array.of(1, 2, 3, 4, 5), new Float64Array(0), Float64Array.of(6)];
    expectAgreement(fn, [0, 1], [rows, 2]);
    expectAgreement(fn, [1, 0], [rows, 2]);
    expectAgreement(fn, [0], [rows, 2]);
  });
});

describe('many numbers in one record, row by row in a loop', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const many = record(Object.fromEntries(names.map((name) => [name, real])));
  const makeMany = (b: Builder, x: ValueId, y: ValueId): ValueId => {
    const made = b.define('alloc', { length: b.constant(names.length), fill: 'zero' }, many);
    names.forEach((_, at) => {
      b.put(made, at, b.prim('mul', [b.prim('add', [x, b.constant(at)]), y]));
    });
    return made;
  };

  it('that is an output', () => {
    const fn = sketch('f', { u: f64, k: real }, (b, { u, k }) => [k, makeMany(b, b.load(u, b.constant(1), 'checked'), k)]);
    const rows = names.map((_, at) => [0, 10, 0, 3 + at]);
    expectMatrix(fn, [0, 1], [Float64Array.of(2, 3, 4), 10], [[0, 0, 0, 1], ...rows]);
  });

  it('that are elements of one', () => {
    const fn = sketch('f', { u: f64, k: real }, (b, { u, k }) => {
      const made = b.define('alloc', { length: b.length(u), fill: 'hole' }, refsOf(many));
      sketchFor(b, { to: b.length(u), inits: [], types: [] }, (i) => {
        b.effect('store', { array: made, index: i, value: makeMany(b, b.load(u, i, 'checked'), k), access: 'checked' });
        return [];
      });
      return [made, k];
    });
    expectAgreement(fn, [0, 1], [Float64Array.of(2, 3, 4), 10]);
    expectAgreement(fn, [0], [Float64Array.of(2), 10]);
  });
});

describe('edges', () => {
  it('written parameters are outputs', () => {
    const lowered = sketch('f', { u: f64, k: real }, (b, { u, k }) => {
      b.effect('store', {
        array: u,
        index: b.constant(1),
        value: b.prim('mul', [k, b.load(u, b.constant(0), 'checked')]),
        access: 'checked',
      });
      return [b.load(u, b.constant(1), 'checked'), u];
    });
    const written = lowered.results.map((result, at) => (at === 1 ? { ...result, kind: 'written' as const, param: 0 } : result));
    const u = Float64Array.of(2, 3, 4);
    expectMatrix(
      copyWritten({ ...lowered, results: written }).fn,
      [0, 1],
      [u, 5],
      [
        [5, 0, 0, 2],
        [1, 0, 0, 0],
        [5, 0, 0, 2],
        [0, 0, 1, 0],
      ],
    );
    expect([...u]).toEqual([2, 3, 4]);
  });

  it('results that do not depend on the inputs, and none at all', () => {
    const fn = sketch('f', { u: f64, v: f64, x: real }, (b, { v }) => [squares(b, v, b.constant(2)), b.constant(1.5)]);
    expectMatrix(
      fn,
      [0, 2],
      [Float64Array.of(1, 2), Float64Array.of(3), 4],
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
    );
    expectMatrix(
      sketch('f', { u: f64 }, () => []),
      [0],
      [Float64Array.of(1, 2)],
      [],
      2,
    );
  });

  it('a parameter returned as it is', () => {
    const fn = sketch('f', { u: f64, p: point }, (_, { u, p }) => [p, u]);
    expectMatrix(
      fn,
      [0, 1],
      [Float64Array.of(1), { x: 2, y: 3 }],
      [
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
      ],
    );
  });

  it('throws what f throws, also for no columns', () => {
    const fn = sketch('f', { u: f64, k: int }, (b, { u, k }) => {
      const then = (): readonly ValueId[] => {
        b.effect('throw', { error: 'RangeError', message: ['too small'] });
        return [];
      };
      b.branch(b.prim('lt', [k, b.constant(0)]), [], then, () => []);
      return [b.prim('add', [b.load(u, b.constant(0), 'orZero'), k])];
    });
    for (const way of everyWay(fn, [0])) {
      expect(matrixOf(way, [new Float64Array(0), 1])).toEqual({ rows: 1, cols: 0, values: [] });
      expect(() => matrixOf(way, [new Float64Array(0), -1])).toThrow('too small');
    }
  });
});
