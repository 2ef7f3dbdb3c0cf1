/** The tapes and differences of the programs over records agree with the generated gradients. Nothing is timed here. */
import { describe, expect, it } from 'vitest';
import { disagreement, handDisagreement } from './compare.ts';
import { recordCases } from './record-cases.ts';
import { agreement } from './results.ts';

describe.each(recordCases.map((entry) => ({ title: `${entry.name}, ${entry.size}`, entry })))('$title', ({ entry }) => {
  it('generated and written by hand', async () => {
    expect(handDisagreement(await entry.prepare())).toBeLessThan(agreement);
  });

  const rivals = entry.rivals?.() ?? [];
  it.each(rivals.map((rival) => [rival.name, rival] as const))('generated and %s', async (_, rival) => {
    const contenders = await entry.prepare();
    const prepared = await rival.prepare();
    for (const _again of [1, 2]) expect(disagreement(contenders, prepared)).toBeLessThan(rival.tolerance);
  });
});

it('each program that fills its result has both tapes and differences', () => {
  const filling = recordCases.filter(({ name }) => name.endsWith('-into'));
  const names = filling.map(({ rivals }) => rivals?.().map(({ name }) => name));
  expect(names).toEqual(filling.map(() => ['flat tape', 'closure tape', 'differences']));
});
