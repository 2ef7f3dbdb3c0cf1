/**
 * `npm run kernels [-- --points 10000000]`: for each kernel of `gradgen/math` its time in place and that of `Math`, in turns, its size
 * with all that it imports, and its largest error and that of `Math` in units of the last place, over seeded points, against references
 * in whole numbers (one minute for a million points). `--tables` writes the tables of the kernels anew.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Kernel, type KernelName, kernels, worstError } from './examine.ts';
import { sizeOf } from './size.ts';
import { tableFiles } from './tables.ts';
import { type Times, times } from './times.ts';

const names = Object.keys(kernels) as KernelName[];

function main(): void {
  const { values } = parseArgs({
    options: { points: { type: 'string', default: '10000000' }, tables: { type: 'boolean', default: false } },
  });
  if (values.tables) for (const { path, text } of tableFiles()) writeFileSync(path, text);
  const points = Number(values.points);
  process.stdout.write(`Node ${process.version}, ${points} points; gradgen/math has ${sizeOf(['index'])} bytes gzipped\n`);
  process.stdout.write('function  ns (Math)    Math ÷ kernel  bytes  largest error in ulp (Math at a tenth of the points)\n');
  // Before the examination of errors: what that does to caches and to the heap is not theirs.
  const timed = fastest(Array.from({ length: 7 }, () => new Map(names.map((name) => [name, times(name)]))));
  for (const name of names) {
    const [kernel, math] = timed.get(name) as Times;
    const { ulps, at } = worstError(name, kernels[name], points, 1);
    const own = worstError(name, Math[name] as Kernel, points / 10, 1);
    const time = `${kernel.toFixed(1)} (${math.toFixed(1)})`.padEnd(11);
    const size = String(sizeOf([name])).padStart(5);
    const error = `${ulps.toFixed(3)} at ${at.join(', ')} (${own.ulps.toPrecision(3)})`;
    process.stdout.write(`${name.padEnd(8)}  ${time}  ${(math / kernel).toFixed(2).padStart(13)}  ${size}  ${error}\n`);
  }
}

/** Per kernel the best of several passes, for it and for `Math`: for seconds at a time calls into V8's C++ can take three times as long. */
function fastest(passes: readonly ReadonlyMap<KernelName, Times>[]): Map<KernelName, Times> {
  const best = (name: KernelName, which: 0 | 1): number => Math.min(...passes.map((pass) => pass.get(name)?.[which] ?? Infinity));
  return new Map(names.map((name) => [name, [best(name, 0), best(name, 1)]]));
}

main();
