import type { int } from 'gradgen';

/**
 * Mean squared error of a network with two hidden layers of tanh and one linear output. Weights are flat, a row per unit.
 *
 * @param x inputs, one row per sample
 * @param y one number per sample
 * @grad w1, b1, w2, b2, w3, b3
 * @sample [0.5, -0.3], [0.1], [0.7], [0.2], [1.1], [0.1], [1, 2, -1, 0.5], [0.5, -0.2]
 */
export function network(
  w1: Float64Array,
  b1: Float64Array,
  w2: Float64Array,
  b2: Float64Array,
  w3: Float64Array,
  b3: Float64Array,
  x: Float64Array,
  y: Float64Array,
): number {
  const inputs = x.length / y.length;
  const first = new Float64Array(b1.length);
  const second = new Float64Array(b2.length);
  let loss = 0;
  for (let sample = 0; sample < y.length; sample++) {
    layer(w1, b1, x, sample * inputs, inputs, first);
    layer(w2, b2, first, 0, first.length, second);
    let output = b3[0];
    for (let i = 0; i < second.length; i++) output += w3[i] * second[i];
    const miss = output - y[sample];
    loss += miss * miss;
  }
  return loss / y.length;
}

/** out = tanh(w · signal + b), where the signal is the `count` numbers of `values` from `from` on. */
function layer(w: Float64Array, b: Float64Array, values: Float64Array, from: int, count: int, out: Float64Array): void {
  for (let unit = 0; unit < out.length; unit++) {
    let sum = b[unit];
    for (let i = 0; i < count; i++) sum += w[unit * count + i] * values[from + i];
    out[unit] = Math.tanh(sum);
  }
}
