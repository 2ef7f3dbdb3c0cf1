/** Hessians: symmetric, and column by column what `hvp` gives; the memory that a caller may supply is that of the results alone. */
import { describe, expect, it } from 'vitest';
import { arrayOf, createBuilder, real, refsOf } from '../../ir/build.ts';
import type { StructuredValue } from '../../ir/interpret.ts';
import { isNumbers, isRecord } from '../../ir/memory-types.ts';
import { printFunction } from '../../ir/print.ts';
import { generator, randomFunction } from '../../ir/testing/random-function.ts';
import { randomRecursion } from '../../ir/testing/random-recursion.ts';
import { point, randomStructures, structures } from '../../ir/testing/random-structures.ts';
import { numbersIn, randomValue } from '../../ir/testing/structured-values.ts';
import { differenceOf, sketch, sketchFor } from '../../ir/testing.ts';
import type { AllocOp, BufferOp, IrFunction, Type, ValueId } from '../../ir/types.ts';
import { walkFunction } from '../../ir/walk.ts';
import { optimize } from '../../optimize/index.ts';
import { copyWritten } from '../copy-written.ts';
import { buildProduct, type Product } from '../products.ts';
import { type Args, checked, type DenseMatrix, difference, matrixOf, run, unitsOf, zerosOf } from './testing.ts';

const f64 = arrayOf('f64');

/** As the pipeline makes it. */
function product(fn: IrFunction, kind: Product, inputs: readonly number[]): IrFunction {
  const between = (_: string, made: IrFunction): IrFunction => optimize(checked(made));
  return between(kind, buildProduct(optimize(fn), kind, inputs, between));
}

const typeOf = (fn: IrFunction, at: number): Type => fn.values[fn.params[at]?.id ?? -1]?.type as Type;

/** Column by column: the Hessian times each unit vector. */
function byProducts(fn: IrFunction, inputs: readonly number[], args: Args): DenseMatrix {
  const hvp = product(fn, 'hvp', inputs);
  const units = inputs.map((at) => unitsOf(typeOf(fn, at), args[at] as StructuredValue));
  const zeros = inputs.map((at) => zerosOf(typeOf(fn, at), args[at] as StructuredValue));
  const columns = units.flatMap((list, of) =>
    list.map((unit) => {
      const results = run(hvp, [...args, ...zeros.map((zero, at) => (at === of ? unit : zero))]);
      expect(results.length).toBe(inputs.length);
      return inputs.flatMap((at, i) => numbersIn(typeOf(fn, at), results[i] as StructuredValue));
    }),
  );
  const size = columns.length;
  return {
    rows: size,
    cols: size,
    values: Array.from({ length: size * size }, (_, at) => columns[at % size]?.[Math.floor(at / size)] as number),
  };
}

function transposed({ rows, cols, values }: DenseMatrix): DenseMatrix {
  return { rows: cols, cols: rows, values: values.map((_, at) => values[(at % rows) * cols + Math.floor(at / rows)] as number) };
}

function expectHessian(fn: IrFunction, inputs: readonly number[], args: Args): DenseMatrix {
  const hessian = matrixOf(product(fn, 'hessian', inputs), args);
  expect(difference(hessian, transposed(hessian))).toBe(undefined);
  expect(difference(hessian, byProducts(fn, inputs, args))).toBe(undefined);
  return hessian;
}

describe('by hand', () => {
  it('numbers', () => {
    const fn = sketch('f', { x: real, y: real }, (b, { x, y }) => [b.prim('mul', [b.prim('mul', [x, x]), b.prim('Math.sin', [y])])]);
    const [x, y] = [2, 0.5];
    const cross = 2 * x * Math.cos(y);
    expect(expectHessian(fn, [0, 1], [x, y]).values).toEqual([2 * Math.sin(y), cross, cross, x * x * -Math.sin(y)]);
  });

  it('a function that is linear in some inputs', () => {
    const fn = sketch('f', { x: real, u: f64, p: point }, (b, { x, u, p }) => [
      b.prim('add', [b.prim('mul', [x, b.constant(3)]), b.prim('mul', [b.load(u, b.constant(0), 'checked'), b.get(p, 0)])]),
    ]);
    const entries = expectHessian(fn, [0, 1, 2], [1, Float64Array.of(2, 3), { x: 4, y: 5 }]).values;
    expect(entries).toEqual(Array.from({ length: 25 }, (_, at) => (at === 8 || at === 16 ? 1 : 0)));
    const linear = sketch('f', { u: f64, p: point }, (b, { u, p }) => [b.prim('add', [b.load(u, b.constant(0), 'checked'), b.get(p, 0)])]);
    expect(expectHessian(linear, [0, 1], [Float64Array.of(2), { x: 4, y: 5 }]).values).toEqual(new Array(9).fill(0));
  });

  it('points in a list', () => {
    const fn = sketch('energy', { points: refsOf(point), k: real }, (b, { points, k }) => {
      const [sum] = sketchFor(b, { from: b.constant(1), to: b.length(points), inits: [b.constant(0)], types: [real] }, (i, [before]) => {
        const [p, q] = [b.load(points, i, 'checked'), b.load(points, b.prim('sub', [i, b.constant(1)]), 'checked')];
        const [dx, dy] = [b.prim('sub', [b.get(p, 0), b.get(q, 0)]), b.prim('sub', [b.get(p, 1), b.get(q, 1)])];
        const stretch = b.prim('sub', [b.prim('Math.hypot', [dx, dy]), k]);
        return [b.prim('add', [before as ValueId, b.prim('mul', [stretch, stretch])])];
      });
      return [sum as ValueId];
    });
    const args: Args = [
      [
        { x: 0, y: 0 },
        { x: 1, y: 0.5 },
        { x: 1.5, y: -1 },
      ],
      1.25,
    ];
    expect(expectHessian(fn, [0, 1], args).rows).toBe(7);
  });

  it('agrees with differences of the gradient', () => {
    const fn = sketch('f', { u: f64 }, (b, { u }) => {
      const [product] = sketchFor(b, { to: b.length(u), inits: [b.constant(1)], types: [real] }, (i, [before]) => [
        b.prim('mul', [before as ValueId, b.prim('Math.sin', [b.load(u, i, 'checked')])]),
      ]);
      return [product as ValueId];
    });
    const gradient = product(fn, 'grad', [0]);
    const u = Float64Array.of(0.3, 0.7, 1.1, -0.4, 0.9);
    const { values } = expectHessian(fn, [0], [u]);
    values.forEach((value, at) => {
      const [row, col] = [Math.floor(at / 5), at % 5];
      const slope = (t: number): number => (run(gradient, [u.map((x, i) => x + (i === col ? t : 0))])[0] as Float64Array)[row] as number;
      expect(value).toBeCloseTo(differenceOf(slope), 8);
    });
  });
});

describe('memory that a caller may supply', () => {
  const slots = (fn: IrFunction) => {
    const found: (AllocOp | BufferOp)[] = [];
    walkFunction(fn, (op) => void ((op.kind === 'alloc' || op.kind === 'buffer') && op.slot !== undefined && found.push(op)));
    return found;
  };
  const fn = sketch('f', { x: real, u: f64, linear: f64, p: point }, (b, { x, u, linear, p }) => {
    const first = b.prim('mul', [x, b.load(u, b.constant(0), 'checked')]);
    const product = b.prim('mul', [first, b.prim('mul', [b.get(p, 0), b.get(p, 1)])]);
    return [b.prim('add', [product, b.load(linear, b.constant(0), 'checked')])];
  });

  it('hvp: the tangents are in it, the inner gradient is not', () => {
    const between = (_: string, made: IrFunction): IrFunction => made;
    for (const hvp of [product(fn, 'hvp', [0, 1, 2, 3]), buildProduct(fn, 'hvp', [0, 1, 2, 3], between)]) {
      expect(hvp.results.map(({ kind, param }) => [kind, param])).toEqual([0, 1, 2, 3].map((param) => ['gradient', param]));
      expect(
        slots(checked(hvp))
          .map(({ out, slot }) => [out, slot])
          .sort((a, b) => Number(a[1]) - Number(b[1])),
      ).toEqual([1, 2, 3].map((slot) => [hvp.body.yields[slot], slot]));
    }
  });

  it('Jacobian and Hessian: the values', () => {
    for (const kind of ['jacobian', 'hessian'] as const) {
      const made = product(fn, kind, [0, 1]);
      expect(made.results.map(({ name }) => name)).toEqual(['rows', 'cols', 'values']);
      expect(slots(made).map(({ out, slot }) => [out, slot])).toEqual([[made.body.yields[2], 0]]);
    }
  });

  it('is memory of its own where the Jacobian is differentiated again', () => {
    const again = product(product(fn, 'jacobian', [0, 1]), 'jacobian', [0, 1]);
    expect(slots(again).length).toBe(1);
    expect(matrixOf(again, [2, Float64Array.of(3), Float64Array.of(1), { x: 4, y: 5 }])).toEqual({
      rows: 2,
      cols: 2,
      values: [0, 20, 20, 0],
    });
  });
});

interface Drawn {
  readonly fn: IrFunction;
  readonly inputs: readonly number[];
  readonly args: Args;
}

/** One number of all results: the square of a first one plus products of neighbors. */
function ofNumber(fn: IrFunction): IrFunction {
  const b = createBuilder(fn.origin, fn.values, true);
  let total = fn.body.yields[0] as ValueId;
  const { ops } = b.region([], () => {
    const numbers = fn.body.yields.flatMap((id): readonly ValueId[] => {
      const type = b.typeOf(id);
      if (type.kind === 'real') return [id];
      if (isRecord(type)) return [b.get(id, 0), b.get(id, 1)];
      return isNumbers(type) ? [b.load(id, b.constant(0), 'orZero'), b.load(id, b.constant(1), 'orZero')] : [];
    });
    const products = numbers.map((number, i) => b.prim('mul', [number, numbers[Math.max(0, i - 1)] as ValueId]));
    total = products.reduce((sum, product) => b.prim('add', [sum, product]));
    return [];
  });
  const results = [{ name: 'value', kind: 'returned' as const, type: real }];
  return { ...fn, results, values: b.values, body: { ...fn.body, ops: [...fn.body.ops, ...ops], yields: [total] } };
}

const draws: Readonly<Record<string, (seed: number) => Drawn>> = {
  arrays: (seed) => {
    const random = generator(seed + 3);
    const real = (): number => random() * 3 - 1.5;
    const args = [real(), Float64Array.from({ length: [0, 2, 3, 5][seed % 4] as number }, real), 3];
    return { fn: ofNumber(copyWritten(randomFunction(seed)).fn), inputs: [0, 1], args };
  },
  recursion: (seed) => {
    const random = generator(seed + 5);
    const real = (): number => random() * 2 - 1;
    return {
      fn: ofNumber(copyWritten(randomRecursion(seed)).fn),
      inputs: [0, 1],
      args: [real(), Float64Array.from({ length: 3 }, real), 2],
    };
  },
  structures: (seed) => {
    const random = generator(seed + 9);
    const args = Object.values(structures).map((type) => randomValue(type, () => random() * 3 - 1));
    return { fn: ofNumber(copyWritten(randomStructures(seed, 2 + (seed % 4), 2)).fn), inputs: [0, 1, 2, 3], args };
  },
};

function verdict({ fn, inputs, args }: Drawn): string {
  let expected: DenseMatrix;
  try {
    expected = byProducts(fn, inputs, args);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return 'skipped';
    throw error;
  }
  if (!expected.values.every(Number.isFinite)) return 'skipped';
  const found = matrixOf(product(fn, 'hessian', inputs), args);
  const problem = difference(found, expected) ?? difference(found, transposed(found));
  return problem ?? (expected.values.some((value) => value !== 0) ? 'agrees' : 'zero');
}

const from = Number(process.env['FROM'] ?? 0);
const runs = Number(process.env['RUNS'] ?? 15);

it.each(Object.entries(draws))(
  'random %s',
  (_name, draw) => {
    let agreed = 0;
    for (let seed = from; seed < from + runs; seed++) {
      const drawn = draw(seed);
      let found: string;
      try {
        found = verdict(drawn);
      } catch (error) {
        found = (error as Error).stack ?? String(error);
      }
      if (found === 'agrees') agreed++;
      else if (found !== 'skipped' && found !== 'zero') expect.fail(`seed ${seed}: ${found}\n${printFunction(drawn.fn)}`);
    }
    expect(agreed).toBeGreaterThan(runs / 3);
  },
  600_000,
);
