import { describe, expect, it } from 'vitest';
import { createArena } from './arena.ts';

const megabyte = 131072;

describe('arena', () => {
  it('gives blocks that do not overlap and takes them back', () => {
    const arena = createArena();
    const base = arena.top;
    const first = arena.block(3).fill(1);
    const second = arena.block(4).fill(2);
    expect([...first]).toEqual([1, 1, 1]);
    expect([...second]).toEqual([2, 2, 2, 2]);
    arena.top = base;
    expect(arena.block(3).byteOffset).toBe(first.byteOffset);
  });

  it('keeps two blocks that grow in turn apart, and old views valid', () => {
    const arena = createArena();
    let left = arena.block(4).fill(1);
    let right = arena.block(4).fill(2);
    const [oldLeft, oldRight] = [left, right];
    for (let round = 0; round < 16; round++) {
      left = arena.grow(left).fill(1, left.length);
      right = arena.grow(right).fill(2, right.length);
    }
    expect(left.every((value) => value === 1)).toBe(true);
    expect(right.every((value) => value === 2)).toBe(true);
    expect([...oldLeft, ...oldRight]).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
  });

  it('doubles a block and keeps its contents, in place where nothing follows it', () => {
    const arena = createArena();
    const block = arena.block(64).map((_, index) => index);
    const stored = arena.block(64);
    stored.set(block);
    const grown = arena.grow(stored);
    expect(grown.length).toBe(128);
    expect(grown.byteOffset).toBe(stored.byteOffset);
    expect([...grown.subarray(0, 64)]).toEqual([...block]);
    expect(arena.grow(arena.block(0)).length).toBeGreaterThan(0);
  });

  it('does the same for bytes', () => {
    const arena = createArena();
    let first = arena.bytes(3);
    first.set([1, 2, 3]);
    first = arena.growBytes(first);
    const between = arena.block(2).fill(7);
    first = arena.growBytes(first);
    expect([...first.subarray(0, 3)]).toEqual([1, 2, 3]);
    first.fill(255);
    expect([...between]).toEqual([7, 7]);
  });

  it('counts lengths as loops count trips', () => {
    const arena = createArena();
    expect([-1, Number.NaN, 0, 2.5].map((length) => arena.block(length).length)).toEqual([0, 0, 0, 3]);
    expect(() => arena.block(Number.POSITIVE_INFINITY)).toThrow(RangeError);
    expect(arena.block(2).length).toBe(2);
  });

  it('serves an activation inside another one', () => {
    const arena = createArena();
    const base = arena.top;
    const outer = arena.block(5000).fill(1);
    const inner = arena.top;
    arena.block(20000).fill(2);
    arena.top = inner;
    const after = arena.block(5000).fill(3);
    expect(outer.every((value) => value === 1)).toBe(true);
    expect(after.every((value) => value === 3)).toBe(true);
    arena.top = base;
    expect(arena.top).toBe(0);
  });

  it('finds its way back over many chunks, in any pattern of activations', () => {
    const arena = createArena();
    const descend = (depth: number): void => {
      if (depth === 0) return;
      const base = arena.top;
      const own = arena.block(1 + ((depth * 7919) % 30000)).fill(depth);
      descend(depth - 1);
      descend(depth >> 1);
      expect(own.every((value) => value === depth)).toBe(true);
      arena.top = base;
    };
    descend(12);
    expect(arena.top).toBe(0);
  });

  it('frees its chunks above 64 MB when the outermost activation ends, and keeps less', () => {
    const arena = createArena();
    const small = arena.block(megabyte);
    arena.top = 0;
    expect(arena.block(megabyte).buffer).toBe(small.buffer);
    arena.block(65 * megabyte);
    arena.top = 0;
    expect(arena.block(megabyte).buffer).not.toBe(small.buffer);
  });

  it('releases only what no activation holds', () => {
    const arena = createArena();
    const held = arena.block(8).fill(5);
    arena.release();
    arena.block(8).fill(6);
    expect(held.every((value) => value === 5)).toBe(true);
    arena.top = 0;
    arena.release();
    expect(arena.block(8).buffer).not.toBe(held.buffer);
  });

  it('is as it was after a block that cannot be had', () => {
    const arena = createArena();
    const base = arena.top;
    const block = arena.block(10).fill(4);
    expect(() => arena.block(2 ** 40)).toThrow(RangeError);
    expect(block.every((value) => value === 4)).toBe(true);
    arena.top = base;
    expect(arena.block(10).length).toBe(10);
  });

  it('gives stacks that grow beside each other and beside blocks', () => {
    const arena = createArena();
    const [left, right] = [arena.stack(), arena.stack()];
    const pushed = Array.from({ length: 1000 }, (_, i) => i);
    for (const i of pushed) {
      left.push(i);
      if (i % 3 === 0) right.push(-i);
      if (i % 100 === 0) arena.block(50).fill(7);
    }
    const popped = pushed.map(() => left.pop()).reverse();
    expect(popped).toEqual(pushed);
    expect(right.pop()).toBe(-999);
    arena.top = 0;
    expect(arena.top).toBe(0);
  });
});
