/** Central differences: what a user has without any tool. */
import type { Contender, Rival } from './contenders.ts';

/** Reads `inputs` through `own`, and moves one number of them at a time; each is put back. */
export function differencesOf(inputs: readonly Float64Array[], own: Contender): Rival {
  return {
    name: 'differences',
    kind: 'differences',
    tolerance: 1e-5,
    async prepare() {
      const gradient = new Float64Array(inputs.reduce((sum, input) => sum + input.length, 0));
      return { run: () => differentiate(inputs, own, gradient), gradient: () => gradient };
    },
  };
}

/** The step for which the errors of truncation and rounding are about equal: the cube root of the machine's precision. */
const relativeStep = Math.cbrt(Number.EPSILON);

function differentiate(inputs: readonly Float64Array[], own: Contender, gradient: Float64Array): number {
  let at = 0;
  for (const input of inputs) {
    for (let i = 0; i < input.length; i++) {
      const old = input[i];
      const step = relativeStep * Math.max(1, Math.abs(old));
      input[i] = old + step;
      const above = own();
      input[i] = old - step;
      const below = own();
      input[i] = old;
      gradient[at++] = (above - below) / (2 * step);
    }
  }
  return own();
}
