/** Value and gradient of `lse`, as an expert writes them: `dx` holds the exponentials first, the weights at the end. */
export function lseByHand(x: Float64Array, dx: Float64Array): number {
  const n = x.length;
  let max = x[0];
  for (let i = 1; i < n; i++) if (x[i] > max) max = x[i];
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const e = Math.exp(x[i] - max);
    dx[i] = e;
    sum += e;
  }
  for (let i = 0; i < n; i++) dx[i] /= sum;
  return max + Math.log(sum);
}
