/** Slopes of a function of many arguments along a line, by differences. */
import { attempt } from './attempt.ts';
import { type Shifted, type Slope, slopeAt } from './differences.ts';
import { copyAll, type Path, read, write } from './values.ts';

/** One number of the arguments and how far it moves per unit of shift. */
export interface Move {
  readonly path: Path;
  readonly by: number;
}

/** A function of the arguments, which it may write to. */
export type Measure = (own: readonly unknown[]) => number;

/** Where steps of the first size meet a kink or a strong bend, smaller ones may not. */
const sizes = [1, 1 / 16, 1 / 256];

/** `accuracy`: an error relative to the slope that is small enough. */
export function slopeAlong(args: readonly unknown[], measure: Measure, moves: readonly Move[], accuracy: number): Slope {
  const starts = moves.map(({ path }) => read(args, path) as number);
  const isSingle = moves.length === 1;
  const shifted: Shifted = (shift) => {
    const moved = copyAll(args) as unknown as unknown[];
    const kept = moves.map(({ path, by }, at) => write(moved, path, (starts[at] as number) + by * shift));
    // What a Float32Array rounds the number to is the shift that counts.
    const made = isSingle ? ((kept[0] as number) - (starts[0] as number)) / (moves[0] as Move).by : shift;
    const found = attempt(() => measure(moved));
    return { value: 'result' in found ? found.result : Number.NaN, shift: made };
  };
  return refine(shifted, isSingle ? scaleOf(starts[0] as number) : 1, accuracy);
}

/** How large a step from a number is of its own size. */
export function scaleOf(start: number): number {
  return Math.max(0.1, Math.abs(start));
}

function refine(shifted: Shifted, whole: number, accuracy: number): Slope {
  const least = 1e-4 * Math.abs(shifted(0).value);
  let best: Slope | undefined;
  for (const size of sizes) {
    const slope = slopeAt(shifted, size * whole);
    if (slope.kind === 'smooth' && slope.error <= accuracy * Math.max(Math.abs(slope.value), least)) return slope;
    best = best === undefined || isBetter(slope, best) ? slope : best;
    if (slope.kind === 'not finite') break;
  }
  return best as Slope;
}

function isBetter(slope: Slope, best: Slope): boolean {
  return slope.kind === 'smooth' && best.kind === 'smooth' && slope.error < best.error;
}
