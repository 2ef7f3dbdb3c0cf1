import { expect, it } from 'vitest';
import { walkFunction } from '../ir/walk.ts';
import { optimize, passes } from './index.ts';
import { ranges } from './ranges.ts';
import { disagreement } from './testing/compare.ts';
import { randomFunction } from './testing/random-function.ts';

const from = Number(process.env.FROM ?? 1000);
const to = Number(process.env.TO ?? 2000);
it('stats', () => {
  const counts: Record<string, number> = {};
  for (let seed = from; seed < to; seed++) {
    for (const relaxed of [0, 0.7]) {
      const before = randomFunction(seed, { size: 40 + (seed % 3) * 30, relaxed });
      let at = before;
      for (let round = 0; round < 3; round++) for (const pass of passes) {
        const next = pass.run(at);
        if (next !== at) counts[pass.name] = (counts[pass.name] ?? 0) + 1;
        at = next;
      }
      walkFunction(ranges.run(before), (op) => { if ('access' in op) counts[`${op.kind}.${op.access}`] = (counts[`${op.kind}.${op.access}`] ?? 0) + 1; });
      const ranged = ranges.run(before);
      for (const [name, fn] of [['all', optimize(before)], ...passes.map((p) => [p.name, p.run(ranged)] as const)] as const) {
        const d = disagreement(before, fn, seed * 7, relaxed > 0);
        if (d) expect(`${name} seed ${seed} relaxed ${relaxed}\n${d}`).toBe('');
      }
    }
  }
  console.log(JSON.stringify(counts));
}, 600000);
