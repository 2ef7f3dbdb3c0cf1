/** How long the kernels take in place. */
import { type KernelName, kernels } from './examine.ts';

/** Arguments that programs have; the second one of `pow` is in -3 … 3. */
const typical: Readonly<Record<KernelName, readonly [number, number]>> = {
  cos: [-10, 10],
  exp: [-20, 2],
  expm1: [-2, 2],
  log: [0.001, 1000],
  log1p: [-0.9, 10],
  pow: [0.1, 10],
  sin: [-10, 10],
  tanh: [-3, 3],
};

export type Times = readonly [kernel: number, math: number];

/** Nanoseconds of the kernel and of `Math`: medians of rounds in which they take turns, in a loop over 1000 arguments. */
export function times(name: KernelName): Times {
  const length = 1000;
  const [low, high] = typical[name];
  const xs = Float64Array.from({ length }, (_, i) => low + (high - low) * ((i * 0.618033988749895) % 1));
  const ys = Float64Array.from({ length }, (_, i) => -3 + 6 * ((i * 0.414213562373095) % 1));
  // A text of its own for each, or V8 takes them for one function that calls many.
  const call = name === 'pow' ? '(x[i], y[i])' : '(x[i])';
  const loopOf = (callee: string): ((x: Float64Array, y: Float64Array) => number) =>
    new Function(name, `return (x, y) => { let s = 0; for (let i = 0; i < x.length; i++) s += ${callee}${call}; return s; }`)(
      kernels[name],
    );
  const loops = [loopOf(name), loopOf(`Math.${name}`)];
  const found: number[][] = [[], []];
  for (let round = 0; round < 31; round++) {
    loops.forEach((loop, which) => {
      const start = performance.now();
      for (let repeat = 0; repeat < 200; repeat++) loop(xs, ys);
      found[which]?.push(((performance.now() - start) * 1e6) / (200 * length));
    });
  }
  const [kernel, math] = found.map((each) => each.sort((a, b) => a - b)[15] as number);
  return [kernel as number, math as number];
}
