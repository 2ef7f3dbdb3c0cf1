import { describe, expect, it } from 'vitest';
import type { RuntimeValue } from '../ir/interpret.ts';
import { printProgram } from '../ir/print.ts';
import { createTestProject, evaluate, lowerOne, lowerText, runIr, runSource } from './testing.ts';

const project = createTestProject();
type Points = readonly (readonly unknown[])[];

/** Compares the interpreted IR with V8 at each point. The function under test is `f`. */
function same(text: string, ...points: Points): void {
  const marked = lowerOne(project, text);
  const globals = new Map(Object.entries(evaluate(text))) as ReadonlyMap<string, RuntimeValue>;
  for (const point of points) {
    const args = point as readonly RuntimeValue[];
    expect(runIr(marked, args, globals)).toEqual(runSource(text, 'f', args));
  }
}

const codes = (text: string): readonly string[] => lowerText(project, text).diagnostics.map(({ code }) => code);
const numbers = [0, 1, 2, 3, 4, -1, 0.5, Number.NaN].flatMap((k) => [[1.5, k], [-2, k]]); // biome-ignore format: a grid
const body = (code: string): string => `/** @vjp */\nexport function f(x: number, k: number): number {\n${code}\n}`;

describe('switch on numbers', () => {
  const programs: Record<string, string> = {
    plain: 'let s = x; switch (k) { case 0: s *= 2; break; case 1: s *= x; break; default: s = -s; } return s + 1;',
    'without default': 'let s = x; switch (k) { case 0: s *= 2; break; case 2: { s *= x; break; } } return s;',
    grouped: 'let s = x; switch (k) { case 0: case 1: s *= 2; break; case 2: default: s = -s; break; case 3: case 4: s++; } return s;',
    fallthrough: 'let s = x; switch (k) { case 0: s += x; case 1: s *= x; break; case 2: s -= 1; case 3: s *= 3; } return s;',
    'through the default': 'let s = x; switch (k) { case 0: s += 1; default: s *= x; case 2: s -= 3; break; case 3: s = 7; } return s;',
    'default first': 'let s = x; switch (k) { default: s += 1; case 1: s *= x; case 2: s -= 3; } return s;',
    'default alone': 'let s = x; switch (k) { default: s += 1; } return s;',
    empty: 'switch (k) { } switch (k) { case 1: } return x;',
    'empty with effects': 'let n = 0; switch (n++) { } switch (n) { case n++: } return x + n;',
    'break inside': `let s = x; switch (k) { case 0: if (x > 0) break; s = 4; case 1: if (x < 0) { s += 1; break; } s *= 3;
      default: s += 2; } return s * x;`,
    returns: 'switch (k) { case 0: return x; case 1: return x * x; case 2: x += 1; break; default: if (x > 0) return 3; } return -x;',
    'all return': 'switch (k) { case 0: return x; case 1: case 2: return x * x; default: return -x; }',
    'all return, then nothing': 'if (x > 0) { switch (k) { case 0: return x; default: return -x; } } return 2 * x;',
    'return or fall': 'let s = x; switch (k) { case 0: if (x > 0) return 7; case 1: s *= 2; case 2: if (x < 0) return s; s++; } return s + 1;',
    'in a loop': `let s = x; for (let i = 0; i < 6; i++) { switch (i % 4) { case 0: s += x; break; case 1: continue;
      case 2: s *= 1.5; case 3: if (s > 9 * k) break; s += i; } s -= 0.25; } return s;`,
    'leaving the loop': `let s = x; outer: for (let i = 0; i < 6; i++) { for (let j = 0; j < 3; j++) { switch (j + i) {
        case 1: continue outer;
      case 5: break outer; case 6: return s; case 2: s += x; break; default: s *= 1.1; } s += j; } s -= k; } return s;`,
    'break of the loop around': 'let s = x; loop: for (;;) { switch (s > 20 ? 1 : 0) { case 1: break loop; } s = s * s + 1; if (!(s < 1e9)) return 3; } return s;',
    'loop inside': 'let s = x; switch (k) { case 1: for (let i = 0; i < 9; i++) { if (i > k) break; s += i; } s *= 2; break; case 2: s = 5; } return s;',
    nested: `let s = x; switch (k) { case 0: switch (x > 0) { case true: s = 2; break; case false: s = 3; } s += 1; break;
        case 1: s = 9; } return s;`,
    'nested, falling': 'let s = x; switch (k) { case 0: switch (x > 0 ? 1 : 0) { case 1: s = 2; default: s += 3; } case 1: s *= 9; } return s;',
    labelled: 'let s = x; done: switch (k) { case 0: if (x > 0) break done; s = 1; break; case 1: s = 2; } return s;',
    'repeated labels': 'let s = x; switch (k) { case 1: s = 2; break; default: s = 3; case 1: s += 4; } return s;',
    'order of labels': `let n = 0; let s = x; switch (k) { case n++: s = 10; break; case n++: s = 20; break; case n++: s = 30; break; }
      return s + n;`,
    'order of labels, falling': `let n = 0; let s = x; switch (k) { case n++: s = 10; default: s += x; case n++: s *= 2; break;
        case n++: s = 30; }
      return s + n;`,
    'labels that grow': 'let s = x; switch (k) { case x: s = 1; case x + 3.5: s += 2; break; case 0: s = 3; } return s;',
    'subject with effects': 'let n = 0; let s = x; switch (n++ + k) { case 0: s = 1; case 1: s += 2; break; case 2: s = 3; } return s + n;',
    'subject assigned in a clause': 'let s = 0; switch (k) { case 0: k = 1; case 3: s += k; if (k === 1) break; k = 0; case 0.5: s -= 1; } return s + k + x;',
    'switch (true)': 'switch (true) { case x > 0 && k > 1: return 1; case x > 0: return x; case k === 3: x *= 2; } return -x;',
    'switch (true), falling': 'let s = 0; switch (true) { case x > 0: s += x; case k > 1: s += 10; break; default: s = 7; case k < 0: s *= 2; } return s;',
    'switch (false)': 'switch (false) { case x > 0: return 1; default: return x; }',
    'flags': 'const p = x > 0; switch (p) { case true: return k; case false: return x; }',
    'constants as labels': 'const one = 1; const two = one + 1; switch (k) { case one: return x; case two: return x * 2; case -1: return 4; } return 0;',
    'variables of the block': 'switch (k) { case 0: let t = x; x = t * 2; break; case 1: let v: number; v = 4; x += v; break; default: const u = 3; x *= u; } return x;',
    'late value': 'let t: number; switch (k) { case 0: t = 1; break; case 1: t = x; break; default: return 5; } return t * x;',
    throws: 'switch (k) { case 0: return x; case 1: throw new RangeError(`no ${k}`); case 2: x++; } return x;',
    'throw in default': 'let s: number; switch (k) { case 0: case 2: s = x; break; default: throw new Error("bad"); } return s * 2;',
    while: 'let i = 0; while (i < 5) { switch (i) { case 3: i += 2; continue; default: i++; } x *= 1.5; } return x + i;',
    'do': 'let i = 0; do { switch (i) { case 3: i += 2; continue; case 0: x += 1; } i++; } while (i < k); return x + i;',
    'for of': 'let s = 0; for (const v of [1, 2, 3]) { switch (v) { case 2: continue; case k: s += x; break; default: s += v; } s *= 2; } return s;',
  }; // biome-ignore format: a table
  for (const [name, code] of Object.entries(programs)) it(name, () => same(body(code), ...numbers));
  it('assigned only by an exhaustive switch', () =>
    same(
      `/** @vjp */ export function f(x: number, k: 0 | 1 | 2): number { let t: number; switch (k) { case 0: t = 1; break; case 1: t = x;
        case 2: t = 4; } switch (k) { case 0: return t; case 1: return x; case 2: return t * x; } }`,
      [2, 0],
      [2, 1],
      [2, 2],
    ));
  it('refuses variables of other clauses, and elements that may not be there', () => {
    expect(codes(body('switch (k) { case 0: let t = 1; x += t; case 1: t = 4; x += t; } return x;'))).toEqual(['GG2027', 'GG2027']);
    expect(codes(body('const a = [1, 2]; switch (a[k]) { case undefined: return x; } return 3;'))).toContain('GG3005');
  });
  it('whether there is an element', () => {
    const careful = createTestProject({ strict: true, noUncheckedIndexedAccess: true });
    const text = body('const v = new Float64Array(2)[k]; switch (v) { case undefined: return x; case 0: return 2 * x; } return 3;');
    const marked = lowerOne(careful, text);
    for (const args of numbers) expect(runIr(marked, args)).toEqual(runSource(text, 'f', args));
  });
  it('lowers each clause once', () => {
    const clauses = Array.from({ length: 20 }, (_, i) => `case ${i}: x = Math.sin(x);`).join(' ');
    const marked = lowerOne(project, body(`switch (k) { ${clauses} } return x;`));
    expect(printProgram(marked.program).match(/Math\.sin/g)).toHaveLength(20);
  });
});

describe('texts', () => {
  const modes = "type Mode = 'a' | 'b' | 'c';";
  const points = ['a', 'b', 'c'].flatMap((mode) => [[1.5, mode], [-2, mode]]); // biome-ignore format: a grid
  const programs: Record<string, string> = {
    compared: "return mode === 'a' ? x : mode !== 'b' ? x * x : other === mode ? 1 : 2;",
    switched: "switch (mode) { case 'a': x *= 2; case 'b': return x; default: return -x; }",
    exhaustive: "switch (mode) { case 'a': return 2 * x; case 'b': return x; case 'c': return -x; }",
    chosen: "const m: Mode = x > 0 ? mode : 'c'; let n = m; if (n === 'c') n = 'a'; else n = m; return n === mode ? x : 2;",
    'in a loop': `let m = mode; let s = 0; for (let i = 0; i < 4; i++) { s += m === 'a' ? x : i;
        m = m === 'a' ? 'b' : m === 'b' ? 'c' : 'a'; } return s;`,
    helpers: "return act(x, mode) + act(x, 'b') + act(x) + act(x, pick(x));",
    'captured': `const local = (v: number) => (mode === 'a' ? v : v * v); const fixed = 'b';
        const other = (v: number) => (mode === fixed ? 3 : v); return local(x) + other(x);`,
    'in messages': "if (x < 0) throw new Error(`bad ${mode}` + other + ' ' + pick(x)); if (mode !== 'a') fail(mode); return x;",
    'as constants': "return (mode === first ? x : 3) + (mode === Kind.B ? 4 : x * x) + (isFirst ? 1 : 0);",
    'Object.is': "return Object.is(mode, 'a') ? x : 2 * x;",
    'parameter assigned': "return assigned('a', x) + assigned(mode, x);",
  }; // biome-ignore format: a table
  for (const [name, code] of Object.entries(programs)) {
    const text = `${modes} const first = 'a'; export const other: string = 'z'; const isFirst = other === first;
      enum Kind { A = 'a', B = 'b' }
      function act(v: number, m: Mode = 'c'): number { switch (m) { case 'a': return v; case 'b': return v * v; } return 3 * v; }
      function pick(v: number): Mode { return v > 0 ? 'a' : 'b'; }
      function fail(what: string): never { throw new TypeError('no ' + what); }
      function assigned(m: string, v: number): number { if (v > 0) m = 'b'; return m === 'b' ? v : 5; }
      /** @vjp */ export function f(x: number, mode: Mode): number { ${code} }`;
    it(name, () => same(text, ...points));
  }
  it('optional, with a default, plain strings', () =>
    same(
      `/** @vjp */ export function f(x: number, m?: string, n: 'a' | 'b' = 'b'): number {
        const k = m ?? 'q'; if (m === undefined) x += 1; return (k === 'q' ? x : 2) + (n === 'b' ? x : 3); }`,
      [2],
      [2, 'q'],
      [2, 'r', 'a'],
    ));
  it('used in messages only, it is carried along', () => {
    const marked = lowerOne(
      project,
      '/** @grad */ export function f(x: number, name: string): number { if (x < 0) throw new Error(name); return x; }',
    );
    expect(marked.signature.params[1]?.shape).toEqual({ kind: 'opaque' });
  });
  it('writes a union that cannot be imported', () => {
    const marked = lowerOne(
      project,
      "type M = 'a' | 'b';\n/** @grad */ export function f(x: number, m: M): number { return m === 'a' ? x : 1; }",
    );
    expect(marked.signature.params[1]).toMatchObject({ type: '"a" | "b"', shape: { kind: 'text' }, differentiable: false });
  });
  const refused: Record<string, string> = {
    length: 'return m.length * x;',
    concatenation: "const n = m + 'x'; return n === 'ax' ? x : 1;",
    template: "const n = `${m}x`; return n === 'ax' ? x : 1;",
    appended: "m += 'x'; return m === 'ax' ? x : 1;",
    order: "return m < 'b' ? x : 1;",
    truth: 'return m ? x : 1;',
    not: 'return !m ? x : 1;',
    method: "return m.startsWith('a') ? x : 1;",
    number: 'return Number(m) * x;',
    computed: 'return helper(m + "x") * x;',
  };
  for (const [name, code] of Object.entries(refused)) {
    it(`refuses ${name}`, () =>
      expect(
        new Set(
          codes(`function helper(t: string): number { return t === 'a' ? 1 : 2; }
          /** @grad */ export function f(x: number, m: string): number { ${code} }`),
        ),
      ).toEqual(new Set(['GG2018'])));
  }
  it('refuses a text as the result', () =>
    expect(codes("/** @vjp */ export function f(x: number, m: 'a' | 'b'): 'a' | 'b' { return x > 0 ? m : 'b'; }")).toContain('GG3002'));
});

describe('enums', () => {
  const declared = `enum Mode { A, B = 4, C } const enum Level { Low = -1, High = 1 << 2, Both = Low | High } enum Name { X = 'x', Y = 'y' }
    const Flags = { None: 0, One: 1 << 0, Two: 1 << 1, Half: 0.5, Name: 'n' } as const; type Flag = (typeof Flags)[keyof typeof Flags];
    const Codes = { Ok: 200, Bad: -1 } as const satisfies Record<string, number>; const base = Mode.B + 1;`;
  const programs: Record<string, string> = {
    compared: 'return k === Mode.A ? x : k === Mode.C ? x * Level.Both + Level.Low : Level.High;',
    switched: 'switch (k as Mode) { case Mode.A: return x; case Mode.B: x += 1; case Mode.C: return 2 * x; } return 3;',
    objects: 'return (k === Flags.One ? x : Flags.Half) + Codes.Ok + Codes.Bad * (k & Flags.Two) + base;',
    'objects switched': 'switch (k) { case Flags.None: return x; case Flags.One: case Flags.Two: x *= Flags.Half; } return x * x;',
    'as variables':
      'let m = Mode.B; if (x > 0) m = Mode.C; const l: Level = Level.High; let s = 0; for (let i = 0; i < m; i++) s += x; return s + l;',
    texts: "let n = Name.X; if (k > 1) n = Name.Y; switch (n) { case Name.X: return x; case Name.Y: return Flags.Name === 'n' ? 2 : 3; }",
    'in helpers': 'return helper(x, Mode.C) + helper(x, k) + named(x, Name.Y) + named(x, k > 0 ? Name.X : Name.Y);',
    'inside the function': 'enum Own { P = 3, Q } return x * Own.Q + Own.P;',
  };
  for (const [name, code] of Object.entries(programs)) {
    const text = `${declared}
      function helper(v: number, m: Mode): number { switch (m) { case Mode.C: return v * v; case Mode.A: return 1; default: return v; } }
      function named(v: number, n: Name): number { return n === Name.X ? v : 2 * v; }
      /** @vjp */ export function f(x: number, k: number): number { ${code} }`;
    it(name, () => same(text, ...numbers));
  }
  it('as parameters', () => {
    const text = `export enum Mode { A, B } export enum Name { X = 'x', Y = 'y' }
      /** @grad */ export function f(x: number, m: Mode, n: Name, k: 1 | 2): number {
        switch (m) { case Mode.A: return x * k; case Mode.B: return n === Name.X ? x * x : 3; } }`;
    const { signature } = lowerOne(project, text);
    expect(signature.params.map(({ type, shape, differentiable }) => [type, shape.kind, differentiable])).toEqual([
      ['number', 'real', true],
      ['Mode', 'int', false],
      ['Name', 'text', false],
      ['1 | 2', 'int', false],
    ]);
    same(text, [2, 0, 'x', 1], [2, 1, 'x', 1], [2, 1, 'y', 1]);
  });
  it('imported', () => {
    project.write(
      '/modes.ts',
      "export const enum Mode { A = 3, B } export const Kinds = { P: 7, Q: 'q' } as const; export enum E { Z = 2 }",
    );
    const marked = lowerOne(
      project,
      `import { Kinds, Mode } from './modes.ts'; import * as all from './modes.ts';
      /** @grad */ export function f(x: number, m: Mode): number {
        return m === Mode.B ? x * Kinds.P : x + all.E.Z + (Kinds.Q === 'q' ? 1 : 0); }`,
    );
    expect(runIr(marked, [2, 4])).toEqual({ values: [14, 2, 4] });
    expect(runIr(marked, [2, 3])).toEqual({ values: [5, 2, 3] });
  });
});
