import { describe, expectTypeOf, it } from 'vitest';
import type { int, Tangent } from './macros.ts';

interface Body {
  readonly mass: number;
  readonly position: readonly [x: number, y: number];
  readonly drag?: number;
  readonly label: string;
  readonly steps: int;
  readonly index: Int32Array;
  readonly weights: readonly number[];
  step(): void;
}

interface Whole {
  readonly rows: int[][];
  readonly order: 0 | 1;
  readonly side: -1 | 2;
  readonly length: number & { readonly unit: 'm' };
  readonly ratio: 0.5 | 1;
  readonly pair: [int, string];
}

describe('Tangent', () => {
  it('is that of numbers and arrays', () => {
    expectTypeOf<Tangent<number>>().toEqualTypeOf<number>();
    expectTypeOf<Tangent<Float64Array>>().toEqualTypeOf<Float64Array>();
    expectTypeOf<Tangent<Float32Array>>().toEqualTypeOf<Float32Array>();
    expectTypeOf<Tangent<readonly number[]>>().toEqualTypeOf<number[]>();
    expectTypeOf<Tangent<ArrayLike<number>>>().toEqualTypeOf<Float64Array>();
    expectTypeOf<Tangent<number[] | Float64Array>>().toEqualTypeOf<Float64Array>();
    expectTypeOf<Tangent<Float32Array | Float64Array>>().toEqualTypeOf<Float64Array>();
    expectTypeOf<Tangent<number[][]>>().toEqualTypeOf<number[][]>();
    expectTypeOf<Tangent<Float64Array | undefined>>().toEqualTypeOf<Float64Array>();
  });

  it('is that of tuples and records, without what is not differentiable', () => {
    expectTypeOf<Tangent<readonly [number, Float64Array]>>().toEqualTypeOf<[number, Float64Array]>();
    expectTypeOf<Tangent<Body>>().toEqualTypeOf<{
      mass: number;
      position: [x: number, y: number];
      drag: number;
      weights: number[];
    }>();
  });

  it('leaves out integers however they are declared, and keeps the places of a tuple', () => {
    expectTypeOf<Tangent<[string, number, int, int[]]>>().toEqualTypeOf<[undefined, number, undefined, undefined]>();
    expectTypeOf<Tangent<Whole>>().toEqualTypeOf<{ length: number; ratio: number }>();
  });

  it('lets plain numbers be integers', () => {
    expectTypeOf<number>().toExtend<int>();
  });
});
