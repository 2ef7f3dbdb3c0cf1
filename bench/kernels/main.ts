/**
 * `npm run kernels [-- --points 10000000]`: the largest error of each kernel of `gradgen/math` and of `Math` in units of the last
 * place, over seeded points, against references in whole numbers; then their times in place, in a loop over 1000 arguments, in turns.
 * `--tables` writes the tables of the kernels anew.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Kernel, type KernelName, kernels, worstError } from './examine.ts';
import { tableFiles } from './tables.ts';

const typical: Readonly<Record<KernelName, readonly [number, number]>> = { exp: [-20, 2], expm1: [-2, 2], pow: [0.1, 10], tanh: [-3, 3] };
const names = Object.keys(kernels) as KernelName[];

function main(): void {
  const { values } = parseArgs({ options: { points: { type: 'string', default: '100000' }, tables: { type: 'boolean', default: false } } });
  if (values.tables) for (const { path, text } of tableFiles()) writeFileSync(path, text);
  const points = Number(values.points);
  process.stdout.write(`Node ${process.version}, ${points} points\nfunction  largest error in ulp (Math)   ns (Math)   Math ÷ kernel\n`);
  for (const name of names) {
    const { ulps, at } = worstError(name, kernels[name], points, 1);
    const own = worstError(name, Math[name] as Kernel, points / 10, 1);
    const [kernel, math] = times(name);
    const error = `${ulps.toFixed(3)} at ${at.join(', ')} (${own.ulps.toPrecision(3)})`;
    process.stdout.write(`${name.padEnd(8)}  ${error}   ${kernel.toFixed(1)} (${math.toFixed(1)})   ${(math / kernel).toFixed(2)}\n`);
  }
}

/** Nanoseconds of the kernel and of `Math`: medians of rounds in which they take turns. */
function times(name: KernelName): readonly [number, number] {
  const length = 1000;
  const [low, high] = typical[name];
  const xs = Float64Array.from({ length }, (_, i) => low + (high - low) * ((i * 0.618033988749895) % 1));
  const ys = Float64Array.from({ length }, (_, i) => -3 + 6 * ((i * 0.414213562373095) % 1));
  // A text of its own for each, or V8 takes them for one function that calls many.
  const loopOf = (callee: string): ((x: Float64Array, y: Float64Array) => number) =>
    new Function(name, `return (x, y) => { let s = 0; for (let i = 0; i < x.length; i++) s += ${callee}(x[i], y[i]); return s; }`)(
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

main();
