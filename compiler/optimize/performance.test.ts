import { describe, expect, it } from 'vitest';
import { arrayOf } from '../ir/build.ts';
import type { PrimName, ValueId } from '../ir/types.ts';
import { optimize, passes } from './index.ts';
import { createRandomSource } from './testing/random-source.ts';
import { countedLoop, smallFunction } from './testing/small-function.ts';

/** A loop over a long straight line of arithmetic, loads and stores. */
function longFunction(statements: number, exact: boolean) {
  const random = createRandomSource(7);
  return smallFunction(
    { x: 'f64[]', y: 'f64[]', n: 'int' },
    (b, { x, y, n }) => {
      const work = b.define('alloc', { length: b.length(x), fill: 'zero' }, arrayOf('f64'));
      return countedLoop(b, b.constant(0), b.length(x), [b.constant(0)], (i, [sum]) => {
        const pool: ValueId[] = [b.load(x, i, 'checked'), sum as ValueId, n];
        const recent = (): ValueId => pool[Math.max(0, pool.length - 1 - random.below(12))] as ValueId;
        for (let at = 0; at < statements; at++) {
          const index = b.prim('add', [i, b.constant(random.below(5))]);
          if (random.chance(0.1)) b.effect('store', { array: random.pick([y, work]), index, value: recent(), access: 'checked' });
          else if (random.chance(0.2)) pool.push(b.load(random.pick([x, y, work]), index, 'checked'));
          else pool.push(b.prim(random.pick<PrimName>(['add', 'sub', 'mul', 'mulz']), [recent(), recent()]));
        }
        return [pool.at(-1) as ValueId];
      });
    },
    exact,
  );
}

/** Wide margins: the machine may be busy. A quadratic pass is a hundred times slower on ten times the input. */
describe('passes are near linear', () => {
  for (const exact of [true, false]) {
    it(`2,000 ${exact ? 'exact' : 'relaxed'} statements do not take long`, () => {
      const fn = longFunction(2_000, exact);
      optimize(longFunction(100, exact));
      const start = performance.now();
      optimize(fn);
      expect(performance.now() - start).toBeLessThan(6_000);
    });
  }

  it('ten times the statements take not much more than ten times as long', () => {
    for (const pass of passes) {
      const [small, large] = [longFunction(1_000, false), longFunction(10_000, false)];
      pass.run(small);
      const time = (fn: typeof small): number => {
        const start = performance.now();
        pass.run(fn);
        return performance.now() - start;
      };
      const [short, long] = [Math.min(time(small), time(small), time(small)), Math.min(time(large), time(large))];
      expect({ pass: pass.name, quadratic: long > 60 * short + 500 }).toEqual({ pass: pass.name, quadratic: false });
    }
  });
});
