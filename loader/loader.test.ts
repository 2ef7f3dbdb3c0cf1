/** Modules that ask for derivatives, as node, tsx and vitest run them, with the package as it would be installed. */
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCases } from '../fixtures/proof/case-folder.ts';
import { buildPackage, type LoaderProject, type LoaderRun, type TestPackage } from './testing.ts';

const built: { package?: TestPackage } = {};
const register = ['--import', 'gradgen/register'] as const;

beforeAll(() => {
  built.package = buildPackage();
});
afterAll(() => built.package?.remove());

function project(files: Readonly<Record<string, string>>): LoaderProject {
  if (!built.package) throw new Error('the package was not built');
  return built.package.project(files);
}

/** What a program prints, a line for each call. */
function linesOf({ status, out, error }: LoaderRun): string[] {
  expect([status, error]).toEqual([0, '']);
  return out.trimEnd().split('\n');
}

const confusion = `import { grad } from 'gradgen';
console.log(grad((x: number) => x * grad((y: number) => x + y)(1))(1));
`;
const loss = `import { scale } from './scale';

/** @grad x */
export function loss(x: number, y: number): number {
  if (x > 1e6) throw new RangeError('too far');
  return scale(x) * x * y;
}
`;
const scale = 'export enum Factor { Three = 3 }\nexport const scale = (x: number): number => Factor.Three * x;\n';
const model = `import { grad } from 'gradgen';
import { lossGrad } from './loss.grad.js';

type Real = number;

export function curvature(a: Real): Real {
  const slope = (x: number): number => lossGrad(x, 1) ** 2 - a;
  return grad(slope)(1);
}

export function far(): number {
  const inner = (x: number): number => {
    if (x > 100) throw new RangeError('far');
    return x * x;
  };
  return grad(
    inner,
  )(1000);
}
`;

describe('node --import gradgen/register', () => {
  it('runs TypeScript: derivatives in functions, in imported modules, and of modules that nobody has written', () => {
    const main =
      "import { lossGrad } from './loss.grad';\nimport { curvature } from './model.js';\nconsole.log(lossGrad(2, 3), curvature(2));\n";
    const { node } = project({ 'main.ts': main, 'model.ts': model, 'loss.ts': loss, 'scale.ts': scale });
    expect(linesOf(node(...register, 'main.ts'))).toEqual(['36 72']);
  });

  it('never reads the bytes on disk', () => {
    const stale = 'export const lossGrad = () => "stale";\n';
    const main = "import { lossGrad } from './loss.grad';\nconsole.log(lossGrad(2, 3));\n";
    const { node } = project({ 'main.mjs': main, 'loss.ts': loss, 'scale.ts': scale, 'loss.grad.ts': stale, 'loss.grad.js': stale });
    expect(linesOf(node(...register, 'main.mjs'))).toEqual(['36']);
  });

  it('runs JavaScript, by the types in its comments', () => {
    const main = `import { grad, jacobian } from 'gradgen';
/** @param {number} x */
const square = (x) => x * x;
export const slope = grad(square);
console.log(slope(3), grad((x) => x ** 3)(2), ...jacobian((x, y) => [x * y, x + y])(2, 3).values);
`;
    const { node } = project({ 'main.mjs': main, 'main.js': main });
    expect(linesOf(node(...register, 'main.mjs'))).toEqual(['6 12 3 2 1 1']);
    expect(linesOf(node(...register, 'main.js'))).toEqual(['6 12 3 2 1 1']);
  });

  it('leaves everything else alone, and the compiler unloaded', () => {
    const plain = "import { stopGradient } from 'gradgen';\nexport const text = 'grad(f)';\nconsole.log(text, stopGradient(2));\n";
    const { folder, node } = project({ 'plain.mjs': plain, 'asking.mjs': confusion.replaceAll(': number', '') });
    const compiler = join(folder, 'node_modules/gradgen/dist/compiler/index.js');
    renameSync(compiler, `${compiler}.away`);
    const [left, asking] = ['plain.mjs', 'asking.mjs'].map((name) => node(...register, name));
    renameSync(`${compiler}.away`, compiler);
    expect(left).toEqual({ status: 0, out: 'grad(f) 2\n', error: '' });
    expect(asking?.error).toContain('Cannot find module');
  });

  it('shows what cannot be compiled, with the position', () => {
    const bad = `import { grad } from 'gradgen';\n\nexport async function main(): Promise<number> {
  const f = (x: number): number => x * Math.random();
  return grad(f)(await Promise.resolve(2));
}
`;
    const { node } = project({ 'bad.ts': bad, 'main.mjs': "await import('./bad.ts').catch((error) => console.log(error.message));\n" });
    const { status, error } = node(...register, 'bad.ts');
    expect(status).toBe(1);
    expect(error).toContain('gradgen cannot compile bad.ts');
    expect(error).toContain('bad.ts:4:40 - error GG2010: Math.random gives another number each time');
    expect(error).toContain(
      '4 |   const f = (x: number): number => x * Math.random();\n  |                                        ^^^^^^^^^^^^^',
    );
    expect(error).not.toContain('at ');
    expect(linesOf(node(...register, 'main.mjs')).slice(0, 3)).toEqual([
      'gradgen cannot compile bad.ts',
      '',
      expect.stringMatching(/GG2010/),
    ]);
  });

  it('shows marks that cannot be honoured where their module is imported', () => {
    const main = "import { lossGrad } from './loss.grad';\nconsole.log(lossGrad);\n";
    const { node } = project({ 'main.mjs': main, 'loss.ts': loss.replace('scale(x) * x', 'Math.random()'), 'scale.ts': scale });
    expect(node(...register, 'main.mjs').error).toMatch(/cannot compile loss\.ts[\s\S]*loss\.ts:6:10 - error GG2010/);
  });

  it('keeps the lines', () => {
    const { node } = project({
      'main.ts': "import { far } from './model';\nfar();\n",
      'model.ts': model,
      'loss.ts': loss,
      'scale.ts': scale,
    });
    const { error } = node('--enable-source-maps', ...register, 'main.ts');
    expect(error).toMatch(
      /model\.ts:13\b[\s\S]*throw new RangeError\('far'\)[\s\S]*at gradOfInner .*model\.ts:13:18\)\n.*at far .*model\.ts:16:10\)/,
    );
  });
});

describe('the values', () => {
  it('are those of the golden cases, whatever their functions do with derivatives', () => {
    const asking = readCases().filter(({ input }) => /from '(?:gradgen|\.\/\w+\.grad)'/.test(input) && !/import type/.test(input));
    expect(asking.length).toBeGreaterThan(12);
    const files = asking.flatMap(({ name, folder, input, modules }) => {
      const texts = { ...modules, 'input.ts': input, 'points.ts': readFileSync(join(folder, 'points.ts'), 'utf8') };
      return Object.entries(texts).map(([file, text]) => [`${name}/${file}`, text] as const);
    });
    const main = `const off = (a, b) => (Object.is(a, b) ? 0 : Math.abs(a - b) / (1 + Math.abs(b)));
const numbers = (value) => (typeof value === 'object' ? Array.from(value) : [value]);
const worst = (f, args, value) => Math.max(0, ...numbers(f(...args)).map((each, i) => off(each, numbers(value)[i])));
for (const name of ${JSON.stringify(asking.map(({ name }) => name))}) {
  const { f } = await import(\`./\${name}/input.ts\`);
  const { fPrimal } = await import(\`./\${name}/input.grad\`);
  const { default: points } = await import(\`./\${name}/points.ts\`);
  const errors = points.map(({ args, value }) => worst(f, args, value ?? fPrimal(...args)));
  console.log(name, points.length > 0 && errors.every((error) => error < 1e-12) ? 'right' : errors);
}
`;
    const { node } = project({ ...Object.fromEntries(files), 'main.mjs': main });
    expect(linesOf(node(...register, 'main.mjs'))).toEqual(asking.map(({ name }) => `${name} right`));
  });

  it('are right for derivatives of derivatives, seeds, records, and what is captured', () => {
    const main = `import { grad, hessian, hvp, jvp, valueAndGrad, vjp } from 'gradgen';
const print = (...values: unknown[]) => console.log(JSON.stringify(values));
interface Point { x: number; y: number; readonly name: string }
const f = (x: number, y: number): number => x ** 3 * y ** 2;
print(grad(vjp(f, [0]))(2, 3, 5), jvp(grad(f, [0]))(2, 3, 1, 10), hessian(f)(2, 3).values, grad(grad(grad(f, [0]), [0]), [1])(2, 3));
const area = (p: Point, w: readonly number[]): number => p.x * p.x * w[0] + p.y * w[1];
print(valueAndGrad(area)({ x: 2, y: 3, name: 'p' }, [5, 7]), hvp(area, [0])({ x: 2, y: 3, name: 'p' }, [5, 7], { x: 1, y: 1 }));
const pair = (p: Point): [number, Point] => [p.x * p.y, { x: p.y, y: p.x * p.x, name: p.name }];
print(vjp(pair)({ x: 2, y: 3, name: 'p' }, 10, { x: 100, y: 1000 }), jvp(pair)({ x: 2, y: 3, name: 'p' }, { x: 1, y: 0 }));
class Model {
  constructor(private readonly weights: Float64Array) {}
  async slope(x: number, power?: number) {
    const { weights } = this;
    return grad((y: number) => weights[1] * y ** (power ?? 2))(await Promise.resolve(x));
  }
}
print(await new Model(Float64Array.of(3, 4)).slope(5), await new Model(Float64Array.of(3, 4)).slope(5, 3));
for (const k of [1, 2]) {
  let factor = k;
  const scaled = (x: number, label: string): number => { if (x < 0) throw new RangeError(label); return factor * x * x; };
  const slopes = [grad(scaled), grad((x: number, label: string) => scaled(x, label) + k)];
  factor *= 10;
  print(...slopes.map((slope) => slope(1, 'x')));
}
const settings = { scale: Number('3'), rows: [[1], [Number('2')]] };
print(grad((x: number) => x * settings.scale * settings.rows[1][0])(1));
`;
    const { node } = project({ 'main.ts': main });
    expect(linesOf(node(...register, 'main.ts')).map((line) => JSON.parse(line))).toEqual([
      // of 5·3x²y²: 30xy², 30x²y, and 3x²y² for the seed; tangent (6xy²)·1 + (6x²y)·10; both orders of 6x²y; ∂y of 6xy²
      [[540, 360, 108], { value: 108, tangent: 828 }, { 0: 108, 1: 72, 2: 72, 3: 16 }, 72],
      [
        { value: 41, grad: [{ x: 20, y: 7 }, [4, 3]] },
        { x: 10, y: 0 },
      ],
      [
        { x: 30 + 4000, y: 20 + 100 },
        { value: [6, { x: 3, y: 4, name: 'p' }], tangent: [3, { x: 0, y: 4 }] },
      ],
      [40, 300],
      [20, 20],
      [40, 40],
      [6],
    ]);
  });

  it('are refused where a captured variable cannot be named', () => {
    const main = `import { grad } from 'gradgen';
function outer(x: number): number {
  const f = (y: number): number => x * y;
  {
    const x = 5;
    return grad(f)(x);
  }
}
console.log(outer(2));
`;
    const { node } = project({ 'main.ts': main });
    expect(node(...register, 'main.ts').error).toContain('main.ts:6:12 - error GG2045: `x` cannot be given to a derivative');
  });
});

describe('tsx --import gradgen/register', () => {
  it('erases types before or after, and does not confuse perturbations', () => {
    const { program } = project({ 'main.ts': confusion });
    expect(linesOf(program('tsx', ...register, 'main.ts'))).toEqual(['1']);
  });

  it('finds derivatives that nobody has written, and keeps the lines', () => {
    const main = "import { lossGrad } from './loss.grad';\nimport { far } from './model';\nconsole.log(lossGrad(2, 3));\nfar();\n";
    const { program } = project({ 'main.ts': main, 'model.ts': model, 'loss.ts': loss, 'scale.ts': scale });
    const { out, error } = program('tsx', ...register, 'main.ts');
    expect(out).toBe('36\n');
    expect(error).toMatch(/at gradOfInner .*model\.ts:13:18\)\n.*at far .*model\.ts:16:10\)\n.*main\.ts:4:1/);
  });
});

describe('vitest with the plugin', () => {
  const config = `import gradgen from 'gradgen/vitest';
import { defineConfig } from 'vitest/config';
export default defineConfig({ plugins: [gradgen()] });
`;
  const right = `import { grad } from 'gradgen';
import { expect, test } from 'vitest';
import { lossGrad } from './loss.grad';
import { curvature, far } from './model';

test('values', () => {
  const k = 3;
  expect(grad((x: number) => k * x * x)(2)).toBe(12);
  expect([lossGrad(2, 3), curvature(2)]).toEqual([36, 72]);
});
test('lines', () => {
  far();
});
`;

  it('runs tests that ask for derivatives, and shows errors at the lines', () => {
    const bad =
      "import { grad } from 'gradgen';\nimport { test } from 'vitest';\ntest('bad', () => void grad((x: number) => x * Date.now())(2));\n";
    const files = { 'vitest.config.ts': config, 'right.test.ts': right, 'bad.test.ts': bad };
    const { program } = project({ ...files, 'model.ts': model, 'loss.ts': loss, 'scale.ts': scale });
    const { status, out, error } = program('vitest', 'run');
    expect(status).toBe(1);
    expect(out).toMatch(/✓ values[\s\S]*× lines/);
    expect(error).toMatch(/bad\.test\.ts:3:48 - error GG\d{4}: /);
    expect(error).toMatch(/RangeError: far\n ❯ gradOfInner model\.ts:13:18[\s\S]*❯ far model\.ts:16:10/);
  });

  it('follows changes of the files that a derivative is made of', async () => {
    const main = "import { grad } from 'gradgen';\nimport { lossGrad } from './loss.grad';\nimport { scale } from './scale';\n";
    const slopes = 'export const slopes = [grad((x: number) => scale(x) * x)(1), lossGrad(1, 1)];\n';
    const { folder, write } = project({ 'main.ts': main + slopes, 'scale.ts': scale, 'loss.ts': loss });
    const { createViteServer } = await import('vitest/node');
    const { default: gradgen } = await import('./vitest.ts');
    const watch = { usePolling: true, interval: 20 };
    const server = await createViteServer({ root: folder, configFile: false, logLevel: 'silent', plugins: [gradgen()], server: { watch } });
    const found = async (): Promise<unknown> => (await server.ssrLoadModule('/main.ts')).slopes;
    expect(await found()).toEqual([6, 6]);
    write('scale.ts', scale.replace('Three = 3', 'Three = 5'));
    await expect.poll(found, { timeout: 10_000 }).toEqual([10, 10]);
    await server.close();
  });
});
