import { describe, expect, it } from 'vitest';
import { type Difference, slopeAt, slopeOf } from './differences.ts';

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

  it('says which it is', () => {
    const moved = (f: (x: number) => number, x: number) => slopeAt((shift) => ({ value: f(x + shift), shift: x + shift - x }), 1);
    expect(moved(Math.abs, 0)).toEqual({ kind: 'kink', left: -1, right: 1 });
    expect(moved(Math.sqrt, 0)).toEqual({ kind: 'not finite' });
    expect(moved(Math.sin, 0)).toMatchObject({ kind: 'smooth', value: expect.closeTo(1, 12) });
  });
});
