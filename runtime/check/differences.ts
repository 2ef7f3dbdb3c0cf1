/** Derivatives by differences: Richardson extrapolation of central differences (C. J. F. Ridders, 1982), with an estimate of the error. */

export interface Difference {
  readonly value: number;
  readonly error: number;
}

/** `left` and `right`: the slopes on both sides of a kink. */
export type Slope =
  | (Difference & { readonly kind: 'smooth' })
  | { readonly kind: 'kink'; readonly left: number; readonly right: number }
  | { readonly kind: 'not finite' };

/** `shift` moves the point along a line and gives the function there and the shift that was really made. */
export type Shifted = (shift: number) => { readonly value: number; readonly shift: number };

const halvings = 8;
const retries = 24;

/** The slope at shift 0; undefined where the function is not finite around it, or has a kink there. `size`: how large a shift is small. */
export function slopeOf(shifted: Shifted, size: number): Difference | undefined {
  const slope = slopeAt(shifted, size);
  return slope.kind === 'smooth' ? slope : undefined;
}

export function slopeAt(shifted: Shifted, size: number): Slope {
  let step = 2 ** Math.round(Math.log2(size / 32));
  for (let retry = 0; retry < retries && !isFiniteAround(shifted, step); retry++) step /= 2;
  if (!isFiniteAround(shifted, step)) return { kind: 'not finite' };
  if (hasKink(shifted, step)) return kinkAt(shifted, step / 64);
  const { value, error } = extrapolate(shifted, step);
  // The extrapolation takes most of its value from steps about this large.
  return { kind: 'smooth', value, error: Math.max(error, (2 * noiseOf(shifted, size)) / (step / 8)) };
}

/**
 * How much the function jumps about, for instance where it rounds to float32: the fourth differences of points so close together
 * that nothing else is left in them (J. Moré and S. Wild, Estimating computational noise, 2011).
 */
function noiseOf(shifted: Shifted, size: number): number {
  const spacing = size * 2 ** -20;
  let row = Array.from({ length: 9 }, (_, at) => shifted((at - 4) * spacing).value);
  for (let order = 1; order <= 4; order++) row = row.slice(1).map((value, at) => value - (row[at] as number));
  return Math.max(...row.map(Math.abs)) / Math.sqrt(70);
}

function isFiniteAround(shifted: Shifted, step: number): boolean {
  return [-step, -step / 2, step / 2, step].every((shift) => Number.isFinite(shifted(shift).value));
}

/** Where the two one-sided slopes differ, their gap stays when the step shrinks; where the function bends, the gap shrinks too. */
function hasKink(shifted: Shifted, step: number): boolean {
  const at = shifted(0).value;
  const gap = (width: number): number => Math.abs(oneSided(shifted, width, at) - oneSided(shifted, -width, at));
  const small = step / 64;
  const scale = Math.abs(oneSided(shifted, small, at)) + Math.abs(oneSided(shifted, -small, at));
  const noise = (1e-14 * Math.abs(at)) / small;
  return gap(small) > 0.25 * gap(step) && gap(small) > 1e-5 * scale + 10 * noise;
}

function kinkAt(shifted: Shifted, step: number): Slope {
  const at = shifted(0).value;
  return { kind: 'kink', left: oneSided(shifted, -step, at), right: oneSided(shifted, step, at) };
}

function oneSided(shifted: Shifted, width: number, at: number): number {
  const moved = shifted(width);
  return (moved.value - at) / moved.shift;
}

function extrapolate(shifted: Shifted, first: number): Difference {
  let best: Difference = { value: Number.NaN, error: Number.POSITIVE_INFINITY };
  let before: number[] = [];
  for (let row = 0; row < halvings; row++) {
    const now = [central(shifted, first / 2 ** row)];
    for (let order = 1; order <= row; order++) {
      const [finer, coarser] = [now[order - 1] as number, before[order - 1] as number];
      const value = finer + (finer - coarser) / (4 ** order - 1);
      const error = Math.max(Math.abs(value - finer), Math.abs(value - coarser));
      if (error < best.error) best = { value, error };
      now.push(value);
    }
    before = now;
  }
  return best;
}

function central(shifted: Shifted, step: number): number {
  const [above, below] = [shifted(step), shifted(-step)];
  return (above.value - below.value) / (above.shift - below.shift);
}
