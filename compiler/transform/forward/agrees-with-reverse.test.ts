import { expect, it } from 'vitest';
import { checkFunction } from '../../ir/check.ts';
import type { RuntimeValue } from '../../ir/interpret.ts';
import { printFunction } from '../../ir/print.ts';
import { generator, type RandomLimits, randomFunction } from '../../ir/testing/random-function.ts';
import { run } from '../../ir/testing.ts';
import { buildVjp } from '../reverse/index.ts';
import { buildJvp } from './build-jvp.ts';

const elements = [0, 1, 2];

/** One value per input x, u[0], u[1], u[2]: what the seeds make of the tangent along it. */
function forwardGradient(seed: number, limits: RandomLimits, args: readonly RuntimeValue[], seeds: readonly number[]): readonly number[] {
  const jvp = buildJvp(randomFunction(seed, limits), [0, 1]);
  return [-1, ...elements].map((input) => {
    const tangents = [input < 0 ? 1 : 0, Float64Array.from(elements, (i) => (i === input ? 1 : 0))];
    const outputs = run(jvp, [...args, ...tangents]).slice(seeds.length);
    return outputs.reduce((sum, tangent, i) => sum + tangent * (seeds[i] as number), 0);
  });
}

/** What is wrong with the reverse of one random function; undefined: nothing. */
function problemOf(seed: number, limits: RandomLimits): string | undefined {
  const fn = randomFunction(seed, limits);
  const vjp = buildVjp(fn, { inputs: [0, 1], seeds: 'parameters', withValues: true });
  const problems = checkFunction(vjp);
  if (problems.length > 0) return problems.join('\n');
  const random = generator(seed + 1);
  const args: readonly RuntimeValue[] = [random() * 3 - 1.5, Float64Array.from(elements, () => random() * 3 - 1.5), 3];
  const seeds = Array.from({ length: 5 }, () => random() - 0.5);
  const found = run(vjp, [...args, seeds[0], Float64Array.from(seeds.slice(1, 4)), seeds[4]]);
  if (run(fn, args).some((value, i) => !Object.is(value, found[i]))) return 'the value changed';
  const expected = forwardGradient(seed, limits, args, seeds);
  const gradient = found.slice(seeds.length);
  const agrees = expected.every((value, i) => Math.abs(value - (gradient[i] as number)) <= 1e-9 * Math.max(1, Math.abs(value)));
  return agrees ? undefined : `gradient ${gradient.join(' ')}\nforward  ${expected.join(' ')}`;
}

function report(seed: number, limits: RandomLimits): string | undefined {
  const attempt = (): string | undefined => {
    try {
      return problemOf(seed, limits);
    } catch (error) {
      return String(error);
    }
  };
  const problem = attempt();
  return problem && `seed ${seed}\n${printFunction(randomFunction(seed, limits))}${problem}`;
}

/** Of all failures the smallest program is shown. */
it.each([
  { count: 1500, limits: { statements: 3, depth: 2 } },
  { count: 300, limits: { statements: 4, depth: 3 } },
])(
  'reverse mode agrees with forward mode on $count random functions',
  ({ count, limits }) => {
    const reports = Array.from({ length: count }, (_, i) => report(i + 1, limits)).filter((text) => text !== undefined);
    const smallest = reports.sort((a, b) => a.length - b.length).at(0);
    expect(smallest && `${reports.length} failures\n${smallest}`).toBeUndefined();
  },
  120_000,
);
