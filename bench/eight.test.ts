/** All contenders of the eight programs agree with the generated gradient. Nothing is timed here. */
import { basename, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import { stateOf } from '../cli/freshness.ts';
import { compile } from '../compiler/index.ts';
import { disagreement, handDisagreement } from './compare.ts';
import { eightCases } from './eight-cases.ts';
import { isInstalled } from './peers/load.ts';
import { peers } from './peers/table.ts';
import { agreement } from './results.ts';

describe.each(eightCases.map((entry) => ({ title: `${entry.name}, ${entry.size}`, entry })))('$title', ({ entry }) => {
  const rivals = entry.rivals?.() ?? [];

  it('generated and written by hand', async () => {
    const contenders = await entry.prepare();
    expect(contenders.generated()).toBe(contenders.own());
    expect(handDisagreement(contenders)).toBeLessThan(agreement);
  });

  it.each(rivals.map((rival) => [rival.name, rival] as const))('generated and %s', async (_, rival) => {
    const contenders = await entry.prepare();
    const prepared = await rival.prepare();
    expect(disagreement(contenders, prepared)).toBeLessThan(rival.tolerance);
    expect(disagreement(contenders, prepared)).toBeLessThan(rival.tolerance);
  });
});

it('a wrong value, a wrong entry, NaN and a gradient of another length disagree', () => {
  const results = { generated: () => [1, 2], hand: () => [1, 2] };
  const contenders = { own: () => 3, generated: () => 3, hand: () => 3, results };
  const apart = (value: number, gradient: number[]) => disagreement(contenders, { run: () => value, gradient: () => gradient });
  expect(apart(3, [1, 2])).toBe(0);
  expect([apart(3.1, [1, 2]), apart(3, [1, 2.1])].every((error) => error > 1e-3)).toBe(true);
  expect([apart(Number.NaN, [1, 2]), apart(3, [1, Number.NaN]), apart(3, [1])]).toEqual([Infinity, Infinity, Infinity]);
});

describe('the generated files', () => {
  const paths = globSync('bench/eight/*.ts', { ignore: ['**/*.grad.ts', '**/inputs.ts'], absolute: true });
  const { files, diagnostics } = compile({ cwd: process.cwd(), paths, tsconfig: resolve('fixtures/programs/tsconfig.json'), options: {} });

  it('compile without a message', () => {
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
    expect(files).toHaveLength(6);
  });

  it.each(files.map((file) => [basename(file.target), file] as const))('%s is what the compiler gives (npm run programs)', (_, file) => {
    expect(stateOf(file)).toBe('fresh');
  });
});

it('the installed peers have the programs that the table says', async () => {
  for (const peer of peers.filter((candidate) => isInstalled(candidate.package))) {
    expect(Object.keys(await peer.load()).sort(), peer.name).toEqual([...peer.programs].sort());
  }
});
