/** `--verify` with the real compiler. Wrong derivatives come from a compiler that is made to err. */
import { afterEach, describe, expect, it } from 'vitest';
import { compile } from '../compiler/index.ts';
import type { Compile } from '../compiler/options.ts';
import { createTestProject, type TestProject } from './testing.ts';

const square = '/** @grad */\nexport function square(x: number): number {\n  return x * x;\n}\n';
const tsconfig =
  '{ "compilerOptions": { "strict": true, "target": "es2022", "module": "esnext", "moduleResolution": "bundler", "types": [] } }';
const projects: TestProject[] = [];

function project(files: Readonly<Record<string, string>>, compiler: Compile = compile): TestProject {
  const created = createTestProject({ 'tsconfig.json': tsconfig, ...files }, compiler);
  projects.push(created);
  return created;
}

/** Compiles, and then replaces some text in every generated file. */
function withFault(from: RegExp, to: string): Compile {
  return (request) => {
    const result = compile(request);
    return { ...result, files: result.files.map((file) => ({ ...file, body: file.body.replace(from, to) })) };
  };
}

afterEach(() => {
  for (const created of projects.splice(0)) created.remove();
});

describe('gradgen --verify', () => {
  it('runs every kind of derivative at guessed points', async () => {
    const source = `import { twice } from './twice';
/** @grad
 *  @vjp
 *  @jvp */
export function f(x: Float64Array, k: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.sin(x[i] * k) * twice(k);
  return sum;
}
/** @vjp */
export function both(x: Float64Array, out: number[]): [number, Float64Array] {
  for (let i = 0; i < x.length; i++) out[i] = x[i] * x[i];
  return [x[0] * 3, x.slice()];
}
`;
    const { run, list } = project({ 'f.ts': source, 'twice.ts': 'export const twice = (x: number): number => 2 * x;\n' });
    const { status, out, error } = await run('--verify');
    expect([status, error, out]).toEqual([0, '', 'wrote f.grad.ts\n1 file written, 5 derivatives verified\n']);
    expect(list()).toContain('f.grad.ts');
    expect(await run('--verify', '--check')).toMatchObject({ status: 0, out: '1 up to date, 5 derivatives verified\n' });
  });

  it('runs Jacobians, Hessians and products with them, also where nothing gives the gradient', async () => {
    const source = `interface Vec2 { x: number; y: number }
/** @jacobian */
export function turn(points: readonly Vec2[], angle: number): [Vec2[], number] {
  const turned: Vec2[] = [];
  for (const { x, y } of points) {
    turned.push({ x: x * Math.cos(angle) - y * Math.sin(angle), y: x * Math.sin(angle) + y * Math.cos(angle) });
  }
  return [turned, angle ** 2];
}
/** @hvp
 *  @hessian */
export function f(x: Float64Array, p: Vec2): number {
  let sum = p.x ** 3;
  for (let i = 0; i < x.length; i++) sum += Math.sin(x[i] * p.x) * x[0] * p.y;
  return sum;
}
/** @grad x
 *  @hvp x
 *  @hessian x */
export function g(x: number[], scale: number): number {
  let sum = 0;
  for (const v of x) sum += Math.exp(v) * scale;
  return sum * sum;
}
`;
    const { run } = project({ 'f.ts': source });
    const { status, out, error } = await run('--verify', '--strict');
    expect([status, error, out]).toEqual([0, '', 'wrote f.grad.ts\n1 file written, 8 derivatives verified\n']);
  });

  it('sees a wrong entry of a matrix, a wrong size and a wrong product', async () => {
    const jacobian = '/** @jacobian */\nexport function f(x: number, y: number): [number, number] {\n  return [x * y, y * y * y];\n}\n';
    const hessian = '/** @hessian */\nexport function f(x: number, y: number): number {\n  return x * x * y + y ** 4;\n}\n';
    const cases: readonly (readonly [string, RegExp, string, RegExp])[] = [
      [jacobian, /values\[3\] = /, 'values[3] = 1.001 * ', /'fJacobian' .*a weighted sum of the rows, y: expected [\d.-]+, got/],
      [jacobian, /values\[2\] = 0;|return jacobian;/, 'values[2] = 0.5; return jacobian;', /'fJacobian' .*a weighted sum of the rows, x/],
      [jacobian, /matrixBuffer\(2, 2/, 'matrixBuffer(2, 1', /'fJacobian' .*the matrix is 2 × 1, not 2 × 2/],
      [hessian, /values\[0\] = /, 'values[0] = 1.001 * ', /'fHessian' .*a weighted sum of the rows, x: expected/],
      [hessian, /values\[1\] = /, 'values[1] = Number.NaN * ', /'fHessian' .*got NaN/],
      [hessian.replace('@hessian', '@hvp'), /return \[/, 'return [0.001 + ', /'fHvp' .*x: expected/],
    ];
    for (const [source, from, to, message] of cases) {
      const { run, list } = project({ 'f.ts': source }, withFault(from, to));
      const { status, out } = await run('--verify', '--format', 'tsc');
      expect([status, out]).toEqual([1, expect.stringMatching(message)]);
      expect(list()).not.toContain('f.grad.ts');
    }
  });

  it('says so where second derivatives cannot be compared', async () => {
    const kink = '/** @hessian\n * @sample 0 */\nexport function f(x: number): number {\n  return x * Math.abs(x);\n}\n';
    const { run } = project({ 'f.ts': kink });
    expect((await run('--verify', '--strict')).out).toContain("'fHessian' is unverified");
    const rounded = '/** @hvp\n * @sample [0.5, 1.25] */\nexport function f(x: Float32Array): number {\n  return x[0] ** 3 * x[1];\n}\n';
    expect((await project({ 'f.ts': rounded }).run('--verify')).out).toContain("'fHvp' is unverified");
  });

  it('names parameter, index, expected and got, and does not write the file', async () => {
    const source = '/** @vjp x */\nexport function f(x: Float64Array): number {\n  return x[0] * x[0] * x[2];\n}\n';
    const { run, list } = project({ 'f.ts': source }, withFault(/dx\[2\] = /, 'dx[2] = 1.001 * '));
    const { status, out } = await run('--verify', '--format', 'tsc');
    expect(status).toBe(1);
    expect(out).toMatch(
      /^f\.ts:2:17 - error GG0013: 'fVjp' does not agree with its function: x\[2\]: expected [\d.-]+, got [\d.-]+ \(at a guess/,
    );
    expect(list()).not.toContain('f.grad.ts');
  });

  it('never lets NaN pass', async () => {
    const { run } = project({ 'square.ts': square }, withFault(/return 2 \* x;|return x \+ x;/, 'return Number.NaN;'));
    const { status, out } = await run('--verify', '--format', 'tsc');
    expect([status, out]).toEqual([1, expect.stringMatching(/GG0013: 'squareGrad' .*got NaN/)]);
  });

  it('sees a value that differs in its last bit, an argument that is written, and an error that is lost', async () => {
    const value = project({ 'square.ts': square }, withFault(/value: x \* x/, 'value: x * x * (1 + 2 ** -52)'));
    expect((await value.run('--verify', '--format', 'tsc')).out).toMatch(/'squareValueAndGrad' .*the value is/);
    const array = '/** @vjp */\nexport function f(x: Float64Array): number {\n  return x[0] * x[1];\n}\n';
    const written = project({ 'f.ts': array }, withFault(/return dx;/, 'x[0] = 7; return dx;'));
    expect((await written.run('--verify', '--format', 'tsc')).out).toContain('writes to its arguments');
    const guarded =
      '/** @grad\n * @sample -1 */\nexport function f(x: number): number {\n' +
      "  if (x < 0) throw new RangeError('below');\n  return x * x;\n}\n";
    const lost = project({ 'f.ts': guarded }, withFault(/throw new RangeError\("below"\);/g, ''));
    expect((await lost.run('--verify', '--format', 'tsc')).out).toContain('does not throw, but f throws RangeError: below');
  });

  it('takes the points of @sample, as the types want them', async () => {
    const source = square.replace('@grad', '@grad\n * @sample 3\n * @sample -4').replace('x * x', 'x * Math.sqrt(x * x)');
    const { run } = project({ 'square.ts': source });
    expect((await run('--verify', '--format', 'json')).out).toContain('"points": 2');
    const arrays =
      '/** @grad\n * @sample [1, 2, 3], 2 - a remark */\nexport function f(x: Float64Array, n: number): number {\n' +
      '  return x[1] * n * x[2];\n}\n';
    expect(await project({ 'f.ts': arrays }).run('--verify')).toMatchObject({
      status: 0,
      out: expect.stringContaining('2 derivatives verified'),
    });
    const broken = await project({ 'f.ts': arrays.replace('[1, 2, 3], 2', 'nothing') }).run('--verify', '--format', 'tsc');
    expect(broken).toMatchObject({ status: 1, out: expect.stringContaining('GG0012') });
  });

  it('takes the points of a file beside the source', async () => {
    const points = 'export default { square: [[3], { args: [4] }] };\n';
    const { run } = project({ 'square.ts': square, 'square.points.ts': points });
    expect((await run('square.ts', '--verify', '--format', 'json')).out).toContain('"points": 2');
  });

  it('calls a derivative unverified where no point is finite and smooth', async () => {
    const kink = square.replace('x * x', 'Math.abs(x)').replace('@grad', '@grad\n * @sample 0');
    const { run, list } = project({ 'square.ts': kink });
    const loose = await run('--verify', '--format', 'tsc');
    expect(loose).toMatchObject({
      status: 0,
      out: expect.stringContaining("warning GG0014: 'squareGrad', 'squareValueAndGrad' are unverified"),
    });
    expect(list()).toContain('square.grad.ts');
    expect((await run('--verify', '--strict')).status).toBe(1);
    const infinite = project({ 'square.ts': square.replace('x * x', 'Math.log(-x * x)') });
    expect((await infinite.run('--verify', '--strict')).out).toContain('are unverified');
  });

  it('ends loops that do not end at a point', async () => {
    const source =
      '/** @grad\n * @sample 4 */\nexport function f(x: number): number {\n  let y = x;\n  while (y > 1) y = y * 1;\n  return y;\n}\n';
    const { run } = project({ 'f.ts': source });
    expect((await run('--verify', '--format', 'tsc')).out).toContain("'fGrad', 'fValueAndGrad' are unverified");
  });

  it('says when the module cannot be run', async () => {
    const { run } = project({ 'square.ts': `${square}throw new Error('not here');\n` });
    expect(await run('--verify')).toMatchObject({ status: 1, out: expect.stringContaining('square: not here') });
  });
});

describe('gradgen --verify with records', () => {
  const source = `export interface Body { x: number; weight?: number; mode: 'up' | 'down'; rows: number[][]; id: number & {
        readonly __gradgen?: 'int' } }
/** @grad
 *  @vjp
 *  @jvp
 *  SAMPLES */
export function f(bodies: Body[], k: number, pair: readonly [number, Float64Array]): number {
  let sum = pair[0] * pair[1][0];
  for (const body of bodies) {
    const sign = body.mode === 'up' ? 1 : -1;
    sum += sign * body.x * k * (body.weight ?? 2);
    for (const row of body.rows) for (const x of row) sum += Math.sin(x * pair[1][1]) * body.id;
  }
  return sum;
}
/** @vjp */
export function move(body: Body, by: number): void {
  body.x += by * by;
  body.rows[0][1] *= by;
}
`;
  const sampled = source.replace(
    'SAMPLES',
    "@sample [{ x: 1, mode: 'down', rows: [[1, 2], [3]], id: 2 }, { x: 2, weight: 3, mode: 'up', rows: [], id: 1 }], 0.5, [2, [3, 4]]",
  );

  it('runs every kind of derivative at guessed points', async () => {
    const { run } = project({ 'f.ts': source.replace('SAMPLES', '') });
    const { status, out, error } = await run('--verify');
    expect([status, error, out]).toEqual([0, '', 'wrote f.grad.ts\n1 file written, 5 derivatives verified\n']);
  });

  it('takes nested points of @sample and of a file', async () => {
    expect((await project({ 'f.ts': sampled }).run('f.ts', '--verify', '--format', 'json')).out).toContain('"points": 1');
    const points = "export const move = [[{ x: 1, mode: 'up', rows: [[1, 2]], id: 2 }, 0.5]];\n";
    const { out } = await project({ 'f.ts': source.replace('SAMPLES', ''), 'f.points.ts': points }).run('--verify', '--format', 'json');
    expect(out).toMatch(/"moveVjp",\s+"status": "verified",\s+"points": 1/);
  });

  it('names the place in a record', async () => {
    const { run } = project({ 'f.ts': sampled }, withFault(/\.x \+= /g, '.x += 0.001 + '));
    expect((await run('--verify', '--format', 'tsc')).out).toMatch(/does not agree with its function: bodies\[\d\]\.x: expected/);
  });
});
