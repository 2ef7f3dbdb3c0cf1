import { describe, expect, it } from 'vitest';
import { arrayOf, real } from '../ir/build.ts';
import { interpret } from '../ir/interpret.ts';
import type { ValueId } from '../ir/types.ts';
import { deadCode } from './dead-code.ts';
import { bodyText, countedLoop, smallFunction } from './testing/small-function.ts';

const f64 = arrayOf('f64');

describe('dead-code', () => {
  it('drops carried values that only carry themselves', () => {
    const fn = smallFunction({ n: 'int', x: 'real' }, (b, { n, x }) =>
      countedLoop(b, b.constant(0), n, [x, x], (_, [s, q]) => [b.prim('add', [s as ValueId, x]), b.prim('mul', [q as ValueId, x])]).slice(
        0,
        1,
      ),
    );
    expect(bodyText(deadCode.run(fn))).toBe('  t8 = for i in 0..n carry (t4 = x)\n    t6 = add t4 x\n    yield t6\n  return t8');
  });

  it('drops memory that nobody reads, and the loops that fill it', () => {
    const fn = smallFunction({ x: 'f64[]' }, (b, { x }) => {
      const n = b.length(x);
      const work = b.define('alloc', { length: n, fill: 'zero' }, f64);
      countedLoop(b, b.constant(0), n, [], (i) => {
        b.effect('store', { array: work, index: i, value: b.load(x, i, 'checked'), access: 'checked' });
        return [];
      });
      return [b.load(x, b.constant(0), 'checked')];
    });
    expect(bodyText(deadCode.run(fn))).toBe('  t7 = load.checked x 0\n  return t7');
  });

  it('keeps writes to memory that flows into a result through a branch', () => {
    const fn = smallFunction({ c: 'bool', v: 'real' }, (b, { c, v }) => {
      const [left, right] = [0, 1].map(() => b.define('alloc', { length: b.constant(2), fill: 'zero' }, f64)) as [ValueId, ValueId];
      const [either] = b.branch(
        c,
        [f64],
        () => [left],
        () => [right],
      );
      b.effect('store', { array: left, index: b.constant(0), value: v, access: 'checked' });
      return [b.load(either as ValueId, b.constant(0), 'checked')];
    });
    expect(deadCode.run(fn)).toBe(fn);
  });

  it('drops pushes that are never popped, and keeps a stack in step', () => {
    const fn = smallFunction({ x: 'real' }, (b, { x }) => {
      const [kept, lost] = [0, 1].map(() => b.define('stack', {}, { kind: 'stack', element: 'real' })) as [ValueId, ValueId];
      for (const stack of [kept, kept, lost]) b.effect('push', { stack, value: x });
      b.define('pop', { stack: kept }, real);
      return [b.define('pop', { stack: kept }, real)];
    });
    expect(bodyText(deadCode.run(fn))).toBe(
      '  t1: stack<real> = stack\n  push t1 x\n  push t1 x\n  t3 = pop t1\n  t4 = pop t1\n  return t4',
    );
  });

  it('keeps a check that only guards', () => {
    const fn = smallFunction({ n: 'int', x: 'real' }, (b, { n, x }) => {
      const cond = b.prim('lt', [n, b.constant(0)]);
      b.branch(
        cond,
        [],
        () => (b.effect('throw', { error: 'RangeError', message: ['negative'] }), []),
        () => [],
      );
      return [x];
    });
    expect(deadCode.run(fn)).toBe(fn);
  });

  it('keeps the error of an allocation that is not needed', () => {
    const fn = smallFunction({ n: 'int', x: 'real' }, (b, { n, x }) => {
      b.define('alloc', { length: n, fill: 'zero' }, f64);
      b.define('alloc', { length: n, fill: 'zero' }, arrayOf('list'));
      return [x];
    });
    const pruned = deadCode.run(fn);
    expect(bodyText(pruned)).not.toMatch(/alloc/);
    for (const n of [-1, -0.5, 2.5, Number.NaN, 0, 3]) {
      const run = (each: typeof fn) => {
        try {
          return interpret(each, [n, 1]);
        } catch (error) {
          return String(error);
        }
      };
      expect(run(pruned)).toEqual(run(fn));
    }
  });

  it('keeps the exit code of a loop that stops early', () => {
    const fn = smallFunction({ n: 'int', x: 'real' }, (b, { n, x }) => {
      const index = b.value({ kind: 'int' }, 'i');
      const carried = b.value(real);
      const body = b.region([index, carried], () => [b.prim('toNumber', [b.prim('gt', [carried, x])]), b.prim('add', [carried, x])]);
      const outs = [b.value({ kind: 'int' }), b.value(real)];
      b.push({ kind: 'for', from: b.constant(0), to: n, step: 1, inits: [x], body, outs, exits: true, origin: b.origin });
      return outs.slice(1);
    });
    expect(deadCode.run(fn)).toBe(fn);
  });
});
