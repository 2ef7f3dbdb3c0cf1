/** Records, tuples, lists of references: lowered programs against the TypeScript functions themselves. */
import { describe, expect, it } from 'vitest';
import type { StructuredValue } from '../ir/interpret.ts';
import { createTestProject, lowerOne, runIr, runSource } from './testing.ts';

const project = createTestProject();

/** Compares the interpreted IR with V8 at each point. The function under test is `f`. */
function same(text: string, ...points: readonly (readonly StructuredValue[])[]): void {
  const marked = lowerOne(project, text);
  for (const args of points) expect(runIr(marked, args)).toEqual(runSource(text, 'f', args));
}

const declarations = `
  export interface Vec2 { x: number; y: number }
  export interface Particle { position: Vec2; velocity: Vec2; readonly mass: number; charge?: number }
  type Line = readonly [from: Vec2, to: Vec2];
  interface Options { scale?: number; offset?: Vec2; flag?: boolean; kind?: 'a' | 'b'; }
  const add = (a: Vec2, b: Vec2): Vec2 => ({ x: a.x + b.x, y: a.y + b.y });
  function length({ x, y }: Vec2): number { return Math.hypot(x, y); }
`;
const vec = (x: number, y: number) => ({ x, y });
const particle = (x: number, charge?: number) => ({
  position: vec(x, -x),
  velocity: vec(1, x * x),
  mass: x + 3,
  ...(charge !== undefined && { charge }),
});

/** Programs over a number, a record, a list of records, rows and options. */
function all(programs: Record<string, string>): void {
  for (const [name, code] of Object.entries(programs)) {
    it(name, () => {
      const text = `${declarations}
      /** @vjp */
      export function f(x: number, p: Particle, ps: Particle[], rows: number[][], t: [number, Vec2], o?: Options): number {
        ${code}
      }`;
      same(
        text,
        [1.5, particle(0.5), [particle(1, 2), particle(-2)], [[1, 2, 3], [4]], [3, vec(1, 2)], { scale: 3 }],
        [-0.5, particle(2, 7), [], [[]], [0, vec(0, 0)]],
        [
          2,
          particle(1, 0),
          [particle(4), particle(5, 6), particle(0)],
          [[1], [2, 3], []],
          [1, vec(5, 1)],
          { offset: vec(1, 9), flag: true, kind: 'b' },
        ],
      );
    });
  }
}

describe('records', () => {
  all({
    'read and write': 'p.position.x += x; p.velocity.y = p.position.x * 2; p.position.y++; return p.position.x - --p.velocity.x + p.mass;',
    'element of a list':
      'let s = 0; for (let i = 0; i < ps.length; i++) { ps[i]!.position.x *= x; s += ps[i]!.position.x * ps[i]!.mass; } return s;',
    literals:
      'const a = { x, y: 2 }; const b: Vec2 = { y: x, x: a.y }; const c = { v: a, w: { z: b } }; c.w.z.x = 7; return b.x + c.v.x + c.w.z.y;',
    helpers: 'const a = add(p.position, { x: 1, y: x }); return length(a) + length(add(a, a)) + length({ x, y: 1 });',
    spread:
      'const a = { ...p.position, x }; const b = { ...a, y: 3, ...{ z: x } }; const c = { ...p }; c.position = a; return a.y + b.x + b.y + b.z + p.position.x + c.position.x + c.mass;',
    references:
      'let q: Vec2 = p.position; if (x > 0) q = p.velocity; q.x = 9; for (let i = 0; i < 2; i++) { q = add(q, p.position); } return q.x + p.velocity.x + p.position.x;',
    aliases:
      'const q = p.position; q.x = x; const r = { v: q }; r.v.y = 8; return p.position.x * p.position.y + (q === p.position ? 1 : 2) + (r.v !== q ? 4 : 8);',
    swapped:
      '[p.position, p.velocity] = [p.velocity, p.position]; let a = p.position, b = p.velocity; [a, b] = [b, a]; return a.x + 10 * b.y + p.position.x;',
    'logical assignment': 'p.charge ??= x; p.charge &&= p.charge + 1; p.position.x ||= 5; return p.charge! + p.position.x;',
    'optional number':
      'const c = p.charge; let s = c ?? 10; if (p.charge !== undefined) s += p.charge; if (p.charge) s *= 2; for (const q of ps) s += (q.charge ?? 1) * (q.charge === undefined ? 3 : 4); return s;',
    'optional chain':
      'return (o?.scale ?? 2) + (o?.offset?.x ?? 5) + (o?.offset === undefined ? 1 : 2) + (ps[0]?.position.x ?? 11) + (o?.offset?.y! > 3 ? 100 : 0) + (ps[1]?.charge ?? o?.scale ?? 1000);',
    'optional record':
      'let v = o?.offset; if (v) v.x += 1; const w = o?.offset ?? p.position; v ??= { x: 100, y: x }; return v.x + w.x + (o ? 1 : 2) + (o == null ? 4 : 8);',
    'left out':
      'const a: Options = {}; a.scale = x; const b: Options = { offset: { x: 1, y: 2 } }; return (a.scale ?? 1) + (b.scale ?? 2) + b.offset!.y + (a.offset ? 1 : 0) + (b.flag ? 1 : 4);',
    'to nothing':
      'let best: Particle | undefined; for (const q of ps) if (!best || q.mass > best.mass) best = q; let none: Vec2 | null = null; if (x > 0) none = p.position; return (best?.mass ?? -1) + (none === null ? 1 : none.x) + (best !== undefined ? best.position.x : 0);',
    found:
      'const find = (l: Particle[]): Particle | undefined => { for (const q of l) if (q.charge !== undefined) return q; return undefined; }; return find(ps)?.charge ?? -1;',
    'defaults of a call':
      'const g = ({ scale = 2, offset: { x: u } = { x: 7, y: 8 } }: Options = {}) => scale * u; return g() + g({ scale: x }) + g(o) + g({ offset: p.position });',
    booleans:
      'const s = { on: x > 0, k: 3 }; if (s.on) s.k += 1; s.on = !s.on; return s.k + (s.on ? 10 : 20) + (o?.flag ? 1 : 2) + (o?.flag ?? true ? 100 : 200);',
    texts: `let s = 0; if (o?.kind === 'b') s += 1; const k = o?.kind ?? 'a'; if (k === 'a') s += 2; const r = { name: 'u', v: x };
        r.name = 'w'; return s + (r.name === 'w' ? r.v : 0);`,
    'element access by name': `return p['mass'] + p['position']['x'];`,
    'long lived':
      'const kept: Vec2[] = []; for (const q of ps) { kept.push(q.position); kept.push({ x: q.mass, y: 1 }); } let s = 0; for (const k of kept) { k.x *= 2; s += k.x; } return s + kept.length + (ps[0]?.position.x ?? 0);',
    intersection:
      'const a: Vec2 & { z: number } = { x, y: 1, z: 2 }; const b: Readonly<Vec2> = a; const c: Partial<Vec2> = { x: 3 }; const d: Pick<Particle, "mass"> = p; return a.z + b.x + (c.x ?? 0) + (c.y ?? 5) + d.mass;',
    branded: 'type Meters = number & { readonly __brand: "m" }; const d = x as Meters; const e: Meters = (d * 2) as Meters; return d + e;',
    generic:
      'function dot<T extends Vec2>(a: T, b: T): number { return a.x * b.x + a.y * b.y; } function first<T>(l: readonly T[], d: T): T { return l[0] ?? d; } const w = { x, y: 2, z: 3 }; return dot(p.position, p.velocity) + dot(w, { ...w, z: 1 }) + first(ps, p).mass + first(rows[0]!, 6);',
    unions: `type Shape = { kind: 'circle'; r: number } | { kind: 'box'; w: number; h: number };
      const area = (s: Shape): number => { if (s.kind === 'circle') return s.r * s.r; return s.w * s.h; };
      const shapes: Shape[] = [{ kind: 'circle', r: x }, { kind: 'box', w: 2, h: x }]; let s = 0;
        for (const one of shapes) s += area(one); return s + area({ kind: 'box', w: 1, h: 1 });`,
    chosen:
      'const q = x > 0 ? p.position : p.velocity; q.x += 1; const r = x > 1 ? { x: 1, y: 2 } : add(q, q); return q.x + r.x + p.position.x;',
    'evaluated once':
      'let i = 0; if (ps.length > 1) { ps[i++]!.position.x += 2; ps[i++]!.charge ??= 4; } return i + (ps[0]?.position.x ?? 0) + (ps[1]?.charge ?? 9);',
    'many returns': 'for (const q of ps) { if (q.mass > 4) return q.position.x; if (q.charge) return q.charge; } return p.mass;',
    'returned from a loop':
      'const pick = (l: Particle[], d: Particle): Particle => { for (const q of l) { if (q.mass > 3) return q; } return d; }; const q = pick(ps, p); q.velocity.x = 77; return q.mass + p.velocity.x + (ps[0]?.velocity.x ?? 0);',
    'loop bounds':
      'const g = { n: 3, inner: { k: 2 } }; let s = 0; for (let i = 0; i < g.n; i++) { s += x; if (i > 0) g.n = 2; } for (let i = 0; i < g.inner.k; i++) s += i; for (let i = 0; i < rows[0]!.length; i++) { s += rows[0]![i]!; if (i === 0) rows[0]!.push(7); } return s;',
  });
});

describe('tuples', () => {
  all({
    access: 'const u: [number, number, boolean] = [x, 2, true]; u[0] += 1; return u[0] * u[1] + (u[2] ? 1 : 0) + u.length + t[0] + t[1].x;',
    inside: 'const l: Line = [p.position, { x, y: 1 }]; const [a, b] = l; b.x += 1; return a.x + l[1].x + l[0].y;',
    'from helpers':
      'const polar = (v: Vec2): [r: number, phi: number] => [length(v), Math.atan2(v.y, v.x)]; const [r, phi] = polar(p.position); const whole = polar(t[1]); let q, s; [q, s] = polar(p.velocity); return r + phi + whole[0] + whole[1] + q * s;',
    readonly:
      'const w = [0.5, 1, 2] as const; const g = (v: readonly [number, number, number]) => v[0] * v[2]; return w[0] * x + w[2] + g(w) + g([1, 2, x]);',
    lists:
      'const pairs: [number, Vec2][] = [[1, p.position], [x, { x: 2, y: 3 }]]; pairs.push([4, p.velocity]); let s = 0; for (const [w, v] of pairs) s += w * v.x; pairs[1]![0] = 10; return s + pairs[1]![0];',
    assigned:
      'let u: [number, number] = [1, x]; for (let i = 0; i < 3; i++) u = [u[1], u[0] + u[1]]; if (x > 0) u = [u[1], u[0]]; return u[0] * 10 + u[1];',
    written: 't[0] = x; t[1].y *= 2; t[1] = add(t[1], p.position); return t[0] * t[1].y;',
    visited: `let s = 0; for (const v of [x, 2, 3] as [number, number, number]) s = s * 2 + v;
        const w: [number, number] = [3, x]; for (const v of w) s += v; const l = [...w, 1]; return s + l.length;`,
    typed:
      'const u: [number, number] = [x, 2]; const a = new Float64Array(u); const b = u.slice(); b[0] = 9; return a[0]! + a[1]! + b[0]! + u[0];',
    spread: 'const u: [number, number] = [x, 2]; const w: [number, number, number] = [...u, 3]; return w[0] + w[2];',
  });
});

describe('lists of references', () => {
  all({
    rows: `let s = 0; for (let i = 0; i < rows.length; i++) for (let j = 0; j < rows[i]!.length; j++) { rows[i]![j]! *= x;
        s += rows[i]![j]!; } return s;`,
    'of rows':
      'let s = 0; for (const row of rows) for (const v of row) s += v * x; for (const row of rows) { row.push(s); } return s + rows[0]!.length;',
    made: `const m: number[][] = []; for (let i = 0; i < 3; i++) { m.push([]); for (let j = 0; j < 2; j++) m[i]!.push(i * x + j);
        } const c = [[1, 2], [x, 3]]; c[0]![1]! += 4; return m[2]![1]! + c[0]![1]! * c[1]![0]!;`,
    typed:
      'const m = Array.from({ length: 3 }, () => new Float64Array(2)); for (let i = 0; i < 3; i++) m[i]![i % 2] = i * x; let s = 0; for (const r of m) s += r[0]! + 2 * r[1]!; const k = [new Float64Array([1, x])]; return s + k[0]![1]!;',
    'from a function':
      'const a = Array.from({ length: rows.length + 1 }, (_, i) => i * x); const b = Array.from({ length: 2 }, (_, i) => ({ x: i, y: x })); const c = Float64Array.from({ length: 2 }, (_, i) => { const k = i + 1; return k * x; }); const d = Array.from({ length: 2 }, () => Array.from({ length: 2 }, (_, j) => j + x)); return a[1]! + b[1]!.x + b[0]!.y + c[1]! + d[1]![1]! + a.length;',
    holes:
      'const m = new Array<number[]>(2); m[0] = [x]; m[1] = m[0]!; m[1]!.push(3); const z = new Array<Vec2>(2); z[1] = { x, y: 1 }; return m[0]!.length + z[1]!.x + (z[0] ? 1 : 2) + (z[0]?.x ?? 40);',
    copies:
      'const a = [...ps]; a.push(p); const b = ps.slice(1); const c = [p, ...ps]; const d = Array.from(ps); const e = [...rows, [x]]; b.push(p); e[0]!.push(1); let s = a.length * 1000 + b.length * 100 + c.length * 10 + d.length; for (const q of c) { q.position.x += 1; s += q.position.x; } return s + rows[0]!.length + e.length;',
    'spread of numbers':
      'const r = rows[0]!; const a = [x, ...r]; const b = [...r, ...a, 2]; a[0] = 7; return b.length + (b[b.length - 2] ?? 1) + a[0];',
    shared: 'const r = [1, x]; const m = [r, r]; m[0]![0] = 5; return m[1]![0]! + (m[0] === m[1] ? 1 : 0);',
    'swapped rows':
      'if (rows.length > 1) { [rows[0], rows[1]] = [rows[1]!, rows[0]!]; const q = rows[0]!; rows[0] = rows[1]!; rows[1] = q; } return rows[0]!.length * 10 + rows.length;',
    deep: `const m = [[[x, 1], [2]], [[3]]]; let s = 0; for (const a of m) for (const b of a) for (const v of b) s += v;
        m[0]![1] = m[1]![0]!; m[1]![0]![0] = 9; return s + m[0]![1]![0]!;`,
    flags: `const on = [true, x > 0]; on.push(false); on[0] = !on[0]; let s = 0; for (const v of on) s = 2 * s + (v ? 1 : 0);
        const names: ('a' | 'b')[] = ['a', 'b']; names[0] = 'b'; for (const n of names) if (n === 'b') s += 100; return s;`,
    growing:
      'const q: Vec2[] = [{ x, y: 0 }]; for (const v of q) { if (q.length < 4) q.push({ x: v.x + 1, y: v.y }); } let s = 0; for (let i = 0; i < q.length; i++) s += q[i]!.x; return s;',
    filled: 'const z = new Array<Vec2>(3).fill({ x, y: 2 }); z[0]!.x = 5; return z[2]!.x + z.length;',
    views:
      'const a = new Float64Array([1, 2, 3, x]); const v = a.subarray(1, 3); v[0] = 10; a[2] = 20; const w = v.subarray(1); w[0]! += 1; let s = 0; for (const e of v) s += e; return s + a[1]! + a[2]! + v.length;',
    'records of lists':
      'const g = { rows, count: 0, at: new Float64Array(2) }; for (const r of g.rows) g.count += r.length; g.at[1] = x; g.rows[0]!.push(g.count); return g.count + g.at[1]! + rows[0]!.length;',
    'loops with records':
      'const acc = { s: 0, n: 0 }; for (const q of ps) { acc.s += q.mass; acc.n++; } return acc.n > 0 ? acc.s / acc.n : x;',
  });
});

describe('destructuring', () => {
  all({
    declarations:
      'const { mass, position: { x: u, y }, charge = 4 } = p; const [a = 7, b = 8, ...c] = rows[0]!; const { velocity, ...rest } = p; const [h, ...tail] = t; return mass + u * y + charge + a + b + c.length + velocity.x + rest.mass + rest.position.y + h + tail[0].x;',
    assignments:
      'let u, y; ({ x: u, y } = p.position); const v = { a: 0, b: [0, 0] }; [v.a, v.b[1]] = [x, 2] as [number, number]; [v.a, v.b[1]] = rows[0]!.length > 1 ? [rows[0]![0]!, 3] : [x, 2]; ({ mass: v.b[0], charge: v.a = 3 } = p); let w = 1, z = 2; [w, z = 5] = [z, w]; return u + y + v.a + v.b[0]! + v.b[1]! + w * 10 + z;',
    'heads of loops':
      'let s = 0; for (const { position: { x: u }, charge = 2 } of ps) s += u * charge; let k = 0; const o2 = { at: 0 }; for (o2.at of rows[0]!) s += o2.at; for ([k] of [[1], [x]]) s += k; return s + k + o2.at;',
    parameters:
      'const g = ([a, b]: [number, number], { position: { x: u } }: Particle, c = a) => a * b + u + c; const h = (...v: number[]) => v.length + (v[1] ?? 0); return g([x, 2], p) + g([1, x], p, 5) + h() + h(1, x) + h(x, x, x);',
    nested:
      'const [[a], [b, c = 3] = [1]] = [[x], [2]] as [[number], [number, number?]] | [number[], number[]] as [number[], number[]]; return a! + b! + c;',
    swap: `const r = rows[0]!; if (r.length > 2) [r[0], r[2]] = [r[2]!, r[0]!]; let q = p.position, w = p.velocity;
        [q, w] = [w, q]; [q.x, q.y] = [q.y, q.x]; return q.x + w.x + (r[0] ?? 4);`,
  });
});

describe('what may be missing', () => {
  all({
    'a variable in loops':
      'let w: number | undefined; for (const q of ps) { if (w === undefined || q.mass < w) w = q.mass; } return (w ?? 7) * x;',
    'a variable in branches':
      'let w = p.charge; if (x > 1) w = undefined; else if (w) w += 1; if (w !== undefined) return w * x; return w ?? -1;',
    'two variables': `let a: number | undefined, b: number | undefined; for (const v of rows[0]!) { if (a === undefined) { a = v;
        continue; }
      b = a; a = v; if (v > 2) break; } return (a ?? 100) + (b ?? 1000);`,
    arguments: `const g = (a: number, b = a * 2) => a + b; const h = (b?: number) => { if (x > 1) b = 2; return b ?? 4; };
      return g(x, p.charge) + g(x, ps[0]?.charge) + h(p.charge) + h();`,
    captured: 'let w = p.charge; const h = () => w ?? 3; return h() * x;',
    flags: `let on = o?.flag; if (x > 1) on = undefined; let k: 'a' | 'b' | undefined; if (x > 0) k = 'a';
      return (on ?? true ? 1 : 2) + (k === undefined ? 4 : 8) + (k === 'a' ? 100 : 0) + (on ? 16 : 32);`,
    'in lists': `const l: (number | undefined)[] = [1, undefined, x]; let s = 0;
      for (const v of l) { if (v === undefined) continue; s += v; }
      const m = [p.position, o?.offset]; for (const v of m) if (v) s += v.x; return s + (l[1] ?? 100);`,
    'short circuits': `const a = o && o.scale; const b = p.charge || 4; const c = p.charge && p.charge + 1;
      const v = o?.offset || p.position; v.x = 9; return (a ?? 3) + b + (c ?? 2) + p.position.x;`,
    nested: `interface Q { a?: { b?: { c: number } } } const q: Q = x > 1 ? { a: { b: { c: x } } } : { a: {} };
      return q.a?.b?.c ?? (q.a ? 50 : 60);`,
    'evolving lists': `const z = []; z.push({ a: x }); z.push({ a: 2 }); const w = []; for (const v of rows[0]!) w.push([v, x]);
      return z[0]!.a + z.length + (w[0]?.[1] ?? 5);`,
    'type parameters': `const swap = <A, B>([a, b]: [A, B]): [B, A] => [b, a]; const [u, v] = swap([x, p.position]);
      const pick = <T>(l: readonly T[], ok: boolean): T => { for (const w of l) if (ok) return w; return l[0]!; };
      const wrap = <T>(v: T): { v: T; n: number } => ({ v, n: 1 }); const { length } = rows[0]!;
      return u.x + v + pick([p.position], true).x + pick([x, 2], false) + wrap(x).v + wrap(p).v.mass + length;`,
    'filled with a row': 'const z = Array(3).fill([0, x]); z[0][1] = 5; return z[2][1] + z.length;',
  });
});

describe('what is left of the function', () => {
  it('returns records and tuples', () =>
    same(
      `${declarations}
      /** @vjp */
      export function f(p: Particle, x: number): [moved: Particle, Vec2, number] {
        const moved: Particle = { ...p, position: add(p.position, p.velocity) };
        if (x > 3) return [p, p.velocity, x];
        moved.charge = x;
        return [moved, moved.velocity, length(moved.position)];
      }`,
      [particle(1), 2],
      [particle(1, 2), 5],
    ));
  it('returns a tuple of a helper', () =>
    same(
      `/** @vjp */
      export function f(x: number): [number, number[]] { return g(x); }
      function g(x: number): [number, number[]] { if (x > 0) { const t: [number, number[]] = [x, [1]]; return t; } return [-x, [x, 2]]; }`,
      [1],
      [-2],
    ));
  it('takes options apart', () => {
    const text = `interface Options { scale?: number; shift?: number }
      /** @grad #2 */
      export function f(x: number, { scale = 2, shift = x }: Options = {}): number { return x * scale + shift; }`;
    same(text, [3], [3, {}], [3, { shift: 1 }], [3, { scale: 5, shift: 1 }]);
    expect(lowerOne(project, text).signature.params[1]).toMatchObject({ name: 'options', optional: true, differentiable: true });
    expect(lowerOne(project, text).marks[0]?.inputs).toEqual([1]);
  });
  it('describes records', () => {
    const { signature, imports } = lowerOne(
      project,
      `${declarations} interface Hidden { v: Vec2; readonly far?: Vec2 | null; n: readonly number[] }
      /** @vjp */ export function f(a: Vec2, b: readonly Hidden[], c: Readonly<Vec2>, [d]: [number, Vec2]): [first: Vec2,
        Vec2[]] { return [a, [a]]; }`,
    );
    expect(signature.params.map(({ name, type, differentiable }) => [name, type, differentiable])).toEqual([
      ['a', 'Vec2', true],
      ['b', 'readonly { v: Vec2; readonly far?: Vec2 | null; n: readonly number[] }[]', true],
      ['c', 'Readonly<Vec2>', true],
      ['argument4', '[number, Vec2]', true],
    ]);
    const xy = [
      { name: 'x', shape: { kind: 'real' }, optional: false, readonly: false },
      { name: 'y', shape: { kind: 'real' }, optional: false, readonly: false },
    ];
    expect(signature.params[0]?.shape).toEqual({ kind: 'record', fields: xy, tuple: false, name: 'Vec2', type: 'Vec2' });
    expect(signature.params[2]?.shape).toMatchObject({ type: '{ readonly x: number; readonly y: number }' });
    expect(signature.params[1]?.shape).toMatchObject({ kind: 'list', element: { kind: 'record', name: 'Hidden' }, readonly: true });
    expect(signature.returns.map(({ name, type }) => [name, type])).toEqual([
      ['first', 'Vec2'],
      ['value2', 'Vec2[]'],
    ]);
    expect(imports).toEqual([{ name: 'Vec2', module: '/input.ts', typeOnly: true }]);
  });
  it('knows what is written', () => {
    const written = (params: string, code: string): unknown =>
      lowerOne(project, `${declarations} /** @vjp */ export function f(${params}): number { ${code} }`)
        .program.main.results.filter(({ kind }) => kind === 'written')
        .map(({ name }) => name);
    expect(written('x: number, p: Particle, q: Particle', 'p.position.x = x; return q.mass;')).toEqual(['p']);
    expect(written('ps: Particle[], x: number', 'for (const { position } of ps) position.x += x; return x;')).toEqual(['ps']);
    expect(written('ps: Particle[], x: number', 'const l = [...ps]; l.push(ps[0]!); return x * l.length;')).toEqual([]);
    expect(written('ps: Particle[], x: number', 'const l = [...ps]; l[0]!.position.x = x; return x;')).toEqual(['ps']);
    expect(written('a: Float64Array, b: Float64Array, x: number', 'const o = { a, b }; o.a[0] = x; return b[0]!;')).toEqual(['a']);
    expect(written('a: Float64Array, x: number', 'const v = a.subarray(1); v[0] = x; return x;')).toEqual(['a']);
    expect(written('a: Float64Array, x: number', 'const o = { a, n: 0 }; o.n = x; return o.n * a[0]!;')).toEqual([]);
    expect(
      written(
        'a: Vec2, b: { v: Vec2 }, x: number',
        'const set = (t: { v: Vec2 }, v: Vec2) => { t.v = v; }; set(b, a); b.v.x = x; return x;',
      ),
    ).toEqual(['a', 'b']);
    expect(written('a: Vec2, x: number', 'const wrap = (v: Vec2) => ({ v }); const w = wrap(a); w.v.x = x; return x;')).toEqual(['a']);
    expect(
      written('rows: number[][], x: number', 'const set = (r: number[]) => { r[0] = x; }; for (const r of rows) set(r); return x;'),
    ).toEqual(['rows']);
  });
});

describe('constants of the module', () => {
  it('inlines trees of literals, reads exported ones', () => {
    const text = `export interface P { x: number; w: number[] }
      const TABLE: readonly (readonly number[])[] = [[1, 2], [3, 4]];
      const base = { k: 2, v: { x: 3 } } as const;
      const local = { a: [1, 2, 3], b: -0.5 };
      export const points: P[] = [{ x: 1, w: [2, 3] }];
      export const grid = [[1, 2], [3, 4]] as const;
      /** @grad x */
      export function f(x: number, i: number): number {
        let s = 0; for (const p of points) s += p.x * p.w[1]!;
        return s * x + TABLE[i]![1]! + base.k * base.v.x + local.a[i]! * local.b + grid[0][1] + grid[i as 0]![0];
      }`;
    const marked = lowerOne(project, text);
    const globals = new Map<string, never>([
      ['points', [{ x: 1, w: [2, 3] }] as never],
      [
        'grid',
        [
          [1, 2],
          [3, 4],
        ] as never,
      ],
    ]);
    expect(runIr(marked, [2, 1], globals)).toEqual(runSource(text, 'f', [2, 1]));
  });
});
