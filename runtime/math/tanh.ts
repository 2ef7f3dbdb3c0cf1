import { exp } from './exp.ts';
import { tanhTable } from './tanh-table.ts';

const tanhSteps: Float64Array = /* @__PURE__ */ makeTanhSteps();

/** For i from 8 to 160: T = tanh(i / 32) in two parts, and 1 - T². */
function makeTanhSteps(): Float64Array {
  const steps = new Float64Array(483);
  for (let i = 8; i <= 160; i++) {
    const value = tanhTable[2 * i - 16] as number;
    steps.set([value, tanhTable[2 * i - 15] as number, (1 - value) * (1 + value)], 3 * i);
  }
  return steps;
}

/**
 * The hyperbolic tangent for every x; error below 0.65 ulp. Between 1/4 and 5 it is T + t · (1 - T²) / (1 + T · t) with
 * T = tanh(k / 32) from a table, in two parts, and t = tanh of the rest; below by its series, above from {@link exp}.
 */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size < 0.25) return smallTanh(x);
  if (!(size < 5)) return size < 20 ? Math.sign(x) * (1 - 2 / (exp(2 * size) + 1)) : Number.isNaN(x) ? x : Math.sign(x);
  const k = Math.floor(32 * size + 0.5);
  const r = size - 0.03125 * k;
  const s = r * r;
  const t = r - r * s * (0.3333333333333333 - s * (0.13333333333333333 - s * 0.05396825396825397));
  const table = tanhSteps;
  const at = 3 * k;
  const start = table[at] as number;
  const value = start + ((table[at + 1] as number) + (t * (table[at + 2] as number)) / (1 + start * t));
  return x < 0 ? -value : value;
}

function smallTanh(x: number): number {
  const s = x * x;
  const q = s * s;
  const first = -0.3333333333333333 + s * 0.13333333333333333 + q * (-0.05396825396825397 + s * 0.021869488536155203);
  const second = -0.008863235529902197 + s * 0.003592128036572481 + q * (-0.0014558343870513183 + s * 0.000590027440945586);
  const third = -0.00023912911424355248 + s * 9.691537956929451e-5;
  return x === 0 ? x : x + x * s * (first + q * q * (second + q * q * third));
}
