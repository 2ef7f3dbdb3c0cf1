import { it } from 'vitest';
import { readFileSync, readdirSync } from 'node:fs';
import { compileSource } from '/work/main/compiler/index.ts';
it('x', () => {
  const modules = Object.fromEntries(['log-gamma.ts','lse.ts'].map(f => ['/'+f, readFileSync('fixtures/programs/'+f,'utf8')]));
  for (const f of (process.env.F ?? 'lse,llsq,newton-root').split(',')) {
    try {
    const r = compileSource(readFileSync(f.includes('/')? f : `fixtures/programs/${f}.ts`, 'utf8'), { checkIr: true, modules });
    for (const d of r.diagnostics) console.log(f, d.severity, d.code, d.at?.line, d.message, d.help);
    console.log(r.text);
    } catch (e) { console.log(f, (e as Error).stack); }
  }
});
