import { powersOfTwo } from './binades.ts';
import { exp } from './exp.ts';
import { expTable } from './exp-table.ts';

const expm1Steps = expTable;
const expm1Binades = powersOfTwo;

/** e ** x - 1 for every x; error below 0.85 ulp. As {@link exp}, with 1 taken away in two parts; near 0 by its Taylor series. */
export function expm1(x: number): number {
  if (x > -0.125 && x < 0.125) return smallExpm1(x);
  if (!(x > -38 && x < 700)) return x < 0 ? -1 : exp(x) - (x < 750 ? 1 : 0);
  const k = x * 184.6649652337873 + 6755399441055744 - 6755399441055744;
  const n = k | 0;
  const r = x - k * 0.005415212347998022 - k * 1.2655086083325438e-13;
  const at = (n & 127) << 1;
  const start = expm1Steps[at] as number;
  const scale = expm1Binades[(n >> 7) + 1022] as number;
  const square = r * r;
  const series = r + square * (0.5 + r * 0.16666666666666666 + square * (0.041666666666666664 + r * 0.008333333333333333));
  const whole = start * scale;
  const high = whole - 1;
  // What the subtraction lost, whichever was larger (Knuth's two-sum): a branch on it is guessed wrong every other time.
  const taken = high - whole;
  const low = whole - (high - taken) - (1 + taken);
  return high + (low + scale * ((expm1Steps[at + 1] as number) + start * series));
}

function smallExpm1(x: number): number {
  const square = x * x;
  const low = 0.5 + x * 0.16666666666666666 + square * (0.041666666666666664 + x * 0.008333333333333333);
  const middle = 0.001388888888888889 + x * 0.0001984126984126984;
  const top = 2.48015873015873e-5 + x * 2.7557319223985893e-6;
  return x === 0 ? x : x + square * (low + square * square * (middle + square * (top + square * 2.755731922398589e-7)));
}
