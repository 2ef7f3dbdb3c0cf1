/** Ratios of running times within one process: contenders take turns, so that what disturbs one disturbs all. */
import type { Contender } from './contenders.ts';

export interface Measured {
  /** For each contender its time ÷ that of the first: medians over the rounds. */
  readonly ratios: readonly number[];
  /** Of a call of the first: the median over the rounds. */
  readonly nanoseconds: number;
  readonly sink: number;
}

/** Times in milliseconds. */
export const protocol = {
  rounds: 21,
  fewestRounds: 5,
  /** After this no further round begins. */
  patience: 20_000,
  /** Of each contender, before anything counts. */
  warmUp: 300,
  /** What one turn takes at least. */
  turn: 15,
} as const;

const { rounds, fewestRounds, patience, warmUp, turn } = protocol;

export function measure(contenders: readonly Contender[]): Measured {
  let sink = 0;
  const run = (contender: Contender, calls: number): number => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) sink += contender();
    return performance.now() - start;
  };
  const calls = contenders.map((contender) => callsPerTurn(contender, run));
  const samples: number[][] = contenders.map(() => []);
  const own: number[] = [];
  const start = performance.now();
  for (let round = 0; round < rounds; round++) {
    if (round >= fewestRounds && performance.now() - start > patience) break;
    const times = contenders.map(() => 0);
    for (let at = 0; at < contenders.length; at++) {
      const who = (at + round) % contenders.length;
      times[who] = run(contenders[who], calls[who]) / calls[who];
    }
    for (const [who, time] of times.entries()) samples[who].push(time / times[0]);
    own.push(times[0]);
  }
  return { ratios: samples.map(median), nanoseconds: 1e6 * median(own), sink };
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
