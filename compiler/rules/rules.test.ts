import { describe, expect, it } from 'vitest';
import { arityOf } from '../ir/check-types.ts';
import { evaluatePrim } from '../ir/interpret-prim.ts';
import { mathNames, operatorNames, type PrimName } from '../ir/types.ts';
import { type Formula, primalsUsedBy, type Rule, ruleOf } from './index.ts';

const prims: readonly PrimName[] = [...operatorNames, ...mathNames];

/** The first operand of `select` is a choice, not a number: any number stands for its truth. */
function valueAt(prim: PrimName, args: readonly number[]): number {
  return Number(evaluatePrim(prim, args));
}

function evaluate(formula: Formula, operands: readonly number[], result: number): number | boolean {
  switch (formula.kind) {
    case 'operand':
      return operands[formula.index] ?? Number.NaN;
    case 'result':
      return result;
    case 'number':
      return formula.value;
    case 'prim':
      return (
        evaluatePrim(
          formula.prim,
          formula.args.map((arg) => evaluate(arg, operands, result)),
        ) ?? Number.NaN
      );
  }
}

function partialsAt(prim: PrimName, rule: Rule, at: readonly number[]): readonly (number | undefined)[] {
  const value = valueAt(prim, at);
  return rule.partials(at.length).map((partial) => (partial ? Number(evaluate(partial.formula, at, value)) : undefined));
}

/** Richardson's extrapolation of central differences; the steps are powers of two, so that moved points are exact. */
function slope(f: (t: number) => number, scale: number): number {
  const steps = [0, 1, 2, 3].map((k) => scale * 2 ** -(6 + k));
  let row = steps.map((h) => (f(h) - f(-h)) / (2 * h));
  for (let order = 1; row.length > 1; order++) {
    row = row.slice(1).map((fine, i) => (4 ** order * fine - (row[i] as number)) / (4 ** order - 1));
  }
  return row[0] as number;
}

function differenceAt(prim: PrimName, at: readonly number[], operand: number): number {
  const center = at[operand] as number;
  const scale = 2 ** Math.floor(Math.log2(Math.min(1, Math.abs(center) || 1)));
  return slope(
    (t) =>
      valueAt(
        prim,
        at.map((value, i) => (i === operand ? value + t : value)),
      ),
    scale,
  );
}

const smooth = prims.flatMap((prim) => {
  const rule = ruleOf(prim);
  return rule.kind === 'smooth' ? [{ prim, rule }] : [];
});

describe('the table of derivatives', () => {
  it('has an entry for every primitive', () => {
    expect(prims.filter((prim) => ruleOf(prim) === undefined)).toEqual([]);
  });

  it('has flat entries only where a small step changes nothing, almost everywhere', () => {
    // One takes a flag, the other is flat because the user says so.
    const others: readonly PrimName[] = ['toNumber', 'stopGradient'];
    for (const prim of prims.filter((name) => ruleOf(name).kind === 'flat' && !others.includes(name))) {
      const args = [5.3, 2.6].slice(0, arityOf(prim) ?? 2);
      expect([
        prim,
        valueAt(
          prim,
          args.map((value) => value + 1e-9),
        ),
      ]).toEqual([prim, valueAt(prim, args)]);
    }
  });

  it.each(smooth)('$prim: three points or more, one partial per operand', ({ prim, rule }) => {
    expect(rule.at.length).toBeGreaterThanOrEqual(3);
    for (const at of rule.at) {
      expect(at.length).toBe(arityOf(prim) ?? at.length);
      expect(rule.partials(at.length).length).toBe(at.length);
    }
  });

  it.each(smooth)('$prim agrees with differences', ({ prim, rule }) => {
    for (const at of rule.at) {
      for (const [operand, partial] of partialsAt(prim, rule, at).entries()) {
        if (partial === undefined) continue;
        const difference = differenceAt(prim, at, operand);
        const error = Math.abs(partial - difference) / Math.max(Math.abs(partial), Math.abs(difference), 1e-3);
        expect(error, `${prim}(${at}) by operand ${operand}: ${partial} against ${difference}`).toBeLessThan(1e-7);
      }
    }
  });

  it.each(smooth)('$prim chooses at kinks what the contract says', ({ prim, rule }) => {
    for (const { at, partials } of rule.kinks) {
      const found = partialsAt(prim, rule, at).map((partial) => (partial === 0 ? 0 : partial));
      expect({ at, partials: found }).toEqual({ at, partials });
    }
  });

  it('tests every kink that a doc comment mentions', () => {
    expect(smooth.filter(({ rule }) => rule.kinkNote !== undefined && rule.kinks.length === 0)).toEqual([]);
  });
});

describe('what a derivative reads', () => {
  it('follows from the rule', () => {
    expect(primalsUsedBy('Math.exp', 1, 0)).toEqual({ operands: [], result: true });
    expect(primalsUsedBy('Math.sin', 1, 0)).toEqual({ operands: [0], result: false });
    expect(primalsUsedBy('Math.floor', 1, 0)).toEqual({ operands: [], result: false });
    expect(primalsUsedBy('div', 2, 1)).toEqual({ operands: [1], result: true });
    expect(primalsUsedBy('div', 2, 0)).toEqual({ operands: [1], result: false });
  });
});

describe('strong zero', () => {
  const strong: readonly PrimName[] = [
    'div',
    'Math.sqrt',
    'Math.cbrt',
    'Math.log',
    'Math.log10',
    'Math.log1p',
    'Math.log2',
    'Math.exp',
    'Math.expm1',
    'Math.sinh',
    'Math.cosh',
    'Math.tan',
    'pow',
    'Math.pow',
    'Math.asin',
    'Math.acos',
    'Math.acosh',
    'Math.atanh',
    'Math.hypot',
    'Math.atan2',
    'mulz',
  ];
  it('is used by the operations of the contract and by no other', () => {
    const using = smooth.filter(({ prim, rule }) => rule.partials(arityOf(prim) ?? 2).some((partial) => partial?.strongZero));
    expect(using.map(({ prim }) => prim).sort()).toEqual([...strong].sort());
  });
});

/** Quotients that round up to an integer that the remainder does not reach: numerator, divisor, true whole part. */
const remainders = [
  [1, 0.1, 9],
  [1, 0.2, 4],
  [0.5, 0.1, 4],
] as const;

describe('the operations at their edges', () => {
  it('rem uses the whole part of the true quotient, not of the rounded one', () => {
    const rule = ruleOf('rem') as Rule;
    for (const [numerator, divisor, whole] of remainders) {
      expect(Math.trunc(numerator / divisor)).toBe(whole + 1);
      expect(partialsAt('rem', rule, [numerator, divisor])[1]).toBe(-whole);
    }
  });

  it('max of one value twice has a total derivative of 1', () => {
    for (const prim of ['Math.max', 'Math.min'] as const) {
      const [left, right] = partialsAt(prim, ruleOf(prim) as Rule, [2, 2]);
      expect((left as number) + (right as number)).toBe(1);
    }
  });

  it('NaN stays NaN', () => {
    for (const prim of ['Math.sqrt', 'Math.cbrt', 'Math.abs', 'Math.log', 'Math.acosh', 'Math.asin', 'Math.exp'] as const) {
      expect(partialsAt(prim, ruleOf(prim) as Rule, [Number.NaN])[0]).toBeNaN();
    }
  });

  it('neither overflows nor underflows before its time', () => {
    expect(partialsAt('Math.atan2', ruleOf('Math.atan2') as Rule, [1e-200, 1e-200])[0]).toBeCloseTo(5e199, -190);
    expect(partialsAt('Math.atan2', ruleOf('Math.atan2') as Rule, [1e200, 1e200])[0]).toBeGreaterThan(4.9e-201);
    expect(partialsAt('Math.asinh', ruleOf('Math.asinh') as Rule, [1e200])[0]).toBeGreaterThan(9.9e-201);
    expect(partialsAt('Math.acosh', ruleOf('Math.acosh') as Rule, [1e200])[0]).toBeGreaterThan(9.9e-201);
  });
});
