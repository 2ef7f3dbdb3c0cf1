import { expect, it } from 'vitest';
import { checkFunction } from '../../ir/check.ts';
import type { RuntimeValue } from '../../ir/interpret.ts';
import { printFunction } from '../../ir/print.ts';
import { generator, randomFunction } from '../../ir/testing/random-function.ts';
import { differenceOf, moved, run } from '../../ir/testing.ts';
import { buildJvp } from './build-jvp.ts';

const count = 600;

interface Tally {
  counted: number;
  skipped: number;
}

/** Differences count where two step sizes agree: elsewhere a branch or a kink lies between the points. */
function compare(seed: number, tally: Tally): void {
  const fn = randomFunction(seed);
  expect(checkFunction(fn), printFunction(fn)).toEqual([]);
  const jvp = buildJvp(fn, [0, 1]);
  expect(checkFunction(jvp), printFunction(jvp)).toEqual([]);
  const random = generator(seed + 1);
  const args: readonly RuntimeValue[] = [random() * 3 - 1.5, Float64Array.from([1, 2, 3], () => random() * 3 - 1.5), 3];
  const tangents: readonly RuntimeValue[] = [random() - 0.5, Float64Array.from([1, 2, 3], () => random() - 0.5)];
  const results = run(jvp, [...args, ...tangents]);
  const size = results.length / 2;
  expect(results.slice(0, size)).toEqual(run(fn, args));
  const at = (t: number): readonly number[] => run(fn, [...args.slice(0, 2).map((arg, i) => moved(arg, tangents[i], t)), 3]);
  for (let i = 0; i < size; i++) {
    const [coarse, fine] = [2 ** -9, 2 ** -11].map((scale) => differenceOf((t) => at(t)[i] as number, scale)) as [number, number];
    const tolerance = 1e-6 * Math.max(1, Math.abs(fine));
    if (!(Math.abs(coarse - fine) < tolerance)) tally.skipped++;
    else {
      tally.counted++;
      const error = Math.abs((results[size + i] as number) - fine);
      if (!(error < tolerance))
        expect(results[size + i], `seed ${seed}, result ${i}\n${printFunction(fn)}\n${printFunction(jvp)}`).toBe(fine);
    }
  }
}

it(`agrees with differences on ${count} random functions`, () => {
  const tally: Tally = { counted: 0, skipped: 0 };
  for (let seed = 1; seed <= count; seed++) compare(seed, tally);
  expect(tally.counted / (tally.counted + tally.skipped)).toBeGreaterThan(0.7);
}, 60_000);
