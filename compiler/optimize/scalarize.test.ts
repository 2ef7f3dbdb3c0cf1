import { describe, expect, it } from 'vitest';
import type { Builder } from '../ir/build.ts';
import { arrayOf, real } from '../ir/build.ts';
import { checkFunction } from '../ir/check.ts';
import { interpret } from '../ir/interpret.ts';
import type { IrFunction, ValueId } from '../ir/types.ts';
import { optimize } from './index.ts';
import { scalarize } from './scalarize.ts';
import { bodyText, countedLoop, smallFunction } from './testing/small-function.ts';

const pair = (b: Builder): ValueId => b.define('alloc', { length: b.constant(2), fill: 'zero' }, arrayOf('f64'), 'w');
const at = (b: Builder, index: number): ValueId => b.constant(index);
const put = (b: Builder, array: ValueId, index: number, value: ValueId): void =>
  b.effect('store', { array, index: at(b, index), value, access: 'checked' });
const get = (b: Builder, array: ValueId, index: number): ValueId => b.load(array, at(b, index), 'checked');

describe('scalarize', () => {
  it('carries elements through loops and branches', () => {
    const fn = smallFunction({ x: 'real', n: 'int', c: 'bool' }, (b, { x, n, c }) => {
      const w = pair(b);
      put(b, w, 0, x);
      countedLoop(b, at(b, 0), n, [], (i) => {
        b.branch(
          c,
          [],
          () => (put(b, w, 0, b.prim('mul', [get(b, w, 0), x])), []),
          () => (put(b, w, 1, b.prim('add', [get(b, w, 1), i])), []),
        );
        return [];
      });
      b.effect('accumulate', { array: w, index: at(b, 1), value: x, access: 'checked' });
      return [get(b, w, 0), get(b, w, 1), b.length(w)];
    });
    const result = scalarize.run(fn);
    expect(checkFunction(result)).toEqual([]);
    expect(bodyText(result)).not.toMatch(/alloc|load|store|accumulate/);
    for (const args of [
      [2, 3, true],
      [2, 3, false],
      [2, 0, true],
    ]) {
      expect(interpret(result, args)).toEqual(interpret(fn, args));
    }
    expect(bodyText(optimize(fn))).toMatch(/for .* carry \(w0 = x, w1 = 0\)/);
  });

  it('reads elements in the test of a while loop', () => {
    const fn = smallFunction({ x: 'real' }, (b, { x }) => {
      const w = pair(b);
      put(b, w, 0, x);
      const condition = b.region([], () => [b.prim('lt', [get(b, w, 0), b.constant(100)])]);
      const body = b.region([], () => (put(b, w, 0, b.prim('mul', [get(b, w, 0), x])), []));
      b.push({ kind: 'while', test: 'before', inits: [], condition, body, outs: [], exits: false, origin: b.origin });
      return [get(b, w, 0)];
    });
    const result = scalarize.run(fn);
    expect(checkFunction(result)).toEqual([]);
    expect(interpret(result, [3])).toEqual([243]);
  });

  it('leaves what is indexed by a variable, handed on, rounded, or long', () => {
    const unchanged: readonly IrFunction[] = [
      smallFunction({ i: 'int' }, (b, { i }) => [b.load(pair(b), i, 'checked')]),
      smallFunction({}, (b) => [pair(b)]),
      smallFunction({ x: 'real' }, (b, { x }) => {
        const w = b.define('alloc', { length: b.constant(2), fill: 'zero' }, arrayOf('f32'));
        put(b, w, 0, x);
        return [get(b, w, 0)];
      }),
      smallFunction({}, (b) => [b.load(b.define('alloc', { length: b.constant(9), fill: 'zero' }, arrayOf('f64')), at(b, 0), 'checked')]),
      smallFunction({ c: 'bool' }, (b, { c }) => {
        const [left, right] = [pair(b), pair(b)];
        return b.branch(
          c,
          [real],
          () => [
            get(
              b,
              b.branch(
                c,
                [arrayOf('f64')],
                () => [left],
                () => [right],
              )[0] as ValueId,
              0,
            ),
          ],
          () => [at(b, 0)],
        );
      }),
    ];
    for (const fn of unchanged) expect(scalarize.run(fn)).toBe(fn);
  });

  it('does not let a number through that Float64Array would have made NaN', () => {
    const fn = smallFunction({ x: 'f64[]' }, (b, { x }) => {
      const w = pair(b);
      put(b, w, 0, b.load(x, at(b, 5), 'checked'));
      return [get(b, w, 0)];
    });
    expect(scalarize.run(fn)).toBe(fn);
    expect(interpret(optimize(fn), [new Float64Array(1)])).toEqual([Number.NaN]);
  });
});
