import { it } from 'vitest';
import { arrayOf } from '../ir/build.ts';
import { optimize, passes } from './index.ts';
import { createRandomSource } from './testing/random-source.ts';
import { countedLoop, smallFunction } from './testing/small-function.ts';
function longFunction(statements: number, exact: boolean) {
  const random = createRandomSource(7);
  return smallFunction({ x: 'f64[]', y: 'f64[]', n: 'int' }, (b, { x, y, n }) => {
    const work = b.define('alloc', { length: b.length(x), fill: 'zero' }, arrayOf('f64'));
    return countedLoop(b, b.constant(0), b.length(x), [b.constant(0)], (i, [sum]) => {
      const pool: any[] = [b.load(x, i, 'checked'), sum, n];
      const recent = (): any => pool[Math.max(0, pool.length - 1 - random.below(12))];
      for (let at = 0; at < statements; at++) {
        const index = b.prim('add', [i, b.constant(random.below(5))]);
        if (random.chance(0.1)) b.effect('store', { array: random.pick([y, work]), index, value: recent(), access: 'checked' });
        else if (random.chance(0.2)) pool.push(b.load(random.pick([x, y, work]), index, 'checked'));
        else pool.push(b.prim(random.pick(['add', 'sub', 'mul', 'mulz'] as any), [recent(), recent()]));
      }
      return [pool.at(-1)];
    });
  }, exact);
}
it('x', () => {
  void passes;
  for (const exact of [true, false]) for (let k = 0; k < 2; k++) {
    const fn = longFunction(2000, exact);
    let t = performance.now(); const out: string[] = []; const t0 = t;
    optimize(fn, { after: (p) => { const n = performance.now(); out.push(p + ' ' + (n - t).toFixed(0)); t = n; } });
    console.log(exact, k, (performance.now() - t0).toFixed(0), out.join(', '));
  }
}, 100000);
