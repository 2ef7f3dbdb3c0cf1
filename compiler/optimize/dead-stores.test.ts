import { describe, expect, it } from 'vitest';
import type { Builder } from '../ir/build.ts';
import { arrayOf } from '../ir/build.ts';
import type { IrFunction, ValueId } from '../ir/types.ts';
import { deadStores } from './dead-stores.ts';
import { bodyText, countedLoop, smallFunction } from './testing/small-function.ts';

const f64 = arrayOf('f64');

/** An array of the length of x is filled, then read and cleared element by element; `read` decides where. */
function clearing(
  read: (b: Builder, index: ValueId) => ValueId,
  after: (b: Builder, work: ValueId) => readonly ValueId[] = () => [],
): IrFunction {
  return smallFunction({ x: 'f64[]' }, (b, { x }) => {
    const n = b.length(x);
    const work = b.define('copy', { array: x }, f64, 'work');
    const [sum] = countedLoop(b, b.constant(0), n, [b.constant(0)], (i, [s]) => {
      const next = b.prim('add', [s as ValueId, b.load(work, read(b, i), 'checked')]);
      b.effect('store', { array: work, index: i, value: b.constant(0), access: 'checked' });
      return [next];
    });
    return [sum as ValueId, ...after(b, work)];
  });
}

const here = (_: Builder, index: ValueId): ValueId => index;

describe('dead-stores', () => {
  it('drops clearing that nobody sees', () => expect(bodyText(deadStores.run(clearing(here)))).not.toMatch(/store/));

  it('keeps what a later iteration, a later load or a result reads', () => {
    const neighbour = (b: Builder, index: ValueId): ValueId => b.prim('sub', [index, b.constant(1)]);
    for (const fn of [
      clearing(neighbour),
      clearing(here, (b, work) => [b.load(work, b.constant(0), 'checked')]),
      clearing(here, (_, work) => [work]),
    ]) {
      expect(deadStores.run(fn)).toBe(fn);
    }
  });

  it('keeps clearing that the next round of an outer loop reads', () => {
    const fn = smallFunction({ x: 'f64[]' }, (b, { x }) => {
      const n = b.length(x);
      const work = b.define('copy', { array: x }, f64, 'work');
      return countedLoop(b, b.constant(0), n, [b.constant(0)], (_, outer) =>
        countedLoop(b, b.constant(0), n, outer, (i, [s]) => {
          const next = b.prim('add', [s as ValueId, b.load(work, i, 'checked')]);
          b.effect('store', { array: work, index: i, value: b.constant(0), access: 'checked' });
          return [next];
        }),
      );
    });
    expect(deadStores.run(fn)).toBe(fn);
  });

  it('keeps a store to memory that has two names', () => {
    const fn = smallFunction({ x: 'f64[]', c: 'bool' }, (b, { x, c }) => {
      const [left, right] = [b.define('copy', { array: x }, f64), b.define('copy', { array: x }, f64)];
      const [either] = b.branch(
        c,
        [f64],
        () => [left],
        () => [right],
      );
      return countedLoop(b, b.constant(0), b.length(x), [b.constant(0)], (i, [s]) => {
        const next = b.prim('add', [s as ValueId, b.load(either as ValueId, i, 'checked')]);
        b.effect('store', { array: left, index: i, value: b.constant(0), access: 'checked' });
        return [next];
      });
    });
    expect(deadStores.run(fn)).toBe(fn);
  });
});
