/** The examples: what is committed is fresh and right, and the optimizers get there with less. */
import { fileURLToPath } from 'node:url';
import { checkGradient } from 'gradgen/check';
import { describe, expect, it } from 'vitest';
import { main } from '../cli/main.ts';
import { misfitGrad } from './epidemic/epidemic.grad.ts';
import { course, misfit } from './epidemic/epidemic.ts';
import { areaGrad } from './film/film.grad.ts';
import { area } from './film/film.ts';
import { distance } from './outcome.ts';
import { curveJacobian } from './peaks/peaks.grad.ts';
import { curve, type Peaks } from './peaks/peaks.ts';
import { examples } from './table.ts';

const expected = { 'film, fmin': 1e-5, 'epidemic, numeric': 1e-8, 'peaks, ml-levenberg-marquardt': 1e-8 } as const;

describe.each(examples)('$name', ({ name, known, withGradgen, withDifferences }) => {
  it('gets there, with less than differences take', () => {
    const [exact, rough] = [withGradgen(), withDifferences()];
    expect(distance(exact.x, known)).toBeLessThan(expected[name as keyof typeof expected]);
    expect(exact.functions + exact.gradients).toBeLessThan(rough.functions);
    expect(rough.gradients).toBe(0);
  });
});

/** dyᵀ·J, a row of the Jacobian for each number of dy. */
function curveVjp(p: Peaks, t: Float64Array, dy: Float64Array): number[] {
  const { rows, cols, values } = curveJacobian(p, t);
  expect([rows, cols]).toEqual([t.length, p.length]);
  return p.map((_, column) => dy.reduce((sum, weight, row) => sum + weight * values[row * cols + column], 0));
}

describe('the generated files', () => {
  it('are fresh', async () => {
    const printed: string[] = [];
    const print = (text: string): void => void printed.push(text);
    const cwd = fileURLToPath(new URL('.', import.meta.url));
    const status = await main(['.', '--check'], { cwd, colors: false, out: print, error: print });
    expect(status, printed.join('')).toBe(0);
  });

  it('agree with differences', () => {
    const inner = Float64Array.from({ length: 9 }, (_, at) => Math.sin(at));
    const frame = Float64Array.from({ length: 25 }, (_, at) => Math.cos(at));
    const rates = [0.4, 0.3, 0.1];
    const reports = [
      checkGradient(area, areaGrad, [inner, frame, 5], { out: true }),
      checkGradient(misfit, misfitGrad, [rates, course([0.3, 0.3, 0.2], 14)]),
      checkGradient(curve, curveVjp, [[3, 2.2, 0.7, 1.8, 5.1, 1.2, 0.4, 0.05], Float64Array.of(0.5, 2.5, 6)]),
    ];
    expect(reports.map(String)).toEqual(['areaGrad', 'misfitGrad', 'curveVjp'].map((name) => expect.stringMatching(`^${name} agrees: `)));
  });
});
