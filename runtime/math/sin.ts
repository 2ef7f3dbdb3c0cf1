import { double, words } from './binades.ts';
import { sineTable } from './sine-table.ts';

const sineDouble = double;
const sineWords = words;
const sineSteps: Float64Array = /* @__PURE__ */ makeSineSteps();

/** For i from 0 to 127: sin(i · π / 64) in two parts, cos(i · π / 64), and the whole number -1, 0 or 1 that is near to that. */
function makeSineSteps(): Float64Array {
  const steps = new Float64Array(512);
  for (let i = 0; i < 128; i++) {
    const [up, sign] = [i & 63, i < 64 ? 1 : -1];
    const at = up <= 32 ? up : 64 - up;
    const cosine = (sineTable[2 * Math.abs(32 - at)] as number) * (up <= 32 ? sign : -sign);
    const whole = Math.abs(cosine) > 0.5 ? Math.sign(cosine) : 0;
    steps.set([sign * (sineTable[2 * at] as number), sign * (sineTable[2 * at + 1] as number), cosine, whole], 4 * i);
  }
  return steps;
}

/**
 * The sine for every x; error below 0.85 ulp. Of x the nearest multiple of π / 64 is taken away in two parts (Cody and Waite); its sine
 * and cosine come from a table, those of the rest from their series. Below π / 4, beyond 3000, and where less than 2 ** -22 is left,
 * `Math.sin` is called: in V8 (fdlibm) it is within 1 ulp, and is not slower where it has nothing to take away.
 */
export function sin(x: number): number {
  return sineOf(x, 0);
}

/** sin(x + turn · π / 64). */
export function sineOf(x: number, turn: 0 | 32): number {
  const size = Math.abs(x);
  if (!(size > 0.785 && size < 3000)) return turn === 0 ? Math.sin(x) : Math.cos(x);
  const sum = x * 20.371832715762604 + 6755399441055744;
  sineDouble[0] = sum;
  // The low word of the sum is a whole number, and the first difference is exact.
  const k = sum - 6755399441055744;
  const near = x - k * 0.049087385212260415;
  const beyond = k * 8.010450473732872e-14;
  const r = near - beyond;
  const q = r * r;
  if (q < 5.7e-14) return turn === 0 ? Math.sin(x) : Math.cos(x);
  const table = sineSteps;
  const at = (((sineWords[0] as number) + turn) & 127) << 2;
  const sine = table[at] as number;
  const cosine = table[at + 2] as number;
  const whole = table[at + 3] as number;
  const odd = r * q * (q * (0.008333333333333333 - q * 0.0001984126984126984) - 0.16666666666666666) - beyond;
  const even = q * (q * (0.041666666666666664 - q * 0.001388888888888889) - 0.5);
  return sine + (whole * near + ((cosine - whole) * near + ((table[at + 1] as number) + cosine * odd + sine * even)));
}
