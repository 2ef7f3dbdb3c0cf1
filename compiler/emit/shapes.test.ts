import { describe, expect, it } from 'vitest';
import { arrayOf, type Builder, bool, createBuilder, int, real } from '../ir/build.ts';
import { checkFunction } from '../ir/check.ts';
import { interpret, type RuntimeValue } from '../ir/interpret.ts';
import type { IrFunction, Type, ValueId } from '../ir/types.ts';
import { printPlainFunction } from './index.ts';
import { runnable } from './testing.ts';

const origin = { kind: 'synthetic', reason: 'test' } as const;
const f64 = arrayOf('f64');

type Write = (b: Builder, ...params: ValueId[]) => readonly ValueId[];

function make(params: Record<string, Type>, write: Write): IrFunction {
  const b = createBuilder(origin, [], true);
  const infos = Object.entries(params).map(([name, type]) => ({ id: b.value(type, name), name, role: 'primal' as const }));
  const ids = infos.map(({ id }) => id);
  const body = b.region(ids, () => write(b, ...ids));
  const results = body.yields.map((_, i) => ({ name: `r${i}`, kind: 'returned' as const }));
  return { name: 'f', params: infos, results, body, values: b.values, origin };
}

interface Loop {
  readonly from?: ValueId;
  readonly to: ValueId;
  readonly step?: number;
  readonly carried?: readonly (readonly [name: string, type: Type, init: ValueId])[];
  readonly exits?: boolean;
}

function loop(
  b: Builder,
  { from = b.constant(0), to, step = 1, carried = [], exits = false }: Loop,
  write: (...params: ValueId[]) => readonly ValueId[],
) {
  const params = [b.value(int, 'i'), ...carried.map(([name, type]) => b.value(type, name))];
  const body = b.region(params, () => write(...params));
  const outs = [...(exits ? [b.value(int)] : []), ...carried.map(([name, type]) => b.value(type, name))];
  b.push({ kind: 'for', from, to, step, inits: carried.map(([, , init]) => init), body, outs, exits, origin });
  return outs as [ValueId, ValueId, ValueId];
}

/** Checks the IR, compares V8 with the interpreter, and gives the lines of the body. */
function bodyOf(fn: IrFunction, ...runs: readonly (readonly unknown[])[]): string[] {
  expect(checkFunction(fn)).toEqual([]);
  const run = runnable(fn);
  for (const args of runs) expect(run(...structuredClone(args))).toEqual(interpret(fn, structuredClone(args) as RuntimeValue[]));
  expect(printPlainFunction(fn)).toBe(printPlainFunction(fn));
  return printPlainFunction(fn).split('\n').slice(1, -2);
}

describe('loops', () => {
  it('sums with a compound assignment and folds what is used once', () => {
    const fn = make({ x: f64, y: f64 }, (b, x, y) => {
      return loop(b, { to: b.length(x!), carried: [['sum', real, b.constant(0)]] }, (i, sum) => {
        return [b.prim('add', [sum!, b.prim('mul', [b.load(x!, i!, 'inRange'), b.load(y!, i!, 'checked')])])];
      });
    });
    expect(
      bodyOf(
        fn,
        [
          [1, 2],
          [3, 4],
        ],
        [[], []],
      ),
    ).toEqual(['  let sum = 0;', '  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];', '  return [sum];']);
  });

  it('counts down to zero and by other steps', () => {
    const fn = make({ x: f64, n: int }, (b, x, n) => {
      const last = b.prim('sub', [n!, b.constant(1)]);
      loop(b, { from: last, to: b.constant(-1), step: -2 }, (i) => {
        b.effect('store', { array: x!, index: i!, value: n!, access: 'checked' });
        return [];
      });
      return [x!];
    });
    expect(bodyOf(fn, [Float64Array.of(1, 2, 3), 3])).toEqual(['  for (let i = n - 1; i >= 0; i -= 2) x[i] = n;', '  return [x];']);
  });

  it('swaps references through one temporary', () => {
    const fn = make({ p: f64, n: int }, (b, p, n) => {
      const fresh = b.define('alloc', { length: b.length(p!), fill: 'zero' }, f64, 'w');
      return loop(
        b,
        {
          to: n!,
          carried: [
            ['u', f64, b.define('copy', { array: p! }, f64, 'u')],
            ['w', f64, fresh],
          ],
        },
        (_, u, w) => [w!, u!],
      );
    });
    expect(bodyOf(fn, [Float64Array.of(1, 2), 3]).slice(2, 7)).toEqual([
      '  for (let i = 0; i < n; i++) {',
      '    const uBefore = u;',
      '    u = w;',
      '    w = uBefore;',
      '  }',
    ]);
  });

  it('keeps a value that is still needed apart from its successor', () => {
    const fn = make({ n: int }, (b, n) => {
      return loop(
        b,
        {
          to: n!,
          carried: [
            ['a', real, b.constant(0)],
            ['c', real, b.constant(1)],
          ],
        },
        (_, a, c) => [c!, b.prim('add', [a!, c!])],
      );
    });
    expect(bodyOf(fn, [0], [1], [9])).toContain('    const sum = a + c;');
  });
});

describe('exits', () => {
  it('gives break back, and the code is gone where nobody reads it', () => {
    const fn = make({ a: f64, x: real }, (b, a, x) => {
      const outs = loop(b, { to: b.length(a!), carried: [['best', real, b.constant(-1)]], exits: true }, (i, best) => {
        const found = b.prim('gt', [b.load(a!, i!, 'checked'), x!]);
        return b.branch(
          found,
          [int, real],
          () => [b.constant(1), i!],
          () => [b.constant(0), best!],
        );
      });
      return [outs[1]];
    });
    expect(bodyOf(fn, [Float64Array.of(1, 5, 7), 4], [Float64Array.of(1), 4])).toEqual([
      '  let best = -1;',
      '  for (let i = 0; i < a.length; i++) {',
      '    if (a[i] > x) {',
      '      best = i;',
      '      break;',
      '    }',
      '  }',
      '  return [best];',
    ]);
  });

  it('gives return out of two loops back', () => {
    const fn = make({ a: f64, m: int }, (b, a, m) => {
      const outs = loop(b, { to: b.length(a!), carried: [['best', real, b.constant(-1)]], exits: true }, (i, best) => {
        const [code] = loop(b, { to: m!, exits: true }, (j) => {
          const found = b.prim('gt', [b.load(a!, i!, 'checked'), j!]);
          return b.branch(
            found,
            [int],
            () => [b.constant(1)],
            () => [b.constant(0)],
          );
        });
        return b.branch(
          b.prim('eq', [code, b.constant(0)]),
          [int, real],
          () => [b.constant(0), best!],
          () => [code, i!],
        );
      });
      return b.branch(
        b.prim('eq', [outs[0], b.constant(0)]),
        [real],
        () => [b.constant(-5)],
        () => [outs[1]],
      );
    });
    expect(bodyOf(fn, [Float64Array.of(0, 0, 3), 4], [Float64Array.of(-1), 3])).toContain('      if (a[i] > j) return [i];');
  });

  it('labels the loop that a break leaves from inside of another', () => {
    const fn = make({ a: f64, m: int }, (b, a, m) => {
      const outs = loop(b, { to: b.length(a!), carried: [['s', real, b.constant(0)]], exits: true }, (i, s) => {
        const [code] = loop(b, { to: m!, exits: true }, (j) => {
          const found = b.prim('gt', [b.load(a!, i!, 'checked'), j!]);
          return b.branch(
            found,
            [int],
            () => [b.constant(1)],
            () => [b.constant(0)],
          );
        });
        return b.branch(
          b.prim('eq', [code, b.constant(0)]),
          [int, real],
          () => [b.constant(0), b.prim('add', [s!, i!])],
          () => [code, s!],
        );
      });
      return [b.prim('mul', [outs[1], outs[1]])];
    });
    const lines = bodyOf(fn, [Float64Array.of(0, 0, 3), 4], [Float64Array.of(-1, -1, -1), 3]);
    expect(lines).toContain('  outer: for (let i = 0; i < a.length; i++) {');
    expect(lines).toContain('      if (a[i] > j) break outer;');
  });

  it('keeps the code that is read behind the loop', () => {
    const fn = make({ a: f64 }, (b, a) => {
      return loop(b, { to: b.length(a!), exits: true }, (i) => {
        const found = b.prim('gt', [b.load(a!, i!, 'checked'), b.constant(2)]);
        return b.branch(
          found,
          [int],
          () => [b.constant(1)],
          () => [b.constant(0)],
        );
      });
    });
    expect(bodyOf(fn, [Float64Array.of(1, 5)], [Float64Array.of(1)])[0]).toBe('  let exit = 0;');
  });
});

describe('branches', () => {
  it('chooses with ?: where both sides are short, and with a default where one side leaves the value', () => {
    const fn = make({ x: real, y: real }, (b, x, y) => {
      const isSmaller = b.prim('lt', [x!, y!]);
      const [m] = b.branch(
        isSmaller,
        [real],
        () => [b.prim('mul', [x!, y!])],
        () => [y!],
        ['m'],
      );
      const [k, done] = b.branch(
        b.prim('gt', [m!, b.constant(3)]),
        [real, bool],
        () => {
          const e = b.prim('Math.exp', [m!]);
          return [b.prim('add', [e, b.prim('mul', [e, e])]), b.constant(true)];
        },
        () => [x!, b.constant(false)],
        ['k', 'done'],
      );
      return [k!, m!, done!];
    });
    expect(bodyOf(fn, [1, 2], [2, 1], [4, 5])).toEqual([
      '  const m = x < y ? x * y : y;',
      '  let k = x;',
      '  let done = false;',
      '  if (m > 3) {',
      '    const exponential = Math.exp(m);',
      '    k = exponential + exponential * exponential;',
      '    done = true;',
      '  }',
      '  return [k, m, done];',
    ]);
  });

  it('never turns an order comparison around', () => {
    const fn = make({ x: real, a: f64 }, (b, x, a) => {
      b.branch(
        b.prim('lt', [x!, b.constant(1)]),
        [],
        () => [],
        () => {
          b.effect('store', { array: a!, index: b.constant(0), value: x!, access: 'checked' });
          return [];
        },
      );
      return [a!];
    });
    expect(bodyOf(fn, [NaN, Float64Array.of(3)], [0, Float64Array.of(3)])[0]).toBe('  if (!(x < 1)) a[0] = x;');
  });

  it('writes the strong zero product once the seed has a name', () => {
    const fn = make({ x: real, y: real }, (b, x, y) => {
      b.exact = false;
      const seed = b.prim('add', [x!, y!], 'seed');
      return [b.prim('mulz', [seed, b.prim('div', [b.constant(1), y!])])];
    });
    expect(bodyOf(fn, [1, 4], [0, 0])).toEqual(['  const seed = x + y;', '  return [seed === 0 ? 0 : seed / y];']);
  });
});

describe('memory', () => {
  it('does not fold a load over a store to what may be the same array', () => {
    const fn = make({ x: f64, y: f64 }, (b, x, y) => {
      const before = b.load(x!, b.constant(0), 'checked', 'before');
      b.effect('store', { array: y!, index: b.constant(0), value: b.constant(7), access: 'checked' });
      return [before];
    });
    const same = Float64Array.of(1);
    expect(bodyOf(fn)).toEqual(['  const before = x[0];', '  y[0] = 7;', '  return [before];']);
    expect(runnable(fn)(same, same)).toEqual([1]);
  });

  it('changes nothing where an accumulation misses a list', () => {
    const fn = make({ list: arrayOf('list'), at: int }, (b, list, at) => {
      b.effect('accumulate', { array: list!, index: at!, value: b.constant(2), access: 'checked' });
      return [list!];
    });
    expect(bodyOf(fn, [[1, 2], 1], [[1, 2], 2], [[1, 2], -1])[0]).toBe('  if (list[at] !== undefined) list[at] += 2;');
  });

  it('records on the arena', () => {
    const fn = make({ a: real, n: int }, (b, a, n) => {
      const saved = b.define('stack', {}, { kind: 'stack', element: 'real' }, 'savedX');
      loop(b, { to: n!, carried: [['x', real, a!]] }, (_, x) => {
        b.effect('push', { stack: saved, value: x! });
        return [b.prim('mul', [x!, x!])];
      });
      return loop(b, { to: n!, carried: [['total', real, b.constant(0)]] }, (_, total) => {
        return [b.prim('add', [total!, b.define('pop', { stack: saved }, real)])];
      });
    });
    expect(bodyOf(fn, [1.01, 200])).toEqual([
      '  let savedX = arena.block(64);',
      '  let depth = 0;',
      '  let x = a;',
      '  for (let i = 0; i < n; i++) {',
      '    if (depth === savedX.length) savedX = arena.grow(savedX);',
      '    savedX[depth++] = x;',
      '    x *= x;',
      '  }',
      '  let total = 0;',
      '  for (let i = 0; i < n; i++) {',
      '    const savedXTop = savedX[--depth];',
      '    total += savedXTop;',
      '  }',
      '  return [total];',
    ]);
  });
});
