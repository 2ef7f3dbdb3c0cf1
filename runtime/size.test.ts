import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ts } from '#ts-morph';

const compiled = ['index.ts', 'apart.ts', 'arena.ts', 'buffers.ts', 'shapes.ts', 'outputs.ts', 'matrices.ts'].map((name) => {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8');
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: true };
  return ts.transpileModule(text, { compilerOptions }).outputText;
});

describe('gradgen/runtime', () => {
  it('has a core under 4 kB gzipped', () => {
    expect(gzipSync(compiled.join('\n')).length).toBeLessThan(4096);
  });

  it('keeps no module-level state but the arena and what it knows of outputs, and does nothing else at load', () => {
    const tree = ts.createSourceFile('all.js', compiled.join('\n'), ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
    const variables = tree.statements.filter(ts.isVariableStatement).flatMap((statement) => [...statement.declarationList.declarations]);
    const made = variables.filter((variable) => variable.initializer !== undefined && !ts.isNumericLiteral(variable.initializer));
    expect(made.map((variable) => variable.name.getText())).toEqual(['known', 'arena', 'knownOutputs']);
    expect(tree.statements.filter(ts.isExpressionStatement)).toEqual([]);
  });
});
