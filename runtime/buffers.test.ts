import { describe, expect, it } from 'vitest';
import { checkAliases, checkOut, checkSeed, GradgenAliasError, gradientBuffer, gradientList, toFloat32 } from './buffers.ts';

const numbers = (...values: number[]) => Float64Array.from(values);

describe('gradientBuffer', () => {
  it('makes zeros of the shape of the argument', () => {
    expect(gradientBuffer([1, 2])).toEqual(numbers(0, 0));
    expect(gradientBuffer(numbers(1, 2, 3))).toEqual(numbers(0, 0, 0));
    expect(gradientBuffer(undefined)).toEqual(numbers());
    expect(gradientList([1, 2])).toEqual([0, 0]);
  });

  it('zeroes and returns what the caller gives', () => {
    const out = numbers(7, 8);
    expect(gradientBuffer(numbers(1, 2), out)).toBe(out);
    expect(out).toEqual(numbers(0, 0));
    const list = [7, 8];
    expect(gradientList([1, 2], list, [3])).toBe(list);
    expect(list).toEqual([0, 0]);
  });

  it('refuses a wrong length before anything is written', () => {
    for (const out of [numbers(9), numbers(9, 9, 9)]) {
      expect(() => gradientBuffer(numbers(1, 2), out)).toThrow(RangeError);
      expect(out.every((value) => value === 9)).toBe(true);
    }
    expect(() => gradientBuffer(undefined, numbers(9))).toThrow(RangeError);
    expect(() => checkOut(undefined, numbers(1))).toThrow('has length undefined');
  });

  it('refuses memory of an argument or a seed before anything is written', () => {
    const memory = numbers(1, 2, 3, 4);
    const x = memory.subarray(0, 2);
    expect(() => gradientBuffer(x, x)).toThrow(RangeError);
    expect(() => gradientBuffer(x, memory.subarray(1, 3))).toThrow(RangeError);
    expect(() => gradientBuffer(numbers(0, 0), memory.subarray(1, 3), undefined, x)).toThrow(RangeError);
    expect(() => gradientBuffer(numbers(0, 0), memory.subarray(1, 3), new Uint8Array(memory.buffer, 8, 1))).toThrow(RangeError);
    expect(memory).toEqual(numbers(1, 2, 3, 4));
    const list = [1, 2];
    expect(() => gradientList(list, list)).toThrow(RangeError);
    expect(list).toEqual([1, 2]);
  });

  it('takes a neighbour in the same ArrayBuffer', () => {
    const memory = numbers(1, 2, 3, 4);
    gradientBuffer(memory.subarray(0, 2), memory.subarray(2, 4));
    expect(memory).toEqual(numbers(1, 2, 0, 0));
  });
});

describe('checks', () => {
  it('refuse seeds of another length', () => {
    expect(() => checkSeed(numbers(1), 1)).not.toThrow();
    expect(() => checkSeed(numbers(1), 2, 'seedOfU')).toThrow("'seedOfU' has length 1, expected 2");
    expect(() => checkSeed(undefined, 2)).toThrow(RangeError);
  });

  it('tell identical arguments from overlapping ones', () => {
    const memory = numbers(1, 2, 3);
    expect(() => checkAliases(memory, memory, numbers(1), undefined)).not.toThrow();
    expect(() => checkAliases(memory.subarray(0, 2), numbers(1), memory.subarray(1))).toThrow(GradgenAliasError);
    expect(() => checkAliases(memory, memory.subarray(0))).toThrow(GradgenAliasError);
    expect(() => checkAliases(memory.subarray(0, 1), memory.subarray(1))).not.toThrow();
  });
});

describe('toFloat32', () => {
  it('rounds once, into the memory of the caller if there is some', () => {
    expect(toFloat32(numbers(0.1, 2))).toEqual(Float32Array.from([0.1, 2]));
    const out = new Float32Array(2);
    expect(toFloat32(numbers(0.1, 2), out)).toBe(out);
    expect(out[0]).toBe(Math.fround(0.1));
  });
});
