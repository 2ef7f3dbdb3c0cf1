import { describe, expect, it } from 'vitest';
import type { Op } from '../../ir/types.ts';
import { walkFunction } from '../../ir/walk.ts';
import { createTestProject, lowerOne } from '../testing.ts';

const project = createTestProject();

/** The kinds of loop, outer first, with the steps of counted ones. */
function loops(code: string): string {
  const text = `import type { int } from 'gradgen';
    function grow(v: number[]): void { v.push(1); }
    /** @vjp */ export function f(x: number, n: int, a: Float64Array, b: Float64Array, l: number[], p: Int32Array): number {
      let s = 0; ${code} return s * x; }`;
  const found: Op[] = [];
  walkFunction(lowerOne(project, text).program.main, (op) => void ((op.kind === 'for' || op.kind === 'while') && found.push(op)));
  return found.map((op) => (op.kind === 'for' ? `for ${op.step}` : op.kind)).join(', ');
}

describe('counted loops', () => {
  const counted: Record<string, string> = {
    'for (let i = 0; i < n; i++) s += x;': 'for 1',
    'for (let i = 0; i < x; i++) s += x;': 'for 1',
    'for (let i = n; i > 0; --i) s += x;': 'for -1',
    'for (let i = n - 1; i >= 0; i -= 2) s += x;': 'for -2',
    'for (let i = 0; i <= x; i += 3) s += x;': 'for 3',
    'for (let i = 0; i <= n / 2; i = i + 1) s += x;': 'for 1',
    'for (let i = 0; n > i; i = 1 + i) s += x;': 'for 1',
    'for (let i = 0; i < a.length; i++) a[i] = x;': 'for 1',
    'for (let i = 0; i < l.length; i++) l[i] = x;': 'for 1',
    'for (let i = 0; i < Math.min(n, 3); i++) s += x;': 'for 1',
    'for (let i = 0; i < p[0]!; i++) a[i] = x;': 'for 1',
    'for (let i = 0, k = 1; i < n; i++, k *= 2) s += k;': 'for 1',
    'for (let i = 0, j = n; i < j; i++) s += x;': 'for 1',
    'const m: number[] = []; for (let i = 0; i < l.length; i++) m[2 * i] = x;': 'for 1',
    'for (const v of a) s += v;': 'for 1',
    'for (const v of l) s += v;': 'for 1',
    'for (let i = 0; i < n; i++) for (let j = i; j < n; j++) s += x;': 'for 1, for 1',
  };
  for (const [code, kinds] of Object.entries(counted)) it(code, () => expect(loops(code)).toBe(kinds));
});

describe('loops that have to test each time', () => {
  const tested = [
    'for (let i = x; i < n; i++) s += x;',
    'for (let i = 0; i < n; i += x) s += x;',
    'for (let i = 0; i < n; i++) { i += 1; s += x; }',
    'for (let i = 0; i < n; i++) n -= 1;',
    'for (let i = 0; i !== n; i++) s += x;',
    'for (let i = 0; i < n && s < 3; i++) s += x;',
    'for (let i = 0; i < l.length; i++) if (s < 3) grow(l);',
    'for (let i = 0; i < l.length; i++) l[i + 1] = s;',
    'for (let i = 0; i < p[0]!; i++) p[i] = 1;',
    'for (let i = 0; i < a[0]!; i++) b[i] = x;',
    'for (let i = 0, j = n; i < j; i++, j--) s += x;',
    'for (const v of l) { s += v; if (l.length < 3) l.push(v); }',
    'for (let i = 0; i < n; i--) { s += x; if (s > 3) break; }',
    'let i = 0; while (i < n) i++;',
  ];
  for (const code of tested) it(code, () => expect(loops(code)).toBe('while'));
});
