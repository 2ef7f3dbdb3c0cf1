import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { DerivedFunction, MarkedFunction, SignatureParam } from '../ir/program.ts';
import type { IrFunction } from '../ir/types.ts';
import { optimize } from '../optimize/index.ts';
import { randomFunction } from '../optimize/testing/random-function.ts';
import { copyWritten } from '../transform/copy-written.ts';
import { buildJvp } from '../transform/forward/build-jvp.ts';
import { buildVjp } from '../transform/reverse/index.ts';
import { emitModule } from './index.ts';

const at = { kind: 'source', file: '/random/input.ts', start: 0, end: 1, line: 1, column: 1 } as const;
const array = (name: string, type: string, storage: 'f64' | 'list'): SignatureParam => ({
  name,
  type,
  shape: { kind: 'array', storage, readonly: false },
  differentiable: true,
  optional: false,
});
const params: readonly SignatureParam[] = [
  array('x', 'Float64Array', 'f64'),
  array('y', 'Float64Array', 'f64'),
  array('list', 'number[]', 'list'),
  { name: 'a', type: 'number', shape: { kind: 'real' }, differentiable: true, optional: false },
  { name: 'n', type: 'number', shape: { kind: 'int' }, differentiable: false, optional: false },
];

/** The derivatives of a random function, as a mark would make them. */
function deriveRandom(seed: number): DerivedFunction[] {
  const random = randomFunction(seed, { size: 8 + (seed % 30), relaxed: 0 });
  const primal = optimize(copyWritten(random).fn);
  const name = `random${seed}`;
  const inputs = [0, 1, 2, 3];
  const of: MarkedFunction = {
    name,
    exportName: name,
    marks: [],
    signature: { params, returns: [], tuple: true },
    program: { main: random, callees: new Map() },
    imports: [],
    at,
    doc: 'A random function.',
  };
  const make = (kind: DerivedFunction['kind'], suffix: string, ir: IrFunction, active = inputs): DerivedFunction => ({
    name: `${name}${suffix}`,
    kind,
    of,
    inputs: active,
    ir: optimize(ir),
    kinks: [],
  });
  const seeds = random.results.map((_, i) => (i === 0 ? 1 : 0));
  return [
    make('vjp', 'Vjp', buildVjp(primal, { inputs, seeds: 'parameters', withValues: false })),
    make('grad', 'Grad', buildVjp(primal, { inputs, seeds, withValues: false })),
    make('valueAndGrad', 'ValueAndGrad', buildVjp(primal, { inputs: [0, 1], seeds, withValues: true }), [0, 1]),
    make('jvp', 'Jvp', buildJvp(primal, inputs)),
  ];
}

const root = resolve(import.meta.dirname, '../..');
const flags = [
  '--noEmit',
  '--strict',
  '--noUncheckedIndexedAccess',
  '--exactOptionalPropertyTypes',
  '--noUnusedLocals',
  '--noUnusedParameters',
  '--verbatimModuleSyntax',
  '--isolatedModules',
  '--isolatedDeclarations',
  '--declaration',
  '--erasableSyntaxOnly',
  '--target',
  'es2022',
  '--module',
  'esnext',
  '--moduleResolution',
  'bundler',
  '--skipLibCheck',
  '--allowImportingTsExtensions',
];

function typeErrors(compiler: readonly string[], folder: string): string {
  try {
    execFileSync(process.execPath, [...compiler, ...flags, join(folder, 'random.grad.ts')], { encoding: 'utf8', cwd: folder });
    return '';
  } catch (error) {
    return String((error as { stdout: string }).stdout);
  }
}

it('emits what both compilers accept under every strict flag', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradgen-emit-'));
  const from = Number(process.env['SEED'] ?? 1);
  const runs = Number(process.env['RUNS'] ?? 40);
  const functions = Array.from({ length: runs }, (_, i) => deriveRandom(from + i)).flat();
  const module = emitModule(
    { source: '/random/input.ts', target: '/random/input.grad.ts', uses: [], functions },
    {
      uncheckedIndexedAccess: true,
      importExtension: '.ts',
      runtimeModule: join(root, 'runtime/index.ts'),
    },
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'random.grad.ts'), module.text);
  const exported = [...new Set(functions.map(({ of }) => of.name))].map((name) => `export declare function ${name}(): void;`);
  writeFileSync(join(folder, 'input.ts'), `${exported.join('\n')}\n`);
  if (process.env['KEEP']) console.log(folder);
  expect(typeErrors([join(root, 'node_modules/typescript-5.9/lib/tsc.js')], folder)).toBe('');
  expect(typeErrors([join(root, 'node_modules/typescript/bin/tsc')], folder)).toBe('');
  if (!process.env['KEEP']) rmSync(folder, { recursive: true });
}, 300_000);
