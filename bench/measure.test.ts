import { expect, it } from 'vitest';
import { cases } from './cases.ts';
import { measure, median } from './measure.ts';

it('the median of an even number of values lies between the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

it('ratios say how much longer a contender takes', () => {
  const spin = (turns: number) => (): number => {
    let sum = 0;
    for (let i = 0; i < turns; i++) sum += Math.sqrt(i);
    return sum;
  };
  const { ratios, nanoseconds, sink } = measure([spin(20_000), spin(80_000), spin(20_000)]);
  expect(ratios[0]).toBe(1);
  expect(ratios[1]).toBeGreaterThan(2);
  expect(ratios[2]).toBeLessThan(ratios[1]);
  expect(nanoseconds).toBeGreaterThan(1000);
  expect(sink).toBeGreaterThan(0);
});

it('every case says what it measures', () => {
  expect(new Set(cases.map(({ name, size }) => `${name} ${size}`)).size).toBe(cases.length);
});

it('the rivals of a case have a name each', () => {
  for (const { rivals } of cases) {
    const names = rivals?.().map(({ name }) => name) ?? [];
    expect(new Set(names).size).toBe(names.length);
  }
});
