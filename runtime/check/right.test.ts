/** Right derivatives of all shapes pass, and what can be told from their shapes is told. */
import { describe, expect, it } from 'vitest';
import { assertGradient, checkGradient } from './index.ts';

const pass = (report: ReturnType<typeof checkGradient>): void => expect(report.passed, report.toString()).toBe(true);

interface Body {
  readonly name: string;
  readonly at: { readonly x: number; readonly y: number };
  readonly mass: number;
  readonly count: number;
}

const bodies: Body[] = [
  { name: 'a', at: { x: 1, y: -0.5 }, mass: 2, count: 3 },
  { name: 'b', at: { x: 0.25, y: 3 }, mass: 0.5, count: 1 },
];

const moment = (all: readonly Body[]) => all.reduce((sum, { at, mass, count }) => sum + count * mass * (at.x ** 2 + at.x * at.y), 0);
const momentGrad = (all: readonly Body[]) =>
  all.map(({ at, mass, count }) => ({
    at: { x: count * mass * (2 * at.x + at.y), y: count * mass * at.x },
    mass: count * (at.x ** 2 + at.x * at.y),
  }));

describe('a right gradient passes', () => {
  const point = Float64Array.of(0.3, -2, 5);

  it('of one array, beside constants', () => {
    const fit = (p: Float64Array, t: Float64Array, n: number) => Math.exp(p[0]! * t[0]!) * p[1]! + p[2]! ** n;
    const fitGrad = (p: Float64Array, t: Float64Array, n: number) => {
      const e = Math.exp(p[0]! * t[0]!);
      return Float64Array.of(t[0]! * e * p[1]!, e, n * p[2]! ** (n - 1));
    };
    const report = checkGradient(fit, fitGrad, [point, Float64Array.of(0.7), 3]);
    pass(report);
    expect(report).toMatchObject({ inputs: [0], checked: 3, skipped: [], failures: [] });
    expect(report.toString()).toMatch(/^fitGrad agrees: 3 numbers compared with differences, largest error \S+ at p\[\d\]$/);
    expect(report.worst!.error).toBeLessThan(1e-8);
  });

  it('of numbers: one, several in a tuple, beside an integer', () => {
    pass(checkGradient(Math.sin, Math.cos, [0.4]));
    const product = (x: number, y: number) => x * y;
    const all = checkGradient(product, (x, y) => [y, x], [2, 3]);
    pass(all);
    expect(all.inputs).toEqual([0, 1]);
    const power = (x: number, n: number) => {
      let result = 1;
      for (let i = 0; i < n; i++) result *= x;
      return result;
    };
    const counted = checkGradient(power, (x, n) => n * x ** (n - 1), [2, 4]);
    pass(counted);
    expect(counted.inputs).toEqual([0]);
  });

  it('beside a list of indices of the same length', () => {
    const gather = (x: number[], at: number[]) => at.reduce((sum, i, j) => sum + x[i]! ** (j + 1), 0);
    const gatherGrad = (x: number[], at: number[]) => {
      const dx = x.map(() => 0);
      at.forEach((i, j) => (dx[i]! += (j + 1) * x[i]! ** j));
      return dx;
    };
    const report = checkGradient(gather, gatherGrad, [
      [1, 2, 3],
      [2, 0, 2],
    ]);
    pass(report);
    expect(report.inputs).toEqual([0]);
  });

  it('of records in lists, whose other fields have no entry', () => {
    const report = checkGradient(moment, momentGrad, [bodies]);
    pass(report);
    expect(report.checked).toBe(6);
    expect(report.skipped.map(({ path }) => path)).toEqual(['all[0].count', 'all[1].count']);
  });

  it('of nested arrays, tuples and what may be missing', () => {
    const f = (rows: number[][], [a, b]: [number, number], scale?: number) => rows[0]![1]! * rows[1]![0]! * a - b * b * (scale ?? 2);
    const fGrad = (rows: number[][], [a, b]: [number, number], scale?: number) => [
      [
        [0, rows[1]![0]! * a],
        [rows[0]![1]! * a, 0, 0],
      ],
      [rows[0]![1]! * rows[1]![0]!, -2 * b * (scale ?? 2)],
      scale === undefined ? 0 : -b * b,
    ];
    const rows = [
      [1, 2.5],
      [3.5, 4, 5],
    ];
    pass(checkGradient(f, fGrad, [rows, [0.5, 7], 3.5]));
    pass(checkGradient(f, fGrad, [rows, [0.5, 7], undefined]));
  });

  it('of Float32Array', () => {
    const f = (x: Float32Array) => x.reduce((sum, e) => sum + e ** 3, 0);
    pass(checkGradient(f, (x) => x.map((e) => 3 * e * e), [Float32Array.of(0.1, -0.7, 12)]));
  });

  it('as a value with a gradient, and with an output buffer', () => {
    const f = (x: Float64Array) => x[0]! * x[1]!;
    const grad = (x: Float64Array, out: Float64Array = new Float64Array(2)) => {
      out.set([x[1]!, x[0]!]);
      return out;
    };
    const both = (x: Float64Array, out?: Float64Array) => ({ value: f(x), grad: grad(x, out) });
    pass(checkGradient(f, grad, [Float64Array.of(3, 4)], { out: true }));
    pass(checkGradient(f, both, [Float64Array.of(3, 4)], { out: true, as: 'valueAndGrad' }));
  });

  it('where f writes to its arguments, which stay as they are', () => {
    const f = (x: Float64Array) => {
      x[0] = x[0]! ** 2;
      return x[0]! * x[1]!;
    };
    const given = Float64Array.of(3, 4);
    pass(checkGradient(f, (x) => Float64Array.of(2 * x[0]! * x[1]!, x[0]! ** 2), [given]));
    expect([...given]).toEqual([3, 4]);
  });

  it('where one object stands at two places', () => {
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, e, i) => sum + e * b[i]!, 0);
    const report = checkGradient(dot, (a, b) => [b.slice(), a.slice()], [point, point]);
    pass(report);
    expect(report.checked).toBe(3);
  });

  it('of thousands of numbers', () => {
    const many = Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i));
    const report = checkGradient(
      (x: Float64Array) => x.reduce((sum, e, i) => sum + i * e * e, 0),
      (x) => x.map((e, i) => 2 * i * e),
      [many],
    );
    pass(report);
    expect(report.checked).toBeGreaterThan(60);
    expect(report.checked).toBeLessThan(70);
  });

  it('at extreme sizes', () => {
    for (const scale of [1e-12, 1e9]) {
      const f = (x: Float64Array) => scale * (Math.sin(x[0]! / scale) + x[1]! ** 2);
      const fGrad = (x: Float64Array) => Float64Array.of(Math.cos(x[0]! / scale), 2 * scale * x[1]!);
      if (scale > 1) pass(checkGradient(f, fGrad, [Float64Array.of(2, 3)]));
      else
        pass(
          checkGradient(
            (x: number) => scale * Math.exp(x),
            (x) => scale * Math.exp(x),
            [1],
          ),
        );
    }
  });

  it('of nothing, where there is nothing', () => {
    pass(
      checkGradient(
        (x: Float64Array) => x.length,
        () => new Float64Array(0),
        [new Float64Array(0)],
      ),
    );
  });
});

describe('a right vector-Jacobian product passes', () => {
  const rotate = (v: { x: number; y: number }, angle: number) => ({
    x: v.x * Math.cos(angle) - v.y * Math.sin(angle),
    y: v.x * Math.sin(angle) + v.y * Math.cos(angle),
  });
  type Vector = ReturnType<typeof rotate>;
  const rotateVjp = (v: Vector, angle: number, seed: Vector) => [
    rotate(seed, -angle),
    seed.x * -rotate(v, angle).y + seed.y * rotate(v, angle).x,
  ];
  const rotateJvp = (v: Vector, angle: number, dv: Vector, dAngle: number) => {
    const value = rotate(v, angle);
    const moved = rotate(dv, angle);
    return { value, tangent: { x: moved.x - value.y * dAngle, y: moved.y + value.x * dAngle } };
  };

  it('of a record, with its forward derivative', () => {
    const report = checkGradient(rotate, rotateVjp, [{ x: 1, y: 2 }, 0.3], { jvp: rotateJvp });
    pass(report);
    expect(report.checked).toBe(5);
  });

  it('of an array that is returned, and of one that is written', () => {
    const squares = (x: Float64Array) => x.map((e) => e * e);
    pass(checkGradient(squares, (x, seed: Float64Array) => x.map((e, i) => 2 * e * seed[i]!), [Float64Array.of(1, 2, 3)]));
    const squareIn = (x: Float64Array): void => {
      for (let i = 0; i < x.length; i++) x[i] = x[i]! ** 2;
    };
    pass(checkGradient(squareIn, (x, seed: Float64Array) => x.map((e, i) => 2 * e * seed[i]!), [Float64Array.of(1, 2, 3)]));
  });

  it('of a tuple, told by the number of seeds, and of a list as long', () => {
    const both = (x: number, y: number): [number, number] => [x * y, x + y];
    pass(checkGradient(both, (x, y, a: number, b: number, _out?: unknown) => [a * y + b, a * x + b], [2, 3]));
    pass(checkGradient(both, (x, y, a: number, b: number) => [a * y + b, a * x + b], [2, 3], { tuple: true }));
    pass(checkGradient(both, (x, y, [a, b]: [number, number], _out?: unknown) => [a * y + b, a * x + b], [2, 3]));
  });

  it('of a number, told by what it takes beside a buffer', () => {
    const f = (x: number) => x * x;
    pass(checkGradient(f, (x, seed: number, _out?: unknown) => 2 * x * seed, [3]));
    pass(checkGradient(f, (x, seed: number) => 2 * x * seed, [3]));
  });

  it('of a number and a written argument', () => {
    const f = (x: Float64Array) => {
      const before = x[0]!;
      x[0] = before * x[1]!;
      return before ** 2;
    };
    const vjp = (x: Float64Array, seed: number, seedOfX: Float64Array) =>
      Float64Array.of(2 * seed * x[0]! + seedOfX[0]! * x[1]!, seedOfX[0]! * x[0]! + seedOfX[1]!);
    pass(checkGradient(f, vjp, [Float64Array.of(2, 3)], { as: 'vjp' }));
  });
});

describe('at a kink', () => {
  const f = (x: Float64Array) => Math.abs(x[0]!) + Math.max(x[1]!, 2 * x[1]!) + x[2]! ** 2;

  it('nothing is compared, and the report says so', () => {
    const report = checkGradient(f, (x) => Float64Array.of(0, 1, 2 * x[2]!), [Float64Array.of(0, 0, 3)]);
    pass(report);
    expect(report.skipped).toEqual([
      { path: 'x[0]', reason: 'a kink, slope -1 below and 1 above' },
      { path: 'x[1]', reason: 'a kink, slope 1 below and 2 above' },
    ]);
  });

  it('nothing else to compare is no pass', () => {
    const report = checkGradient(Math.abs, () => 0, [0]);
    expect([report.passed, report.failures]).toEqual([false, []]);
    expect(() => report.assert()).toThrow(
      'could not be checked at this point:\n  not compared: args[0] (a kink, slope -1 below and 1 above)',
    );
  });

  it('beside the point smaller steps are tried', () => {
    for (const x of [0.01, 3e-3, 3e-4])
      pass(
        checkGradient(
          (at: number) => Math.abs(at) + at ** 2,
          (at) => 1 + 2 * at,
          [x],
        ),
      );
  });
});

describe('which arguments a gradient belongs to', () => {
  const f = (x: number, sigma: number) => x ** 2 * sigma;

  it('has to be said where shapes do not tell', () => {
    expect(() => checkGradient(f, (x, sigma) => 2 * x * sigma, [2, 0.5])).toThrow(
      "checkGradient cannot tell which arguments the gradient belongs to: 0 'x' (a number) and 1 'sigma' (a number)",
    );
    pass(checkGradient(f, (x, sigma) => 2 * x * sigma, [2, 0.5], { inputs: [0] }));
    pass(checkGradient(f, (x) => x * x, [2, 0.5], { inputs: [1] }));
    assertGradient(f, (x, sigma) => [2 * x * sigma, x * x], [2, 0.5]);
  });
});
