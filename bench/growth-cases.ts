/** The same programs at growing sizes: what an element costs as arrays leave the caches and records grow. */
import { heatCase } from './cases.ts';
import type { BenchCase } from './contenders.ts';
import * as eight from './eight-cases.ts';

/** `elementsAt` counts what the time is divided by. */
function growing(sizes: readonly number[], caseAt: (size: number) => BenchCase, elementsAt = (size: number): number => size): BenchCase[] {
  return sizes.map((at): BenchCase => {
    const { name, size, isOfEight, prepare } = caseAt(at);
    return { name, size, prepare, ...(isOfEight && { isOfEight }), growth: { at, elements: elementsAt(at) } };
  });
}

const samples = 64;
const cells = 200;
const weightsOfNetwork = (width: number): number => width * width + 5 * width + 1;

export const growthCases: readonly BenchCase[] = [
  ...growing([10, 100, 1000, 10_000, 100_000, 1_000_000], eight.logSumExpCase),
  ...growing([10, 100, 1000, 10_000, 100_000, 1_000_000], eight.rosenbrockCase),
  ...growing([10, 100, 1000, 10_000, 100_000], (points) => eight.mixtureCase(points, 2, 3)),
  ...growing(
    [4, 8, 16, 32, 64, 128],
    (width) => eight.networkCase(width, samples),
    (width) => samples * weightsOfNetwork(width),
  ),
  ...growing(
    [10, 100, 1000, 10_000],
    (steps) => heatCase(cells, steps),
    (steps) => cells * steps,
  ),
];

/** What the axes of a program's growth are called. */
export const growthAxes: Readonly<Record<string, { readonly size: string; readonly element: string }>> = {
  'log-sum-exp': { size: 'numbers', element: 'number' },
  rosenbrock: { size: 'numbers', element: 'number' },
  mixture: { size: 'points (d = 2, k = 3)', element: 'point' },
  network: { size: `width of both layers (${samples} samples)`, element: 'weight and sample' },
  heat: { size: `steps (${cells} cells)`, element: 'cell and step' },
};
