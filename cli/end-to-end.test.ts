/** The command line with the real compiler, on small projects. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { compile } from '../compiler/index.ts';
import { createTestProject, type TestProject } from './testing.ts';

const fit = `/** @grad params */
export function loss(params: Float64Array, t: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < t.length; i++) {
    const r = y[i] - params[0] * Math.exp(-params[1] * t[i]);
    sum += r * r;
  }
  return sum;
}
`;
const square = '/** @grad */\nexport function square(x: number): number {\n  return x * x;\n}\n';
const tsconfig =
  '{ "compilerOptions": { "strict": true, "target": "es2022", "module": "esnext", "moduleResolution": "bundler", "types": [] } }';
const projects: TestProject[] = [];

function project(files: Readonly<Record<string, string>>): TestProject {
  const created = createTestProject({ 'tsconfig.json': tsconfig, ...files }, compile);
  projects.push(created);
  return created;
}

afterEach(() => {
  for (const created of projects.splice(0)) created.remove();
});

describe('gradgen src', () => {
  it('writes a gradient that is right, and that --check finds fresh without the compiler', async () => {
    const { run, folder, read } = project({ 'src/fit.ts': fit });
    expect(await run('src')).toMatchObject({ status: 0, out: 'wrote src/fit.grad.ts\n1 file written\n' });
    expect(await run('--check')).toMatchObject({ status: 0, loads: 0 });
    expect(await run('src')).toMatchObject({ status: 0, out: '1 up to date\n' });
    expect(read('src/fit.grad.ts')).not.toContain(folder);
    const { lossGrad, lossValueAndGrad } = (await import(join(folder, 'src/fit.grad.ts'))) as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    const [params, t, y] = [Float64Array.of(2, 1), Float64Array.of(0, 1), Float64Array.of(1, 1)];
    const miss = 1 - 2 * Math.exp(-1);
    const gradient = [2 - 2 * miss * Math.exp(-1), 4 * miss * Math.exp(-1)];
    const found = lossGrad?.(params, t, y) as Float64Array;
    found.forEach((value, index) => expect(value).toBeCloseTo(gradient[index] as number, 12));
    expect(lossValueAndGrad?.(params, t, y)).toMatchObject({ value: 1 + miss * miss });
  });

  it('gives the same bytes in another folder, with other line ends, from other paths', async () => {
    const first = project({ 'src/fit.ts': fit });
    const second = project({ 'src/fit.ts': fit.replaceAll('\n', '\r\n') });
    await first.run('src/fit.ts');
    await second.run();
    expect(second.read('src/fit.grad.ts')).toBe(first.read('src/fit.grad.ts'));
  });

  it('follows the tsconfig and goes stale with it', async () => {
    const { run, read, write } = project({ 'fit.ts': fit });
    await run();
    expect(read('fit.grad.ts')).not.toContain(']!');
    write('tsconfig.json', tsconfig.replace('"strict"', '"noUncheckedIndexedAccess": true, "strict"'));
    expect((await run('--check')).status).toBe(1);
    write('fit.ts', fit.replaceAll(/\[\w\]/g, '$&!'));
    expect((await run()).status).toBe(0);
    expect(read('fit.grad.ts')).toContain(']!');
  });

  it('goes stale with a helper in another file', async () => {
    const user = "import { twice } from './twice';\n/** @grad */\nexport const f = (x: number): number => twice(x) * x;\n";
    const { run, read, write } = project({ 'f.ts': user, 'twice.ts': 'export const twice = (x: number): number => 2 * x;\n' });
    expect((await run('f.ts')).status).toBe(0);
    expect(read('f.grad.ts')).toContain('// gradgen:uses ./twice.ts\n');
    write('twice.ts', 'export const twice = (x: number): number => 3 * x;\n');
    expect((await run('f.ts', '--check')).status).toBe(1);
  });

  it('does not mind an import of the file that it is to write', async () => {
    const { run } = project({
      'square.ts': square,
      'main.ts': "import { squareGrad } from './square.grad';\nexport const slope = squareGrad(2);\n",
    });
    expect(await run()).toMatchObject({ status: 0, out: 'wrote square.grad.ts\n1 file written\n' });
  });

  it('prints the intermediate form', async () => {
    const { run } = project({ 'square.ts': square });
    const { status, out } = await run('square.ts', '--print-ir', 'after=lower');
    expect(status).toBe(0);
    expect(out).toMatch(/^=== after lower: square\n[\s\S]*mul x x/);
  });
});

describe('bad input', () => {
  it('is a clear error; nothing is written for that file, all others are', async () => {
    const cases: readonly [string, string, RegExp][] = [
      ['does not parse', `${square}export const = 1;\n`, /bad\.ts:5:\d+ - error GG1001: /],
      ['type error', square.replace('x * x', 'x * missing'), /bad\.ts:3:\d+ - error GG1002: .*TS2304/],
      ['not a function', '/** @grad */\nexport const a = 1;\n', /bad\.ts:\d+:\d+ - error GG1003: /],
      ['unknown parameter', square.replace('@grad', '@grad y'), /error GG1004: .*'y'/],
      ['not exported', square.replace('export ', ''), /error GG1005: /],
      ['one of two', `${square}/** @grad */\nexport function f(x: number): number {\n  return x * Math.random();\n}\n`, /error GG2010: /],
    ];
    for (const [name, text, message] of cases) {
      const { run, list } = project({ 'bad.ts': text, 'good.ts': square });
      const { status, out, error } = await run('--format', 'tsc');
      expect([name, status, error]).toEqual([name, 1, '']);
      expect(out).toMatch(message);
      expect([name, list()]).toEqual([name, ['bad.ts', 'good.grad.ts', 'good.ts', 'tsconfig.json']]);
    }
  });

  it('shows the code in a frame, with help', async () => {
    const { run } = project({ 'f.ts': square.replace('x * x', 'x * Math.random()') });
    const { out } = await run();
    expect(out).toContain('f.ts:3:14 - error GG2010: Math.random gives another number each time');
    expect(out).toContain('3 |   return x * Math.random();\n  |              ^^^^');
    expect(out).toContain('  help: draw the sample outside and pass it in as a parameter\n');
  });
});
