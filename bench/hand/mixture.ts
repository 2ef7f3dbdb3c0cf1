/** Room that {@link mixtureByHand} needs, in numbers, for k components of d dimensions. */
export function mixtureMemory(k: number, d: number): Float64Array {
  return new Float64Array(2 * k * d + 2 * k);
}

/**
 * Value and gradient of `mixture`: the inverse deviations are computed once instead of once per point, and the scaled
 * distances of a point are kept for its reverse sweep, which follows at once.
 */
export function mixtureByHand(
  weights: Float64Array,
  means: Float64Array,
  scales: Float64Array,
  points: Float64Array,
  dWeights: Float64Array,
  dMeans: Float64Array,
  dScales: Float64Array,
  memory: Float64Array,
): number {
  const k = weights.length;
  const size = means.length;
  const d = size / k;
  const n = points.length / d;
  const scaled = size;
  const offset = 2 * size;
  const terms = offset + k;
  for (let j = 0; j < k; j++) {
    let constant = weights[j];
    for (let c = j * d; c < j * d + d; c++) {
      memory[c] = Math.exp(-scales[c]);
      constant -= scales[c];
      dMeans[c] = 0;
      dScales[c] = 0;
    }
    memory[offset + j] = constant;
    dWeights[j] = 0;
  }

  let likelihood = 0;
  for (let i = 0; i < n; i++) {
    let max = -Infinity;
    for (let j = 0; j < k; j++) {
      let squares = 0;
      for (let c = 0; c < d; c++) {
        const distance = (points[i * d + c] - means[j * d + c]) * memory[j * d + c];
        memory[scaled + j * d + c] = distance;
        squares += distance * distance;
      }
      const term = memory[offset + j] - 0.5 * squares;
      memory[terms + j] = term;
      if (term > max) max = term;
    }
    let sum = 0;
    for (let j = 0; j < k; j++) {
      const exponential = Math.exp(memory[terms + j] - max);
      memory[terms + j] = exponential;
      sum += exponential;
    }
    likelihood += max + Math.log(sum);
    const inverse = 1 / sum;
    for (let j = 0; j < k; j++) {
      const share = memory[terms + j] * inverse;
      dWeights[j] += share;
      for (let c = j * d; c < j * d + d; c++) {
        const distance = memory[scaled + c];
        const dDistance = share * distance;
        dMeans[c] += dDistance;
        dScales[c] += dDistance * distance;
      }
    }
  }

  for (let j = 0; j < k; j++) {
    for (let c = j * d; c < j * d + d; c++) {
      dMeans[c] *= memory[c];
      dScales[c] -= dWeights[j];
    }
  }
  return likelihood - n * normalize(weights, dWeights, n) - 0.5 * n * d * Math.log(2 * Math.PI);
}

/** log Σ exp(weights); takes its gradient, n times, from `dWeights`. */
function normalize(weights: Float64Array, dWeights: Float64Array, n: number): number {
  let max = -Infinity;
  for (let j = 0; j < weights.length; j++) if (weights[j] > max) max = weights[j];
  let sum = 0;
  for (let j = 0; j < weights.length; j++) sum += Math.exp(weights[j] - max);
  for (let j = 0; j < weights.length; j++) dWeights[j] -= (n * Math.exp(weights[j] - max)) / sum;
  return max + Math.log(sum);
}
