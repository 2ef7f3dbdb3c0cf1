import { it } from 'vitest';
import { arrayOf } from '../ir/build.ts';
import { passes } from './index.ts';
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
  for (const size of [50, 100, 200, 400, 800, 1600]) for (const pass of passes) {
    const fn = longFunction(size, false);
    const s = performance.now(); pass.run(fn); const t = performance.now() - s;
    if (t > 20) console.log(size, pass.name, t.toFixed(1));
    if (t > 3000) return;
  }
}, 100000);
