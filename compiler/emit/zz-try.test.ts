import { readFileSync, writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { compileSource } from '../index.ts';
it('tries', () => {
  for (const path of (process.env['FILES'] ?? '').split(',')) {
    const { text, diagnostics } = compileSource(readFileSync(path, 'utf8'), { checkIr: true });
    writeFileSync(`/tmp/emit-try/${path.split('/').at(-1)}`, text);
    console.log(path, diagnostics.map((d) => `${d.code} ${d.message} ${d.at?.line}`), '\n' + text);
  }
}, 100000);
