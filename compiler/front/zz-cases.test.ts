import { it } from 'vitest';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { openProject, lowerModule } from './index.ts';
import { checkFunction } from '../ir/check.ts';
const walk = (d: string): string[] => readdirSync(d).flatMap((n) => statSync(`${d}/${n}`).isDirectory() ? walk(`${d}/${n}`) : [`${d}/${n}`]);
it('cases', () => {
  const files = [...walk('/work/main/fixtures/cases'), ...readdirSync('/work/main/fixtures/programs').map((n) => `/work/main/fixtures/programs/${n}`)].filter((n) => n.endsWith('.ts') && !n.includes('/expected/') && !n.endsWith('.grad.ts') && !n.endsWith('points.ts'));
  const contents = Object.fromEntries(files.map((f) => [f, readFileSync(f, 'utf8')]));
  const project = openProject({ cwd: '/work/main', files: contents });
  let n = 0;
  for (const file of files) {
    const { module, diagnostics } = lowerModule(project, file);
    n += module?.functions.length ?? 0;
    for (const f of module?.functions ?? []) for (const fn of [f.program.main, ...f.program.callees.values()]) for (const p of checkFunction(fn, f.program)) console.log('CHECK', file, p);
    if (diagnostics.length) console.log(file.replace('/work/main/fixtures/', ''), diagnostics.map((d) => `${d.at?.line} ${d.severity} ${d.code} ${d.message}`).join('\n   '));
  }
  console.log('functions', n);
}, 200000);
