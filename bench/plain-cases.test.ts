/** The rivals of cases over plain vectors that no other test runs at a case's own size. Nothing is timed here. */
import { describe, expect, it } from 'vitest';
import { cases } from './cases.ts';
import { disagreement } from './compare.ts';
import type { BenchCase } from './contenders.ts';
import { largeCases } from './large-cases.ts';

/** Others take seconds. */
const chosen = ['log-sum-exp, n = 1,000', 'det, 8 × 8'];

const titleOf = ({ name, size }: BenchCase): string => `${name}, ${size}`;
const found = [...cases, ...largeCases].filter((entry) => !entry.isOfEight && chosen.includes(titleOf(entry)));

it('each is a case', () => {
  expect(found.map(titleOf)).toEqual(chosen);
});

describe.each(found.map((entry) => ({ title: titleOf(entry), entry })))('$title', ({ entry }) => {
  it.each(entry.rivals?.().map((rival) => [rival.name, rival] as const) ?? [])('generated and %s', async (_, rival) => {
    const contenders = await entry.prepare();
    const prepared = await rival.prepare();
    for (const _again of [1, 2]) expect(disagreement(contenders, prepared)).toBeLessThan(rival.tolerance);
  });

  it('has both tapes and differences', () => {
    expect(entry.rivals?.().map(({ name }) => name)).toEqual(['flat tape', 'closure tape', 'differences']);
  });
});

it('every case has rivals, or its form that fills the result has', () => {
  const without = [...cases, ...largeCases].filter(({ name, rivals }) => !rivals && !cases.some((entry) => entry.name === `${name}-into`));
  expect(without.map(titleOf)).toEqual([]);
});
