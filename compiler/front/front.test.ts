import { describe, expect, it } from 'vitest';
import type { RuntimeValue } from '../ir/interpret.ts';
import { createTestProject, lowerOne, runIr, runSource } from './testing.ts';

const project = createTestProject();

/** Compares the interpreted IR with V8 at each point. The function under test is `f`. */
function same(text: string, ...points: readonly (readonly RuntimeValue[])[]): void {
  const marked = lowerOne(project, text);
  for (const args of points) expect(runIr(marked, args)).toEqual(runSource(text, 'f', args));
}

const body = (code: string): string => `/** @vjp */\nexport function f(x: number, a: Float64Array, n: number): number {\n${code}\n}`;
const points: readonly (readonly RuntimeValue[])[] = [
  [0.7, Float64Array.of(1, -2, 3, 0.5), 3],
  [-1.5, Float64Array.of(4), 0],
  [2, Float64Array.of(0, 0, 1, 2, 3, 4), 5],
  [Number.NaN, new Float64Array(0), 2],
  [0, Float64Array.of(-1, 1), -2],
];
const run = (code: string): void => same(body(code), ...points);

describe('statements', () => {
  const programs: Record<string, string> = {
    assignments: 'let u: number, v: number; u = v = x * 2; let y = (x = x * 2) + x; y += u - v; return y;',
    'if chains': 'if (x > 0) return x; else if (x < -1) { x = -x; } else return 3; return x * 2;',
    'early return':
      'if (n < 0) return 1; let s = 0; for (let i = 0; i < a.length; i++) { if (a[i]! > 2) return s; s += a[i]!; } return s + 1;',
    'nested exits': `let s = 0; outer: for (let i = 0; i < 4; i++) { for (let j = 0; j < a.length; j++) {
        if (a[j]! > 2.5) continue outer; if (a[j]! < -1.5) break outer; if (s > 20) return s;
        if (j > 4) break; s += a[j]! * i; } s++; } return s;`,
    'maybe leaving': `let s = 1; for (let i = 0; i < 6; i++) { if (i > 1) { if (x > 0) { s += 2; if (i === 3) break; }
        else if (i === 4) return s; s *= 1.5; } s += i; } return s;`,
    guarded: 'if (x > 0) { if (n > 2) return 1; x += 1; } x *= 2; return x;',
    'guarded late value': 'let t: number; if (x > 0) { if (n > 2) return 1; t = 2; } else { t = 3; } return t * x;',
    'labelled block': 'let s = x; done: { if (s > 0) break done; s = 5; if (n > 1) break done; s = 7; } return s;',
    while: 'let s = x; let k = 0; while (Math.abs(s) > 0.1 && k < 40) { s *= 0.5; k++; } return s + k;',
    'assignment in the condition': 'let r = 1; let k = 0; while ((r = r * 0.5) > 0.01) k++; return r * x + k;',
    'while with jumps': 'let k = 0; let s = 0; while (true) { k++; if (k > 10) break; if (k % 2) continue; s += k * x; } return s;',
    do: 'let k = 0; do { k += 2; if (k === 4) continue; if (k > 9) break; x *= 1.1; } while (k < n * 3); return x + k;',
    'do with effects': 'let k = 0; let s = 0; do { s += x; } while (k++ < 3); return s + k;',
    down: 'let s = 0; for (let i = a.length - 1; i >= 0; i--) s = s * 0.5 + a[i]!; return s;',
    steps: 'let s = 0; for (let i = 1; i <= n; i += 2) s += i * x; for (let i = 9; i > n; i -= 3) s -= i; return s;',
    'counter outside': 'let i; for (i = 0; i < a.length; i++) if (a[i]! > 1.5) break; return i * x;',
    'counter outside, continue': 'let i = 0, s = 0; for (; i < n; i++) { if (i === 1) continue; s += i; } return i + s * x;',
    'two counters': 'let s = 0; for (let i = 0, j = a.length - 1; i < j; i++, j--) s += a[i]! * a[j]!; return s;',
    'two counters, continue': 'let s = 0; for (let i = 0, k = 1; i < n; i++, k *= 2) { if (i === 1) continue; s += k * x; } return s;',
    'float counter': 'let s = 0; for (let t = 0; t < 1; t += 0.25) s += t * x; return s;',
    'moving bound': 'let s = 0; for (let i = 0; i < n; i++) { n -= 0.5; s += i + x; } return s + n;',
    'counter assigned': 'let s = 0; for (let i = 0; i < 8; i++) { if (i === 2) i += 2; s += i * x; } return s;',
    'not equal': 'let s = 0; for (let i = 0; i !== 4; i++) s += x * i; return s;',
    of: 'let s = 0; for (const v of a) { if (v < 0) continue; s += v * v; } return s;',
    'parts missing': 'let i = 0; for (;;) { if (++i > 3) break; } return i * x;',
    'real start': 'let s = 0; for (let i = x; i < 3; i++) s += i; return s;',
    'integer grows real': 'let k = 0; for (let i = 0; i < 3; i++) { for (let j = k; j < 3; j++) x += j; k += 0.5; } return x + k;',
    'nested loops': `let s = 0; for (let i = 0; i < 3; i++) { let t = 0; for (let j = 0; j <= i; j++) { t += j;
        if (t > 2) break; } s += t * x; } return s;`,
    throw: 'if (n < 0) throw new RangeError(`n is ${n}` + "!"); return x;',
    'throw in a loop': 'for (let i = 0; i < a.length; i++) { if (!(a[i]! <= 3.5)) throw new Error("bad " + i); } return x;',
    'throw else': 'let t: number; if (n > 0) t = 1; else throw new TypeError(); return t * x;',
    comma: 'let s = 0; s = (x *= 2, x + 1); return s;',
    empty: ';{} return x;',
    var: 'var q = 1; if (x > 0) { var z = 3; q += z; } return q;',
    'return in endless loop': 'for (;;) { if (x > 10 || !(x < 10)) return x; x += 1; }',
  };
  for (const [name, code] of Object.entries(programs)) it(name, () => run(code));
});

describe('expressions', () => {
  const programs: Record<string, string> = {
    operators: 'return (x + 2) * 3 - x / 4 + x % 3 - (-x) + (+x) + x ** 2 + (x > 0 ? 1 : 2);',
    bits: 'let k = 7 | 0; k = (k << 2) ^ 3; k &= 29; k >>= 1; k >>>= 0; k |= 64; return (~k) + (x | 0) + (k >>> 1);',
    'short circuits': 'let y = 0; x > 0 && (y = x * x); x < -1 || (y += 2); return y + (x && 3) + (x || 4);',
    'mixed short circuit': 'let k = 0; if (k++ < 0 || k++ > 0) x += 1; if (n > 100 && k++ > 0) x += 2; return x + k;',
    'logical assignment': 'let s = 0; s ||= x; s &&= s * 2; s ??= 5; a[0] ||= 3; a[1] &&= 2; a[9] ??= 1; return s;',
    nullish: 'return (a[7] ?? 0) + (a[0] ?? 10) + (x ?? 1);',
    updates: 'let i = 0; let s = i++ + ++i; s += i--; s -= --i; a[i]! += x; a[i++] += x; return s + i;',
    truth: 'let s = 0; if (x) s += 1; if (!n) s += 2; while (n) { n = 0; s += 4; } return s + (x ? 1 : 0);',
    math: `return Math.max(x, n, 1) + Math.min() + Math.max(x) + Math.hypot(x, n, 2) + Math.sqrt(Math.abs(x))
        + Math.atan2(x, 2) + Math.sign(x) + Math.fround(x) + Math.hypot()
        + Math.imul(3, n) + Math.clz32(n) + Math.log1p(Math.abs(x)) + Math.cbrt(x);
`,
    tests: `return (Number.isNaN(x) ? 1 : 0) + (Number.isFinite(x) ? 2 : 0) + (Number.isInteger(n) ? 4 : 0)
        + (isNaN(a[99]) ? 8 : 0) + (isFinite(x) ? 16 : 0) + (Object.is(x, 0) ? 32 : 0)
        + Number(x > 0) + (Number.isNaN(a[99]) ? 64 : 0);
`,
    constants: 'return Math.PI * x + Number.EPSILON + Infinity * 0 + NaN + 1e-12 + 0x10 + 1_000 + -0;',
    booleans: 'const p = x > 0; let q = !p; q = q && n > 1; q ||= p === (n > 2); return (p ? 1 : 2) + (q ? 4 : 8) + (p !== q ? 16 : 0);',
    order: 'let i = 0; a[i] = (i = 1); a[0] = a[0]! + (a[0] = 5); return a[i++]! * (i + 1) + a[0]!;',
    assertions: 'const y = x as number; const z = (y satisfies number)!; return z * 2;',
    'nested assignment': 'let u = 1; const s = (u = x) + (u += 2) * (u *= 3); return s + u;',
    'effects in branches': 'let k = 0; const y = x > 0 ? (k = 1, x) : (k = 2, -x); return y + k;',
  };
  for (const [name, code] of Object.entries(programs)) it(name, () => run(code));
});

describe('arrays', () => {
  const programs: Record<string, string> = {
    typed: 'const b = new Float64Array(3); b[0] = x; b[5] = 7; b[-1] = 3; return b[0]! + b.length + (b[5] ?? 1);',
    copies: `const b = new Float64Array(a); const c = a.slice(1); const d = Float64Array.from(a);
        const e = [...a]; const g = Array.from(a); b[0] = 9; c[0] = 8; d[0] = 7; e[0] = 6; g[0] = 5;
        let s = 0; for (const v of a) s += v; return s + b[0]! + c.length + d[0]! + e[0]! + g[0]!;`,
    lists: `const l: number[] = [1, x, 3]; l.push(4, x); l[l.length] = 6; let s = l.push(1); for (let i = 0;
        i < l.length; i++) s += l[i]! * i; return s;`,
    'growing while visited': `const l = [1]; let s = 0; for (const v of l) { s += v; if (l.length < 5) l.push(v + x); }
        for (let i = 0; i < l.length; i++) { if (l.length < 9) l.push(i); s += i; } return s;`,
    'fill and set': `const b = new Float64Array(4).fill(x); b.fill(2, 1, 3); b.set([5, 6], 2);
        const c = new Array<number>(3).fill(0); c.fill(1, 1); const d = Array.from({ length: 2 }, () => 3);
        return b[0]! + b[1]! + b[2]! * 3 + b[3]! + c[0]! + c[2]! + d[1]!;`,
    holes: 'const c = new Array<number>(3); c[1] = x; return (c[0] ?? 4) + (c[1] ?? 5) + c.length;',
    of: 'const c = Float64Array.of(1, x); const d = Array.of(2, 3); const e = new Float32Array([0.1, x]); return c[1]! + d[0]! + e[0]!;',
    swap: `let u = new Float64Array(2), v = new Float64Array(2); u[0] = x; for (let i = 0; i < 3; i++) {
      for (let k = 0; k < 2; k++) v[k] = u[k]! * 2 + 1; const t = u; u = v; v = t; } [u, v] = [v, u];
      return u[0]! - v[1]!;`,
    'swap numbers': 'let p = x, q = n; [p, q] = [q, p + q]; return p * 10 + q;',
    'swap elements': 'if (a.length > 1) [a[0], a[1]] = [a[1]!, a[0]!]; return x;',
    'take apart': 'const [p, q] = [x, x * 2]; const [r] = a; let u, v; [u, v] = [p, q]; return p + q + (r ?? 0) + u * v;',
    integers: `const k = new Int32Array(3); k[0] = x * 3; k[1] = 7; const u = Uint8Array.of(300, -1);
        const c = new Uint8ClampedArray([300, x]); return k[0]! + k[1]! + u[0]! + c[0]!;`,
    'asked later': `const v = a[n]; let w = a[n + 1]; a[n + 1] = x; let s = v === undefined ? 7 : v; if (w == null) w = 3;
      const u: number | undefined = a[9]; return s + w + (u ?? x);`,
    alias: 'const b = a; b[0] = x; return a[0]!;',
    same: 'const b = a; const c = a.slice(); return (a === b ? 1 : 2) + (a === c ? 4 : 8) + (a ? 16 : 32);',
    'evaluated once': 'let i = 0; a[i++] += x; a[i++] *= 2; a[i]! -= 1; return i;',
    length: `let s = 0; const l = [1, 2, 3]; for (let i = 0; i < l.length; i++) l[i] = i * x; for (let i = 0;
        i < l.length; i++) s += l[i]!; return s;`,
    'bound in memory': `const p = [0, 2, 3]; const out: number[] = []; let s = 0; for (let r = 0; r < 2;
        r++) for (let k = p[r]!; k < p[r + 1]!; k++) { out[k] = k * x; s += out[k]!; }
        return s + out.length;`,
  };
  for (const [name, code] of Object.entries(programs)) it(name, () => run(code));
});

describe('functions', () => {
  it('helpers, tuples, defaults, texts', () =>
    same(
      `
    const K = 3; const W = [1, 2, 3] as const; const table = new Float64Array([0.5, 1.5]);
    const L = Math.log(2 * Math.PI);
    function square(v: number): number { return v * v; }
    const twice = (v: number, by = 2) => v * by;
    function both(v: number): [number, number] { if (v > 0) return [v, 1]; return [-v, -1]; }
    function axpy(s: number, p: Float64Array, q: Float64Array): Float64Array {
      for (let i = 0; i < p.length; i++) q[i]! += s * p[i]!; return q; }
    function check(ok: boolean, what: string): void { if (!ok) throw new Error('bad ' + what); }
    function fail(m: string): never { throw new RangeError(m); }
    function f0(p: number, q?: number) { return p + (q ?? 7); }
    /** @vjp */
    export function f(x: number, a: Float64Array, p?: number, q: number = x * 2): [number, r: Float64Array] {
      check(a.length > 0, 'length');
      const [m, s] = both(x);
      const pair = both(m);
      const local = (v: number) => v * m + q;
      const r = axpy(x, a, a.slice());
      if (x > 100) fail('too large');
      if (p !== undefined) r[0]! += p;
      return [square(x) + twice(x) + twice(x, 5) + s * K + W[1] + table[1]! + L + local(3) + pair[0] + f0(x) + f0(x, p) + (p ?? 1), r];
    }`,
      [1.5, Float64Array.of(1, 2)],
      [-1.5, Float64Array.of(1, 2), 3],
      [2, Float64Array.of(1), undefined, 8],
      [2, new Float64Array(0)],
      [101, Float64Array.of(1)],
    ));
  it('writes arguments', () =>
    same(
      `
    /** @vjp */
    export function f(a: Float64Array, b: number[], i32: Int32Array): void {
      const c = a.length > 2 ? a : a.slice();
      c[0]! *= 2; b.push(c[0]!); i32[0] = b.length;
    }`,
      [Float64Array.of(1, 2, 3), [1], Int32Array.of(0)],
      [Float64Array.of(1, 2), [1], Int32Array.of(0)],
    ));
  it('returns the parameter on every path', () => {
    const marked = lowerOne(
      project,
      `/** @vjp */ export function f(u: Float64Array, n: number): Float64Array { for (let i = 0; i < n;
        i++) { if (u[i]! > 3) return u; u[i]! *= 2; } return u; }`,
    );
    expect(marked.program.main.results).toMatchObject([{ name: 'value', kind: 'returned' }]);
  });
});
