/** Derivative of `cubeRoot` through the iterations as they run; `record` is kept by the caller and long enough. */
export function cubeRootByHand(a: number, record: Float64Array): number {
  let trips = 0;
  let x = a;
  while (Math.abs(x * x * x - a) > 1e-12 * Math.abs(a)) {
    record[trips++] = x;
    x = x - (x * x * x - a) / (3 * x * x);
  }
  let dx = 1;
  let da = 0;
  while (trips > 0) {
    const before = record[--trips];
    const square = 3 * before * before;
    const step = (before * before * before - a) / square;
    da += dx / square;
    dx *= (6 * before * step) / square;
  }
  return da + dx;
}
