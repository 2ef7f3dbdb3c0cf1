import { describe, expect, it } from 'vitest';
import type { Builder } from '../ir/build.ts';
import { real } from '../ir/build.ts';
import type { ValueId } from '../ir/types.ts';
import { deadCode } from './dead-code.ts';
import { rewriteRules, simplify } from './simplify.ts';
import { bodyText, countedLoop, smallFunction } from './testing/small-function.ts';

type Write = (b: Builder, p: Record<'x' | 'y' | 's', ValueId>) => ValueId;

const parameters = { x: 'real', y: 'real', s: 'real', c: 'bool' } as const;

function simplified(write: (b: Builder, p: Record<'x' | 'y' | 's' | 'c', ValueId>) => ValueId, exact: boolean): string {
  const fn = smallFunction(parameters, (b, p) => [write(b, p)], exact);
  return bodyText(deadCode.run(simplify.run(fn)))
    .split('\n')
    .map((line) => line.trim())
    .join('; ');
}

const relaxed: readonly (readonly [string, Write, RegExp])[] = [
  ['x + 0', (b, { x }) => b.prim('add', [x, b.constant(0)]), /^return x$/],
  ['x * 0', (b, { x }) => b.prim('mul', [x, b.constant(0)]), /^return 0$/],
  ['0 / x', (b, { x }) => b.prim('div', [b.constant(0), x]), /^return 0$/],
  ['0 - x', (b, { x }) => b.prim('sub', [b.constant(0), x]), /^(\w+) ~ neg x; return \1$/],
  ['x - x', (b, { x }) => b.prim('sub', [x, x]), /^return 0$/],
  ['x * -1', (b, { x }) => b.prim('mul', [x, b.constant(-1)]), /~ neg x/],
  ['x / -1', (b, { x }) => b.prim('div', [x, b.constant(-1)]), /~ neg x/],
  ['-(x - y)', (b, { x, y }) => b.prim('neg', [b.prim('sub', [x, y])]), /^(\w+) ~ sub y x; return \1$/],
  ['x + -y', (b, { x, y }) => b.prim('add', [x, b.prim('neg', [y])]), /^(\w+) ~ sub x y; return \1$/],
  ['x - -y', (b, { x, y }) => b.prim('sub', [x, b.prim('neg', [y])]), /^(\w+) ~ add x y; return \1$/],
  ['-x * -y', (b, { x, y }) => b.prim('mul', [b.prim('neg', [x]), b.prim('neg', [y])]), /^(\w+) ~ mul x y; return \1$/],
  [
    's + -x * y',
    (b, { x, y, s }) => b.prim('add', [s, b.prim('mul', [b.prim('neg', [x]), y])]),
    /^(\w+) ~ mul x y; (\w+) ~ sub s \1; return \2$/,
  ],
  ['s + -3 * x', (b, { x, s }) => b.prim('add', [s, b.prim('mul', [b.constant(-3), x])]), /~ mul 3 x; (\w+) ~ sub s/],
  ['2 * (0.5 * x)', (b, { x }) => b.prim('mul', [b.constant(2), b.prim('mul', [b.constant(0.5), x])]), /^return x$/],
  [
    '2 * (0.5 * x * y)',
    (b, { x, y }) => b.prim('mul', [b.constant(2), b.prim('mul', [b.prim('mul', [b.constant(0.5), x]), y])]),
    /^(\w+) ~ mul x y; return \1$/,
  ],
  ['s * (3 * x)', (b, { x, s }) => b.prim('mul', [s, b.prim('mul', [b.constant(3), x])]), /~ mul s x; (\w+) ~ mul 3/],
  ['-(-2 * x)', (b, { x }) => b.prim('neg', [b.prim('mul', [b.constant(-2), x])]), /^(\w+) ~ mul 2 x; return \1$/],
  ['x + x', (b, { x }) => b.prim('add', [x, x]), /~ mul 2 x/],
  [
    's * x * y + 2 * (y * x) * s',
    (b, { x, y, s }) => {
      const left = b.prim('mul', [b.prim('mul', [s, x]), y]);
      return b.prim('add', [left, b.prim('mul', [b.prim('mul', [b.constant(2), b.prim('mul', [y, x])]), s])]);
    },
    /^(\w+) ~ mul s x; (\w+) ~ mul \1 y; (\w+) ~ mul 3 \2; return \3$/,
  ],
  [
    'x * y - s - 3 * (y * x)',
    (b, { x, y, s }) => {
      const before = b.prim('sub', [b.prim('mul', [x, y]), s]);
      return b.prim('sub', [before, b.prim('mul', [b.constant(3), b.prim('mul', [y, x])])]);
    },
    /^(\w+) ~ mul x y; (\w+) ~ mul 2 \1; (\w+) ~ add .*; (\w+) ~ neg \3; return \4$/,
  ],
  [
    's + x * y - y * x',
    (b, { x, y, s }) => b.prim('sub', [b.prim('add', [s, b.prim('mul', [x, y])]), b.prim('mul', [y, x])]),
    /^return s$/,
  ],
  ['x * (1 / y)', (b, { x, y }) => b.prim('mul', [x, b.prim('div', [b.constant(1), y])]), /^(\w+) ~ div x y; return \1$/],
  [
    's * x + s * y',
    (b, { x, y, s }) => b.prim('add', [b.prim('mul', [s, x]), b.prim('mul', [y, s])]),
    /^(\w+) ~ add x y; (\w+) ~ mul s \1; return \2$/,
  ],
  ['x ** 2', (b, { x }) => b.prim('pow', [x, b.constant(2)]), /~ mul x x/],
  ['x ** 3', (b, { x }) => b.prim('pow', [x, b.constant(3)]), /~ mul x x; (\w+) ~ mul \w+ x/],
  ['x ** 0.5', (b, { x }) => b.prim('pow', [x, b.constant(0.5)]), /~ Math.sqrt x/],
  ['x ** -1', (b, { x }) => b.prim('Math.pow', [x, b.constant(-1)]), /~ div 1 x/],
  ['mulz(s, 2)', (b, { s }) => b.prim('mulz', [s, b.constant(2)]), /~ mul s 2/],
  ['mulz(s, 2 * x)', (b, { s, x }) => b.prim('mulz', [s, b.prim('mul', [b.constant(2), x])]), /~ mulz s x; (\w+) ~ mul 2/],
];

const exact: readonly (readonly [string, Write, RegExp])[] = [
  ['x * 1', (b, { x }) => b.prim('neg', [b.prim('mul', [x, b.constant(1)])]), /^(\w+) = neg x; return \1$/],
  ['x / 1', (b, { x }) => b.prim('neg', [b.prim('div', [x, b.constant(1)])]), /^(\w+) = neg x; return \1$/],
  ['x - 0', (b, { x }) => b.prim('neg', [b.prim('sub', [x, b.constant(0)])]), /^(\w+) = neg x; return \1$/],
  ['-(-x)', (b, { x, y }) => b.prim('add', [y, b.prim('neg', [b.prim('neg', [x])])]), /^(\w+) = add y x; return \1$/],
  ['x ** 0', (b, { x }) => b.prim('pow', [x, b.constant(0)]), /^return 1$/],
  ['mulz(3, x)', (b, { x }) => b.prim('mulz', [b.constant(3), x]), /= mul 3 x/],
  ['mulz(0, x)', (b, { x }) => b.prim('mulz', [b.constant(0), x]), /^return 0$/],
];

/** Nothing of this is the same to the last bit: −0, infinities, NaN, roundings. */
const untouched: readonly (readonly [string, Write])[] = [
  ['x + 0', (b, { x }) => b.prim('add', [x, b.constant(0)])],
  ['x * 0', (b, { x }) => b.prim('mul', [x, b.constant(0)])],
  ['x - x', (b, { x }) => b.prim('sub', [x, x])],
  ['0 - x', (b, { x }) => b.prim('sub', [b.constant(0), x])],
  ['x ** 2', (b, { x }) => b.prim('pow', [x, b.constant(2)])],
  ['x * (1 / y)', (b, { x, y }) => b.prim('mul', [x, b.prim('div', [b.constant(1), y])])],
  ['s * x + s * y', (b, { x, y, s }) => b.prim('add', [b.prim('mul', [s, x]), b.prim('mul', [s, y])])],
];

describe('simplify', () => {
  for (const [name, write, result] of relaxed) it(`relaxed ${name}`, () => expect(simplified(write, false)).toMatch(result));
  for (const [name, write, result] of exact) it(`exact ${name}`, () => expect(simplified(write, true)).toMatch(result));
  for (const [name, write] of untouched) {
    it(`leaves exact ${name}`, () => {
      const fn = smallFunction(parameters, (b, p) => [write(b, p)]);
      expect(simplify.run(fn)).toBe(fn);
    });
  }

  it('moves a sign that many read if all of them can take it', () => {
    const text = simplified((b, { x, y, s }) => {
      const minus = b.prim('neg', [x]);
      return b.prim('mul', [b.prim('add', [s, b.prim('mul', [minus, y])]), b.prim('add', [y, b.prim('mul', [minus, s])])]);
    }, false);
    expect(text).not.toMatch(/neg/);
  });

  it('rewrites conditions and selections', () => {
    const select: Parameters<typeof simplified>[0] = (b, { x, y, c }) =>
      b.prim('select', [b.prim('not', [b.prim('not', [b.prim('not', [c])])]), x, y]);
    expect(simplified(select, true)).toMatch(/= select c y x/);
    const always: Parameters<typeof simplified>[0] = (b, { x, y, c }) =>
      b.prim('select', [b.prim('or', [c, b.constant(true)]), b.prim('neg', [x]), y]);
    expect(simplified(always, true)).toMatch(/= neg x/);
    const never: Parameters<typeof simplified>[0] = (b, { x, y, c }) =>
      b.prim('select', [b.prim('and', [b.constant(false), c]), y, b.prim('neg', [x])]);
    expect(simplified(never, true)).toMatch(/= neg x/);
  });

  it('does not return the undefined of a load that missed where NaN was returned', () => {
    const fn = smallFunction({ x: 'f64[]' }, (b, { x }) => [b.prim('mul', [b.load(x, b.constant(7), 'checked'), b.constant(1)])]);
    expect(bodyText(simplify.run(fn))).toMatch(/mul t2 1/);
  });

  it('adds up steps from a length, and from any integer in code of its own', () => {
    const text = (exact: boolean): string =>
      bodyText(
        deadCode.run(
          simplify.run(
            smallFunction(
              { x: 'f64[]', n: 'int' },
              (b, { x, n }) => {
                const last = b.prim('sub', [b.length(x), b.constant(1)]);
                return [b.prim('add', [last, b.constant(1)]), b.prim('sub', [b.prim('add', [n, b.constant(1)]), b.constant(1)])];
              },
              exact,
            ),
          ),
        ),
      );
    expect(text(true)).toMatch(/return t2, t\d+$/);
    expect(text(false)).toMatch(/return t2, n$/);
  });

  it('takes carried values that never change out of a loop', () => {
    const fn = smallFunction({ n: 'int', x: 'real' }, (b, { n, x }) =>
      countedLoop(b, b.constant(0), n, [x, x], (_, [s, q]) => [b.prim('add', [s as ValueId, q as ValueId]), q as ValueId]),
    );
    expect(bodyText(simplify.run(fn))).toBe(
      '  t8 = for i in 0..n carry (t4 = x)\n    t6 = add t4 x\n    yield t6\n  return t8, x'.replaceAll('t8', 't7'),
    );
  });

  it('merges outs on which the branches agree', () => {
    const fn = smallFunction({ c: 'bool', x: 'real' }, (b, { c, x }) =>
      b.branch(
        c,
        [real, { kind: 'bool' }, real],
        () => [x, b.constant(true), b.constant(0.5)],
        () => [x, b.constant(false), b.constant(0.5)],
      ),
    );
    expect(bodyText(deadCode.run(simplify.run(fn)))).toBe('  return x, c, 0.5');
  });

  it('no two rules have one name', () => {
    expect(new Set(rewriteRules.map((rule) => rule.name)).size).toBe(rewriteRules.length);
  });
});
