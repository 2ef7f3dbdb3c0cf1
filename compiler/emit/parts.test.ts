import { describe, expect, it } from 'vitest';
import { compileSource } from '../index.ts';
import { evaluate } from './testing.ts';

/** Each statement uses some of those before it. */
function straightCode(statements: number): string {
  const lines = ['const a0 = x[0] * x[1];', 'const a1 = x[1] + x[2];'];
  const forms = [
    (p: number, q: number) => `a${p} * Math.cos(a${q})`,
    (p: number, q: number) => `a${p} - 0.5 * a${q}`,
    (p: number, q: number) => `Math.sin(a${p} + x[${q % 3}])`,
    (p: number, q: number) => `a${p} / (1 + a${q} * a${q})`,
  ];
  for (let i = 2; i < statements; i++) {
    const form = forms[i % forms.length] as (typeof forms)[number];
    lines.push(`const a${i} = ${form(i - 1 - ((7 * i) % Math.min(i, 11)), i - 1 - ((5 * i) % Math.min(i, 9)))};`);
  }
  lines.push('if (x[0] > 100) return 0;');
  lines.push(`return a${statements - 1} + a${statements - 2};`);
  return `/** @grad */\nexport function long(x: Float64Array): number {\n${lines.join('\n')}\n}`;
}

type Numbers = (x: Float64Array) => number;
type Gradient = (x: Float64Array) => Float64Array;

const compiled = (source: string): string => compileSource(source).text.replace(/^import .*$/gm, '');

describe('a body that V8 would not optimize', () => {
  const source = straightCode(2000);
  const text = compiled(source);

  it('is in parts of which each is optimized', () => {
    const parts = text.split('(() => {').slice(1);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part.split('\n').length).toBeLessThan(1500);
    expect(text).toContain('V8 optimizes no function of this length\n  const kept = new Float64Array(');
  });

  it('gives the same gradient', () => {
    const long = evaluate(source, 'long') as Numbers;
    const gradient = (evaluate(text, 'longGrad') as Gradient)(Float64Array.of(0.3, -0.4, 0.9));
    for (let at = 0; at < 3; at++) {
      const moved = (by: number): number => long(Float64Array.of(0.3, -0.4, 0.9).map((value, i) => (i === at ? value + by : value)));
      expect(gradient[at]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 7);
    }
    expect((evaluate(text, 'longGrad') as Gradient)(Float64Array.of(101, 0, 0))).toEqual(new Float64Array(3));
  });

  it('is whole where it is shorter', () => {
    expect(compiled(straightCode(200))).not.toContain('(() =>');
  });
});
