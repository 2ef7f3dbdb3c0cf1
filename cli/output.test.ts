/** What is written, and where, with the real compiler: --emit, --out-dir, --runtime, --source-map, --all. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'acorn';
import { afterEach, describe, expect, it } from 'vitest';
import { Project, ts } from '#ts-morph';
import { compile } from '../compiler/index.ts';
import { createTestProject, type TestProject } from './testing.ts';

const fit = `/** Sum of squares. @grad params */
export function loss(params: Float64Array, t: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < t.length; i++) {
    if (t[i] > 1e6) throw new RangeError('too late');
    const r = y[i] - params[0] * Math.exp(-params[1] * t[i]);
    sum += r * Math.sin(sum);
  }
  return sum;
}
`;
const square = '/** @grad */\nexport function square(x: number): number {\n  return x * x;\n}\n';
const tsconfig =
  '{ "compilerOptions": { "strict": true, "target": "es2022", "module": "esnext", "moduleResolution": "bundler", "types": [] } }';
const root = fileURLToPath(new URL('..', import.meta.url));
const projects: TestProject[] = [];

function project(files: Readonly<Record<string, string>>): TestProject {
  const created = createTestProject({ 'tsconfig.json': tsconfig, ...files }, compile);
  projects.push(created);
  return created;
}

/** Runs a module under node; gives what it prints, errors included. */
function runNode(folder: string, path: string, text: string, ...flags: string[]): string {
  const code = `import * as m from ${JSON.stringify(pathToFileURL(join(folder, path)).href)};\n${text}`;
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', code], { cwd: folder, encoding: 'utf8' });
  return stdout + stderr;
}

/** The compiler's errors about a file and what it imports, under strict flags. */
function typeErrors(folder: string, path: string): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    exactOptionalPropertyTypes: true,
    isolatedModules: true,
    isolatedDeclarations: true,
    declaration: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
    paths: {
      'gradgen/runtime': [join(root, 'runtime/index.ts')],
      'gradgen/math': [join(root, 'runtime/math/index.ts')],
      gradgen: [join(root, 'runtime/macros.ts')],
    },
    allowImportingTsExtensions: true,
  };
  const checked = new Project({ compilerOptions: options });
  checked.addSourceFileAtPath(join(folder, path));
  const own = checked.getPreEmitDiagnostics().filter((one) => one.getSourceFile()?.getFilePath().includes('.grad.'));
  return own.map((one) => ts.flattenDiagnosticMessageText(one.compilerObject.messageText, ' '));
}

const callLoss = 'const v = (...a) => Float64Array.of(...a);\nconsole.log(m.lossGrad(v(2, 1), v(0, 1), v(1, 1)).length);';

afterEach(() => {
  for (const created of projects.splice(0)) created.remove();
});

describe('--emit js', () => {
  it('writes JavaScript that runs, and declarations', async () => {
    const { run, read, list, folder } = project({ 'src/fit.ts': fit });
    expect(await run('--emit', 'js')).toMatchObject({
      status: 0,
      out: 'wrote src/fit.grad.js\nwrote src/fit.grad.d.ts\n2 files written\n',
    });
    const text = read('src/fit.grad.js');
    parse(text, { ecmaVersion: 2022, sourceType: 'module' });
    expect(text).not.toMatch(/: (?:number|Float64Array)\b(?!.*\*)/);
    expect(text).toContain('export function lossGrad(params, t, y, out) {');
    expect(read('src/fit.grad.d.ts')).toMatch(/export declare function lossGrad\(params: Float64Array, .*\): Float64Array;/);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/gradgen'));
    expect(await run('--emit', 'js', '--check')).toMatchObject({ status: 0, loads: 0 });
    expect(await run('--check')).toMatchObject({ status: 1, out: expect.stringContaining("'src/fit.grad.ts' is missing") });
    expect(list().filter((path) => path.includes('.grad.'))).toEqual(['src/fit.grad.d.ts', 'src/fit.grad.js']);
  });

  it('keeps the kind of module, and what a person wrote', async () => {
    const { run, list, read } = project({ 'a.mts': square, 'b.ts': square, 'b.grad.d.ts': 'export {};\n' });
    expect(await run('--emit', 'js')).toMatchObject({ status: 1, out: expect.stringContaining("GG0006: 'b.grad.d.ts'") });
    expect(list()).toEqual(expect.arrayContaining(['a.grad.d.mts', 'a.grad.mjs', 'b.grad.js']));
    expect(read('b.grad.d.ts')).toBe('export {};\n');
  });
});

describe('--out-dir', () => {
  it('mirrors the tree of the tsconfig, and imports from there', async () => {
    const scaled =
      "import { scale } from '../shared/scale';\nimport type { int } from 'gradgen';\n" +
      '/** @grad */\nexport function f(x: number, n: int): number {\n  return scale[n]! * x * x;\n}\n';
    const { run, read, list, folder } = project({
      'src/deep/f.ts': scaled,
      'src/shared/scale.ts': 'export const scale: readonly number[] = [1, 2, Math.PI];\n',
      'src/shared/square.ts': square,
    });
    expect((await run('src', '--out-dir', 'gen')).status).toBe(0);
    expect(list().filter((path) => path.includes('.grad.'))).toEqual(['gen/src/deep/f.grad.ts', 'gen/src/shared/square.grad.ts']);
    expect(read('gen/src/deep/f.grad.ts')).toContain('from "../../../src/deep/f"');
    expect(typeErrors(folder, 'gen/src/shared/square.grad.ts')).toEqual([]);
    expect(await run('src', '--out-dir', 'gen', '--check')).toMatchObject({ status: 0, loads: 0 });
    const missing = await run('src/shared', '--out-dir', 'other', '--check');
    expect(missing.out).toContain('run: gradgen src/shared/square.ts --out-dir other\n');
    expect((await run('--out-dir', 'gen', '--verify', '--check')).out).toMatch(/derivatives verified/);
  });

  it('mirrors rootDir where the tsconfig has one', async () => {
    const { run, list } = project({ 'tsconfig.json': tsconfig.replace('"strict"', '"rootDir": "src", "strict"'), 'src/square.ts': square });
    await run('--out-dir', 'gen');
    expect(list()).toContain('gen/square.grad.ts');
  });
});

describe('--math fast', () => {
  const curve = [
    'import type { int } from "gradgen";',
    '/** @grad x */',
    'export function curve(x: number, fastExp: int): number {',
    '  return Math.tanh(x) ** 3 + Math.exp(-x * fastExp) + Math.sin(x);',
    '}',
  ].join('\n');
  const call = 'const { value, grad } = m.curveValueAndGrad(0.5, 2);\nconsole.log(value.toFixed(12), grad.toFixed(12));';
  const exact = (x: number): string => {
    const value = Math.tanh(x) ** 3 + Math.exp(-2 * x) + Math.sin(x);
    const grad = 3 * Math.tanh(x) ** 2 * (1 - Math.tanh(x) ** 2) - 2 * Math.exp(-2 * x) + Math.cos(x);
    return `${value.toFixed(12)} ${grad.toFixed(12)}\n`;
  };

  it('calls the kernels of gradgen/math, under names that hide nothing, and Math where there is none', async () => {
    const { run, read, folder } = project({ 'curve.ts': curve });
    expect((await run('--math', 'fast')).status).toBe(0);
    const text = read('curve.grad.ts');
    expect(text).toContain('import { exp as fastExp, pow as fastPow, tanh as fastTanh } from "gradgen/math";');
    expect(text).toContain('Math.sin(');
    expect(text).not.toMatch(/Math\.(?:pow|tanh)\(| \*\* /);
    // More than V8 would inline: those stay that are faster all the same.
    const [gradient = '', both = ''] = text.split('curveValueAndGrad(');
    expect(gradient).toContain(' fastExp(');
    expect(both).toContain(' Math.exp(');
    expect(typeErrors(folder, 'curve.grad.ts')).toEqual([]);
    expect((await run('--math', 'fast', '--check')).loads).toBe(0);
    expect((await run('--check')).status).toBe(1);
    expect((await run('--math', 'fast', '--verify')).status).toBe(0);
  });

  it('brings them along with --runtime inline', async () => {
    const { run, read, folder } = project({ 'curve.ts': curve });
    expect((await run('--math', 'fast', '--runtime', 'inline', '--emit', 'js')).status).toBe(0);
    const text = read('curve.grad.js');
    expect(text).not.toContain('from "gradgen');
    expect(text).not.toContain('expm1');
    expect(runNode(folder, 'curve.grad.js', call)).toBe(exact(0.5));
  });
});

describe('--runtime inline', () => {
  it('makes a file that runs on its own and holds only what it needs', async () => {
    const { run, read, folder } = project({ 'fit.ts': fit, 'square.ts': square });
    expect((await run('--runtime', 'inline')).status).toBe(0);
    const text = read('fit.grad.ts');
    expect(text).not.toContain('from "gradgen');
    expect(text).toContain('function gradientBuffer(');
    expect(text).not.toContain('toFloat32');
    expect(read('square.grad.ts')).not.toContain('arena');
    expect(typeErrors(folder, 'fit.grad.ts')).toEqual([]);
    expect((await run('--runtime', 'inline', '--check')).loads).toBe(0);
    expect((await run('--check')).status).toBe(1);
    await run('--runtime', 'inline', '--emit', 'js');
    expect(runNode(folder, 'fit.grad.js', callLoss)).toBe('2\n');
  });

  it('gives way to names that the file has taken', async () => {
    const source = `export const block: readonly number[] = [Math.PI, 2];\n${fit.replace('y[i] -', 'block[0]! * y[i] -')}`;
    const { run, folder } = project({ 'fit.ts': source });
    await run('--runtime', 'inline');
    expect(typeErrors(folder, 'fit.grad.ts')).toEqual([]);
  });
});

describe('--source-map', () => {
  const late = 'const v = (...a) => Float64Array.of(...a);\nm.lossGrad(v(2, 1), v(0, 1e9), v(1, 1));';

  it('leads a throw to the line of the user, in a file and in the text', async () => {
    for (const kind of ['file', 'inline']) {
      const { run, folder, list } = project({ 'src/fit.ts': fit });
      expect((await run('--emit', 'js', '--runtime', 'inline', '--source-map', kind)).status).toBe(0);
      expect(list().includes('src/fit.grad.js.map')).toBe(kind === 'file');
      const trace = runNode(folder, 'src/fit.grad.js', late, '--enable-source-maps');
      expect(trace).toContain('RangeError: too late');
      expect(trace).toMatch(/at .*src\/fit\.ts:5:/);
      expect((await run('--emit', 'js', '--runtime', 'inline', '--source-map', kind, '--check')).loads).toBe(0);
    }
  });

  it('leads to the throw itself, in the file of a helper too, though the text has it on the line of its test', async () => {
    const root =
      "export function root(x: number): number {\n  if (x < 0) {\n    throw new RangeError('negative');\n  }\n  return Math.sqrt(x);\n}\n";
    const user = "import { root } from './root';\n/** @grad */\nexport const f = (x: number): number => root(x) * x;\n";
    for (const kind of ['file', 'inline']) {
      const { run, folder, read } = project({ 'f.ts': user, 'root.ts': root });
      await run('--emit', 'js', '--runtime', 'inline', '--source-map', kind);
      expect(read('f.grad.js')).toMatch(/if \(x < 0\) throw/);
      expect(runNode(folder, 'f.grad.js', 'm.fGrad(-1);', '--enable-source-maps')).toMatch(/at .*fGrad \(.*root\.ts:3:5\)/);
    }
  });

  it('is written for TypeScript, with uses in the header, and noticed when it is edited', async () => {
    const user = "import { twice } from './twice';\n/** @grad */\nexport const f = (x: number): number => twice(x) * x;\n";
    const { run, read, write } = project({ 'f.ts': user, 'twice.ts': 'export const twice = (x: number): number => 2 * x;\n' });
    await run('--source-map', 'file');
    const map = JSON.parse(read('f.grad.ts.map')) as { sources: string[]; file: string; mappings: string };
    expect([map.file, map.sources[0]]).toEqual(['f.grad.ts', 'f.ts']);
    expect(read('f.grad.ts')).toMatch(/\n\/\/# sourceMappingURL=f\.grad\.ts\.map\n$/);
    write('f.grad.ts.map', read('f.grad.ts.map').replace('"names":[]', '"names":["x"]'));
    const { status, out } = await run('--source-map', 'file', '--check');
    expect([status, out]).toEqual([1, expect.stringContaining("'f.grad.ts.map' was edited by hand")]);
  });
});

describe('--all', () => {
  const library = `${square}export function cube(x: number): number {\n  return x * x * x;\n}
export const scale = (x: Float64Array, k: number): Float64Array => x.map((each) => each * k);
export function draw(x: number): number {\n  return x * Math.random();\n}
export function other(x: number): number {\n  return x + Math.random();\n}
function hidden(x: number): number {\n  return x;\n}
export const name = (text: string): string => text + hidden(1);
`;

  it('takes every exported function, and lists those that it cannot take', async () => {
    const { run, read } = project({ 'library.ts': library, 'plain.ts': 'export const half = (x: number): number => x / 2;\n' });
    const { status, out } = await run('--all');
    expect([status, out.includes('error')]).toEqual([0, false]);
    expect(out).toContain('GG2010, 2 functions not compiled (gradgen explain GG2010):\n  draw  library.ts:');
    const text = read('library.grad.ts');
    for (const made of ['squareGrad', 'cubeGrad', 'cubeValueAndGrad']) expect(text).toContain(`export function ${made}(`);
    expect(text).not.toMatch(/draw|hidden|name/i);
    expect(read('plain.grad.ts')).toContain('halfGrad');
    expect(await run('library.ts', 'plain.ts', '--all', '--check')).toMatchObject({ status: 0, loads: 0 });
    expect((await run('library.ts', '--check')).status).toBe(1);
  });

  it('still reports the errors of what is marked', async () => {
    const { run } = project({ 'library.ts': library.replace('export function draw', '/** @grad */ export function draw') });
    expect(await run('--all')).toMatchObject({ status: 1, out: expect.stringContaining('error GG2010') });
  });
});
