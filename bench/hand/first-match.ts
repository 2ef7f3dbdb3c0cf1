/** Derivative of `firstMatch` with respect to `level`: the reciprocal slope of the segment that crosses it. */
export function firstMatchByHand(signal: Float64Array, level: number): number {
  for (let i = 1; i < signal.length; i++) {
    if (signal[i] >= level) return 1 / (signal[i] - signal[i - 1]);
  }
  return 0;
}
