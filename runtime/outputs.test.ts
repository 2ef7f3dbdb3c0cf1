import { describe, expect, it } from 'vitest';
import { checkApart, checkNestedOut } from './outputs.ts';

const body = ['mass', 0, 'position', [0, 0], 'weights', [], 'kids', [['x', 0]]] as const;
const make = () => ({ mass: 1, position: [2, 3], weights: Float64Array.of(4, 5), kids: [{ x: 6 }, { x: 7 }] });
const points = [['x', 0, 'y', 0]] as const;
const pointsOf = (count: number) => Array.from({ length: count }, (_, i) => ({ x: i, y: 0 }));

describe('checkNestedOut', () => {
  it('refuses memory of the argument, and what occurs twice', () => {
    const like = make();
    expect(() => checkNestedOut(make(), body, like)).not.toThrow();
    expect(() => checkNestedOut(like, body, like)).toThrow(RangeError);
    expect(() => checkNestedOut({ ...make(), position: like.position }, body, like)).toThrow('shares memory');
    expect(() => checkNestedOut({ ...make(), weights: like.weights.subarray(0, 2) }, body, like)).toThrow('shares memory');
    const kid = { x: 1 };
    expect(() => checkNestedOut({ ...make(), kids: [kid, kid] }, body, like)).toThrow('twice');
    expect(() => checkNestedOut({ ...make(), kids: [kid] }, body, like)).toThrow("'out.kids' has length 1, expected 2");
  });

  it('finds what is shared among many', () => {
    const rows = Array.from({ length: 100 }, () => new Float64Array(2));
    const out = Array.from({ length: 100 }, () => new Float64Array(2));
    expect(() => checkNestedOut(out, [[]], rows)).not.toThrow();
    out.splice(40, 1, rows[60] ?? new Float64Array(2));
    expect(() => checkNestedOut(out, [[]], rows)).toThrow(RangeError);
  });

  it('looks again at what has changed since', () => {
    const [out, like] = [pointsOf(5), pointsOf(5)];
    const check = () => checkNestedOut(out, points, like);
    expect(check).not.toThrow();
    const mine = out[2];
    out[2] = out[3] ?? { x: 0, y: 0 };
    expect(check).toThrow('twice');
    out[2] = like[0] ?? { x: 0, y: 0 };
    expect(check).toThrow('shares memory');
    out[2] = { x: 0 } as { x: number; y: number };
    expect(check).toThrow("'out[2].y' is no number");
    out[2] = mine ?? { x: 0, y: 0 };
    expect(check).not.toThrow();
    like[4] = out[4] ?? { x: 0, y: 0 };
    expect(check).toThrow('shares memory');
    like[4] = { x: 0, y: 0 };
    like.push({ x: 0, y: 0 });
    expect(check).toThrow('has length 5, expected 6');
    like.length = 5;
    expect(check).not.toThrow();
    expect(() => checkNestedOut(out, points, pointsOf(4))).toThrow(RangeError);
    expect(() => checkNestedOut(out, [['x', 0, 'y', 0, 'z', 0]], like)).toThrow("'out[0].z' is no number");
    expect(check).not.toThrow();
  });

  it('compares the lengths of rows anew', () => {
    const [out, like] = [
      [[1, 2], [3]],
      [[1, 2], [3]],
    ];
    const check = () => checkNestedOut(out, [[]], like);
    expect(check).not.toThrow();
    out[1]?.push(4);
    expect(check).toThrow("'out[1]' has length 2, expected 1");
    like[1]?.push(4);
    expect(check).not.toThrow();
  });

  it('has no objection to a fitting argument that was only known to be apart', () => {
    const [out, like, longer] = [pointsOf(3), pointsOf(3), pointsOf(4)];
    checkNestedOut(out, points, like);
    checkApart(out, longer, points);
    expect(() => checkNestedOut(out, points, longer)).toThrow('has length 3, expected 4');
  });
});

describe('checkApart', () => {
  it('refuses what another value holds', () => {
    const [out, edges] = [pointsOf(3), [{ ends: pointsOf(2) }]];
    checkNestedOut(out, points, pointsOf(3));
    const check = () => checkApart(out, edges, [['ends', points]]);
    expect(check).not.toThrow();
    expect(check).not.toThrow();
    edges.push({ ends: [out[1] ?? { x: 0, y: 0 }] });
    expect(check).toThrow('shares memory');
    edges.pop();
    expect(check).not.toThrow();
    expect(() => checkApart(out, undefined, points)).not.toThrow();
  });

  it('takes a single record or array as well', () => {
    const memory = new Float64Array(4);
    const record = { x: 0, y: 0 };
    checkNestedOut(record, points[0], { x: 1, y: 1 });
    expect(() => checkApart(record, pointsOf(3), points)).not.toThrow();
    expect(() => checkApart(record, [{ x: 1, y: 1 }, record], points)).toThrow(RangeError);
    expect(() => checkApart(memory.subarray(0, 2), [{ weights: memory.subarray(2) }], [['weights', []]])).not.toThrow();
    expect(() => checkApart(memory.subarray(0, 2), [{ weights: memory.subarray(1) }], [['weights', []]])).toThrow(RangeError);
    expect(() => checkApart([], [[]], [[]])).not.toThrow();
  });
});
