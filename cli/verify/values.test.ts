import { describe, expect, it } from 'vitest';
import { entriesOf, mergeShared } from './entries.ts';
import { fitArguments, guessPoints, pointsIn, randomFrom } from './points.ts';
import { copyOf, isIdentical, isSameShape, leavesOf, pathText, type Shape, tangentOf, textOf } from './values.ts';

const real: Shape = { kind: 'real' };
const numbers = (storage: 'f64' | 'i32' | 'list'): Shape => ({ kind: 'array', storage, readonly: false });
const listOf = (element: Shape): Shape => ({ kind: 'list', element, readonly: false });
const record = (fields: Readonly<Record<string, Shape>>, optional: readonly string[] = [], tuple = false): Shape => ({
  kind: 'record',
  tuple,
  type: '',
  fields: Object.entries(fields).map(([name, shape]) => ({ name, shape, optional: optional.includes(name), readonly: false })),
});
const mode: Shape = { kind: 'text', literals: ['a', 'b'] };
const bodyShape = record(
  { rows: listOf(numbers('f64')), n: numbers('i32'), text: mode, b: record({ c: real }), k: { kind: 'int' }, m: real },
  ['m'],
);

describe('values', () => {
  const value = { b: { c: 5 }, rows: [Float64Array.of(1), Float64Array.of(2, 3)], n: Int32Array.of(4), text: 'x', k: 7 };

  it('have leaves by their types, and copies that share nothing', () => {
    expect(leavesOf(bodyShape, value).map(({ path, value: leaf }) => [pathText('v', path), leaf])).toEqual([
      ['v.rows[0][0]', 1],
      ['v.rows[1][0]', 2],
      ['v.rows[1][1]', 3],
      ['v.b.c', 5],
    ]);
    const copy = copyOf(value);
    expect(isIdentical(copy, value)).toBe(true);
    (copy.rows[1] as Float64Array)[0] = 7;
    expect(value.rows[1]?.[0]).toBe(2);
    const shared = [1];
    const [first, second] = copyOf([shared, shared]);
    expect(first).toBe(second);
    expect(textOf(value)).toBe('{"b":{"c":5},"rows":[[1],[2,3]],"n":[4],"text":"x","k":7}');
  });

  it('have tangents of the fields that can be differentiated', () => {
    const tangent = tangentOf(bodyShape, value, () => 6);
    expect(tangent).toEqual({ b: { c: 6 }, rows: [Float64Array.of(6), Float64Array.of(6, 6)], m: 0 });
    expect(isSameShape(tangent, { m: 1, b: { c: 6 }, rows: [Float64Array.of(6), Float64Array.of(6, 6)] })).toBe(true);
    for (const other of [
      { b: { c: 6 }, rows: [[6], Float64Array.of(6, 6)], m: 0 },
      { b: { c: 6 }, rows: [], m: 0 },
      { b: {}, rows: [Float64Array.of(6), Float64Array.of(6, 6)], m: 0 },
    ])
      expect(isSameShape(tangent, other)).toBe(false);
    expect(tangentOf(record({ 0: real, 1: mode, 2: real }, [], true), [1, 'a', 2], () => 3)).toEqual([3, undefined, 3]);
    const row = [1, 2];
    const [one, two] = tangentOf(listOf(numbers('list')), [row, row], () => 1) as number[][];
    expect(one).toBe(two);
  });

  it('have one entry for each number in memory', () => {
    const row = [1, 2];
    const entries = entriesOf(0, listOf(numbers('list')), [row, row, [3]], [[1, 2], [10, 20], [5]]);
    expect(mergeShared([[row, row, [3]]], entries).map(({ got }) => got)).toEqual([11, 22, 5]);
  });

  it('are identical bit for bit only', () => {
    expect(isIdentical(0, -0)).toBe(false);
    expect(isIdentical([Number.NaN], [Number.NaN])).toBe(true);
    expect(isIdentical([1], [1, 2])).toBe(false);
    expect(isIdentical({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(isIdentical({ a: 1, b: null }, { a: 1 })).toBe(false);
  });
});

describe('points', () => {
  it('are the same in every run', () => {
    const [first, second] = [randomFrom('f'), randomFrom('f')];
    const drawn = Array.from({ length: 50 }, first);
    expect(drawn).toEqual(Array.from({ length: 50 }, second));
    expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
  });

  it('come from a file in any of its forms', () => {
    expect(pointsIn({ default: [[1], { args: [2] }] }, 'f')).toEqual([[1], [2]]);
    expect(pointsIn({ default: { f: [[1]], g: [[2]] } }, 'f')).toEqual([[1]]);
    expect(pointsIn({ f: [[1]], default: [[2]] }, 'f')).toEqual([[1]]);
    expect(pointsIn({}, 'f')).toEqual([]);
  });

  it('become what the types want, however deep', () => {
    const params = [{ shape: record({ at: numbers('f64'), rows: listOf(numbers('f64')), text: mode }) }];
    const row = [1, 2];
    const [fitted] = fitArguments(
      [{ at: row, rows: [row, [3]], text: 'a', more: 1 }],
      params as unknown as Parameters<typeof fitArguments>[1],
    );
    expect(fitted).toEqual({ at: Float64Array.of(1, 2), rows: [Float64Array.of(1, 2), Float64Array.of(3)], text: 'a', more: 1 });
    const { at, rows } = fitted as { at: unknown; rows: unknown[] };
    expect(rows[0]).toBe(at);
  });

  it('are guessed for nested types: equal lengths, each literal, with and without what may be missing', () => {
    const params = [{ name: 'p', type: '', optional: false, role: 'input', why: '', shape: listOf(bodyShape) }];
    const points = guessPoints({ name: 'f', params } as unknown as Parameters<typeof guessPoints>[0], 8);
    const bodies = points.flatMap(({ args }) => args[0] as { rows: Float64Array[]; n: Int32Array; text: string; k: number; m?: number }[]);
    expect(new Set(bodies.map(({ text }) => text))).toEqual(new Set(['a', 'b']));
    expect(new Set(bodies.map(({ m }) => typeof m))).toEqual(new Set(['number', 'undefined']));
    expect(bodies.every(({ rows, n }) => rows.every((row) => row.length === n.length && rows.length === n.length))).toBe(true);
    expect(bodies.every(({ k }) => k > 0 && k < 4)).toBe(true);
    expect(points).toEqual(guessPoints({ name: 'f', params } as unknown as Parameters<typeof guessPoints>[0], 8));
  });

  it('are guessed with equal lengths and small integers', () => {
    const param = (shape: object) => ({ name: 'p', type: '', optional: false, role: 'input', why: '', shape });
    const params = [
      param({ kind: 'array', storage: 'f64', readonly: false }),
      param({ kind: 'array', storage: 'i32' }),
      param({ kind: 'int' }),
    ];
    const points = guessPoints({ name: 'f', params } as unknown as Parameters<typeof guessPoints>[0], 8);
    for (const { args } of points) {
      const [x, k, n] = args as [Float64Array, Int32Array, number];
      expect([x.length === k.length, n > 0 && n < 10]).toEqual([true, true]);
    }
  });
});
