/** Ratios of running times within one process: contenders take turns, so that what disturbs one disturbs all. */
import type { Contender } from './contenders.ts';

export interface Measured {
  /** For each contender its time ÷ that of the first: medians over the rounds. */
  readonly ratios: readonly number[];
  readonly sink: number;
}

const rounds = 21;
const fewestRounds = 5;
/** Milliseconds after which no further round begins. */
const patience = 20_000;
const warmUp = 300;
/** Milliseconds that one turn takes at least. */
const turn = 15;

export function measure(contenders: readonly Contender[]): Measured {
  let sink = 0;
  const run = (contender: Contender, calls: number): number => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) sink += contender();
    return performance.now() - start;
  };
  const calls = contenders.map((contender) => callsPerTurn(contender, run));
  const samples: number[][] = contenders.map(() => []);
  const start = performance.now();
  for (let round = 0; round < rounds; round++) {
    if (round >= fewestRounds && performance.now() - start > patience) break;
    const times = contenders.map(() => 0);
    for (let at = 0; at < contenders.length; at++) {
      const who = (at + round) % contenders.length;
      times[who] = run(contenders[who], calls[who]) / calls[who];
    }
    for (const [who, time] of times.entries()) samples[who].push(time / times[0]);
  }
  return { ratios: samples.map(median), sink };
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
