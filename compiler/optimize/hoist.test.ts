import { describe, expect, it } from 'vitest';
import { real } from '../ir/build.ts';
import type { ValueId } from '../ir/types.ts';
import { hoist } from './hoist.ts';
import { sink } from './sink.ts';
import { bodyText, countedLoop, smallFunction } from './testing/small-function.ts';

describe('hoist', () => {
  it('moves invariants out of a nest, as far as they go', () => {
    const fn = smallFunction({ n: 'int', k: 'real' }, (b, { n, k }) =>
      countedLoop(b, b.constant(0), n, [k], (i, [s]) =>
        countedLoop(b, b.constant(0), n, [s as ValueId], (_, [q]) => {
          const scale = b.prim('Math.exp', [b.prim('neg', [k])]);
          return [b.prim('add', [q as ValueId, b.prim('mul', [b.prim('mul', [scale, i]), scale])])];
        }),
      ),
    );
    const lines = bodyText(hoist.run(fn))
      .split('\n')
      .map((line) => line.trim());
    expect(lines.slice(0, 2)).toEqual(['t8 = neg k', 't9 = Math.exp t8']);
    expect(lines.findIndex((line) => line.includes('mul t9 i'))).toBeLessThan(lines.findIndex((line) => line.includes('for i.')));
  });

  it('moves a load only where nothing writes, and no longer calls it in range', () => {
    const fn = smallFunction({ n: 'int', x: 'f64[]', y: 'f32[]' }, (b, { n, x, y }) =>
      countedLoop(b, b.constant(0), n, [n], (i, [s]) => {
        const [fixed, changing] = [b.load(x, b.constant(0), 'inRange'), b.load(y, b.constant(0), 'checked')];
        b.effect('store', { array: y, index: i, value: s as ValueId, access: 'checked' });
        return [b.prim('add', [fixed, changing])];
      }),
    );
    const text = bodyText(hoist.run(fn));
    expect(text).toMatch(/^ {2}t\d+ = load.checked x 0\n {2}t\d+ = for/);
    expect(text).toMatch(/\n {4}t\d+ = load.checked y 0/);
  });

  it('leaves what stands in a branch', () => {
    const fn = smallFunction({ n: 'int', k: 'real', c: 'bool' }, (b, { n, k, c }) =>
      countedLoop(b, b.constant(0), n, [k], (_, [s]) =>
        b.branch(
          c,
          [real],
          () => [b.prim('Math.exp', [k])],
          () => [s as ValueId],
        ),
      ),
    );
    expect(hoist.run(fn)).toBe(fn);
  });
});

describe('sink', () => {
  it('moves a value and what only it needs into the branch that reads it', () => {
    const fn = smallFunction({ k: 'real', c: 'bool' }, (b, { k, c }) => {
      const slope = b.prim('Math.exp', [b.prim('neg', [k])]);
      return b.branch(
        c,
        [real],
        () => [b.prim('mul', [slope, slope])],
        () => [k],
      );
    });
    expect(bodyText(sink.run(fn))).toBe(
      '  t5 = if c\n    t2 = neg k\n    t3 = Math.exp t2\n    t4 = mul t3 t3\n    yield t4\n  else\n    yield k\n  return t5',
    );
  });

  it('leaves what both branches read, and loads before a write', () => {
    const fn = smallFunction({ k: 'real', c: 'bool', x: 'f64[]' }, (b, { k, c, x }) => {
      const both = b.prim('neg', [k]);
      const old = b.load(x, b.constant(0), 'checked');
      b.effect('store', { array: x, index: b.constant(0), value: k, access: 'checked' });
      return b.branch(
        c,
        [real],
        () => [b.prim('mul', [both, old])],
        () => [both],
      );
    });
    expect(sink.run(fn)).toBe(fn);
  });
});
