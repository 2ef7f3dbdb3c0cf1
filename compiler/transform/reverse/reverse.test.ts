import { describe, expect, it } from 'vitest';
import { arrayOf, type Builder, createBuilder, int, real } from '../../ir/build.ts';
import { checkFunction } from '../../ir/check.ts';
import { interpret } from '../../ir/interpret.ts';
import { printFunction } from '../../ir/print.ts';
import type { ForOp, IrFunction, Type, ValueId, WhileOp } from '../../ir/types.ts';
import { buildVjp } from './index.ts';

const origin = { kind: 'synthetic', reason: 'test' } as const;

function makeFunction(params: Record<string, Type>, write: (b: Builder, p: Record<string, ValueId>) => readonly ValueId[]): IrFunction {
  const b = createBuilder(origin, [], true);
  const ids = Object.entries(params).map(([name, type]) => ({ id: b.value(type, name), name, role: 'primal' as const }));
  const named = Object.fromEntries(ids.map(({ id, name }) => [name, id]));
  const body = b.region(
    ids.map(({ id }) => id),
    () => write(b, named),
  );
  return {
    name: 'f',
    params: ids,
    results: body.yields.map((_, i) => ({ name: `r${i}`, kind: 'returned' })),
    body,
    values: b.values,
    origin,
  };
}

function loop(
  b: Builder,
  from: ValueId,
  to: ValueId,
  inits: readonly ValueId[],
  types: Type[],
  names: string[],
  write: (i: ValueId, carried: readonly ValueId[]) => readonly ValueId[],
  exits = false,
): readonly ValueId[] {
  const i = b.value(int, 'i');
  const params = types.map((type, k) => b.value(type, names[k]));
  const body = b.region([i, ...params], () => write(i, params));
  const outs = [...(exits ? [b.value(int, 'exit')] : []), ...types.map((type, k) => b.value(type, names[k]))];
  b.push({ kind: 'for', from, to, step: 1, inits, body, outs, exits, origin } satisfies ForOp);
  return outs;
}

function whileLoop(
  b: Builder,
  inits: readonly ValueId[],
  types: Type[],
  names: string[],
  test: (c: readonly ValueId[]) => ValueId,
  write: (carried: readonly ValueId[]) => readonly ValueId[],
): readonly ValueId[] {
  const cp = types.map((type, k) => b.value(type, names[k]));
  const condition = b.region(cp, () => [test(cp)]);
  const params = types.map((type, k) => b.value(type, names[k]));
  const body = b.region(params, () => write(params));
  const outs = types.map((type, k) => b.value(type, names[k]));
  b.push({ kind: 'while', test: 'before', inits, condition, body, outs, exits: false, origin } satisfies WhileOp);
  return outs;
}

type Arg = number | Float64Array;
/** Central differences with one Richardson step, over all numeric inputs. */
function differences(fn: IrFunction, args: readonly Arg[], inputs: readonly number[]): number[] {
  const value = (at: readonly Arg[]): number =>
    interpret(
      fn,
      at.map((a) => (typeof a === 'number' ? a : a.slice())),
    )[0] as number;
  const bump = (input: number, k: number, h: number): number =>
    value(
      args.map((a, i) => {
        if (i !== input) return a;
        if (typeof a === 'number') return a + h;
        const c = a.slice();
        c[k] = (c[k] ?? 0) + h;
        return c;
      }),
    );
  return inputs.flatMap((input) => {
    const a = args[input] as Arg;
    return Array.from({ length: typeof a === 'number' ? 1 : a.length }, (_, k) => {
      const d = (h: number): number => (bump(input, k, h) - bump(input, k, -h)) / (2 * h);
      return (4 * d(5e-4) - d(1e-3)) / 3;
    });
  });
}

function verify(fn: IrFunction, args: readonly Arg[], inputs: readonly number[], show = false): void {
  expect(checkFunction(fn)).toEqual([]);
  const vjp = buildVjp(fn, { inputs, seeds: [1], withValues: true });
  if (show) console.log(printFunction(vjp));
  expect(checkFunction(vjp)).toEqual([]);
  const out = interpret(
    vjp,
    args.map((a) => (typeof a === 'number' ? a : a.slice())),
  );
  const flat = out.slice(1).flatMap((g) => (typeof g === 'number' ? [g] : [...(g as Float64Array)]));
  const expected = differences(fn, args, inputs);
  flat.forEach((g, i) => {
    const d = expected[i] as number;
    expect(Math.abs(g - d)).toBeLessThan(1e-7 * Math.max(1, Math.abs(g), Math.abs(d)));
  });
}

const show = process.env['SHOW'] === '1';

describe('reverse mode', () => {
  it('fused fit loss', () => {
    const fn = makeFunction({ params: arrayOf('f64'), t: arrayOf('f64'), y: arrayOf('f64') }, (b, { params, t, y }) => {
      const n = b.length(t as ValueId);
      return loop(b, b.constant(0), n, [b.constant(0)], [real], ['sum'], (i, [sum]) => {
        const a = b.load(params as ValueId, b.constant(0), 'checked');
        const k = b.load(params as ValueId, b.constant(1), 'checked');
        const e = b.prim('Math.exp', [b.prim('mul', [b.prim('neg', [k]), b.load(t as ValueId, i, 'checked')])]);
        const r = b.prim('sub', [b.load(y as ValueId, i, 'checked'), b.prim('mul', [a, e])], 'r');
        return [b.prim('add', [sum as ValueId, b.prim('mul', [r, r])])];
      });
    });
    verify(fn, [Float64Array.of(1.3, 0.4), Float64Array.of(0, 1, 2), Float64Array.of(1, 0.5, 0.2)], [0, 1, 2], show);
  });
  it('product through memory in a nest', () => {
    const fn = makeFunction({ x: arrayOf('f64'), k: real }, (b, p) => {
      const x = p['x'] as ValueId;
      const k = p['k'] as ValueId;
      const n = b.length(x);
      const u = b.define('copy', { array: x }, arrayOf('f64'), 'u');
      loop(b, b.constant(0), b.constant(3), [], [], [], () => {
        loop(b, b.constant(1), n, [], [], [], (i) => {
          const l = b.load(u, b.prim('sub', [i, b.constant(1)]), 'inRange', 'left');
          const r = b.load(u, i, 'inRange', 'right');
          b.effect('store', {
            array: u,
            index: i,
            value: b.prim('mul', [b.prim('Math.sin', [l]), b.prim('mul', [r, k])]),
            access: 'inRange',
          });
          return [];
        });
        return [];
      });
      return loop(b, b.constant(0), n, [b.constant(1)], [real], ['product'], (i, [s]) => [
        b.prim('mul', [s as ValueId, b.load(u, i, 'inRange')]),
      ]);
    });
    verify(fn, [Float64Array.of(1.3, 0.4, 2, 0.7), 1.7], [0, 1], show);
  });
  it('newton root', () => {
    const fn = makeFunction({ a: real }, (b, p) => {
      const a = p['a'] as ValueId;
      const cube = (x: ValueId): ValueId => b.prim('mul', [b.prim('mul', [x, x]), x]);
      return whileLoop(
        b,
        [a],
        [real],
        ['x'],
        ([x]) => b.prim('gt', [b.prim('Math.abs', [b.prim('sub', [cube(x as ValueId), a])]), b.constant(1e-12)]),
        ([x]) => [
          b.prim('sub', [
            x as ValueId,
            b.prim('div', [
              b.prim('sub', [cube(x as ValueId), a]),
              b.prim('mul', [b.constant(3), b.prim('mul', [x as ValueId, x as ValueId])]),
            ]),
          ]),
        ],
      );
    });
    verify(fn, [2.5], [0], show);
  });
  it('loop with exit in the middle of an iteration', () => {
    const fn = makeFunction({ x: arrayOf('f64'), limit: real }, (b, p) => {
      const x = p['x'] as ValueId;
      const limit = p['limit'] as ValueId;
      const outs = loop(
        b,
        b.constant(0),
        b.length(x),
        [b.constant(1)],
        [real],
        ['s'],
        (i, [s]) => {
          const next = b.prim('mul', [s as ValueId, b.load(x, i, 'inRange')]);
          const cond = b.prim('gt', [next, limit]);
          const [code, v] = b.branch(
            cond,
            [int, real],
            () => [b.constant(1), b.prim('mul', [next, next])],
            () => [b.constant(0), b.prim('add', [next, b.prim('Math.sin', [next])])],
          );
          return [code as ValueId, v as ValueId];
        },
        true,
      );
      return [b.prim('mul', [outs[1] as ValueId, limit])];
    });
    verify(fn, [Float64Array.of(1.3, 1.4, 2, 0.7), 5], [0, 1], show);
    verify(fn, [Float64Array.of(1.3, 1.4, 2, 0.7), 500], [0, 1]);
    verify(fn, [Float64Array.of(9.3, 1.4, 2, 0.7), 5], [0, 1]);
    verify(fn, [Float64Array.of(), 5], [0, 1]);
  });
  it('swapped buffers and branches', () => {
    const fn = makeFunction({ x: arrayOf('f64'), k: real }, (b, p) => {
      const x = p['x'] as ValueId;
      const k = p['k'] as ValueId;
      const n = b.length(x);
      const u = b.define('copy', { array: x }, arrayOf('f64'), 'u');
      const v = b.define('alloc', { length: n, fill: 'zero' }, arrayOf('f64'), 'v');
      const [uu] = loop(b, b.constant(0), b.constant(3), [u, v], [arrayOf('f64'), arrayOf('f64')], ['u', 'v'], (step, [cur, next]) => {
        loop(b, b.constant(0), n, [], [], [], (i) => {
          const value = b.load(cur as ValueId, i, 'inRange');
          const [w] = b.branch(
            b.prim('gt', [value, b.constant(0.8)]),
            [real],
            () => [b.prim('mul', [b.prim('Math.exp', [b.prim('mul', [value, k])]), value])],
            () => [b.prim('mul', [value, b.prim('add', [value, step])])],
          );
          b.effect('store', { array: next as ValueId, index: i, value: w as ValueId, access: 'checked' });
          return [];
        });
        return [next as ValueId, cur as ValueId];
      });
      return loop(b, b.constant(0), n, [b.constant(0)], [real], ['sum'], (i, [s]) => [
        b.prim('add', [s as ValueId, b.load(uu as ValueId, i, 'inRange')]),
      ]);
    });
    verify(fn, [Float64Array.of(1.3, 0.4, 0.2, 0.7), 0.3], [0, 1], show);
  });
});
