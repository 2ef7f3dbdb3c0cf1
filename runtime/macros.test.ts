import { describe, expect, expectTypeOf, it } from 'vitest';
import { type DenseMatrix, grad, hessian, hvp, type int, jacobian, jvp, stopGradient, type Tangent, valueAndGrad, vjp } from './macros.ts';

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

interface Moving {
  readonly x: number;
  readonly y: number;
  readonly index: int;
}

describe('the macros', () => {
  const loss = (p: Float64Array, n: int, scale: number): number => (p[0] as number) * scale ** n;
  const pair = (at: Moving, _k?: number): [number, Float64Array] => [at.x, new Float64Array([at.y])];

  it('give gradients of what is differentiated, one as itself', () => {
    expectTypeOf(grad(loss)).returns.toEqualTypeOf<[Float64Array, number]>();
    expectTypeOf(grad(loss, [0])).returns.toEqualTypeOf<Float64Array>();
    expectTypeOf(grad(loss, [0])).parameters.toEqualTypeOf<Parameters<typeof loss>>();
    expectTypeOf(valueAndGrad(loss, [2])).returns.toEqualTypeOf<{ value: number; grad: number }>();
    expectTypeOf(hvp(loss, [0])).parameters.toEqualTypeOf<[p: Float64Array, n: int, scale: number, Float64Array]>();
    expectTypeOf(grad((x: Float32Array) => x[0] as number)).returns.toEqualTypeOf<Float32Array>();
    expectTypeOf(hessian(loss)).returns.toEqualTypeOf<DenseMatrix>();
  });

  it('take seeds and tangents after the parameters', () => {
    expectTypeOf(vjp(pair)).parameters.toEqualTypeOf<[at: Moving, _k: number | undefined, number, Float64Array]>();
    expectTypeOf(vjp(pair)).returns.toEqualTypeOf<[{ x: number; y: number }, number]>();
    expectTypeOf(jvp(pair, [0])).parameters.toEqualTypeOf<[at: Moving, _k: number | undefined, { x: number; y: number }]>();
    expectTypeOf(jvp(pair)).returns.toEqualTypeOf<{ value: [number, Float64Array]; tangent: [number, Float64Array] }>();
    expectTypeOf(jacobian(pair)).returns.toEqualTypeOf<DenseMatrix>();
  });

  it('take functions of numbers without types, and derivatives of derivatives', () => {
    expectTypeOf(grad((x, y) => x * y)).returns.toEqualTypeOf<[number, number]>();
    expectTypeOf(grad(grad((x) => x * x))).returns.toEqualTypeOf<number>();
    expectTypeOf(jvp(grad(loss, [0]), [0])).returns.toEqualTypeOf<{ value: Float64Array; tangent: Float64Array }>();
  });

  it('refuse functions of another result', () => {
    // @ts-expect-error a matrix has no gradient
    expect(grad((x: Float64Array) => x)).toBeTypeOf('function');
  });

  it('can be named without the compiler, but not called', () => {
    const derivative = grad((x: number) => x * x);
    expect(() => derivative(1)).toThrow(/gradgen: grad\(f\) is worked out by the compiler/);
  });
});

describe('stopGradient', () => {
  it('is the value itself, of memory a copy', () => {
    const rows = [[1, 2], new Float64Array([3])];
    expect(stopGradient(2.5)).toBe(2.5);
    expect(stopGradient(rows)).toEqual(rows);
    expect(stopGradient(rows)[0]).not.toBe(rows[0]);
  });
});
