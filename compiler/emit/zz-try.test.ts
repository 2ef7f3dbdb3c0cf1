import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { it } from 'vitest';
import { compileSource } from '../index.ts';
it('tries', () => {
  for (const path of (process.env['FILES'] ?? '').split(',')) {
    for (const unchecked of [false, true]) {
    const { text, diagnostics } = compileSource(readFileSync(path, 'utf8'), { checkIr: true, settings: { uncheckedIndexedAccess: unchecked, importExtension: '' } });
    const dir = `/tmp/emit-try/${unchecked ? 'u' : 'c'}-${path.split('/').at(-1)!.replace('.ts','')}`;
    mkdirSync(dir, { recursive: true });
    writeFileSync(`${dir}/input.ts`, readFileSync(path, 'utf8'));
    writeFileSync(`${dir}/input.grad.ts`, text);
    writeFileSync(`${dir}/tsconfig.json`, JSON.stringify({ compilerOptions: { noEmit: true, strict: true, noUncheckedIndexedAccess: unchecked, exactOptionalPropertyTypes: true, noUnusedLocals: true, noUnusedParameters: true, verbatimModuleSyntax: true, isolatedModules: true, isolatedDeclarations: true, declaration: true, erasableSyntaxOnly: true, target: 'es2022', module: 'esnext', moduleResolution: 'bundler', allowImportingTsExtensions: true, types: [], paths: { gradgen: ['/work/main/runtime/macros.ts'], 'gradgen/runtime': ['/work/main/runtime/index.ts'] } }, files: ['input.grad.ts'] }));
    if (diagnostics.length || !unchecked) console.log(path, diagnostics.map((d) => `${d.code} ${d.message} ${d.at?.line}`), process.env['SHOW'] ? '\n' + text : '');
    }
  }
}, 100000);
