import { describe, expect, it } from 'vitest';
import { real } from '../ir/build.ts';
import { fold } from './fold.ts';
import { bodyText, countedLoop, smallFunction } from './testing/small-function.ts';

describe('fold', () => {
  it('computes what is correctly rounded and nothing else', () => {
    const fn = smallFunction({}, (b) => [
      b.prim('add', [b.constant(0.1), b.constant(0.2)]),
      b.prim('Math.sqrt', [b.constant(2)]),
      b.prim('Math.exp', [b.constant(1)]),
    ]);
    expect(bodyText(fold.run(fn))).toBe(
      `  t7 = Math.exp 1\n  return ${0.1 + 0.2}, ${Math.SQRT2}, t7`.replace('t7', 't6').replace('t7', 't6'),
    );
  });

  it('takes the branch that is decided', () => {
    const fn = smallFunction({ x: 'real' }, (b, { x }) => {
      const cond = b.prim('lt', [b.constant(1), b.constant(2)]);
      return b.branch(
        cond,
        [real],
        () => [b.prim('neg', [x])],
        () => [b.constant(0)],
      );
    });
    expect(bodyText(fold.run(fn))).toBe('  t4 = neg x\n  return t4');
  });

  it('drops loops without a trip and opens loops with one', () => {
    const fn = smallFunction({ x: 'real' }, (b, { x }) => {
      const [none] = countedLoop(b, b.constant(3), b.constant(3), [x], (_, [s]) => [b.prim('mul', [s as never, x])]);
      return countedLoop(b, b.constant(0), b.constant(1), [none as never], (i, [s]) => [b.prim('add', [s as never, i])]);
    });
    expect(bodyText(fold.run(fn))).toBe('  t11 = add x 0\n  return t11');
  });

  it('compares texts', () => {
    const fn = smallFunction({}, (b) => [
      b.prim('eq', [b.constant('a'), b.constant('b')]),
      b.prim('ne', [b.constant('a'), b.constant('b')]),
    ]);
    expect(bodyText(fold.run(fn))).toBe('  return false, true');
  });

  it('keeps a constant that does not fit its type', () => {
    const fn = smallFunction({}, (b) => [b.prim('neg', [b.constant(0)])]);
    expect(fold.run(fn)).toBe(fn);
  });

  it('leaves a branch that throws where it is', () => {
    const fn = smallFunction({ x: 'real' }, (b, { x }) => {
      b.branch(
        b.constant(true),
        [],
        () => (b.effect('throw', { error: 'Error', message: ['no'] }), []),
        () => [],
      );
      return [x];
    });
    expect(fold.run(fn)).toBe(fn);
  });
});
