import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ts } from '#ts-morph';

const names = readdirSync(new URL('.', import.meta.url)).filter((name) => !name.endsWith('.test.ts'));
const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: true };
const texts = names.map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'));
const compiled = texts.map((text) => ts.transpileModule(text, { compilerOptions }).outputText);

describe('gradgen/check', () => {
  it('is under 12 kB gzipped, and imports nothing but itself', () => {
    expect(names).toContain('index.ts');
    expect(gzipSync(compiled.join('\n')).length).toBeLessThan(12288);
    const specifiers = texts.flatMap((text) => Array.from(text.matchAll(/ from '([^']+)'/g), (match) => match[1]));
    expect(specifiers.filter((specifier) => !/^\.\/[\w-]+\.ts$/.test(specifier as string))).toEqual([]);
  });

  it('does nothing at load', () => {
    const tree = ts.createSourceFile('all.js', compiled.join('\n'), ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
    expect(tree.statements.filter(ts.isExpressionStatement)).toEqual([]);
  });
});
