/** What the derivatives of programs written with records allocate: their result, and nothing else. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesPerCall } from './allocation.ts';
import type { Contenders } from './contenders.ts';
import { recordCases } from './record-cases.ts';

/** Few enough calls for the young memory of a plain process. */
const calls = 20;
/** For what a call in a test costs: its boxed value, and the bookkeeping of the measurement. */
const slack = 256;

function caseNamed(name: string): Promise<Contenders> {
  const found = recordCases.find((entry) => entry.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return found.prepare();
}

beforeAll(() => {
  setFlagsFromString('--expose-gc');
  globalThis.gc = runInNewContext('gc') as NonNullable<typeof globalThis.gc>;
});

describe('fValueAndGradInto allocates nothing', () => {
  it.each(['distance-into', 'springs-into', 'springs-repelled-into', 'planar-arm-into'])('%s', async (name) => {
    const { generated } = await caseNamed(name);
    expect(bytesPerCall(generated, calls)).toBeLessThan(slack + 100 * 32);
  });
});

describe('fValueAndGrad allocates its result', () => {
  it.each([
    ['springs', 200],
    ['springs-repelled', 200],
    ['planar-arm', 400],
    ['spatial-arm', 500],
  ])('%s: %d records', async (name, records) => {
    const { generated } = await caseNamed(name);
    const points = name.endsWith('arm') ? 100 : 1;
    expect(bytesPerCall(generated, calls)).toBeLessThan(slack + bytesOf(records) + points * bytesOf(2));
  });
});

/** An object of at most three numbers with its place in a list, V8 keeping each number in a box of 16 bytes. */
function bytesOf(records: number): number {
  return records * (24 + 3 * (8 + 16) + 8);
}
