import type { int } from 'gradgen';

/**
 * The area of a soap film over a grid of `size` × `size` points, one apart: `frame` holds the heights of all of them, by rows, of which
 * those at the border stay; `inner` holds those of the others.
 * @grad inner
 */
export function area(inner: Float64Array, frame: Float64Array, size: int): number {
  const z = frame.slice();
  for (let i = 1; i < size - 1; i++) {
    for (let j = 1; j < size - 1; j++) z[i * size + j] = inner[(i - 1) * (size - 2) + j - 1];
  }
  let sum = 0;
  for (let i = 1; i < size; i++) {
    for (let j = 1; j < size; j++) {
      const here = i * size + j;
      const rise = z[here] - z[here - size - 1];
      const fall = z[here - 1] - z[here - size];
      // The parallelogram over the diagonals of a cell, which are √2 long and at right angles.
      sum += Math.sqrt(1 + (rise * rise + fall * fall) / 2);
    }
  }
  return sum;
}
