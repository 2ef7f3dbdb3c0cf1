/**
 * Value and gradient of `det`. The weight of a minor in the determinant is known before it is expanded, so one walk gives both: `dA`
 * gets the weight of each product times what the rest of it comes to.
 */
export function detByHand(a: Float64Array, size: number, dA: Float64Array): number {
  const columns = new Int32Array(size);
  for (let i = 0; i < size; i++) columns[i] = i;
  dA.fill(0);
  return minor(a, size, columns, size, 1, dA);
}

function minor(a: Float64Array, size: number, columns: Int32Array, left: number, weight: number, dA: Float64Array): number {
  const row = (size - left) * size;
  if (left === 1) {
    dA[row + columns[0]] += weight;
    return a[row + columns[0]];
  }
  let sum = 0;
  for (let j = 0; j < left; j++) {
    const column = columns[j];
    for (let k = j; k < left - 1; k++) columns[k] = columns[k + 1];
    const sign = j % 2 === 0 ? 1 : -1;
    const factor = sign * a[row + column];
    const rest = minor(a, size, columns, left - 1, weight * factor, dA);
    sum += factor * rest;
    dA[row + column] += weight * sign * rest;
    for (let k = left - 1; k > j; k--) columns[k] = columns[k - 1];
    columns[j] = column;
  }
  return sum;
}
