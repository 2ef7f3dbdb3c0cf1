import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bigOf, doubleOf, errorInUlps, fixed } from '../../bench/kernels/big.ts';
import { type Kernel, type KernelName, kernels, worstError } from '../../bench/kernels/examine.ts';
import { bigExp, bigExpm1, bigLog, bigLog1p, bigPow, bigSin, bigTanh, ln2, pi } from '../../bench/kernels/reference.ts';
import { sizeOf } from '../../bench/kernels/size.ts';
import { constants, tableFiles } from '../../bench/kernels/tables.ts';

const names = Object.keys(kernels) as KernelName[];
const points = 100_000;
const special = [
  NaN,
  0,
  -0,
  Infinity,
  -Infinity,
  1,
  -1,
  2,
  -2,
  3,
  -3,
  0.5,
  -0.5,
  1e308,
  -1e308,
  5e-324,
  -5e-324,
  1e-310,
  2 ** 52 + 1,
  1e22,
];

describe.each(names)('%s', (name) => {
  it('is within 1 ulp over its whole range', { timeout: 60_000 }, () => {
    expect(worstError(name, kernels[name], points, 20261126).ulps).toBeLessThan(1);
  });

  it('gives what Math gives at special values', () => {
    for (const x of special) {
      for (const y of name === 'pow' ? special : [0]) {
        const [own, math] = [kernels[name](x, y), (Math[name] as Kernel)(x, y)];
        if (Number.isFinite(math) && math !== 0) expect(Math.abs(own - math) / Math.abs(math), `${name}(${x}, ${y})`).toBeLessThan(1e-15);
        else expect(own, `${name}(${x}, ${y})`).toBe(math);
      }
    }
  });

  it('would be caught if it were wrong by little more than an ulp at few points', { timeout: 60_000 }, () => {
    const wrong: Kernel = (x, y) => {
      const value = kernels[name](x, y);
      return Math.trunc(Math.abs(x) * 1e6) % 97 === 0 ? value * (1 + 3.4e-16) : value;
    };
    expect(worstError(name, wrong, 20_000, 1).ulps).toBeGreaterThan(1);
  });
});

describe('overflow and underflow', () => {
  it('come where they have to', () => {
    expect(kernels.exp(709.782712893384, 0)).toBeLessThan(Infinity);
    expect(kernels.exp(709.7827128933841, 0)).toBe(Infinity);
    expect(kernels.exp(-745.1332191019411, 0)).toBe(5e-324);
    expect(kernels.exp(-745.1332191019412, 0)).toBe(0);
    expect([kernels.pow(2, 1024), kernels.pow(2, -1074), kernels.pow(2, -1076)]).toEqual([Infinity, 5e-324, 0]);
    expect([kernels.pow(-2, 1025), kernels.pow(-2, -1077), kernels.pow(0.5, 1e300)]).toEqual([-Infinity, -0, 0]);
    expect(kernels.expm1(709.782712893384, 0)).toBeLessThan(Infinity);
    expect(kernels.expm1(-1e9, 0)).toBe(-1);
    expect([kernels.log(5e-324, 0), kernels.log(Number.MAX_VALUE, 0)]).toEqual([-744.4400719213812, 709.782712893384]);
  });
});

describe('the references', () => {
  const digits = (mantissa: bigint, bits: number): string => ((mantissa * 10n ** 40n) >> BigInt(bits)).toString();
  const e = bigExp(bigOf(1));

  it('know e, π and ln 2', () => {
    expect(((e.mantissa * 10n ** 60n) >> BigInt(-e.exponent)).toString()).toBe(
      '2718281828459045235360287471352662497757247093699959574966967',
    );
    expect(digits(pi(200), 200)).toBe('31415926535897932384626433832795028841971');
    expect(digits(ln2(200), 200)).toBe('6931471805599453094172321214581765680755');
  });

  // Arguments with few digits, so that what one function gives another takes back, to more than 100 bits.
  it.each([0.75, 1e-10, -0.3, 5.5, -1e-20])('agree with one another at %f', (x) => {
    const small = Math.abs(x) < 1 ? 1 - Math.log2(Math.abs(x)) : 0;
    const agree = (value: bigint, other: bigint): void => expect(Math.abs(Number(value - other))).toBeLessThan(2 ** (200 - 110 - small));
    const exp = bigExp(bigOf(x));
    agree(fixed(bigExpm1(bigOf(x)), 200) + (1n << 200n), fixed(exp, 200));
    agree(fixed(bigLog(exp, x), 200), fixed(bigOf(x), 200));
    agree(
      fixed(bigPow(bigOf(2), bigOf(x), Math.LN2), 200),
      fixed(bigExp({ mantissa: ln2(300) * bigOf(x).mantissa, exponent: bigOf(x).exponent - 300 }), 200),
    );
    const [sine, cosine] = [fixed(bigSin(bigOf(x)), 200), fixed(bigSin(bigOf(x), 1), 200)];
    agree((sine * sine + cosine * cosine) >> 200n, 1n << 200n);
    agree((2n * sine * cosine) >> 200n, fixed(bigSin(bigOf(2 * x)), 200));
    const [up, down] = [fixed(exp, 200), fixed(bigExp(bigOf(-x)), 200)];
    agree(fixed(bigTanh(bigOf(x)), 200), ((up - down) << 200n) / (up + down));
    if (x > -1)
      agree(
        fixed(bigLog1p(bigOf(x), Math.log1p(x)), 200),
        fixed(bigLog({ mantissa: fixed(bigOf(x), 400) + (1n << 400n), exponent: -400 }, Math.log1p(x)), 200),
      );
  });

  it('turn huge arguments round as often as they have to', () => {
    // 10 ** 22 is a double; its sine is known from the literature (Ng, Argument reduction for huge arguments, 1992).
    expect(doubleOf(bigSin(bigOf(1e22)))).toBe(-0.8522008497671888);
    expect(doubleOf(bigSin(bigOf(6381956970095103 * 2 ** 797), 1))).toBe(-4.687165924254628e-19);
  });

  it('measure a unit of the last place as one', () => {
    expect(errorInUlps(1 + 2 ** -52, bigOf(1))).toBe(1);
    expect(errorInUlps(5e-324, bigOf(0))).toBe(1);
    expect(errorInUlps(1.5, bigOf(1.5))).toBe(0);
  });
});

describe('the tables', () => {
  it('are what their script makes', () => {
    for (const { path, text } of tableFiles()) expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('and constants too', () => {
    const sources = names.map((name) => readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8')).join();
    for (const value of constants().values()) expect(sources).toMatch(new RegExp(`[ *]${value}[;) ]`));
  });
});

describe('gradgen/math', () => {
  it('has less than 11 kB gzipped, and no two names at the top that are alike', () => {
    expect(sizeOf(['index'])).toBeLessThan(11_000);
    const files = ['binades', 'exp-table', 'log-table', 'logarithms', 'sine-table', 'tanh-table', ...names];
    const sources = files.map((name) => readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8'));
    const declared = sources.flatMap((source) => [...source.matchAll(/^(?:export )?(?:const|function) (\w+)/gm)].map(([, name]) => name));
    expect(declared.length).toBe(new Set(declared).size);
  });
});
