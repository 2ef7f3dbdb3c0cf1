import { logMultivariateGamma } from '../../fixtures/programs/log-gamma.ts';
import { lseByHand } from './lse.ts';

/** What one point needs of all components: x − mu and Q(x − mu), k × d each. */
interface PointRecord {
  readonly centered: Float64Array;
  readonly scaled: Float64Array;
  readonly terms: Float64Array;
  readonly weights: Float64Array;
}

/** Value and gradient of `gmm`; the reverse of a point follows its forward, so that the record is that of one point. */
export function gmmByHand(
  alpha: Float64Array,
  mu: Float64Array,
  q: Float64Array,
  l: Float64Array,
  x: Float64Array,
  d: number,
  k: number,
  n: number,
  gamma: number,
  m: number,
  dAlpha: Float64Array,
  dMu: Float64Array,
  dq: Float64Array,
  dl: Float64Array,
): number {
  const diagonal = q.map(Math.exp);
  const logDeterminant = rowSums(q, k, d);
  const point: PointRecord = {
    centered: new Float64Array(k * d),
    scaled: new Float64Array(k * d),
    terms: new Float64Array(k),
    weights: new Float64Array(k),
  };
  dMu.fill(0);
  dq.fill(0);
  dl.fill(0);

  const alphaValue = lseByHand(alpha, dAlpha);
  let value = -0.5 * n * d * Math.log(2 * Math.PI) - n * alphaValue;
  for (let j = 0; j < k; j++) dAlpha[j] *= -n;

  for (let i = 0; i < n; i++) {
    forwardPoint(alpha, mu, l, diagonal, logDeterminant, x, i, d, k, point);
    value += lseByHand(point.terms, point.weights);
    reversePoint(l, diagonal, d, k, point, dAlpha, dMu, dq, dl);
  }
  return value + prior(diagonal, logDeterminant, l, d, k, gamma, m, dq, dl);
}

function rowSums(values: Float64Array, rows: number, columns: number): Float64Array {
  const sums = new Float64Array(rows);
  for (let i = 0; i < rows; i++) for (let c = 0; c < columns; c++) sums[i] += values[i * columns + c];
  return sums;
}

function forwardPoint(
  alpha: Float64Array,
  mu: Float64Array,
  l: Float64Array,
  diagonal: Float64Array,
  logDeterminant: Float64Array,
  x: Float64Array,
  i: number,
  d: number,
  k: number,
  { centered, scaled, terms }: PointRecord,
): void {
  let at = 0;
  for (let j = 0; j < k; j++) {
    const row = j * d;
    for (let c = 0; c < d; c++) {
      const difference = x[i * d + c] - mu[row + c];
      centered[row + c] = difference;
      scaled[row + c] = diagonal[row + c] * difference;
    }
    for (let c = 0; c < d; c++) {
      const difference = centered[row + c];
      for (let r = c + 1; r < d; r++) scaled[row + r] += l[at++] * difference;
    }
    let distance = 0;
    for (let c = 0; c < d; c++) distance += scaled[row + c] * scaled[row + c];
    terms[j] = alpha[j] + logDeterminant[j] - 0.5 * distance;
  }
}

function reversePoint(
  l: Float64Array,
  diagonal: Float64Array,
  d: number,
  k: number,
  { centered, scaled, weights }: PointRecord,
  dAlpha: Float64Array,
  dMu: Float64Array,
  dq: Float64Array,
  dl: Float64Array,
): void {
  let at = 0;
  for (let j = 0; j < k; j++) {
    const row = j * d;
    const weight = weights[j];
    dAlpha[j] += weight;
    for (let c = 0; c < d; c++) {
      const difference = centered[row + c];
      const dScaled = -weight * scaled[row + c];
      let dDifference = diagonal[row + c] * dScaled;
      for (let r = c + 1; r < d; r++) {
        const dRow = -weight * scaled[row + r];
        dl[at] += dRow * difference;
        dDifference += dRow * l[at];
        at++;
      }
      dq[row + c] += weight + dScaled * difference * diagonal[row + c];
      dMu[row + c] -= dDifference;
    }
  }
}

function prior(
  diagonal: Float64Array,
  logDeterminant: Float64Array,
  l: Float64Array,
  d: number,
  k: number,
  gamma: number,
  m: number,
  dq: Float64Array,
  dl: Float64Array,
): number {
  const freedom = d + m + 1;
  const constant = freedom * d * (Math.log(gamma) - 0.5 * Math.log(2)) - logMultivariateGamma(0.5 * freedom, d);
  const scale = gamma * gamma;
  let squares = 0;
  for (let c = 0; c < k * d; c++) {
    squares += diagonal[c] * diagonal[c];
    dq[c] += m - scale * diagonal[c] * diagonal[c];
  }
  for (let c = 0; c < l.length; c++) {
    squares += l[c] * l[c];
    dl[c] -= scale * l[c];
  }
  return k * constant + m * logDeterminant.reduce((sum, term) => sum + term, 0) - 0.5 * scale * squares;
}
