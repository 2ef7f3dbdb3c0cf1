/**
 * `npm run costs`: nanoseconds that V8 takes for each primitive, in a loop over 1000 numbers, less those of the loop itself; the
 * median of rounds in which all take turns. `compiler/analysis/cost.ts` holds the figures of one run: what is dear to compute
 * again is told by them.
 */
import process from 'node:process';
import { nanoseconds } from '../../compiler/analysis/cost.ts';

const length = 1000;
const repeats = 400;
const rounds = 25;

/** Written out, so that each loop is compiled for its own operation. `x` and `y` are between 0.1 and 0.9. */
const operations: ReadonlyMap<string, string> = new Map([
  ['add', 'x + y'],
  ['mul', 'x * y'],
  ['div', 'x / y'],
  ['rem', 'x % y'],
  ['Math.sqrt', 'Math.sqrt(x)'],
  ...['abs', 'floor', 'round', 'sign', 'fround'].map((name) => [`Math.${name}`, `Math.${name}(x)`] as const),
  ['Math.max', 'Math.max(x, y)'],
  ...['exp', 'expm1', 'log', 'log1p', 'log2', 'log10', 'sin', 'cos', 'tan', 'tanh', 'sinh', 'cosh', 'asin', 'acos', 'atan'].map(
    (name) => [`Math.${name}`, `Math.${name}(x)`] as const,
  ),
  ...['asinh', 'atanh', 'cbrt'].map((name) => [`Math.${name}`, `Math.${name}(x)`] as const),
  ['Math.acosh', 'Math.acosh(1 + x)'],
  ['Math.pow', 'Math.pow(x, y)'],
  ['Math.atan2', 'Math.atan2(x, y)'],
  ['Math.hypot', 'Math.hypot(x, y)'],
  ['a record stored and loaded', '(saved[i] = x, saved[length - 1 - i])'],
]);

type Loop = (xs: Float64Array, ys: Float64Array, saved: Float64Array) => number;

function loopOf(expression: string): Loop {
  const body = `let sum = 0; const length = xs.length;
    for (let i = 0; i < length; i++) { const x = xs[i]; const y = ys[i]; sum += ${expression}; } return sum;`;
  return new Function('xs', 'ys', 'saved', body) as Loop;
}

function main(): void {
  const numbers = (phase: number): Float64Array => Float64Array.from({ length }, (_, i) => 0.5 + 0.4 * Math.sin(phase + 1.7 * i));
  const [xs, ys, saved] = [numbers(0), numbers(1), new Float64Array(length)];
  const loops = new Map([['', loopOf('x')], ...[...operations].map(([name, expression]) => [name, loopOf(expression)] as const)]);
  const times = new Map<string, number[]>([...loops.keys()].map((name) => [name, []]));
  let sink = 0;
  for (let round = 0; round < rounds; round++) {
    for (const [name, loop] of loops) {
      const start = performance.now();
      for (let repeat = 0; repeat < repeats; repeat++) sink += loop(xs, ys, saved);
      times.get(name)?.push(((performance.now() - start) * 1e6) / (repeats * length));
    }
  }
  const median = (name: string): number => [...(times.get(name) ?? [])].sort((a, b) => a - b)[rounds >> 1] ?? Number.NaN;
  const empty = median('');
  process.stdout.write(
    `Node ${process.version}; nanoseconds beyond ${empty.toFixed(2)} of the loop (${Number.isNaN(sink) ? '?' : 'ok'})\n`,
  );
  for (const name of operations.keys()) {
    const known = (nanoseconds as Readonly<Record<string, number>>)[name];
    process.stdout.write(
      `${name.padEnd(28)} ${(median(name) - empty).toFixed(1).padStart(6)}   ${known === undefined ? '' : `table: ${known}`}\n`,
    );
  }
}

main();
