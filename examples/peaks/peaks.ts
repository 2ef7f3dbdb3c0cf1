/** Height, place and width of two peaks, then level and slope of the ground that they stand on. */
export type Peaks = [number, number, number, number, number, number, number, number];

export function curveAt([height1, place1, width1, height2, place2, width2, level, slope]: Peaks, t: number): number {
  const first = (t - place1) / width1;
  const second = (t - place2) / width2;
  return height1 * Math.exp(-first * first) + height2 * Math.exp(-second * second) + level + slope * t;
}

/**
 * The curve at all points t.
 * @jacobian p
 */
export function curve(p: Peaks, t: Float64Array): Float64Array {
  const values = new Float64Array(t.length);
  for (let i = 0; i < t.length; i++) values[i] = curveAt(p, t[i]);
  return values;
}
