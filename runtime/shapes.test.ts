import { describe, expect, it } from 'vitest';
import { GradgenAliasError } from './buffers.ts';
import { checkNestedAliases, checkShape } from './shapes.ts';

const body = ['mass', 0, 'position', [0, 0], 'weights', [], 'kids', [['x', 0]]] as const;
const make = () => ({ mass: 1, position: [2, 3], weights: Float64Array.of(4, 5), kids: [{ x: 6 }, { x: 7 }] });

describe('checkShape', () => {
  it('takes what has the shape, and more fields than that', () => {
    expect(() => checkShape({ ...make(), name: 'a' }, make(), body)).not.toThrow();
    expect(() => checkShape(make(), undefined, body)).not.toThrow();
  });

  it('passes over elements that are missing where they belong', () => {
    const rows = [[1], undefined, null];
    expect(() => checkShape([[0], undefined, [5]], rows, [[]])).not.toThrow();
    expect(() => checkShape([undefined, undefined, null], rows, [[]])).toThrow("'out[0]' is missing");
    expect(() => checkShape([[1, 2], null], undefined, [[]])).not.toThrow();
  });

  it('names the part that is wrong', () => {
    const message = (value: unknown, like: unknown = make()) => {
      try {
        checkShape(value, like, body, 'seed');
        return 'fine';
      } catch (error) {
        return (error as RangeError).message;
      }
    };
    expect(message({ ...make(), mass: undefined })).toBe("'seed.mass' is no number");
    expect(message({ ...make(), position: [1] })).toBe("'seed.position.1' is no number");
    expect(message({ ...make(), weights: [1] })).toBe("'seed.weights' has length 1, expected 2");
    expect(message({ ...make(), kids: [{ x: 1 }, {}] })).toBe("'seed.kids[1].x' is no number");
    expect(message({ ...make(), kids: null })).toBe("'seed.kids' is missing");
    expect(message(make(), { ...make(), kids: undefined })).toBe("'seed.kids' has length 2, expected 0");
  });
});

describe('checkNestedAliases', () => {
  it('refuses rows that repeat or overlap', () => {
    const memory = new Float64Array(6);
    const [a, b, c] = [memory.subarray(0, 2), memory.subarray(2, 4), memory.subarray(1, 3)];
    expect(() => checkNestedAliases([[a, b], [[]]])).not.toThrow();
    expect(() => checkNestedAliases([[a, a], [[]]])).toThrow(GradgenAliasError);
    expect(() => checkNestedAliases([[b, c], [[]]])).toThrow(GradgenAliasError);
    expect(() => checkNestedAliases([[a], [[]]], [c, []])).toThrow(GradgenAliasError);
  });

  it('takes the very same argument, and what lies outside of the shapes', () => {
    const nodes = [make()];
    expect(() => checkNestedAliases([nodes, [body]], [nodes, [body]])).not.toThrow();
    expect(() => checkNestedAliases([nodes, [body]], [[nodes[0]], [body]])).toThrow(GradgenAliasError);
    const owner = {};
    const owned = [
      { x: 1, owner },
      { x: 2, owner },
    ];
    expect(() => checkNestedAliases([owned, [['x', 0]]])).not.toThrow();
  });
});
