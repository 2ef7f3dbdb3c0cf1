import { it } from 'vitest';
import { generateProgram } from '../../fixtures/fuzz/generate/program.ts';
import { lowerModule } from './index.ts';
import { createTestProject, lowerText } from './testing.ts';
import { createTypeReader } from './types.ts';
import { findMarks } from './marks/find.ts';
it('prof', () => {
  const project = createTestProject();
  lowerText(project, generateProgram(1).text);
  const time: Record<string, number> = {};
  const lap = <T,>(name: string, run: () => T): T => { const t = performance.now(); const r = run(); time[name] = (time[name] ?? 0) + performance.now() - t; return r; };
  const n = 30;
  for (let seed = 0; seed < n; seed++) {
    const { text } = generateProgram(seed);
    lap('write', () => project.write('/input.ts', text));
    const program = lap('program', () => project.program());
    const checker = lap('checker', () => program.getTypeChecker());
    const file = program.getSourceFile('/input.ts')!;
    lap('find', () => findMarks(file, createTypeReader(checker)));
    lap('semantic', () => program.getSemanticDiagnostics(file));
    lap('lower', () => lowerModule(project, '/input.ts'));
  }
  for (const k of Object.keys(time)) console.log(k, (time[k]! / n).toFixed(1));
}, 100000);
