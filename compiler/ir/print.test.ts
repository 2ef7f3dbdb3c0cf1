import { describe, expect, it } from 'vitest';
import { arrayOf, createBuilder, int, real } from './build.ts';
import { printFunction, printProgram } from './print.ts';
import { sketch, sketchFor, sketchWhile, testOrigin } from './testing.ts';
import type { ValueId } from './types.ts';

const f64 = arrayOf('f64');

describe('the text form of the IR', () => {
  it('shows loops, types, exactness and constants in place', () => {
    const fn = sketch('loss', { x: f64, n: int }, (b, { x, n }) => {
      const out = sketchFor(b, { to: n, step: 2, inits: [b.constant(-0)], types: [real], exits: true }, (i, [sum]) => {
        b.exact = false;
        const square = b.prim('pow', [b.load(x, i, 'checked', 'x'), b.constant(2)]);
        b.exact = true;
        return [b.constant(0), b.prim('add', [sum as ValueId, square])];
      });
      return [out[1] as ValueId];
    });
    expect(printFunction(fn)).toMatchInlineSnapshot(`
      "function loss(x: f64[], n: int): real
        exit: int, t11 = for i in 0..n step 2 exits carry (t5 = -0)
          x.6 ~ load.checked x i
          t8 ~ pow x.6 2
          t10 = add t5 t8
          yield 0, t10
        return t11
      "
    `);
  });

  it('shows branches, whiles, memory and errors', () => {
    const fn = sketch('f', { x: real }, (b, { x }) => {
      const u = b.define('alloc', { length: b.constant(3), fill: 'hole' }, arrayOf('list'), 'u');
      const v = b.define('copy', { array: u, to: b.constant(2) }, f64, 'v');
      b.effect('fill', { array: v, value: x });
      b.effect('accumulate', { array: v, index: b.constant(1), value: x, access: 'inRange' });
      b.branch(
        b.prim('lt', [x, b.constant(0)], 'negative'),
        [],
        () => {
          b.effect('throw', { error: 'RangeError', message: ['x is ', x] });
          return [];
        },
        () => [],
      );
      const [found] = b.branch(
        b.constant(true),
        [real],
        () => [x],
        () => [b.constant(1)],
        ['found'],
      );
      return sketchWhile(
        b,
        { test: 'after', inits: [found as ValueId], types: [real] },
        ([y]) => b.prim('lt', [y as ValueId, x]),
        ([y]) => [y as ValueId],
      );
    });
    expect(printFunction(fn)).toMatchInlineSnapshot(`
      "function f(x: real): real
        u: list[] = alloc 3 hole
        v: f64[] = copy u from 0 to 2
        fill v x
        accumulate v 1 x
        negative: bool = lt x 0
        if negative
          throw RangeError "x is " x
        found = if true
          yield x
        else
          yield 1
        t14 = do while carry (found)
          do (t13)
            yield t13
          while (t11)
            t12: bool = lt t11 x
            yield t12
        return t14
      "
    `);
  });

  it('names every value apart, whatever the hints', () => {
    const b = createBuilder(testOrigin, [], true);
    const [x, y, z] = [b.value(real, 'x'), b.value(real, 'x.2'), b.value(real, 'x')];
    const fn = { ...sketch('f', {}, () => []), values: b.values, params: [], body: { params: [x, y, z], ops: [], yields: [x, y, z] } };
    expect(printFunction(fn)).toContain('x, x.2, x.2.2');
  });

  it('ends lines with their source on demand', () => {
    const fn = sketch('f', { x: real }, (b, { x }) => {
      b.origin = { kind: 'source', file: '/home/fit.ts', start: 0, end: 1, line: 12, column: 9 };
      return [b.prim('neg', [x])];
    });
    expect(printFunction(fn, { lines: true })).toContain('neg x    # fit.ts:12:9');
    expect(printFunction(fn)).not.toContain('fit.ts');
  });

  it('prints a program, main function first', () => {
    const main = sketch('f', {}, () => []);
    expect(printProgram({ main, callees: new Map([['/a.ts#g', sketch('g', {}, () => [])]]) })).toBe(
      'function f(): void\n\n# /a.ts#g\nfunction g(): void\n',
    );
  });
});
