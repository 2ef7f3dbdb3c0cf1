import { describe, expect, it } from 'vitest';
import type { Builder } from '../ir/build.ts';
import { arrayOf, real } from '../ir/build.ts';
import type { NumberStorage, ValueId } from '../ir/types.ts';
import { forwardStores } from './forward-stores.ts';
import { bodyText, countedLoop, smallFunction } from './testing/small-function.ts';

const three = (b: Builder, storage: NumberStorage = 'f64'): ValueId =>
  b.define('alloc', { length: b.constant(3), fill: 'zero' }, arrayOf(storage));
const put = (b: Builder, array: ValueId, index: ValueId, value: ValueId, access: 'inRange' | 'checked' = 'inRange'): void =>
  b.effect('store', { array, index, value, access });

describe('forward-stores', () => {
  it('reads back what was stored, past stores to other places, and zeros elsewhere', () => {
    const fn = smallFunction({ x: 'real', y: 'real' }, (b, { x, y }) => {
      const w = three(b);
      put(b, w, b.constant(0), x);
      put(b, w, b.constant(1), y);
      return [0, 1, 2].map((at) => b.load(w, b.constant(at), 'inRange'));
    });
    expect(bodyText(forwardStores.run(fn))).toMatch(/return x, y, 0$/);
  });

  it('forgets what an unknown index may have overwritten', () => {
    const fn = smallFunction({ x: 'real', i: 'int' }, (b, { x, i }) => {
      const w = three(b);
      put(b, w, b.constant(0), x);
      put(b, w, i, x, 'checked');
      return [b.load(w, b.constant(0), 'inRange'), b.load(w, b.constant(1), 'inRange')];
    });
    expect(forwardStores.run(fn)).toBe(fn);
  });

  it('never skips a rounding, a store that may have missed, or a write in a loop', () => {
    const rounded = smallFunction({ x: 'real' }, (b, { x }) => {
      const w = three(b, 'f32');
      put(b, w, b.constant(0), x);
      return [b.load(w, b.constant(0), 'inRange')];
    });
    const missed = smallFunction({ x: 'real', i: 'int', a: 'f64[]' }, (b, { x, i, a }) => {
      put(b, a, i, x, 'checked');
      return [b.load(a, i, 'checked')];
    });
    const looped = smallFunction({ x: 'real', n: 'int' }, (b, { x, n }) => {
      const w = three(b);
      put(b, w, b.constant(0), x);
      return countedLoop(b, b.constant(0), n, [x], () => {
        const old = b.load(w, b.constant(0), 'inRange');
        put(b, w, b.constant(0), b.prim('mul', [old, x]));
        return [old];
      });
    });
    for (const fn of [rounded, missed, looped]) expect(forwardStores.run(fn)).toBe(fn);
  });

  it('knows in a branch what was known before it, and forgets after it what it wrote', () => {
    const fn = smallFunction({ x: 'real', c: 'bool' }, (b, { x, c }) => {
      const w = three(b);
      put(b, w, b.constant(0), x);
      const [inside] = b.branch(
        c,
        [real],
        () => {
          const known = b.load(w, b.constant(0), 'inRange');
          put(b, w, b.constant(0), b.constant(0.5));
          return [known];
        },
        () => [x],
      );
      return [inside as ValueId, b.load(w, b.constant(0), 'inRange')];
    });
    expect(bodyText(forwardStores.run(fn))).toMatch(/store t3 0 0.5\n {4}yield x[\s\S]*= load t3 0\n/);
  });

  it('sees zeros where every iteration touches its own element only', () => {
    const summed = (offset: number) =>
      smallFunction({ x: 'f64[]', s: 'real' }, (b, { x, s }) => {
        const dx = b.define('buffer', { like: x, slot: 0 }, arrayOf('f64'));
        countedLoop(b, b.constant(0), b.length(x), [], (i) => {
          b.effect('accumulate', { array: dx, index: i, value: s, access: 'checked' });
          const index = offset === 0 ? i : b.prim('add', [i, b.constant(offset)]);
          b.effect('accumulate', { array: dx, index, value: s, access: 'checked' });
          return [];
        });
        return [dx];
      });
    expect(bodyText(forwardStores.run(summed(0)))).toMatch(/store.checked t2 i s\n {4}accumulate.checked t2 i s/);
    const neighbours = summed(1);
    expect(forwardStores.run(neighbours)).toBe(neighbours);
  });

  it('copies into zeros of the same length instead of adding', () => {
    const added = (sized: boolean) =>
      smallFunction({ x: 'f64[]', y: 'f64[]' }, (b, { x, y }) => {
        const dx = b.define('buffer', { like: x, slot: 0 }, arrayOf('f64'));
        b.effect('addInto', { array: dx, source: sized ? b.define('copy', { array: x }, arrayOf('f64')) : y });
        return [dx];
      });
    expect(bodyText(forwardStores.run(added(true)))).toMatch(/\n {2}set t2 t3/);
    const other = added(false);
    expect(forwardStores.run(other)).toBe(other);
  });

  it('makes the first accumulation a store', () => {
    const fn = smallFunction({ x: 'f64[]', s: 'real' }, (b, { x, s }) => {
      const dx = b.define('buffer', { like: x, slot: 0 }, arrayOf('f64'));
      for (const at of [0, 1, 0]) b.effect('accumulate', { array: dx, index: b.constant(at), value: s, access: 'checked' });
      return [dx];
    });
    expect(bodyText(forwardStores.run(fn))).toMatch(/store.checked t2 0 s\n {2}store.checked t2 1 s\n {2}accumulate.checked t2 0 s/);
  });
});
