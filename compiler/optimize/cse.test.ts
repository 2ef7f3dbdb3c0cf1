import { describe, expect, it } from 'vitest';
import { arrayOf, real } from '../ir/build.ts';
import { cse } from './cse.ts';
import { bodyText, smallFunction } from './testing/small-function.ts';

describe('cse', () => {
  it('computes equal expressions once, in either order of a sum', () => {
    const fn = smallFunction({ x: 'real', y: 'real' }, (b, { x, y }) => [b.prim('mul', [b.prim('add', [x, y]), b.prim('add', [y, x])])]);
    expect(bodyText(cse.run(fn))).toBe('  t2 = add x y\n  t4 = mul t2 t2\n  return t4');
  });

  it('keeps the order of max: a tie goes to the first', () => {
    const fn = smallFunction({ x: 'real', y: 'real' }, (b, { x, y }) => [b.prim('Math.max', [x, y]), b.prim('Math.max', [y, x])]);
    expect(cse.run(fn)).toBe(fn);
  });

  it('makes a shared value exact if one of them was', () => {
    const fn = smallFunction({ x: 'real', y: 'real' }, (b, { x, y }) => {
      b.exact = false;
      const adjoint = b.prim('mul', [x, y]);
      b.exact = true;
      return [adjoint, b.prim('mul', [x, y], 'product')];
    });
    expect(bodyText(cse.run(fn))).toBe('  product = mul x y\n  return product, product');
  });

  it('shares loads until the memory may have changed', () => {
    const fn = smallFunction({ a: 'f64[]', b: 'f64[]', other: 'f32[]', i: 'int', v: 'real' }, (b, p) => {
      const first = b.load(p.a, p.i, 'checked');
      b.effect('store', { array: p.other, index: p.i, value: p.v, access: 'checked' });
      const second = b.load(p.a, p.i, 'checked');
      b.effect('store', { array: p.b, index: p.i, value: p.v, access: 'checked' });
      return [first, second, b.load(p.a, p.i, 'checked')];
    });
    expect(bodyText(cse.run(fn))).toMatch(/return t5, t5, t7$/);
  });

  it("tells memory that the function made from the caller's", () => {
    const fn = smallFunction({ a: 'f64[]', i: 'int', v: 'real' }, (b, { a, i, v }) => {
      const own = b.define('copy', { array: a }, b.typeOf(a));
      const first = b.load(a, i, 'checked');
      b.effect('store', { array: own, index: i, value: v, access: 'checked' });
      return [first, b.load(a, i, 'checked'), b.load(own, i, 'checked')];
    });
    expect(bodyText(cse.run(fn))).toMatch(/return t4, t4, t6$/);
  });

  it('reads the length of a copy from the original, and of an allocation from what it was given', () => {
    const fn = smallFunction({ x: 'f64[]' }, (b, { x }) => {
      const n = b.length(x);
      const [copy, fresh] = [
        b.define('copy', { array: x }, arrayOf('f64')),
        b.define('alloc', { length: b.constant(3), fill: 'zero' }, arrayOf('f64')),
      ];
      return [n, b.length(copy), b.length(fresh)];
    });
    expect(bodyText(cse.run(fn))).toMatch(/return t1, t1, 3$/);
  });

  it('does not lift a value out of the branch that computes it', () => {
    const fn = smallFunction({ c: 'bool', x: 'real' }, (b, { c, x }) => {
      const [out] = b.branch(
        c,
        [real],
        () => [b.prim('Math.exp', [x])],
        () => [x],
      );
      return [b.prim('add', [out as never, b.prim('Math.exp', [x])])];
    });
    expect(cse.run(fn)).toBe(fn);
  });

  it('reads a proven place for a load that is not proven, never the reverse of a miss', () => {
    const fn = smallFunction({ a: 'f64[]', i: 'int' }, (b, { a, i }) => [
      b.load(a, i, 'checked'),
      b.load(a, i, 'orZero'),
      b.load(a, i, 'checked'),
    ]);
    expect(bodyText(cse.run(fn))).toMatch(/return t2, t3, t2$/);
  });
});
