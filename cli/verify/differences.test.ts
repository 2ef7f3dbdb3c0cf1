import { describe, expect, it } from 'vitest';
import { type Difference, slopeOf } from './differences.ts';
import { guessPoints, pointsIn, randomFrom } from './points.ts';
import { copyOf, isIdentical, leavesOf, mapLeaves, pathText } from './values.ts';

const slope = (f: (x: number) => number, x: number) =>
  slopeOf((shift) => ({ value: f(x + shift), shift: x + shift - x }), Math.max(0.1, Math.abs(x)));

describe('slopeOf', () => {
  it('agrees with the derivative to ten digits, and knows its error', () => {
    const cases: readonly [(x: number) => number, number, number][] = [
      [Math.exp, 1, Math.E],
      [Math.sin, 100, Math.cos(100)],
      [(x) => x ** 3, -2, 12],
      [Math.log, 0.001, 1000],
      [Math.sqrt, 1e-6, 500],
      [(x) => x * x, 0, 0],
    ];
    for (const [f, x, expected] of cases) {
      const { value, error } = slope(f, x) as Difference;
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(Math.max(error, 1e-12 * Math.abs(expected), 1e-14));
    }
  });

  it('sees the noise of a function that rounds', () => {
    const { value, error } = slope((x) => Math.fround(x * 0.3) ** 2, 0.7) as Difference;
    expect(Math.abs(value - 2 * 0.3 * 0.3 * 0.7)).toBeLessThanOrEqual(error);
    expect(error).toBeGreaterThan(3e-7 * value);
  });

  it('refuses kinks and what is not finite', () => {
    expect(slope(Math.abs, 0)).toBeUndefined();
    expect(slope((x) => Math.max(x, 2 * x), 0)).toBeUndefined();
    expect(slope(Math.sqrt, 0)).toBeUndefined();
    expect(slope((x) => Math.log(-x), 1)).toBeUndefined();
  });
});

describe('values', () => {
  const value = { a: [1, Float64Array.of(2, 3)], n: Int32Array.of(4), text: 'x', b: { c: 5 } };

  it('have leaves, and copies that share nothing', () => {
    expect(leavesOf(value).map(({ path, value: leaf }) => [pathText('v', path), leaf])).toEqual([
      ['v.a[0]', 1],
      ['v.a[1][0]', 2],
      ['v.a[1][1]', 3],
      ['v.b.c', 5],
    ]);
    const copy = copyOf(value);
    expect(isIdentical(copy, value)).toBe(true);
    (copy.a[1] as Float64Array)[0] = 7;
    expect((value.a[1] as Float64Array)[0]).toBe(2);
    expect(leavesOf(mapLeaves(value, (leaf) => -leaf.value)).map((leaf) => leaf.value)).toEqual([-1, -2, -3, -5]);
    const shared = [1];
    const [first, second] = copyOf([shared, shared]);
    expect(first).toBe(second);
  });

  it('are identical bit for bit only', () => {
    expect(isIdentical(0, -0)).toBe(false);
    expect(isIdentical([Number.NaN], [Number.NaN])).toBe(true);
    expect(isIdentical([1], [1, 2])).toBe(false);
  });
});

describe('points', () => {
  it('are the same in every run', () => {
    const [first, second] = [randomFrom('f'), randomFrom('f')];
    const drawn = Array.from({ length: 50 }, first);
    expect(drawn).toEqual(Array.from({ length: 50 }, second));
    expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
  });

  it('come from a file in any of its forms', () => {
    expect(pointsIn({ default: [[1], { args: [2] }] }, 'f')).toEqual([[1], [2]]);
    expect(pointsIn({ default: { f: [[1]], g: [[2]] } }, 'f')).toEqual([[1]]);
    expect(pointsIn({ f: [[1]], default: [[2]] }, 'f')).toEqual([[1]]);
    expect(pointsIn({}, 'f')).toEqual([]);
  });

  it('are guessed with equal lengths and small integers', () => {
    const param = (shape: object) => ({ name: 'p', type: '', optional: false, role: 'input', why: '', shape });
    const params = [
      param({ kind: 'array', storage: 'f64', readonly: false }),
      param({ kind: 'array', storage: 'i32' }),
      param({ kind: 'int' }),
    ];
    const points = guessPoints({ name: 'f', params } as unknown as Parameters<typeof guessPoints>[0], 8);
    for (const { args } of points) {
      const [x, k, n] = args as [Float64Array, Int32Array, number];
      expect([x.length === k.length, n > 0 && n < 10]).toEqual([true, true]);
    }
  });
});
