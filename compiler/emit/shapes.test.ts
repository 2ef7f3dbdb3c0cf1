import { describe, expect, it } from 'vitest';
import { arrayOf, bool, createBuilder, int, real } from '../ir/build.ts';
import type { Builder } from '../ir/build.ts';
import { interpret } from '../ir/interpret.ts';
import { checkFunction } from '../ir/check.ts';
import type { IrFunction, Type, ValueId } from '../ir/types.ts';
import { ts } from 'ts-morph';
import { gradientBuffer, arena } from '../../runtime/index.ts';
import { printPlainFunction } from './index.ts';

const origin = { kind: 'synthetic', reason: 'test' } as const;

function make(params: readonly [string, Type][], write: (b: Builder, ...args: ValueId[]) => readonly ValueId[]): IrFunction {
  const b = createBuilder(origin, [], true);
  const ids = params.map(([name, type]) => b.value(type, name));
  const body = b.region(ids, () => write(b, ...ids));
  return {
    name: 'f', params: params.map(([name], i) => ({ id: ids[i] as ValueId, name, role: 'primal' as const })),
    results: body.yields.map((_, i) => ({ name: `r${i}`, kind: 'returned' as const })), body, values: b.values, origin,
  };
}

function run(fn: IrFunction, args: readonly unknown[]): unknown {
  const js = ts.transpileModule(`${printPlainFunction(fn)}\nmodule.exports = f;`, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS } }).outputText;
  const module = { exports: undefined as unknown };
  new Function('module', 'gradientBuffer', 'arena', js)(module, gradientBuffer, arena);
  return (module.exports as (...args: unknown[]) => unknown)(...args);
}

function loop(b: Builder, from: ValueId, to: ValueId, step: number, inits: readonly ValueId[], write: (i: ValueId, ...carried: ValueId[]) => readonly ValueId[], exits = false, hints: string[] = []): readonly ValueId[] {
  const index = b.value(int);
  const params = inits.map((id, k) => b.value(b.typeOf(id).kind === 'int' && hints[k] !== '#' ? real : b.typeOf(id), hints[k]));
  const body = b.region([index, ...params], () => write(index, ...params));
  const outs = [...(exits ? [b.value(int)] : []), ...params.map((id, k) => b.value(b.typeOf(id), hints[k]))];
  b.push({ kind: 'for', from, to, step, inits, body, outs, exits, origin });
  return outs;
}

describe('shapes', () => {
  it('sum of squares', () => {
    const fn = make([['x', arrayOf('f64')]], (b, x) => {
      const n = b.length(x!, 'n');
      return loop(b, b.constant(0), n, 1, [b.constant(0)], (i, s) => {
        const e = b.load(x!, i, 'inRange');
        return [b.prim('add', [s!, b.prim('mul', [e, e])])];
      }, false, ['sum']);
    });
    expect(checkFunction(fn)).toEqual([]);
    console.log(printPlainFunction(fn));
    expect(run(fn, [Float64Array.of(1, 2, 3)])).toEqual(interpret(fn, [Float64Array.of(1, 2, 3)]));
  });
  it('find first, nested with labels', () => {
    const fn = make([['a', arrayOf('f64')], ['m', int]], (b, a, m) => {
      const n = b.length(a!, 'n');
      const outs = loop(b, b.constant(0), n, 1, [b.constant(-1)], (i, best) => {
        const inner = loop(b, b.constant(0), m!, 1, [], (j) => {
          const c = b.prim('gt', [b.load(a!, i, 'checked'), j]);
          return b.branch(c, [int], () => [b.constant(1)], () => [b.constant(0)]);
        }, true);
        return b.branch(b.prim('eq', [inner[0]!, b.constant(0)]), [int, real], () => [b.constant(0), best!], () => [inner[0]!, i]);
      }, true, ['best']);
      return b.branch(b.prim('eq', [outs[0]!, b.constant(0)]), [real], () => [b.constant(-5)], () => [outs[1]!]);
    });
    expect(checkFunction(fn)).toEqual([]);
    console.log(printPlainFunction(fn));
    for (const args of [[Float64Array.of(0, 0, 3), 4], [Float64Array.of(-1, -2), 3]]) expect(run(fn, args)).toEqual(interpret(fn, args as never));
  });
  it('swap and fibonacci', () => {
    const fn = make([['n', int], ['p', arrayOf('f64')]], (b, n, p) => {
      const [a, c] = loop(b, b.constant(0), n!, 1, [b.constant(0), b.constant(1)], (_, a, c) => [c!, b.prim('add', [a!, c!])], false, ['a', 'c']);
      const u0 = b.define('copy', { array: p! }, arrayOf('f64'), 'u');
      const w0 = b.define('alloc', { length: b.length(p!), fill: 'zero' }, arrayOf('f64'), 'w');
      const [u, w] = loop(b, b.constant(0), n!, 1, [u0, w0], (_, u, w) => {
        loop(b, b.constant(0), b.length(p!), 1, [], (i) => {
          b.effect('store', { array: w!, index: i, value: b.prim('mul', [b.load(u!, i, 'inRange'), a!]), access: 'inRange' });
          return [];
        });
        return [w!, u!];
      }, false, ['u', 'w']);
      return [a!, c!, u!, w!];
    });
    expect(checkFunction(fn)).toEqual([]);
    console.log(printPlainFunction(fn));
    for (const args of [[7, Float64Array.of(1, 2, 3)]]) expect(run(fn, args)).toEqual(interpret(fn, args as never));
  });
  it('if merges', () => {
    const fn = make([['x', real], ['y', real]], (b, x, y) => {
      const c = b.prim('lt', [x!, y!]);
      const [m] = b.branch(c, [real], () => [b.prim('mul', [x!, y!])], () => [y!], ['m']);
      const [k] = b.branch(b.prim('gt', [m!, b.constant(3)]), [real, bool], () => {
        const q = b.prim('Math.exp', [m!]);
        const r = b.prim('add', [q, b.prim('mul', [q, q])]);
        return [r, b.constant(true)];
      }, () => [x!, b.constant(false)], ['k']);
      return [k!, m!, b.prim('mulz', [k!, b.prim('div', [b.constant(1), m!])])];
    });
    expect(checkFunction(fn)).toEqual([]);
    console.log(printPlainFunction(fn));
    for (const args of [[1, 2], [2, 1], [4, 5]]) expect(run(fn, args)).toEqual(interpret(fn, args as never));
  });
  it('newton with a stack', () => {
    const fn = make([['a', real]], (b, a) => {
      const saved = b.define('stack', {}, { kind: 'stack', element: 'real' }, 'saved');
      const cx = b.value(real, 'x'); const bx = b.value(real, 'x'); const out = b.value(real, 'x');
      const condition = b.region([cx], () => [b.prim('gt', [b.prim('Math.abs', [b.prim('sub', [b.prim('mul', [b.prim('mul', [cx, cx]), cx]), a!])]), b.prim('mul', [b.constant(1e-12), b.prim('Math.abs', [a!])])])]);
      const trips0 = b.constant(0);
      const ct = b.value(int, 'trips'); const bt = b.value(int, 'trips'); const trips = b.value(int, 'trips');
      const body = b.region([bx, bt], () => {
        b.effect('push', { stack: saved, value: bx });
        const sq = b.prim('mul', [bx, bx]);
        return [b.prim('sub', [bx, b.prim('div', [b.prim('sub', [b.prim('mul', [sq, bx]), a!]), b.prim('mul', [b.constant(3), sq])])]), b.prim('add', [bt, b.constant(1)])];
      });
      b.push({ kind: 'while', test: 'before', inits: [a!, trips0], condition: { ...condition, params: [cx, ct] }, body, outs: [out, trips], exits: false, origin });
      b.exact = false;
      const [dx, da] = loop(b, b.prim('sub', [trips, b.constant(1)]), b.constant(-1), -1, [b.constant(1), b.constant(0)], (_, dx, da) => {
        const x0 = b.define('pop', { stack: saved }, real, 'x');
        const sq = b.prim('mul', [b.constant(3), b.prim('mul', [x0, x0])]);
        const stepValue = b.prim('div', [b.prim('sub', [b.prim('mul', [b.prim('mul', [x0, x0]), x0]), a!]), sq], 'step');
        const nda = b.prim('add', [da!, b.prim('div', [dx!, sq])]);
        return [b.prim('mul', [dx!, b.prim('div', [b.prim('mul', [b.prim('mul', [b.constant(6), x0]), stepValue]), sq])]), nda];
      }, false, ['dx', 'da']);
      return [out, b.prim('add', [dx!, da!])];
    });
    expect(checkFunction(fn)).toEqual([]);
    console.log(printPlainFunction(fn));
    for (const args of [[27], [-2]]) expect(run(fn, args)).toEqual(interpret(fn, args as never));
  });
});
