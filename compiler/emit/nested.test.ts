import { describe, expect, it } from 'vitest';
import { compileSource } from '../index.ts';
import { evaluate } from './testing.ts';

/** The text of a module's derivatives, without its imports and comments. */
function derivativesOf(source: string): string {
  const { text, diagnostics } = compileSource(source);
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  return text;
}

/** One exported function: signature and body, without the comments of its lines. */
function functionText(name: string, text: string): string[] {
  const start = text.indexOf(`export function ${name}(`);
  const end = text.indexOf('\n}\n', start);
  return text
    .slice(start, end)
    .split('\n')
    .filter((line) => !/^\s*\/\//.test(line));
}

const plain = (text: string): string => text.replace(/^import type .*$/gm, '').replace(/^import \{[^}]*\} from "gradgen\/runtime";$/gm, '');
const functionNamed = (name: string, text: string) => evaluate(plain(text), name);

const vec2 = 'export interface Vec2 { x: number; y: number }\n';
const distance = `${vec2}
/** @grad */
export function distance(u: Vec2, v: Vec2): number {
  const dx = u.x - v.x;
  const dy = u.y - v.y;
  return Math.sqrt(dx * dx + dy * dy);
}`;
const particles = `${vec2}
export interface Particle { readonly id: string; mass?: number; position: Vec2; weights: Float64Array }
/** @grad */
export function energy(bodies: readonly Particle[]): number {
  let sum = 0;
  for (const body of bodies) sum += (body.mass ?? 1) * body.position.x * body.weights[0];
  return sum;
}`;
const move = `${vec2}
/** @vjp
 * @jvp */
export function move(nodes: Vec2[], dt: number): void {
  for (const node of nodes) node.x += dt * node.y * node.x;
}`;

describe('records', () => {
  it('come out as literals where each number is known at the end', () => {
    const text = derivativesOf(distance);
    expect(functionText('distanceGrad', text).slice(7)).toEqual([
      '  const dx = u.x - v.x;',
      '  const dy = u.y - v.y;',
      '  const root = Math.sqrt(dx * dx + dy * dy);',
      '  const dSum = root === 0 ? 0 : 1 / root;',
      '  const dDy = dSum * dy;',
      '  const dDx = dSum * dx;',
      '  const negated = -dDy;',
      '  const negated2 = -dDx;',
      '  if (out === undefined) return [{ x: dDx, y: dDy }, { x: negated2, y: negated }];',
      '  out[0].x = dDx;',
      '  out[0].y = dDy;',
      '  out[1].x = negated2;',
      '  out[1].y = negated;',
      '  return out;',
    ]);
    expect(functionNamed('distanceGrad', text)({ x: 3, y: 4 }, { x: 0, y: 4 })).toEqual([
      { x: 1, y: 0 },
      { x: -1, y: -0 },
    ]);
  });

  it('have the type of the user where the gradient has all of it, else one that is declared', () => {
    expect(derivativesOf(distance)).toContain('): [du: Vec2, dv: Vec2] {');
    const text = derivativesOf(particles);
    expect(text).toContain('export interface ParticleTangent {\n  mass: number;\n  position: Vec2;\n  weights: Float64Array;\n}');
    expect(text).toContain('export function energyGrad(bodies: readonly Particle[], out?: ParticleTangent[]): ParticleTangent[] {');
  });

  it('are read in chains, and added to where they are', () => {
    const text = derivativesOf(particles);
    expect(functionText('energyGrad', text).slice(2).join('\n')).toContain('dBody.position.x += ');
    const bodies = [
      { id: 'a', mass: 2, position: { x: 3, y: 0 }, weights: Float64Array.of(5, 1) },
      { id: 'b', position: { x: 7, y: 0 }, weights: Float64Array.of(11) },
    ];
    expect(functionNamed('energyGrad', text)(bodies)).toEqual([
      { mass: 15, position: { x: 10, y: 0 }, weights: Float64Array.of(6, 0) },
      { mass: 0, position: { x: 11, y: 0 }, weights: Float64Array.of(7) },
    ]);
  });
});

describe('memory of nested results', () => {
  const bodies = () => [{ id: 'a', mass: 2, position: { x: 3, y: 0 }, weights: Float64Array.of(5, 1) }];
  const zeros = () => [{ mass: 9, position: { x: 9, y: 9 }, weights: Float64Array.of(9, 9) }];

  it("is the caller's where the caller gives it", () => {
    const text = derivativesOf(particles);
    const expected = [{ mass: 15, position: { x: 10, y: 0 }, weights: Float64Array.of(6, 0) }];
    const out = zeros();
    expect(functionNamed('energyGrad', text)(bodies(), out)).toBe(out);
    expect(out).toEqual(expected);
    const into = zeros();
    expect(functionNamed('energyValueAndGradInto', text)(bodies(), into)).toBe(30);
    expect(into).toEqual(expected);
    const both = functionNamed('energyValueAndGrad', text);
    expect(both(bodies())).toEqual({ value: 30, grad: expected });
    const again = zeros();
    expect((both(bodies(), again) as { grad: unknown }).grad).toBe(again);
    expect(again).toEqual(expected);
  });

  it('must have the right shape and share nothing, before anything is written', () => {
    const grad = functionNamed('energyGrad', derivativesOf(particles));
    const shared = bodies();
    const wrong = [
      [],
      [...zeros(), ...zeros()],
      [{ mass: 9, position: { x: 9 }, weights: Float64Array.of(9, 9) }],
      [{ mass: 9, position: { x: 9, y: 9 }, weights: Float64Array.of(9) }],
      [{ mass: 9, position: shared[0]?.position, weights: Float64Array.of(9, 9) }],
      [{ mass: 9, position: { x: 9, y: 9 }, weights: shared[0]?.weights }],
      shared,
    ];
    for (const out of wrong) expect(() => grad(shared, out)).toThrow(RangeError);
    expect(shared).toEqual(bodies());
    const twice = zeros();
    expect(() => grad([...shared, ...bodies()], [twice[0], twice[0]])).toThrow(RangeError);
    expect(twice).toEqual(zeros());
  });

  it('is rounded at the end for Float32Array', () => {
    const source = `export interface Layer { w: Float32Array; b: number }
      /** @grad */ export function f(layer: Layer): number { return layer.w[0] * layer.b; }`;
    const text = derivativesOf(source);
    expect(text).toContain('export function fGrad(layer: Layer, out?: Layer): Layer {');
    const grad = functionNamed('fGrad', text);
    expect(grad({ w: Float32Array.of(3), b: 0.1 })).toEqual({ w: Float32Array.of(0.1), b: 3 });
    const out = { w: Float32Array.of(7), b: 7 };
    expect(grad({ w: Float32Array.of(3), b: 0.1 }, out)).toBe(out);
    expect(out).toEqual({ w: Float32Array.of(0.1), b: 3 });
  });

  it('holds zeros for what is missing', () => {
    const source = `${vec2}export interface Options { at?: Vec2; rows?: number[][] | null; scale?: number }
      /** @grad options */ export function f(options: Options, x: number): number { return x * (options.at ? options.at.x : 1); }`;
    const grad = functionNamed('fGrad', derivativesOf(source));
    expect(grad({}, 2)).toEqual({ at: { x: 0, y: 0 }, rows: [], scale: 0 });
    expect(grad({ at: { x: 1, y: 1 }, rows: [[1], [2, 3]] }, 2)).toEqual({ at: { x: 2, y: 0 }, rows: [[0], [0, 0]], scale: 0 });
  });
});

describe('seeds, tangents and written parameters', () => {
  it('are checked for their shape', () => {
    const text = derivativesOf(move);
    const [vjp, jvp] = [functionNamed('moveVjp', text), functionNamed('moveJvp', text)];
    const nodes = () => [{ x: 1, y: 2 }];
    expect(vjp(nodes(), 3, [{ x: 1, y: 0 }])).toEqual([[{ x: 7, y: 3 }], 2]);
    expect(jvp(nodes(), 3, [{ x: 1, y: 0 }], 1)).toEqual({ value: [{ x: 7, y: 2 }], tangent: [{ x: 9, y: 0 }] });
    for (const seed of [[], [{ x: 1 }], [{ x: 1, y: 'a' }], [null]]) {
      expect(() => vjp(nodes(), 3, seed)).toThrow(RangeError);
      expect(() => jvp(nodes(), 3, seed, 1)).toThrow(RangeError);
    }
  });

  it('must not hold one object twice', () => {
    const vjp = functionNamed('moveVjp', derivativesOf(move));
    const node = { x: 1, y: 2 };
    expect(() => vjp([node, node], 3, [node, node])).toThrow('the same object or memory twice');
    expect(node).toEqual({ x: 1, y: 2 });
  });

  it('must not share parts with other arguments, unless they are the same', () => {
    const source = `${vec2}
      /** @vjp */ export function f(p: Vec2[], q: Vec2[]): void { for (let i = 0; i < p.length; i++) p[i].x += q[i].y; }`;
    const vjp = functionNamed('fVjp', derivativesOf(source));
    const p = [{ x: 1, y: 2 }];
    expect(() => vjp(p, [p[0]], [{ x: 1, y: 0 }])).toThrow('shares objects or memory');
    expect(vjp(p, p, [{ x: 1, y: 0 }])).toEqual([[{ x: 1, y: 1 }], [{ x: 0, y: 0 }]]);
  });

  it('check what f returns where its lengths are known', () => {
    const source = `/** @vjp */ export function f(x: number[]): { rows: number[][]; total: number } {
      const rows = [x.slice(), x.slice()];
      return { rows, total: x[0] };
    }`;
    const vjp = functionNamed('fVjp', derivativesOf(source));
    expect(
      vjp([1, 2], {
        rows: [
          [1, 2],
          [3, 4],
        ],
        total: 5,
      }),
    ).toEqual([9, 6]);
    for (const rows of [[[1, 2]], [[1, 2], [3]], undefined]) expect(() => vjp([1, 2], { rows, total: 5 })).toThrow(RangeError);
  });
});
