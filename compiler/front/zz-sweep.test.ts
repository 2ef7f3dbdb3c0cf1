import { expect, it } from 'vitest';
import { readdirSync } from 'node:fs';
import { generateProgram } from '../../fixtures/fuzz/generate/program.ts';
import { createTestProject, lowerOne, lowerText, runIr, runSource } from './testing.ts';
import { openProject, lowerModule } from './index.ts';
import { evaluate } from './testing.ts';
it('programs', () => {
  const dir = '/work/main/fixtures/programs';
  const files = readdirSync(dir).filter((n) => n.endsWith('.ts')).map((n) => `${dir}/${n}`);
  const t = Date.now();
  const project = openProject({ cwd: '/work/main', paths: files });
  for (const file of files) {
    const { module, diagnostics } = lowerModule(project, file);
    console.log(file, module?.functions.map((f) => f.name + JSON.stringify(f.marks.map((m) => [m.tag, m.inputs])) + JSON.stringify(f.imports)), module?.uses, diagnostics.map((d) => `${d.at?.line} ${d.code} ${d.message}`));
  }
  console.log('ms', Date.now() - t);
});
it('fuzz', () => {
  const project = createTestProject();
  const t = Date.now(); let bad = 0; let refused = 0; const codes: Record<string, number> = {};
  const from = Number(process.env.FROM ?? 0); const n = Number(process.env.N ?? 100);
  for (let seed = from; seed < from + n; seed++) {
    const program = generateProgram(seed);
    let marked;
    const { diagnostics } = lowerText(project, program.text);
    const errors = diagnostics.filter((d) => d.severity === 'error');
    if (errors.length > 0) { refused++; for (const d of errors) codes[d.code] = (codes[d.code] ?? 0) + 1; if (refused < 6) console.log(seed, errors.slice(0, 3).map((d) => `${d.at?.line}:${d.at?.column} ${d.code} ${d.message}`), program.text.split('\n')[(errors[0]!.at?.line ?? 1) - 1]); continue; }
    try { marked = lowerOne(project, program.text); } catch (e) { console.log(seed, String(e).slice(0, 600)); if (process.env.SHOW) console.log(program.text); bad++; continue; }
    const globals = new Map(Object.entries(evaluate(program.text))) as never;
    for (const { args } of program.points) {
      const a = runIr(marked, args as never, globals); const b = runSource(program.text, 'f', args as never);
      try { expect(a).toEqual(b); } catch (e) { bad++; console.log(seed, String(e).slice(0, 500)); if (process.env.SHOW) console.log(program.text); break; }
    }
  }
  console.log({ bad, refused, codes, perSecond: n / (Date.now() - t) * 1000 });
});
