import { it } from 'vitest';
import { compileText } from '../../fixtures/proof/compile.ts';
it('p', () => {
  const r = compileText(`import type { int } from 'gradgen';
/** @grad x */
export function f(x: number, n: int): number { let s = 1; for (let i = 0; i < n; i++) s *= x + i; return s; }
/** @grad x */
export function g(x: number, n: number): number { let s = 1; for (let i = 0; i < n; i++) s *= x + i; return s; }
`);
  console.log(r.text || JSON.stringify(r.diagnostics));
}, 100000);
