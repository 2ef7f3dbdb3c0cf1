/** Generic helpers over data, and declarations that say what is no input: lowered programs against the TypeScript functions themselves. */
import { describe, expect, it } from 'vitest';
import type { StructuredValue } from '../ir/interpret.ts';
import { typeText } from '../ir/print.ts';
import { createTestProject, lowerOne, runIr, runSource } from './testing.ts';

const project = createTestProject();

function same(text: string, ...points: readonly (readonly StructuredValue[])[]): void {
  const marked = lowerOne(project, text);
  for (const args of points) expect(runIr(marked, args)).toEqual(runSource(text, 'f', args));
}

describe('type parameters', () => {
  const helpers = `
    interface HasX { x: number }
    interface Point extends HasX { y: number }
    interface Box<T> { value: T; weight: number }
    interface Stack<T> { items: T[]; top: number }
    const mapped = <T>(box: Box<T>, value: T): Box<T> => ({ ...box, value, weight: box.weight * 2 });
    function zip<A, B>(a: readonly A[], b: readonly B[]): [A, B][] { const out: [A, B][] = []; for (let i = 0; i < a.length;
        i++) out.push([a[i]!, b[i]!]); return out; }
    function push<T>(s: Stack<T>, v: T): void { s.items.push(v); s.top++; }
    function peek<T>(s: Stack<T>, d: T): T { return s.top > 0 ? s.items[s.top - 1]! : d; }
    function largest<T extends HasX>(list: readonly T[], otherwise: T): T { let best = otherwise;
        for (const one of list) if (one.x > best.x) best = one; return best; }`;
  const points: StructuredValue[][] = [
    [
      1.5,
      [
        { x: 1, y: 2 },
        { x: 3, y: 4 },
      ],
    ],
    [4, [{ x: 1, y: 2 }]],
    [-2, []],
  ];
  const programs: Record<string, string> = {
    'stand for what a call gives them': 'let s = 0; for (const [p, k] of zip(ps, [x, 2, 3])) s += p.x * k; return s + zip([x], ps).length;',
    'stand for several things': `const a: Stack<number> = { items: [], top: 0 }; push(a, x); push(a, x * 2);
      const b: Stack<Point> = { items: [], top: 0 }; const none = peek(b, { x, y: 1 }); push(b, { y: x, x: 7 });
        peek(b, none).y += 1; return peek(a, 0) + none.y + peek(b, none).y;`,
    'are fields':
      'const b = mapped({ value: ps.length > 0 ? ps[0]! : { x, y: x }, weight: x }, { x: 5, y: x }); return b.value.y * b.weight + mapped({ value: x, weight: 1 }, 3).value;',
    'take a literal with its fields in another order':
      'const p = largest(ps, { x, y: 1 }); const q = largest([p], { y: 0, x: 2 }); return p.y + q.y * 10 + (p === q ? 100 : 0);',
    'of functions inside of generic ones':
      'function twice<T>(l: T[], d: T): T[] { const add = (v: T): void => { out.push(v); out.push(d); }; const out: T[] = []; for (const v of l) add(v); return out; } const t = twice(ps, { x, y: 3 }); let s = t.length; for (const p of t) s += p.x * p.y; return s;',
    'know more than the checker':
      'const rich = { x, y: 1, z: 3 }; const p: Point = rich; const m = largest([p], p); return m.x + mapped({ value: p, weight: 2 }, p).value.y;',
  };
  for (const [name, code] of Object.entries(programs))
    it(name, () => same(`${helpers}\n/** @grad */ export function f(x: number, ps: Point[]): number { ${code} }`, ...points));
});

describe('fields without a derivative by their declaration', () => {
  const declarations = `import type { int } from 'gradgen';
    type int = number & { readonly __gradgen?: 'int' };`.replace(/^import.*\n/, '');
  it('are passive', () => {
    const text = `${declarations}
      interface Mesh { tri: [int, int][]; next: int[]; rows: int[][]; at: [int[], number]; w: number[]; n: int; none?: readonly int[] }
      /** @grad */ export function f(m: Mesh): number {
        const old = m.next; const own: Mesh = { ...m, next: [0, 1], rows: [[1], old] }; const { rows } = own; let s = 0;
        for (const [a, b] of m.tri) s += m.w[a]! * m.w[b]!;
        return s * m.w[old[0]!]! + own.w[rows[0]![0]!]! + m.w[own.next[1]!]! + m.n + (m.none?.[0] ?? 3);
      }`;
    const marked = lowerOne(project, text);
    const [mesh] = marked.program.main.params.map(({ id }) => marked.program.main.values[id]?.type);
    expect(typeText(mesh)).toBe(
      '{tri: [int, int][], next: list[] passive, rows: list[][] passive, at: [list[] passive, real], w: list[], n: int, none?: list[] passive}',
    );
    const point = { tri: [[0, 1]], next: [1], rows: [], at: [[1], 2], w: [2, 3], n: 4 } as unknown as StructuredValue;
    same(text, [point]);
  });
});

describe('what is written', () => {
  const written = (params: string, code: string): unknown =>
    lowerOne(
      project,
      `interface Memo { last?: number[]; rows: (number[] | undefined)[] }\n/** @vjp */ export function f(${params}): number { ${code} }`,
    )
      .program.main.results.filter(({ kind }) => kind === 'written')
      .map(({ name }) => name);
  it('is found field by field', () => {
    expect(written('x: number, a: number[], b: number[]', 'const o = { a, b: [...b] }; o.b[0] = x; return o.a[0]!;')).toEqual([]);
    expect(written('x: number, a: number[]', 'const m: Memo = { rows: [a] }; m.last = a; m.rows[0] = [x]; return m.last[0]!;')).toEqual([]);
    expect(written('x: number, a: number[]', 'const m: Memo = { rows: [a] }; m.rows[0]![0] = x; return x;')).toEqual(['a']);
    expect(
      written(
        'x: number, a: number[]',
        'const m: Memo = { rows: [] }; const put = (o: Memo): void => { o.last = a; }; put(m); m.last![0] = x; return x;',
      ),
    ).toEqual(['a']);
  });
  it('knows lists that are filled with nothing', () =>
    same(
      `/** @grad */ export function f(x: number, rows: number[][]): number {
        const kept: (number[] | undefined)[] = new Array(rows.length).fill(undefined);
        const none: ({ v: number } | null)[] = new Array(2).fill(null);
        let s = 0;
        for (let i = 0; i < 4; i++) { const at = i % rows.length; let row = kept[at]; if (row === undefined) {
        row = rows[at]!.slice(); row[0]! *= x; kept[at] = row; } row[0]! += 1; s += row[0]!; }
        none[1] = { v: x }; for (const one of none) s += one?.v ?? 10;
        return s;
      }`,
      [2, [[1], [3, 4], [5]]],
      [3, [[1]]],
    ));
  it('spells null', () => {
    const { signature } = lowerOne(
      project,
      '/** @grad x */ export function f(x: number, o: { v: number } | null): number { return x + (o ? o.v : 2); }',
    );
    expect(signature.params[1]?.type).toBe('{ v: number } | null');
  });
});
