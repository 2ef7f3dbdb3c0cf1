/** The snapshot is up to date, and its numbers are what they are called. Nothing is timed here. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lowerModule, openProject } from '../compiler/front/index.ts';
import { deriveAll } from '../compiler/pipeline.ts';
import { bytecodeOf, nodeMajor } from './opcount/bytecode.ts';
import { countOperations } from './opcount/count.ts';
import { linesOfCode } from './opcount/gradients.ts';
import { isSame, takeSnapshot } from './opcount/snapshot.ts';

function lower(text: string) {
  const { module } = lowerModule(openProject({ cwd: '/', files: { '/f.ts': text } }), '/f.ts');
  const marked = module!.functions[0]!;
  return { primal: marked.program, gradient: deriveAll(marked, {}).functions[0]!.ir };
}

const power = lower(`/** @grad x */
export function power(x: number, n: number): number {
  let y = x;
  while (n > 0) { y = Math.sin(y) * x; n -= 1; }
  return y;
}`);

describe('counts', () => {
  it('are those of the operations that run', () => {
    const { results, counts } = countOperations(power.primal, [0.5, 3]);
    expect(results[0]).toBe(Math.sin(Math.sin(Math.sin(0.5) * 0.5) * 0.5) * 0.5);
    // Three products and differences, four tests.
    expect(counts).toEqual({ arithmetic: 10, math: 3, loads: 0, stores: 0, recordedBytes: 0 });
  });

  it('of a gradient grow with the iterations, and so does what it records', () => {
    const [few, many] = [10, 20].map((n) => countOperations(power.gradient, [0.5, n]).counts);
    expect(few.recordedBytes).toBeGreaterThanOrEqual(80);
    expect(many.recordedBytes - few.recordedBytes).toBe(few.recordedBytes - countOperations(power.gradient, [0.5, 0]).counts.recordedBytes);
    expect(few.loads).toBe(few.stores);
  });

  it('have every element of what is done in bulk', () => {
    const { primal } = lower(`/** @grad x */
      export function bulk(x: Float64Array): number {
        const a = x.slice(1);
        a.fill(2, 0, -1);
        const b = new Float64Array(8);
        b.set(a, 1);
        return b[3];
      }`);
    expect(countOperations(primal, [Float64Array.of(1, 2, 3, 4, 5)]).counts).toMatchObject({
      math: 0,
      loads: 4 + 4 + 1,
      stores: 4 + 3 + 4,
    });
  });
});

it('comments and empty lines are no code', () => {
  expect(linesOfCode('function f() {\n  // a\n\n  g(); // b\n}')).toBe(3);
});

it('bytecode is that of each function of each module', () => {
  const [first, second] = bytecodeOf(
    [
      'import { g } from "nowhere"; export function f(x) { return g(x); }\nfunction h() {}\n',
      'export function f(x) { return x * x + x; }\n',
    ].map((script) => script.replaceAll('; export', ';\nexport')),
  );
  expect([...first.keys(), ...second.keys()]).toEqual(['f', 'h', 'f']);
  expect([...first.values(), ...second.values()].every((bytes) => bytes > 0 && bytes < 100)).toBe(true);
  expect(first.get('f')).not.toBe(second.get('f'));
});

describe('the snapshot', () => {
  it('is up to date (npm run opcount -- --update)', () => {
    const before = readFileSync(new URL('./opcount.snap', import.meta.url), 'utf8');
    const after = takeSnapshot(process.cwd());
    if (!isSame(before, after)) expect(after).toBe(before);
  });

  it('of another Node is held to all but its bytecode', () => {
    const text = (node: number, lines: number, bytecode: number) =>
      `# (Node ${node})\n\nfunction  lines  bytecode\nf             ${lines}        ${bytecode}\n`;
    const now = text(nodeMajor, 7, 50);
    expect([text(nodeMajor, 7, 51), text(nodeMajor + 2, 7, 51), text(nodeMajor + 2, 8, 50)].map((old) => isSame(old, now))).toEqual([
      false,
      true,
      false,
    ]);
  });
});
