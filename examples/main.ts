/** `npm run examples`: each optimizer with a generated gradient and with differences: what they took, and how near the optimum they got. */
import { distance } from './outcome.ts';
import { examples } from './table.ts';

/** Milliseconds for each example. */
const patience = 2000;

const heading = [
  'example',
  'with gradgen: calls of f',
  'of the derivative',
  'ms',
  'distance',
  'with differences: calls of f',
  'ms',
  'distance',
  'times as fast',
];

function main(): void {
  const rows = examples.map(({ name, known, withGradgen, withDifferences }) => {
    const [exact, rough] = [withGradgen(), withDifferences()];
    const [time = Number.NaN, roughTime = Number.NaN] = medians([withGradgen, withDifferences]);
    const counts = [exact.functions, exact.gradients, rough.functions].map((count) => count.toLocaleString('en'));
    const distances = [exact, rough].map(({ x }) => distance(x, known).toExponential(1));
    const times = [time, roughTime, roughTime / time].map((number) => String(Number(number.toPrecision(2))));
    return [name, counts[0], counts[1], times[0], distances[0], counts[2], times[1], distances[1], times[2]];
  });
  console.log([heading, heading.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n'));
}

/** The median time of each, run in turn, the first third of the runs not counted. */
function medians(contenders: readonly (() => unknown)[]): number[] {
  const times: number[][] = contenders.map(() => []);
  for (const end = performance.now() + patience; performance.now() < end; ) {
    for (const [at, run] of contenders.entries()) {
      const start = performance.now();
      run();
      times[at]?.push(performance.now() - start);
    }
  }
  return times.map((all) => {
    const counted = all.slice(Math.floor(all.length / 3)).sort((a, b) => a - b);
    return counted[counted.length >> 1] as number;
  });
}

main();
