import { describe, expect, it } from 'vitest';
import type { Builder } from '../ir/build.ts';
import { arrayOf, bool } from '../ir/build.ts';
import type { ValueId } from '../ir/types.ts';
import { ranges } from './ranges.ts';
import { bodyText, countedLoop, smallFunction } from './testing/small-function.ts';

const f64 = arrayOf('f64');
type Params = Record<'x' | 'y' | 'list' | 'n' | 'k' | 'size', ValueId>;

/** Whether every access of the function is proven. */
function proves(write: (b: Builder, p: Params) => void): boolean {
  const fn = smallFunction({ x: 'f64[]', y: 'f64[]', list: 'list[]', n: 'int', k: 'int', size: 'real' }, (b, p) => (write(b, p), []));
  const text = bodyText(ranges.run(fn));
  return /load|store|accumulate/.test(text) && !/\.checked|\.orZero/.test(text);
}

const whole = (b: Builder, array: ValueId, visit: (index: ValueId) => void): void =>
  void countedLoop(b, b.constant(0), b.length(array), [], (i) => (visit(i), []));
const touch = (b: Builder, array: ValueId, index: ValueId): void => void b.load(array, index, 'checked');
const newArray = (b: Builder, length: ValueId): ValueId => b.define('alloc', { length, fill: 'zero' }, f64);
const store = (b: Builder, array: ValueId, index: ValueId): void =>
  b.effect('store', { array, index, value: b.constant(1), access: 'checked' });

describe('ranges proves', () => {
  it('a counter up to the length', () => expect(proves((b, { x }) => whole(b, x, (i) => touch(b, x, i)))).toBe(true));

  it('a counter down from the length', () => {
    expect(
      proves(
        (b, { x }) => void countedLoop(b, b.prim('sub', [b.length(x), b.constant(1)]), b.constant(-1), [], (i) => (touch(b, x, i), []), -1),
      ),
    ).toBe(true);
  });

  it('neighbours, where the bounds leave room', () => {
    expect(
      proves((b, { x }) => {
        const last = b.prim('sub', [b.length(x), b.constant(1)]);
        countedLoop(b, b.constant(1), last, [], (i) => {
          for (const offset of [-1, 0, 1]) touch(b, x, b.prim('add', [i, b.constant(offset)]));
          return [];
        });
      }),
    ).toBe(true);
  });

  it('the same length in a copy, an allocation and what a loop swaps', () => {
    expect(
      proves((b, { x }) => {
        const n = b.length(x);
        const [copy, fresh] = [b.define('copy', { array: x }, f64), newArray(b, n)];
        countedLoop(b, b.constant(0), b.constant(9), [copy, fresh], (_, [now, next]) => {
          whole(b, x, (i) => (touch(b, now as ValueId, i), touch(b, next as ValueId, i)));
          return [next as ValueId, now as ValueId];
        });
      }),
    ).toBe(true);
  });

  it('rows and columns of a flat matrix, and the reversed index', () => {
    expect(
      proves((b, { x, y }) => {
        const [n, m] = [b.length(x), b.length(y)];
        const matrix = newArray(b, b.prim('mul', [n, m]));
        whole(b, x, (i) =>
          whole(b, y, (j) => {
            store(b, matrix, b.prim('add', [b.prim('mul', [i, m]), j]));
            touch(b, y, b.prim('sub', [b.prim('sub', [m, b.constant(1)]), j]));
          }),
        );
      }),
    ).toBe(true);
  });

  it('three dimensions and a constant one', () => {
    expect(
      proves((b, { x, y }) => {
        const [n, m] = [b.length(x), b.length(y)];
        const cube = newArray(b, b.prim('mul', [b.prim('mul', [n, m]), b.constant(3)]));
        whole(b, x, (i) =>
          whole(b, y, (j) => {
            const cell = b.prim('add', [b.prim('mul', [i, m]), j]);
            for (let c = 0; c < 3; c++) store(b, cube, b.prim('add', [b.prim('mul', [cell, b.constant(3)]), b.constant(c)]));
          }),
        );
      }),
    ).toBe(true);
  });

  it('constants below a constant length, and min of two lengths', () => {
    expect(
      proves((b, { x, y }) => {
        const small = newArray(b, b.constant(3));
        store(b, small, b.constant(2));
        const both = b.prim('Math.min', [b.length(x), b.length(y)]);
        countedLoop(b, b.constant(0), both, [], (i) => (touch(b, x, i), touch(b, y, i), []));
      }),
    ).toBe(true);
  });

  it('a bound that the caller passed together with one of our own', () => {
    expect(
      proves((b, { x, k }) => {
        const bound = b.prim('Math.min', [k, b.length(x)]);
        countedLoop(b, b.constant(0), bound, [], (i) => (touch(b, x, i), []));
      }),
    ).toBe(true);
  });

  it('what a branch has tested', () => {
    expect(
      proves((b, { x }) =>
        whole(b, x, (i) => {
          const next = b.prim('add', [i, b.constant(1)]);
          b.branch(
            b.prim('lt', [next, b.length(x)]),
            [],
            () => (touch(b, x, next), []),
            () => [],
          );
          const first = b.prim('eq', [i, b.constant(0)]);
          b.branch(
            first,
            [],
            () => [],
            () => (touch(b, x, b.prim('sub', [i, b.constant(1)])), []),
          );
        }),
      ),
    ).toBe(true);
  });

  it('a condition that was merged from two branches', () => {
    expect(
      proves((b, { x }) =>
        whole(b, x, (i) => {
          const next = b.prim('add', [i, b.constant(1)]);
          const inside = b.prim('lt', [next, b.length(x)]);
          const [both] = b.branch(
            inside,
            [bool],
            () => [b.prim('gt', [i, b.constant(4)])],
            () => [b.constant(false)],
          );
          b.branch(
            both as ValueId,
            [],
            () => (touch(b, x, next), []),
            () => [],
          );
        }),
      ),
    ).toBe(true);
  });

  it('indices around a ring', () => {
    expect(
      proves((b, { x }) => {
        const n = b.length(x);
        whole(b, x, (i) => touch(b, x, b.prim('rem', [b.prim('add', [i, b.constant(1)]), n])));
      }),
    ).toBe(true);
  });

  it('a while loop with a counter of its own', () => {
    expect(
      proves((b, { x }) => {
        const [tested, inside, out] = [b.value({ kind: 'int' }), b.value({ kind: 'int' }), b.value({ kind: 'int' })];
        const zero = b.constant(0);
        const condition = b.region([tested], () => [b.prim('lt', [tested, b.length(x)])]);
        const body = b.region([inside], () => {
          touch(b, x, inside);
          return [b.prim('add', [inside, b.constant(1)])];
        });
        b.push({ kind: 'while', test: 'before', inits: [zero], condition, body, outs: [out], exits: false, origin: b.origin });
      }),
    ).toBe(true);
  });

  it('allocations by integers that the caller passed, counted up and down', () => {
    expect(
      proves((b, { n }) => {
        const work = newArray(b, n);
        countedLoop(b, b.constant(0), n, [], (i) => (store(b, work, i), []));
        countedLoop(b, b.prim('sub', [n, b.constant(1)]), b.constant(-1), [], (i) => (store(b, work, i), []), -1);
      }),
    ).toBe(true);
  });

  it("a flat matrix whose sizes the caller passed, with the row's offset outside of the inner loop", () => {
    expect(
      proves((b, { n, k }) => {
        const matrix = newArray(b, b.prim('mul', [n, k]));
        countedLoop(b, b.constant(0), n, [], (i) => {
          const row = b.prim('mul', [i, k]);
          countedLoop(b, b.constant(0), k, [], (j) => (store(b, matrix, b.prim('add', [row, j])), []));
          return [];
        });
      }),
    ).toBe(true);
  });

  it('stores into a list that never grows', () => expect(proves((b, { list }) => whole(b, list, (i) => store(b, list, i)))).toBe(true));
});

describe('ranges does not prove', () => {
  it('another array of the caller', () => expect(proves((b, { x, y }) => whole(b, x, (i) => touch(b, y, i)))).toBe(false));

  it('an allocation whose length may be fractional', () => {
    expect(
      proves((b, { size }) => {
        const work = newArray(b, size);
        countedLoop(b, b.constant(0), size, [], (i) => (store(b, work, i), []));
      }),
    ).toBe(false);
  });

  it('a size that was never compared with anything', () => {
    expect(
      proves((b, { n, k }) => {
        const matrix = newArray(b, b.prim('mul', [n, k]));
        countedLoop(b, b.constant(0), n, [], (i) => (store(b, matrix, i), []));
      }),
    ).toBe(false);
  });

  it('a start that the caller passed', () => {
    expect(proves((b, { x, n }) => void countedLoop(b, n, b.length(x), [], (i) => (touch(b, x, i), [])))).toBe(false);
  });

  it('one beyond the end, or before the beginning', () => {
    expect(proves((b, { x }) => whole(b, x, (i) => touch(b, x, b.prim('add', [i, b.constant(1)]))))).toBe(false);
    expect(proves((b, { x }) => whole(b, x, (i) => touch(b, x, b.prim('sub', [i, b.constant(1)]))))).toBe(false);
  });

  it('a constant index of an array that may be empty', () => expect(proves((b, { x }) => touch(b, x, b.constant(0)))).toBe(false));

  it('the other side of a comparison that NaN fails', () => {
    expect(
      proves((b, { x, n }) => {
        const outside = b.prim('ge', [n, b.length(x)]);
        b.branch(
          outside,
          [],
          () => [],
          () => (touch(b, x, b.prim('Math.max', [n, b.constant(0)])), []),
        );
      }),
    ).toBe(false);
  });

  it('a list that another store may lengthen', () => {
    const fn = smallFunction({ list: 'list[]', n: 'int' }, (b, { list, n }) => {
      whole(b, list, (i) => store(b, list, i));
      store(b, list, n);
      return [];
    });
    expect(ranges.run(fn)).toBe(fn);
  });

  it('a matrix by its transposed index', () => {
    expect(
      proves((b, { x, y }) => {
        const [n, m] = [b.length(x), b.length(y)];
        const matrix = newArray(b, b.prim('mul', [n, m]));
        whole(b, x, (i) => whole(b, y, (j) => store(b, matrix, b.prim('add', [b.prim('mul', [j, m]), i]))));
      }),
    ).toBe(false);
  });
});
