/** Slopes of a function along a line, and how a derivative compares with them. */
import { type Difference, slopeOf } from '../../runtime/check/differences.ts';
import type { Move } from './entries.ts';
import { agrees, attempt, differs, skipped, type Verdict } from './subject.ts';
import { copyOf, read, write } from './values.ts';

/** Relative to the largest entry. */
const tolerance = 1e-6;

export function slopeAlong(
  args: readonly unknown[],
  measure: (moved: readonly unknown[]) => number,
  moves: readonly Move[],
): Difference | undefined {
  const starts = moves.map(({ param, path }) => read(args[param], path) as number);
  const size = Math.max(0.1, ...(moves.length === 1 ? starts.map(Math.abs) : []));
  const shifted = (shift: number) => {
    const moved = { args: args.map((arg) => copyOf(arg)) };
    const kept = moves.map(({ param, path, by }, at) => write(moved, ['args', param, ...path], (starts[at] as number) + by * shift));
    // What a Float32Array rounds the number to is the shift that counts.
    const made = moves.length === 1 ? ((kept[0] as number) - (starts[0] as number)) / (moves[0] as Move).by : shift;
    const result = attempt(() => measure(moved.args));
    return { value: 'error' in result ? Number.NaN : result.result, shift: made };
  };
  const slope = slopeOf(shifted, size);
  const noise = moves.length === 1 ? 0 : roundingNoise(args, measure, moves);
  return slope && { ...slope, error: Math.max(slope.error, (2 * noise) / (size / smallShare)) };
}

/** The extrapolation takes most of its value from steps about this part of the size. */
const smallShare = 256;

/** On a line through several numbers of a Float32Array each is rounded in its own way: what that does to the function. */
function roundingNoise(args: readonly unknown[], measure: (moved: readonly unknown[]) => number, moves: readonly Move[]): number {
  const rounded = moves.filter(({ param, path }) => read(args[param], path.slice(0, -1)) instanceof Float32Array);
  if (rounded.length === 0) return 0;
  const nudged = (side: number): number => {
    const moved = { args: args.map((arg) => copyOf(arg)) };
    rounded.forEach(({ param, path }, at) => {
      const start = read(args[param], path) as number;
      write(moved, ['args', param, ...path], start * (1 + (at % 2 === 0 ? side : -side) * 2 ** -23));
    });
    const result = attempt(() => measure(moved.args));
    return 'error' in result ? Number.NaN : result.result;
  };
  return Math.abs(nudged(1) - nudged(-1));
}

export function compare(
  expected: readonly (Difference | undefined)[],
  got: readonly number[],
  value: number,
  nameAt: (at: number) => string,
): Verdict {
  const known = expected.filter((one): one is Difference => one !== undefined);
  if (known.length < expected.length) return skipped;
  const scale = Math.max(1e-12, 1e-7 * Math.abs(value), ...known.map((one) => Math.abs(one.value)));
  if (known.some(({ error }) => !(error <= 0.3 * tolerance * scale))) return skipped;
  // Written so that NaN fails.
  const wrong = known.findIndex((one, at) => !(Math.abs(one.value - (got[at] as number)) <= tolerance * scale));
  if (wrong < 0) return agrees;
  return differs(`${nameAt(wrong)}: expected ${(known[wrong] as Difference).value.toPrecision(9)}, got ${got[wrong]}`);
}
