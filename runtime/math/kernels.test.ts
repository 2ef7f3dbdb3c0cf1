import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { ts } from 'ts-morph';
import { describe, expect, it } from 'vitest';
import { bigOf, errorInUlps } from '../../bench/kernels/big.ts';
import { type Kernel, type KernelName, kernels, worstError } from '../../bench/kernels/examine.ts';
import { bigExp } from '../../bench/kernels/reference.ts';
import { constants, tableFiles } from '../../bench/kernels/tables.ts';

const names = Object.keys(kernels) as KernelName[];
const points = 100_000;

describe.each(names)('%s', (name) => {
  it('is within 1 ulp over its whole range', { timeout: 60_000 }, () => {
    expect(worstError(name, kernels[name], points, 20261126).ulps).toBeLessThan(1);
  });

  it('gives what Math gives at special values', () => {
    const special = [Number.NaN, 0, -0, Infinity, -Infinity, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1e308, -1e308, 5e-324, -5e-324, 1e-310];
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
    expect(kernels.expm1(709.782712893384, 0)).toBeLessThan(Infinity);
    expect(kernels.expm1(-1e9, 0)).toBe(-1);
  });
});

describe('the references', () => {
  it('know e to 60 digits', () => {
    const { mantissa, exponent } = bigExp(bigOf(1));
    expect(((mantissa * 10n ** 60n) >> BigInt(-exponent)).toString()).toBe('2718281828459045235360287471352662497757247093699959574966967');
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
    const sources = ['exp', 'expm1', 'pow'].map((name) => readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8')).join();
    for (const value of constants().values()) expect(sources).toContain(` = ${value};`);
  });
});

describe('gradgen/math', () => {
  it('has less than 13 kB gzipped, and no two names at the top that are alike', () => {
    const files = ['binades', 'exp-table', 'exp', 'expm1', 'pow-table', 'pow', 'tanh-table', 'tanh', 'index'];
    const sources = files.map((name) => readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8'));
    const text = sources.map(
      (source) => ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, removeComments: true } }).outputText,
    );
    expect(gzipSync(text.join('\n')).length).toBeLessThan(13_000);
    const declared = sources.flatMap((source) => [...source.matchAll(/^(?:export )?(?:const|function) (\w+)/gm)].map(([, name]) => name));
    expect(declared.length).toBe(new Set(declared).size);
  });
});
