import { it } from 'vitest';
import { arrayOf, createBuilder, int, real } from '../ir/build.ts';
import { printFunction } from '../ir/print.ts';
import { buildVjp } from '../transform/reverse/index.ts';
import { optimize } from './index.ts';
import { emitFunctionBody } from './zz-emit.ts';

const origin = { kind: 'source', file: '/f.ts', start: 0, end: 1, line: 1, column: 1 } as const;
function fit() {
  const b = createBuilder(origin, [], true);
  const params = (['params', 't', 'y'] as const).map((name) => ({ id: b.value(arrayOf('f64'), name), name, role: 'primal' as const }));
  const [p, t, y] = params.map((x) => x.id) as any;
  const body = b.region(params.map((x) => x.id), () => {
    const zero = b.constant(0);
    const n = b.length(t);
    const i = b.value(int, 'i');
    const s = b.value(real, 'sum');
    const loop = b.region([i, s], () => {
      const yi = b.load(y, i, 'checked');
      const p0 = b.load(p, b.constant(0), 'checked');
      const p1 = b.load(p, b.constant(1), 'checked');
      const e = b.prim('Math.exp', [b.prim('mul', [b.prim('neg', [p1]), b.load(t, i, 'checked')])]);
      const r = b.prim('sub', [yi, b.prim('mul', [p0, e])], 'r');
      return [b.prim('add', [s, b.prim('mul', [r, r])])];
    });
    const out = b.value(real, 'sum');
    b.push({ kind: 'for', from: zero, to: n, step: 1, inits: [zero], body: loop, outs: [out], exits: false, origin });
    return [out];
  });
  return { name: 'fit', params, results: [{ name: 'r', kind: 'returned' as const }], body, values: b.values, origin };
}
/** in-place prefix products + while + matrix */
function mix() {
  const b = createBuilder(origin, [], true);
  const params = [['x', arrayOf('f64')], ['n', int], ['m', int]].map(([name, type]) => ({ id: b.value(type as any, name as string), name: name as string, role: 'primal' as const }));
  const [x] = params.map((q) => q.id) as any;
  const loop = (from: any, to: any, inits: any[], write: (i: any, c: any[]) => any[]): any[] => {
    const i = b.value(int, 'i');
    const cs = inits.map((c) => b.value(b.typeOf(c).kind === 'int' ? real : b.typeOf(c)));
    const body = b.region([i, ...cs], () => write(i, cs));
    const outs = cs.map((c) => b.value(b.typeOf(c)));
    b.push({ kind: 'for', from, to, step: 1, inits, body, outs, exits: false, origin });
    return outs;
  };
  const body = b.region(params.map((q) => q.id), () => {
    const zero = b.constant(0);
    const len = b.length(x);
    const a = b.define('alloc', { length: len, fill: 'zero' }, arrayOf('f64'), 'work');
    loop(zero, len, [], (i) => {
      b.effect('store', { array: a, index: i, value: b.prim('Math.sin', [b.load(x, i, 'checked')]), access: 'checked' });
      return [];
    });
    const three = b.constant(3);
    const w = b.define('alloc', { length: three, fill: 'zero' }, arrayOf('f64'), 'w');
    b.effect('store', { array: w, index: zero, value: b.load(x, zero, 'checked'), access: 'checked' });
    b.effect('store', { array: w, index: b.constant(1), value: b.prim('mul', [b.load(x, b.constant(1), 'checked'), b.load(w, zero, 'checked')]), access: 'checked' });
    const [s] = loop(zero, len, [zero], (i, [acc]) => {
      const [q] = loop(zero, i, [acc], (j, [c]) => {
        const d = b.prim('sub', [b.load(a, i, 'checked'), b.load(a, j, 'checked')], 'd');
        const cond = b.prim('gt', [d, zero]);
        const [v] = b.branch(cond, [real], () => [b.prim('mul', [d, d])], () => [b.prim('div', [d, b.load(w, b.constant(1), 'checked')])]);
        return [b.prim('add', [c, v!])];
      });
      return [q];
    });
    return [s];
  });
  return { name: 'mix', params, results: [{ name: 'r', kind: 'returned' as const }], body, values: b.values, origin };
}
it('prints', () => {
  for (const f of [fit(), mix()] as any[]) {
    const primal = optimize(f);
    console.log(printFunction(primal));
    const g = buildVjp(primal, { inputs: [0], seeds: [1], withValues: true } as any);
    console.log(printFunction(g));
    const o = optimize(g);
    console.log(printFunction(o));
    emitFunctionBody(o);
  }
});
