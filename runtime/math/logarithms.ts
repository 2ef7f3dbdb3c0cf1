/** What `log` and `log1p` share. */
import { logTable } from './log-table.ts';

/**
 * For parts of the binade from 11/16: a point, its inverse, its logarithm to 2 ** -42, what is left. From the table of `pow`, whose
 * inverses are the exact ones; here the points are rounded, and what that changes goes into the last column.
 */
export const logParts: Float64Array = /* @__PURE__ */ makeParts();

function makeParts(): Float64Array {
  const parts = new Float64Array(512);
  for (let i = 0; i < 128; i++) {
    const inverse = logTable[3 * i] as number;
    const point = 1 / inverse;
    const short = Math.fround(point);
    const excess = short * inverse - 1 + (point - short) * inverse;
    parts.set([point, inverse, logTable[3 * i + 1] as number, (logTable[3 * i + 2] as number) + excess], 4 * i);
  }
  return parts;
}

/** ln(1 + x) for |x| <= 1/32, by its series. */
export function smallLog(x: number): number {
  const s = x * x;
  const q = s * s;
  const first = 0.3333333333333333 - x * 0.25 + s * (0.2 - x * 0.16666666666666666);
  const second = 0.14285714285714285 - x * 0.125 + s * (0.1111111111111111 - x * 0.1);
  const third = 0.09090909090909091 - x * 0.08333333333333333;
  return x - s * (0.5 - x * (first + q * (second + q * third)));
}
