/** Room that {@link networkByHand} needs, in numbers, for hidden layers of these widths. */
export function networkMemory(first: number, second: number): Float64Array {
  return new Float64Array(2 * first + second);
}

/** Value and gradient of `network`: a sample's reverse sweep follows its forward sweep, so that one sample is kept at a time. */
export function networkByHand(
  w1: Float64Array,
  b1: Float64Array,
  w2: Float64Array,
  b2: Float64Array,
  w3: Float64Array,
  b3: Float64Array,
  x: Float64Array,
  y: Float64Array,
  gradient: readonly Float64Array[],
  memory: Float64Array,
): number {
  const [d1, db1, d2, db2, d3, db3] = gradient;
  for (const part of gradient) part.fill(0);
  const inputs = x.length / y.length;
  const m = b1.length;
  const k = b2.length;
  const first = memory.subarray(0, m);
  const dFirst = memory.subarray(m, 2 * m);
  const second = memory.subarray(2 * m, 2 * m + k);
  let loss = 0;
  for (let sample = 0; sample < y.length; sample++) {
    const at = sample * inputs;
    for (let unit = 0; unit < m; unit++) {
      let sum = b1[unit];
      for (let i = 0; i < inputs; i++) sum += w1[unit * inputs + i] * x[at + i];
      first[unit] = Math.tanh(sum);
      dFirst[unit] = 0;
    }
    let output = b3[0];
    for (let unit = 0; unit < k; unit++) {
      let sum = b2[unit];
      for (let i = 0; i < m; i++) sum += w2[unit * m + i] * first[i];
      second[unit] = Math.tanh(sum);
      output += w3[unit] * second[unit];
    }
    const miss = output - y[sample];
    loss += miss * miss;
    const dOutput = (2 * miss) / y.length;
    db3[0] += dOutput;
    for (let unit = 0; unit < k; unit++) {
      const signal = second[unit];
      d3[unit] += dOutput * signal;
      const dSum = dOutput * w3[unit] * (1 - signal * signal);
      db2[unit] += dSum;
      for (let i = 0; i < m; i++) {
        d2[unit * m + i] += dSum * first[i];
        dFirst[i] += dSum * w2[unit * m + i];
      }
    }
    for (let unit = 0; unit < m; unit++) {
      const dSum = dFirst[unit] * (1 - first[unit] * first[unit]);
      db1[unit] += dSum;
      for (let i = 0; i < inputs; i++) d1[unit * inputs + i] += dSum * x[at + i];
    }
  }
  return loss / y.length;
}
