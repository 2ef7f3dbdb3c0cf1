import { readFileSync, writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { compileText } from '../../fixtures/proof/compile.ts';
it('p', () => {
  const read = (n: string) => readFileSync(`fixtures/programs/${n}.ts`, 'utf8');
  const r = compileText(read('gmm'), { modules: { 'log-gamma.ts': read('log-gamma'), 'lse.ts': read('lse'), 'log-sum-exp.ts': read('log-sum-exp') } });
  writeFileSync('/tmp/prog-gmm.ts', r.text || JSON.stringify(r.diagnostics));
}, 100000);
