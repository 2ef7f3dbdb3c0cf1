import { describe, expect, it } from 'vitest';
import { type DenseMatrix, matrixBuffer } from './matrices.ts';

const matrix = (rows: number, cols: number, values = new Float64Array(rows * cols)): DenseMatrix => ({ rows, cols, values });

describe('matrixBuffer', () => {
  it('makes zeros', () => {
    expect(matrixBuffer(2, 3)).toEqual(matrix(2, 3));
    expect(matrixBuffer(0, 3)).toEqual(matrix(0, 3));
  });

  it('hands back what the caller gives, as it is', () => {
    const out = matrix(1, 2, Float64Array.of(7, 8));
    expect(matrixBuffer(1, 2, out, [1], undefined)).toBe(out);
    expect(out.values).toEqual(Float64Array.of(7, 8));
  });

  it('refuses another size', () => {
    const wrong = [matrix(2, 1), matrix(1, 3), matrix(1, 2, new Float64Array(3)), { rows: 1, cols: 2 } as DenseMatrix];
    for (const out of wrong) expect(() => matrixBuffer(1, 2, out)).toThrow(RangeError);
    expect(() => matrixBuffer(1, 2, matrix(2, 1))).toThrow('the output matrix is 2 × 1 with 2 values, the result is 1 × 2');
  });

  it('refuses memory of an argument', () => {
    const memory = Float64Array.of(1, 2, 3, 4);
    const out = matrix(1, 2, memory.subarray(1, 3));
    expect(() => matrixBuffer(1, 2, out, [1], memory.subarray(0, 2))).toThrow(RangeError);
    expect(() => matrixBuffer(1, 2, out, new Uint8Array(memory.buffer, 16, 1))).toThrow(RangeError);
    expect(matrixBuffer(1, 2, out, memory.subarray(3))).toBe(out);
    expect(memory).toEqual(Float64Array.of(1, 2, 3, 4));
  });
});
