/** Each planted mistake is named, with the number that is wrong and by how much. */
import { describe, expect, it } from 'vitest';
import { assertGradient, checkGradient, type Failure, type GradientReport } from './index.ts';

/** Residuals of a decay: p = [amplitude, rate, offset]. */
function loss(p: Float64Array, t: Float64Array): number {
  let sum = 0;
  for (const at of t) sum += (p[0]! * Math.exp(-p[1]! * at) + p[2]!) ** 2;
  return sum;
}

function lossGrad(p: Float64Array, t: Float64Array): Float64Array {
  const d = new Float64Array(3);
  for (const at of t) {
    const e = Math.exp(-p[1]! * at);
    const r = 2 * (p[0]! * e + p[2]!);
    d[0]! += r * e;
    d[1]! -= r * p[0]! * e * at;
    d[2]! += r;
  }
  return d;
}

const p = Float64Array.of(2, 0.7, -0.3);
const t = Float64Array.of(0.5, 1, 2.5, 4);
const right = lossGrad(p, t);

const named = ({ failures }: GradientReport): string[] => failures.map(({ path, reason }) => `${path}: ${reason}`);

/** The check of `lossGrad` with a mistake planted in its result. */
function planted(change: (d: Float64Array) => unknown): GradientReport {
  const report = checkGradient(loss, (own, at) => change(lossGrad(own, at)), [p, t]);
  expect(report.passed).toBe(false);
  return report;
}

const withEntry = (at: number, change: (entry: number) => number) => (d: Float64Array) => {
  d[at] = change(d[at]!);
  return d;
};

describe('a wrong gradient is named', () => {
  it('nothing is wrong with it before', () => {
    expect(checkGradient(loss, lossGrad, [p, t]).toString()).toMatch(/^lossGrad agrees: 3 numbers/);
  });

  it('a sign', () => {
    const report = planted(withEntry(1, (entry) => -entry));
    expect(named(report)).toEqual(['p[1]: it has the other sign']);
    const [{ expected, actual, error }] = report.failures as [Failure];
    expect(expected).toBeCloseTo(right[1]!, 9);
    expect(actual).toBe(-right[1]!);
    expect(error).toBeCloseTo(2 * Math.abs(right[1]!), 9);
    expect(report.worst).toMatchObject({ path: 'p[1]', actual });
  });

  it('a factor', () => {
    expect(named(planted((d) => d.map((entry) => entry / 2)))).toEqual(
      [0, 1, 2].map((at) => `p[${at}]: it is 0.5 times what it should be`),
    );
  });

  it('one entry, also by little', () => {
    expect(named(planted(withEntry(2, (entry) => entry * (1 + 3e-6))))).toEqual(['p[2]: it is off by 0.0003 %']);
    expect(planted(withEntry(2, (entry) => entry + 1e-4)).toString()).toMatch(
      /is wrong in one place \(3 numbers compared with differences\):\n {2}p\[2\]: expected \S+, got \S+, off by 0\.0001 \(/,
    );
  });

  it('a missing term', () => {
    expect(named(planted(withEntry(0, () => 0)))).toEqual(['p[0]: it is 0']);
  });

  it('entries at the wrong places', () => {
    expect(named(planted((d) => Float64Array.of(d[1]!, d[0]!, d[2]!)))).toEqual([
      'p[0]: this is what p[1] should be',
      'p[1]: this is what p[0] should be',
    ]);
  });

  it('a transposed matrix', () => {
    const quadratic = (a: number[][], x: number[]) =>
      a.reduce((sum, row, i) => sum + row.reduce((s, e, j) => s + e * x[i]! * x[j]! ** 2, 0), 0);
    const transposed = (_: number[][], x: number[]) => x.map((own) => x.map((other) => own ** 2 * other));
    const report = checkGradient(quadratic, transposed, [
      [
        [1, 2],
        [3, 4],
      ],
      [0.5, 3],
    ]);
    expect(named(report)).toEqual(['a[0][1]: this is what a[1][0] should be', 'a[1][0]: this is what a[0][1] should be']);
  });

  it('NaN and infinity, also at a kink', () => {
    expect(named(planted(withEntry(1, () => Number.NaN)))).toEqual(['p[1]: it is NaN']);
    expect(named(planted(withEntry(1, () => Number.POSITIVE_INFINITY)))).toEqual(['p[1]: it is Infinity']);
    expect(
      named(
        checkGradient(
          (x: number) => Math.abs(x),
          () => Number.NaN,
          [0],
        ),
      ),
    ).toEqual(['x: it is NaN']);
  });

  it('a wrong length or kind', () => {
    const sum = (x: Float64Array, scale: number) => scale * x.reduce((total, e) => total + e, 0);
    expect(named(checkGradient(sum, (x, scale) => x.slice(1).fill(scale), [p, 0.5]))).toEqual([
      'x.length: the entry has length 2, the argument 3',
    ]);
    expect(named(planted((d) => d.slice(1)))).toEqual([
      'the gradient: it is Float64Array of 2, which fits no arguments: p is Float64Array of 3, t is Float64Array of 4',
    ]);
    expect(named(planted(() => 1))).toEqual([
      'the gradient: it is a number, which fits no arguments: p is Float64Array of 3, t is Float64Array of 4',
    ]);
    expect(named(planted(() => undefined))).toEqual([expect.stringContaining('it is undefined')]);
  });

  it('a hole', () => {
    const f = (x: number[]) => x[0]! * x[1]!;
    const holed = (x: number[]) => [x[1]!, undefined];
    expect(named(checkGradient(f, holed, [[1.5, 2.5]]))).toEqual([
      'the gradient: it is [a number, undefined], which fits no arguments: x is Array of 2',
    ]);
    expect(named(checkGradient(f, holed, [[1.5, 2.5]], { inputs: [0] }))).toEqual(['x[1]: the entry is undefined']);
  });

  it('a buffer that is not cleared', () => {
    const kept = new Float64Array(3);
    const report = planted((d) => {
      for (const [at, entry] of d.entries()) kept[at]! += entry;
      return kept;
    });
    expect(named(report)).toEqual([
      'gradient[0]: a second call at the same point gives another number: something is left of the call before',
    ]);
  });

  it('an output buffer that is added to', () => {
    const adding = (own: Float64Array, at: Float64Array, out: Float64Array = new Float64Array(3)) => {
      for (const [i, entry] of lossGrad(own, at).entries()) out[i]! += entry;
      return out;
    };
    expect(named(checkGradient(loss, adding, [p, t], { out: true }))).toEqual(['out[0]: the output buffer holds something else']);
    expect(named(checkGradient(loss, lossGrad, [p, t], { out: true }))).toEqual(['out: the derivative does not return the output buffer']);
  });

  it('the order of a tuple', () => {
    const f = (x: number, y: number) => x ** 2 * y;
    expect(named(checkGradient(f, (x, y) => [x ** 2, 2 * x * y], [1.5, 4]))).toEqual([
      'x: this is what y should be',
      'y: this is what x should be',
    ]);
    const g = (x: Float64Array, k: number) => k * x[0]!;
    expect(named(checkGradient(g, (x, k) => [x[0]!, Float64Array.of(k)], [Float64Array.of(2), 3]))).toEqual([
      'the gradient: it is [a number, Float64Array of 1], which fits no arguments: ' +
        'x is Float64Array of 1, k is a number; the order is that of the arguments',
    ]);
  });

  it('a field of a record in a list', () => {
    const f = (params: readonly { readonly x: number; readonly y: number }[]) => params.reduce((sum, { x, y }, i) => sum + i * x * y, 0);
    const fGrad = (params: readonly { readonly x: number; readonly y: number }[]) =>
      params.map(({ x, y }, i) => ({ x: i * y + (i === 3 ? 0.25 : 0), y: i * x }));
    const points = Array.from({ length: 5 }, (_, i) => ({ x: i + 0.5, y: 2 - i / 3 }));
    const report = checkGradient(f, fGrad, [points]);
    expect(report.failures).toEqual([
      { path: 'params[3].x', expected: expect.closeTo(3, 9), actual: 3.25, error: expect.closeTo(0.25, 9), reason: expect.any(String) },
    ]);
  });

  it('an exception, a written argument, a wrong value', () => {
    const thrown = planted(() => {
      throw new RangeError('no');
    });
    expect(named(thrown)).toEqual(['the derivative: throws RangeError: no']);
    const writing = (own: Float64Array, at: Float64Array) => {
      const d = lossGrad(own, at);
      at[1] = 0;
      return d;
    };
    expect(named(checkGradient(loss, writing, [p, t]))).toEqual(['t[1]: the derivative writes to its arguments']);
    const both = (own: Float64Array, at: Float64Array) => ({ value: loss(own, at) + 1, grad: lossGrad(own, at) });
    expect(named(checkGradient(loss, both, [p, t], { as: 'valueAndGrad' }))).toEqual([
      'value: the value differs from what the function returns',
    ]);
  });

  it('one entry among thousands', () => {
    const many = Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i));
    const f = (x: Float64Array) => x.reduce((sum, e, i) => sum + (1 + (i % 7)) * e * e, 0);
    const fGrad = (x: Float64Array) => x.map((e, i) => 2 * (1 + (i % 7)) * e + (i === 4321 ? 0.01 : 0));
    const report = checkGradient(f, fGrad, [many]);
    expect(report.failures.map(({ path }) => path)).toEqual(['x[4321]']);
    expect(report.failures[0]!.error).toBeCloseTo(0.01, 6);
  });
});

describe('a function that is not finite', () => {
  it('never passes', () => {
    expect(
      named(
        checkGradient(
          (x: number) => Math.log(x),
          (x) => 1 / x,
          [-1],
        ),
      ),
    ).toEqual(['the value: the function gives NaN at this point']);
    expect(
      named(
        checkGradient(
          (x: number) => Math.sqrt(x),
          () => 0,
          [0],
        ),
      ),
    ).toEqual(['x: the function is not finite beside this point: choose another one']);
  });

  it('throws what it throws', () => {
    const f = (_: number): number => {
      throw new RangeError('outside');
    };
    expect(() => checkGradient(f, () => 1, [1])).toThrow('outside');
  });
});

describe('a function that jumps about', () => {
  it('is compared as well as differences allow', () => {
    const f = (x: number) => Math.fround(Math.exp(x));
    const rough = checkGradient(f, (x) => Math.exp(x), [1]);
    expect([rough.passed, rough.failures]).toEqual([false, []]);
    expect(rough.toString()).toMatch(/could not be checked at this point:\n {2}not compared: x \(differences are good to \S+ only\)/);
    expect(checkGradient(f, (x) => Math.exp(x), [1], { tolerance: 1e-2 }).passed).toBe(true);
    expect(named(checkGradient(f, (x) => 1.01 * Math.exp(x), [1]))).toEqual(['x: it is 1.01 times what it should be']);
  });
});

describe('a wrong vector-Jacobian product or tangent is named', () => {
  const matrix = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const times = (x: Float64Array) => Float64Array.from(matrix, (row) => row.reduce((sum, e, j) => sum + e * Math.sin(x[j]!), 0));
  const vjp = (x: Float64Array, seed: Float64Array) =>
    x.map((e, j) => Math.cos(e) * matrix.reduce((sum, row, i) => sum + row[j]! * seed[i]!, 0));
  const jvp = (x: Float64Array, v: Float64Array) => ({
    value: times(x),
    tangent: Float64Array.from(matrix, (row) => row.reduce((sum, e, j) => sum + e * Math.cos(x[j]!) * v[j]!, 0)),
  });
  const point = Float64Array.of(0.3, 1, -2);

  it('nothing is wrong with it before', () => {
    expect(checkGradient(times, vjp, [point], { jvp }).passed).toBe(true);
  });

  it('a seed that is left out', () => {
    const report = checkGradient(times, (x, seed: Float64Array) => vjp(x, Float64Array.of(seed[0]!, 0)), [point]);
    expect(report.failures.map(({ path }) => path)).toEqual(['x[0]', 'x[1]', 'x[2]']);
  });

  it('an entry of a tangent', () => {
    const wrong = (x: Float64Array, v: Float64Array) => {
      const { value, tangent } = jvp(x, v);
      tangent[1]! *= -1;
      return { value, tangent };
    };
    expect(named(checkGradient(times, vjp, [point], { jvp: wrong }))).toEqual([
      'tangent[1]: it has the other sign',
      '⟨dy, J·v⟩: the forward derivative disagrees with the reverse one, ⟨Jᵀ·dy, v⟩',
    ]);
    expect(named(checkGradient(times, vjp, [point], { jvp: (x: Float64Array) => ({ value: times(x), tangent: undefined }) }))).toEqual([
      'tangent[0]: it is NaN',
      'tangent[1]: it is NaN',
      '⟨dy, J·v⟩: the forward derivative disagrees with the reverse one, ⟨Jᵀ·dy, v⟩',
    ]);
  });
});

describe('assertGradient', () => {
  it('throws the text of the report', () => {
    expect(() => assertGradient(loss, lossGrad, [p, t])).not.toThrow();
    const wrong = (own: Float64Array, at: Float64Array) => lossGrad(own, at).map((entry) => -entry);
    expect(() => assertGradient(loss, wrong, [p, t])).toThrow(
      /^wrong is wrong in 3 places \(3 numbers compared with differences\):\n {2}p\[0\]: expected .*\n {2}p\[1\]: .*\n {2}p\[2\]: /,
    );
  });
});
