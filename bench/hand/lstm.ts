/** What the reverse of one layer at one step needs, b numbers each, in this order. */
const recorded = 8;

/** Value and gradient of `lstm`; `record` (see {@link lstmRecordLength}) is kept by the caller from call to call. */
export function lstmByHand(
  main: Float64Array,
  extra: Float64Array,
  state: Float64Array,
  sequence: Float64Array,
  layers: number,
  b: number,
  c: number,
  dMain: Float64Array,
  dExtra: Float64Array,
  record: Float64Array,
): number {
  const outputs = record.subarray((c - 1) * layers * b * recorded);
  const total = forward(main, extra, state, sequence, layers, b, c, record, outputs);
  const count = (c - 1) * b;
  reverse(main, extra, sequence, layers, b, c, dMain, dExtra, record, outputs, -1 / count);
  return -total / count;
}

/** Layer records of all steps, then per step the last layer's output and the softmax weights of the prediction. */
export function lstmRecordLength(layers: number, b: number, c: number): number {
  return (c - 1) * b * (layers * recorded + 2);
}

function forward(
  main: Float64Array,
  extra: Float64Array,
  state: Float64Array,
  sequence: Float64Array,
  layers: number,
  b: number,
  c: number,
  record: Float64Array,
  outputs: Float64Array,
): number {
  const current = state.slice();
  const signal = new Float64Array(b);
  let total = 0;
  let at = 0;
  for (let t = 0; t < c - 1; t++) {
    for (let i = 0; i < b; i++) signal[i] = sequence[t * b + i] * extra[i];
    for (let layer = 0; layer < layers; layer++) {
      forwardLayer(main, current, signal, layer, b, record, at);
      at += b * recorded;
    }
    total += forwardOutput(extra, signal, sequence, t, b, outputs);
  }
  return total;
}

function forwardLayer(
  main: Float64Array,
  state: Float64Array,
  signal: Float64Array,
  layer: number,
  b: number,
  record: Float64Array,
  start: number,
): void {
  const weight = 8 * b * layer;
  const bias = weight + 4 * b;
  const hidden = 2 * b * layer;
  const cell = hidden + b;
  let at = start;
  for (let i = 0; i < b; i++) {
    const input = signal[i];
    const before = state[hidden + i];
    const cellBefore = state[cell + i];
    const forget = 1 / (1 + Math.exp(-(input * main[weight + i] + main[bias + i])));
    const ingate = 1 / (1 + Math.exp(-(before * main[weight + b + i] + main[bias + b + i])));
    const outgate = 1 / (1 + Math.exp(-(input * main[weight + 2 * b + i] + main[bias + 2 * b + i])));
    const change = Math.tanh(before * main[weight + 3 * b + i] + main[bias + 3 * b + i]);
    const cellAfter = cellBefore * forget + ingate * change;
    const squashed = Math.tanh(cellAfter);
    state[cell + i] = cellAfter;
    state[hidden + i] = outgate * squashed;
    signal[i] = outgate * squashed;
    record[at] = input;
    record[at + 1] = before;
    record[at + 2] = cellBefore;
    record[at + 3] = forget;
    record[at + 4] = ingate;
    record[at + 5] = outgate;
    record[at + 6] = change;
    record[at + 7] = squashed;
    at += recorded;
  }
}

function forwardOutput(
  extra: Float64Array,
  signal: Float64Array,
  sequence: Float64Array,
  t: number,
  b: number,
  outputs: Float64Array,
): number {
  const at = 2 * b * t;
  let sum = 2;
  for (let i = 0; i < b; i++) {
    const exponential = Math.exp(signal[i] * extra[b + i] + extra[2 * b + i]);
    sum += exponential;
    outputs[at + i] = signal[i];
    outputs[at + b + i] = exponential;
  }
  const logSum = Math.log(sum);
  let total = 0;
  for (let i = 0; i < b; i++) {
    total += sequence[(t + 1) * b + i] * (signal[i] * extra[b + i] + extra[2 * b + i] - logSum);
    outputs[at + b + i] /= sum;
  }
  return total;
}

function reverse(
  main: Float64Array,
  extra: Float64Array,
  sequence: Float64Array,
  layers: number,
  b: number,
  c: number,
  dMain: Float64Array,
  dExtra: Float64Array,
  record: Float64Array,
  outputs: Float64Array,
  seed: number,
): void {
  dMain.fill(0);
  dExtra.fill(0);
  const dState = new Float64Array(2 * layers * b);
  const dSignal = new Float64Array(b);
  let at = (c - 1) * layers * b * recorded;
  for (let t = c - 2; t >= 0; t--) {
    reverseOutput(extra, sequence, t, b, outputs, seed, dSignal, dExtra);
    for (let layer = layers - 1; layer >= 0; layer--) {
      at -= b * recorded;
      reverseLayer(main, layer, b, record, at, dState, dSignal, dMain);
    }
    for (let i = 0; i < b; i++) dExtra[i] += dSignal[i] * sequence[t * b + i];
  }
}

function reverseOutput(
  extra: Float64Array,
  sequence: Float64Array,
  t: number,
  b: number,
  outputs: Float64Array,
  seed: number,
  dSignal: Float64Array,
  dExtra: Float64Array,
): void {
  let ones = 0;
  for (let i = 0; i < b; i++) ones += sequence[(t + 1) * b + i];
  for (let i = 0; i < b; i++) {
    const dPrediction = seed * (sequence[(t + 1) * b + i] - ones * outputs[2 * b * t + b + i]);
    dExtra[b + i] += dPrediction * outputs[2 * b * t + i];
    dExtra[2 * b + i] += dPrediction;
    dSignal[i] = dPrediction * extra[b + i];
  }
}

function reverseLayer(
  main: Float64Array,
  layer: number,
  b: number,
  record: Float64Array,
  start: number,
  dState: Float64Array,
  dSignal: Float64Array,
  dMain: Float64Array,
): void {
  const weight = 8 * b * layer;
  const bias = weight + 4 * b;
  const hidden = 2 * b * layer;
  const cell = hidden + b;
  let at = start;
  for (let i = 0; i < b; i++) {
    const input = record[at];
    const before = record[at + 1];
    const cellBefore = record[at + 2];
    const forget = record[at + 3];
    const ingate = record[at + 4];
    const outgate = record[at + 5];
    const change = record[at + 6];
    const squashed = record[at + 7];
    at += recorded;
    const dOutput = dSignal[i] + dState[hidden + i];
    const dCell = dState[cell + i] + dOutput * outgate * (1 - squashed * squashed);
    const dForget = dCell * cellBefore * forget * (1 - forget);
    const dIngate = dCell * change * ingate * (1 - ingate);
    const dOutgate = dOutput * squashed * outgate * (1 - outgate);
    const dChange = dCell * ingate * (1 - change * change);
    dMain[weight + i] += dForget * input;
    dMain[weight + b + i] += dIngate * before;
    dMain[weight + 2 * b + i] += dOutgate * input;
    dMain[weight + 3 * b + i] += dChange * before;
    dMain[bias + i] += dForget;
    dMain[bias + b + i] += dIngate;
    dMain[bias + 2 * b + i] += dOutgate;
    dMain[bias + 3 * b + i] += dChange;
    dSignal[i] = dForget * main[weight + i] + dOutgate * main[weight + 2 * b + i];
    dState[hidden + i] = dIngate * main[weight + b + i] + dChange * main[weight + 3 * b + i];
    dState[cell + i] = dCell * forget;
  }
}
