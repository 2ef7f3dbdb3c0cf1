import { logSumExp } from './log-sum-exp.ts';

/**
 * Log likelihood of points under a mixture of k normal distributions with diagonal covariances. All arrays are flat, one row
 * per component or point.
 *
 * @param weights logarithms of the weights, not normalized; k numbers
 * @param means k × d
 * @param scales logarithms of the standard deviations, k × d
 * @param points n × d
 * @grad weights, means, scales
 */
export function mixture(weights: Float64Array, means: Float64Array, scales: Float64Array, points: Float64Array): number {
  const k = weights.length;
  const d = means.length / k;
  const n = points.length / d;
  const terms = new Float64Array(k);
  let likelihood = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) {
      let term = weights[j];
      for (let c = 0; c < d; c++) {
        const scale = scales[j * d + c];
        const distance = (points[i * d + c] - means[j * d + c]) * Math.exp(-scale);
        term -= scale + 0.5 * distance * distance;
      }
      terms[j] = term;
    }
    likelihood += logSumExp(terms);
  }
  return likelihood - n * logSumExp(weights) - 0.5 * n * d * Math.log(2 * Math.PI);
}
