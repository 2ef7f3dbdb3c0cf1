/** Ratios of running times within one process: contenders take turns, so that what disturbs one disturbs all. */
import type { Contender, Contenders } from './contenders.ts';

export interface Ratios {
  /** Time ÷ time of the function itself: medians over the rounds. */
  readonly generated: number;
  readonly hand: number;
}

const rounds = 21;
const warmUp = 300;
/** Milliseconds that one turn takes at least. */
const turn = 15;

export function measure({ own, generated, hand }: Contenders): { readonly ratios: Ratios; readonly sink: number } {
  let sink = 0;
  const run = (contender: Contender, calls: number): number => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) sink += contender();
    return performance.now() - start;
  };
  const contenders = [own, generated, hand];
  const calls = contenders.map((contender) => callsPerTurn(contender, run));
  const ratios: Ratios[] = [];
  for (let round = 0; round < rounds; round++) {
    const times = [0, 0, 0];
    for (let at = 0; at < contenders.length; at++) {
      const who = (at + round) % contenders.length;
      times[who] = run(contenders[who], calls[who]) / calls[who];
    }
    ratios.push({ generated: times[1] / times[0], hand: times[2] / times[0] });
  }
  const medians = { generated: median(ratios.map((ratio) => ratio.generated)), hand: median(ratios.map((ratio) => ratio.hand)) };
  return { ratios: medians, sink };
}

/** Warms a contender up until the optimizing compiler has seen it, then counts how often it runs in a turn. */
function callsPerTurn(contender: Contender, run: (contender: Contender, calls: number) => number): number {
  let spent = 0;
  let last = Infinity;
  while (spent < warmUp) {
    last = run(contender, 1);
    spent += last;
  }
  let calls = Math.max(1, Math.ceil(turn / Math.max(last, 1e-3)));
  while (run(contender, calls) < turn && calls < 1e6) calls *= 2;
  return calls;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
}
