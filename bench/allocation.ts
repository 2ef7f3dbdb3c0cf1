/** What calls allocate. The process has to run with {@link allocationFlags}: young memory so large that nothing is collected meanwhile. */
import type { Contender, Contenders } from './contenders.ts';

export const allocationFlags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];

/** Bytes per call. */
export interface Allocation {
  readonly own: number;
  readonly generated: number;
  readonly hand: number;
}

const warmUp = 500;
const rounds = 5;

export function measureAllocation({ own, generated, hand }: Contenders): Allocation {
  return { own: bytesPerCall(own), generated: bytesPerCall(generated), hand: bytesPerCall(hand) };
}

/** The least of several rounds: an optimizing compiler allocates too, and so does what it has not compiled yet. */
export function bytesPerCall(contender: Contender, calls = 200): number {
  const collect = globalThis.gc;
  if (!collect) throw new Error(`allocation is measured under ${allocationFlags.join(' ')}`);
  const start = performance.now();
  while (performance.now() - start < warmUp) contender();
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < calls; i++) contender();
    least = Math.min(least, process.memoryUsage().heapUsed - before);
  }
  return Math.max(0, Math.round(least / calls));
}
