/** Commands that print or tidy up, and the configuration. */
import { afterEach, describe, expect, it } from 'vitest';
import { catalogCodes } from '../compiler/diagnostics/catalog.ts';
import { compile } from '../compiler/index.ts';
import { copyingCompiler, createTestProject, type TestProject } from './testing.ts';

const marked = '/** @grad */\nexport const f = (x: number) => x;\n';
const chain = `/** A product of exponentials. @grad x */
export function chain(x: Float64Array, n: number, label: boolean): number {
  let s = 1;
  for (let i = 0; i < x.length; i++) {
    const e = Math.exp(x[i] * s);
    s = s * e + (label ? 1 : n);
  }
  return s;
}
`;
const springs = `export interface Node { at: { x: number; y: number }; mode: 'free' | 'fixed'; span: [number, boolean] }
/** @grad */
export function springs(nodes: Node[], k: number): number {
  let sum = 0;
  for (const node of nodes) {
    for (let i = 0; i < 3; i++) {
      if (node.mode === 'free') node.at.x = Math.sin(node.at.x * node.at.y) * k;
      sum += node.at.x * node.span[0];
    }
  }
  return sum;
}
`;
const tsconfig =
  '{ "compilerOptions": { "strict": true, "target": "es2022", "module": "esnext", "moduleResolution": "bundler", "types": [] } }';
const projects: TestProject[] = [];

function project(files: Readonly<Record<string, string>>, compiler = copyingCompiler): TestProject {
  const created = createTestProject({ 'tsconfig.json': tsconfig, ...files }, compiler);
  projects.push(created);
  return created;
}

afterEach(() => {
  for (const created of projects.splice(0)) created.remove();
});

describe('--list', () => {
  it('says what is marked, which parameters count and why, what is made, and why not', async () => {
    const source = `${chain}/** @grad */\nexport function g(x: number): number {\n  return x * Math.random();\n}\n`;
    const { run, list } = project({ 'chain.ts': source }, compile);
    const { status, out } = await run('--list');
    expect(status).toBe(1);
    expect(out).toContain('chain  chain.ts:2  @grad x\n');
    expect(out).toContain('  x      input: its type is Float64Array\n');
    expect(out).toContain('  n      not differentiated: the mark does not list it\n');
    expect(out).toContain('  label  not differentiated: its type is boolean\n');
    expect(out).toContain('  makes chainGrad, chainValueAndGrad, chainValueAndGradInto\n');
    expect(out).toMatch(/g {2}chain\.ts:\d+ {2}cannot be compiled\n {2}GG2010 \(line \d+\): /);
    expect(list()).not.toContain('chain.grad.ts');
    const json = JSON.parse((await run('--list', '--format', 'json')).out) as { functions: { name: string }[]; refused: unknown[] };
    expect([json.functions[0]?.name, json.refused.length]).toEqual(['chain', 1]);
  });

  it('says what in a record has no derivative', async () => {
    const { run } = project({ 'springs.ts': springs }, compile);
    expect((await run('--list')).out).toContain("  nodes  input: its type is Node[]; no derivative has 'mode', element 1\n");
  });

  it('says when nothing is marked', async () => {
    expect(await project({ 'a.ts': 'export const a = 1;\n' }, compile).run('--list')).toMatchObject({
      status: 0,
      out: 'no marked function in 1 file\n',
    });
  });
});

describe('--stats', () => {
  it('counts operations and records, and times passes', async () => {
    const { run, list } = project({ 'chain.ts': chain }, compile);
    const { status, out } = await run('--stats');
    expect(status).toBe(0);
    expect(out).toMatch(/^chain {2}chain\.ts:2 {2}\d+ operations/);
    expect(out).toMatch(/chainGrad {2}\d+ operations, \d+\.\d\d × the function, recorded:\n/);
    expect(out).toMatch(/ {4}'\w+' of line \d: 8 bytes per iteration of the loop in line 4\n/);
    expect(out).toMatch(/Time\n {2}lower +\d+\.\d ms\n/);
    expect(list()).not.toContain('chain.grad.ts');
    expect(JSON.parse((await run('--stats', '--format', 'json')).out)).toMatchObject({ functions: [{ name: 'chain' }] });
  });
});

describe('gradgen why', () => {
  it('says line by line what is recorded and what is computed again', async () => {
    const { run } = project({ 'chain.ts': chain }, compile);
    const { status, out } = await run('why', 'chain');
    expect(status).toBe(0);
    expect(out).toMatch(/^chainGrad {2}chain\.ts:2\n/);
    expect(out).toContain('  5 | const e = Math.exp(x[i] * s);\n      recorded: ');
    expect(out).toContain('Math.exp is dear to compute again');
    expect((await run('why', 'chainValueAndGrad')).out).toContain('chainValueAndGrad  chain.ts:2');
  });

  it('calls going to a field no computation', async () => {
    const { run } = project({ 'springs.ts': springs }, compile);
    const { status, out } = await run('why', 'springs');
    expect(status).toBe(0);
    expect(out).toMatch(/recorded: .*; its memory is overwritten later/);
    expect(out).not.toMatch(/'node'|`node\.at`/);
  });

  it('says that nothing is recorded, that there is no such function, and why it cannot be compiled', async () => {
    const square = '/** @grad */\nexport function square(x: number): number {\n  return x * x;\n}\n';
    const { run, write } = project({ 'square.ts': square }, compile);
    expect(await run('why', 'square')).toMatchObject({ status: 0, out: expect.stringContaining('nothing is recorded') });
    expect(await run('why', 'sqare')).toMatchObject({ status: 2, error: expect.stringContaining("did you mean 'square'?") });
    write('square.ts', square.replace('x * x', 'x * Math.random()'));
    expect(await run('why', 'square')).toMatchObject({ status: 1, out: expect.stringContaining('GG2010') });
  });
});

describe('--print-ir diff=PASS', () => {
  it('shows the lines that a pass changed', async () => {
    const { run, list } = project({ 'fit.ts': marked });
    const { status, out } = await run('--print-ir', 'diff=optimize');
    expect([status, out]).toEqual([0, '=== changed by optimize: f\n- f from 48 characters\n+ f, smaller\n\n']);
    expect(list()).not.toContain('fit.grad.ts');
    expect((await run('--print-ir', 'diff=cse')).status).toBe(2);
  });

  it('works on the real passes', async () => {
    const { out } = await project({ 'chain.ts': chain }, compile).run('--print-ir', 'diff=ranges');
    expect(out).toMatch(/^=== changed by ranges: chain\n[\s\S]*^- /m);
  });
});

describe('--format github', () => {
  it('writes annotations', async () => {
    const { out, status } = await project({ 'src/a,b.ts': `${marked}// error` }).run('--format', 'github');
    expect([status, out]).toEqual([1, '::error file=src/a%2Cb.ts,line=3,col=4,title=GG9999::this word is here\n']);
  });
});

describe('gradgen explain', () => {
  it('shows an example with its message, and the rewrite that works', async () => {
    const { status, out } = await project({}).run('explain', 'gg2010');
    expect(status).toBe(0);
    expect(out).toMatch(/^input\.ts:\d+:\d+ - error GG2010: Math\.random/);
    expect(out).toContain('This program has it:');
    expect(out).toContain('This one compiles:');
  });

  it('knows every code, and its example has it', async () => {
    const { run } = project({});
    for (const code of catalogCodes)
      expect([code, (await run('explain', code)).out]).toEqual([code, expect.stringContaining(` ${code}: `)]);
    expect((await project({}).run('explain', 'GG0007')).out).toMatch(/^error GG0007: 'FILE' was edited by hand/);
  });
});

describe('gradgen init', () => {
  it('sets a project up, says what it did, and does nothing the second time', async () => {
    const manifest = '{\n\t"name": "app",\n\t"scripts": {\n\t\t"gradgen": "mine"\n\t},\n\t"devDependencies": { "prettier": "3" }\n}\n';
    const { run, read, list } = project({ 'package.json': manifest, 'src/a.ts': marked, '.gitattributes': '* text=auto' });
    const { status, out } = await run('init');
    expect(status).toBe(0);
    expect(out).toContain(
      'wrote gradgen.config.ts\nadded to the scripts of package.json: gradgen:check\nadded a line to .gitattributes\nwrote .prettierignore\n',
    );
    expect(JSON.parse(read('package.json'))).toMatchObject({ scripts: { gradgen: 'mine', 'gradgen:check': 'gradgen --check' } });
    expect(read('package.json')).toMatch(/^\{\n\t"name": "app",\n[\s\S]*\}\n$/);
    expect(read('.gitattributes')).toBe('* text=auto\n*.grad.* linguist-generated=true\n');
    const before = list().map(read);
    expect((await run('init')).out).toBe('all is there already\n');
    expect(list().map(read)).toEqual(before);
    expect(await run()).toMatchObject({ status: 0, out: 'wrote src/a.grad.ts\n1 file written\n' });
  });
});

describe('gradgen clean', () => {
  it('deletes what is left over, and nothing else', async () => {
    const { run, write, list, read } = project({ 'a.ts': marked, 'b.ts': marked, 'c.ts': marked, 'mine.grad.ts': 'export const a = 1;\n' });
    await run();
    write('a.ts', 'export const f = 1;\n');
    write('c.ts', 'export const f = 1;\n');
    write('c.grad.ts', `${read('c.grad.ts')}// mine\n`);
    expect((await run('clean', '--dry-run')).out).toContain('would delete a.grad.ts: nothing in a.ts is marked\n');
    const { status, out } = await run('clean');
    expect([status, out]).toEqual([
      1,
      expect.stringContaining("GG0015: 'c.grad.ts' is left over (nothing in c.ts is marked), but it was edited"),
    ]);
    expect(list().filter((path) => path.includes('.grad.'))).toEqual(['b.grad.ts', 'c.grad.ts', 'mine.grad.ts']);
    expect((await run('clean', '--force')).status).toBe(0);
    expect((await run('clean')).out).toBe('nothing to clean\n');
  });

  it('knows declarations, maps and other folders', async () => {
    const square = '/** @grad */\nexport function square(x: number): number {\n  return x * x;\n}\n';
    const { run, list, write } = project({ 'src/square.ts': square }, compile);
    await run('--emit', 'js', '--out-dir', 'gen', '--source-map', 'file');
    expect(list().filter((path) => path.startsWith('gen/'))).toHaveLength(3);
    write('src/square.ts', 'export {};\n');
    await run('clean');
    expect(list().filter((path) => path.startsWith('gen/'))).toEqual([]);
  });
});

describe('gradgen.config', () => {
  it('gives what the command line does not', async () => {
    const config =
      "import { defineConfig } from 'gradgen';\nexport default defineConfig({ paths: ['src'], dryRun: true, strict: true });\n";
    const { run } = project({ 'gradgen.config.ts': config, 'src/a.ts': marked, 'b.ts': marked });
    expect(await run()).toMatchObject({ status: 0, out: 'would write src/a.grad.ts\n1 file to write\n' });
    expect((await run('b.ts', '--no-dry-run')).out).toBe('wrote b.grad.ts\n1 file written\n');
  });

  it('may be TypeScript with imports of its own', async () => {
    const config =
      "import type { GradgenConfig } from 'gradgen';\nimport { folder } from './settings';\n" +
      'export default { paths: [folder] } satisfies GradgenConfig;\n';
    const { run } = project({
      'gradgen.config.ts': config,
      'settings.ts': "export const folder: string = 'src';\n",
      'src/a.ts': marked,
      'b.ts': marked,
    });
    expect((await run()).out).toBe('wrote src/a.grad.ts\n1 file written\n');
  });

  it('is found from a folder below, and its paths stay its own', async () => {
    const { run, list } = project({
      'conf/g.mjs': "export default { paths: ['../src'], tsconfig: '../tsconfig.json' };\n",
      'src/a.ts': marked,
    });
    expect((await run('--config', 'conf/g.mjs', '--check')).out).toContain('run: gradgen src/a.ts --config conf/g.mjs\n');
    expect((await run('--config', 'conf/g.mjs')).status).toBe(0);
    expect(list()).toContain('src/a.grad.ts');
  });

  it('keeps an all-fresh --check free of the compiler', async () => {
    const { run } = project({
      'gradgen.config.ts': "import { defineConfig } from 'gradgen';\nexport default defineConfig({});\n",
      'a.ts': marked,
    });
    await run();
    expect(await run('--check')).toMatchObject({ status: 0, loads: 0 });
  });

  it('exits with 2 where it is wrong', async () => {
    const cases: readonly [string, string][] = [
      ['export default { outdir: "x" };', "unknown key 'outdir' in the configuration; did you mean 'outDir'?"],
      ['export default { strict: "yes" };', "'strict' takes true or false"],
      ['export default { emit: "wasm" };', "unknown emit 'wasm'"],
      ['export const a = 1;', 'has no default export'],
      ['throw new Error("no luck");', 'cannot be run: no luck'],
    ];
    for (const [text, message] of cases) {
      const result = await project({ 'gradgen.config.mjs': text, 'a.ts': marked }).run();
      expect([result.status, result.error]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});
