import { readFileSync, writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { compileSource } from '../index.ts';
it('p', () => {
  for (const name of (process.env.PROGRAMS ?? 'llsq,heat,gmm,lstm,ode,lse,log-gamma,thurber,least-squares,log-sum-exp,newton-root,first-match').split(',')) {
    const text = readFileSync(`fixtures/programs/${name}.ts`, 'utf8');
    const t = performance.now();
    const r = compileSource(text) as any;
    writeFileSync(`/tmp/prog-${name}.ts`, r.text ?? JSON.stringify(r.diagnostics));
    console.log(name, (performance.now() - t).toFixed(0), (r.text ?? '').split('\n').length, JSON.stringify(r.diagnostics).slice(0, 300));
  }
}, 100000);
