import { readFileSync, writeFileSync, mkdirSync, readdirSync, existsSync, statSync } from 'node:fs';
import { it } from 'vitest';
import { parse } from 'acorn';
import { ts } from 'ts-morph';
import { compileSource } from '../index.ts';
it('bulk', () => {
  const root = '/work/main/fixtures/cases';
  const files: string[] = [];
  const refused: string[] = [];
  for (const group of readdirSync(root)) for (const name of readdirSync(`${root}/${group}`)) {
    const dir = `${root}/${group}/${name}`;
    if (!statSync(dir).isDirectory() || !existsSync(`${dir}/input.ts`)) continue;
    const source = readFileSync(`${dir}/input.ts`, 'utf8');
    const others = readdirSync(dir).filter((n) => n.endsWith('.ts') && n !== 'input.ts' && n !== 'points.ts');
    const modules = Object.fromEntries(others.map((n) => [`/${n}`, readFileSync(`${dir}/${n}`, 'utf8')]));
    const settings = { uncheckedIndexedAccess: true, importExtension: '' as const };
    let out;
    try { out = compileSource(source, { modules, settings, checkIr: true }); } catch (e) { console.log('CRASH', group, name, String((e as Error).stack).slice(0, 500)); continue; }
    if (out.text === '') { refused.push(`${group}/${name} ${out.diagnostics.map((d) => d.code)}`); continue; }
    const again = compileSource(source, { modules, settings }).text;
    if (again !== out.text) console.log('NOT DETERMINISTIC', group, name);
    const js = ts.transpileModule(out.text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, verbatimModuleSyntax: true } }).outputText;
    try { parse(js, { ecmaVersion: 2022, sourceType: 'module' }); } catch (e) { console.log('PARSE', group, name, e); }
    if (/\b(t|v|tmp)\d+\b/.test(out.text)) console.log('NAME', group, name);
    for (const line of out.text.split('\n')) if (line.length > 140) console.log('LONG', group, name, line.length);
    const target = `/tmp/emit-try/bulk/${group}-${name}`;
    mkdirSync(target, { recursive: true });
    writeFileSync(`${target}/input.ts`, source);
    for (const n of others) writeFileSync(`${target}/${n}`, modules[`/${n}`]!);
    writeFileSync(`${target}/input.grad.ts`, out.text);
    files.push(`${target}/input.grad.ts`);
  }
  writeFileSync('/tmp/emit-try/bulk/tsconfig.json', JSON.stringify({ compilerOptions: { noEmit: true, strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noUnusedLocals: true, noUnusedParameters: true, verbatimModuleSyntax: true, isolatedModules: true, isolatedDeclarations: true, declaration: true, erasableSyntaxOnly: true, target: 'es2022', module: 'esnext', moduleResolution: 'bundler', allowImportingTsExtensions: true, types: [], paths: { gradgen: ['/work/main/runtime/macros.ts'], 'gradgen/runtime': ['/work/main/runtime/index.ts'] } }, files }));
  console.log(files.length, 'files', refused.join(' | '));
}, 600000);
