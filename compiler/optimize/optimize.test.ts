import { describe, expect, it } from 'vitest';
import { checkFunction } from '../ir/check.ts';
import { closingPasses, lastPasses, optimize, passes } from './index.ts';
import { disagreement } from './testing/compare.ts';
import { randomFunction } from './testing/random-function.ts';

const programs = 400;

/** The first random program on which a transformation changes what is computed. */
function firstFailure(
  relaxed: number,
  transform: (fn: ReturnType<typeof randomFunction>) => ReturnType<typeof randomFunction>,
): string | undefined {
  for (let seed = 1; seed <= programs; seed++) {
    const before = randomFunction(seed, { size: 40, relaxed });
    const problem = disagreement(before, transform(before), seed * 7, relaxed > 0);
    if (problem !== undefined) return `seed ${seed}\n${problem}`;
  }
  return undefined;
}

describe('every pass keeps what a function computes', () => {
  it('random functions are well-formed', () => {
    for (let seed = 1; seed <= programs; seed++) expect(checkFunction(randomFunction(seed, { size: 40, relaxed: 0.5 }))).toEqual([]);
  });
  for (const pass of [...passes, ...lastPasses, ...closingPasses]) {
    it(`${pass.name}, bit for bit on exact values`, () => expect(firstFailure(0, pass.run)).toBeUndefined());
    it(`${pass.name}, on relaxed values`, () => expect(firstFailure(0.7, pass.run)).toBeUndefined());
  }
  it('all of them', () => expect(firstFailure(0, (fn) => optimize(fn))).toBeUndefined());
  it('all of them on relaxed values', () => expect(firstFailure(0.7, (fn) => optimize(fn))).toBeUndefined());
});
