/** Sizes at which the field compares its tools (`npm run bench -- --large`): a call takes from 50 ms to a second. */
import { loadGenerated, required } from '../fixtures/programs/derivatives.ts';
import { det } from '../fixtures/programs/det.ts';
import { matrixInput } from '../fixtures/programs/inputs.ts';
import { gmmCase, lstmCase, odeCase } from './cases.ts';
import type { BenchCase, Rival } from './contenders.ts';
import { differencesOf } from './differences.ts';
import { detByHand } from './hand/det.ts';
import { kmeansCases } from './record-cases.ts';
import { det as detTaped } from './taped/programs/vectors.ts';
import { tapesOf } from './taped/tape.ts';

function detCase(size: number): BenchCase {
  return {
    name: 'det',
    size: `${size} × ${size}`,
    rivals: () => detRivals(size),
    async prepare() {
      const [a] = matrixInput(size);
      const compiled = required<number>(await loadGenerated('det'), 'detValueAndGradInto') as typeof detByHand;
      const [dA, dAByHand] = [new Float64Array(a.length), new Float64Array(a.length)];
      return {
        own: () => det(a, size),
        generated: () => compiled(a, size, dA),
        hand: () => detByHand(a, size, dAByHand),
        results: { generated: () => dA, hand: () => dAByHand },
      };
    },
  };
}

function detRivals(size: number): readonly Rival[] {
  const [a] = matrixInput(size);
  return [...tapesOf(detTaped(size), [a]), differencesOf([a], () => det(a, size))];
}

export const largeCases: readonly BenchCase[] = [
  detCase(8),
  detCase(10),
  gmmCase(64, 100, 1000),
  lstmCase(6, 8192),
  odeCase(100_000, 100),
  ...kmeansCases(1000, 10_000, 16),
].map((entry) => ({ ...entry, isLarge: true }));
