import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findTsconfig, readTsconfig, type Tsconfig } from './tsconfig.ts';

const folders: string[] = [];

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'gradgen-tsconfig-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const read = (text: string, others: Readonly<Record<string, string>> = {}): Tsconfig =>
  readTsconfig(join(folderWith({ 'tsconfig.json': text, ...others }), 'tsconfig.json'));

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('readTsconfig', () => {
  it('takes comments, trailing commas and a byte order mark', () => {
    const text = '\uFEFF{\n// one\n"compilerOptions": { /* two */ "noUncheckedIndexedAccess": true, "outDir": "a//b,}", },\n}';
    const { settings, outputFolders } = read(text);
    expect(settings.uncheckedIndexedAccess).toBe(true);
    expect(outputFolders[0]).toMatch(/a\/b,}$/);
  });

  it('knows how relative imports are written', () => {
    const extensionFor = (options: object) => read(JSON.stringify({ compilerOptions: options })).settings.importExtension;
    expect(extensionFor({})).toBe('');
    expect(extensionFor({ module: 'esnext', moduleResolution: 'bundler' })).toBe('');
    expect(extensionFor({ module: 'NodeNext' })).toBe('.js');
    expect(extensionFor({ module: 'node20' })).toBe('.js');
    expect(extensionFor({ module: 'nodenext', rewriteRelativeImportExtensions: true })).toBe('.ts');
    expect(extensionFor({ moduleResolution: 'bundler', allowImportingTsExtensions: true })).toBe('.ts');
  });

  it('follows extends: files, lists, packages; later ones win, lists belong to the file that has them', () => {
    const config = read('{ "extends": ["./base/one", "pkg/two.json", "pkg"], "include": ["${configDir}/src"] }', {
      'base/one.json':
        '{ "compilerOptions": { "noUncheckedIndexedAccess": true, "module": "nodenext", "outDir": "out" }, "exclude": ["x"] }',
      'node_modules/pkg/package.json': '{ "name": "pkg" }',
      'node_modules/pkg/two.json': '{ "compilerOptions": { "noUncheckedIndexedAccess": false } }',
      'node_modules/pkg/tsconfig.json': '{ "compilerOptions": { "module": "preserve" } }',
    });
    const folder = dirname(config.path);
    expect(config.settings).toEqual({ uncheckedIndexedAccess: false, importExtension: '' });
    expect(config.exclude).toEqual({ folder: join(folder, 'base'), patterns: ['x'] });
    expect(config.include).toEqual({ folder, patterns: [`${folder}/src`] });
    expect(config.outputFolders).toEqual([join(folder, 'base/out')]);
  });

  it('says what is wrong', () => {
    expect(() => read('{ "extends": "./tsconfig.json" }')).toThrow('extends itself');
    expect(() => read('{ "extends": "./nowhere" }')).toThrow("cannot find './nowhere'");
    expect(() => read('{')).toThrow('not valid JSON');
    expect(() => readTsconfig('/nowhere/tsconfig.json')).toThrow('cannot be opened');
  });

  it('takes no output folder for one that holds the sources', () => {
    expect(read('{ "compilerOptions": { "outDir": "./" } }').outputFolders).toEqual([]);
    expect(read('{ "compilerOptions": { "outDir": "./out" } }').outputFolders).toHaveLength(1);
  });

  it('resolves references', () => {
    const { references, path } = read('{ "references": [{ "path": "./app" }, { "path": "tsconfig.node.json" }] }');
    expect(references).toEqual([join(dirname(path), 'app/tsconfig.json'), join(dirname(path), 'tsconfig.node.json')]);
  });
});

describe('findTsconfig', () => {
  it('looks upwards', () => {
    const folder = folderWith({ 'tsconfig.json': '{}', 'a/b/c.ts': '' });
    expect(findTsconfig(join(folder, 'a/b'))).toBe(join(folder, 'tsconfig.json'));
  });
});
