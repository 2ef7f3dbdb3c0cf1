import { it } from 'vitest';
import { createBuilder, arrayOf } from '../ir/build.ts';
import { printPlainFunction } from './index.ts';
it('perf', () => {
  for (const n of [500, 1000, 2000, 4000]) {
    const b = createBuilder({ kind: 'synthetic', reason: 't' }, [], true);
    const x = b.value(arrayOf('f64'), 'x');
    const body = b.region([x], () => {
      let acc = b.constant(0.5); const vals = [acc];
      for (let i = 0; i < n; i++) {
        const e = b.load(x, b.constant(i), 'checked');
        const p = b.prim('mul', [e, vals[(i * 7) % vals.length]!]);
        acc = b.prim('add', [acc, p]); vals.push(p);
        if (i % 5 === 0) b.effect('store', { array: x, index: b.constant(i), value: acc, access: 'checked' });
        if (i % 9 === 0) acc = b.branch(b.prim('gt', [acc, p]), [{ kind: 'real' }], () => [b.prim('Math.sin', [acc])], () => [b.constant(0)], ['acc'])[0]!;
      }
      return [acc];
    });
    const start = performance.now();
    const text = printPlainFunction({ name: 'f', params: [{ id: x, name: 'x', role: 'primal' }], results: [{ name: 'r', kind: 'returned' }], body, values: b.values, origin: b.origin });
    console.log(n, (performance.now() - start).toFixed(0), 'ms', text.split('\n').length);
  }
});
