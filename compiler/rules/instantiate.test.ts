import { describe, expect, it } from 'vitest';
import { bool, real } from '../ir/build.ts';
import { checkFunction } from '../ir/check.ts';
import { printFunction } from '../ir/print.ts';
import { sketch } from '../ir/testing.ts';
import type { PrimName, ValueId } from '../ir/types.ts';
import { add, mul, number, result, square, x, y } from './formula.ts';
import { applyPartial, instantiate, ruleOf } from './index.ts';

/** The text of what a seed becomes on its way to one operand. */
function contribution(prim: PrimName, operand: number, ...args: readonly ('real' | 'bool')[]): string {
  const params = Object.fromEntries(args.map((kind, i) => [`x${i}`, kind === 'real' ? real : bool]));
  const fn = sketch('f', { ...params, seed: real }, (b, given) => {
    const operands = args.map((_, i) => (given as Record<string, ValueId>)[`x${i}`] as ValueId);
    const site = { operands, result: b.prim(prim, operands, 'r'), builder: b };
    const rule = ruleOf(prim);
    const partial = rule.kind === 'smooth' ? rule.partials(args.length)[operand] : undefined;
    const applied = partial && applyPartial(partial, given.seed, site);
    return applied === undefined ? [] : [applied];
  });
  expect(checkFunction(fn)).toEqual([]);
  const lines = printFunction(fn).trimEnd().split('\n').slice(2);
  return lines.map((line) => line.trim().replaceAll(/\bt\d+\b/g, 't')).join('; ');
}

describe('a partial meets its seed', () => {
  it('without an operation where it is 1, by its sign where it is −1', () => {
    expect(contribution('add', 0, 'real', 'real')).toBe('return seed');
    expect(contribution('sub', 1, 'real', 'real')).toBe('t = neg seed; return t');
  });

  it('in a product, strong where the table says so', () => {
    expect(contribution('mul', 0, 'real', 'real')).toBe('t = mul seed x1; return t');
    expect(contribution('Math.exp', 0, 'real')).toBe('t = mulz seed r; return t');
    expect(contribution('mulz', 0, 'real', 'real')).toBe('t = mulz seed x1; return t');
    expect(contribution('mulz', 1, 'real', 'real')).toBe('t = mulz x0 seed; return t');
  });

  it('in a choice where the primal chooses', () => {
    expect(contribution('Math.max', 1, 'real', 'real')).toBe('t: bool = ge x0 x1; t = select t 0 seed; return t');
    expect(contribution('select', 1, 'bool', 'real', 'real')).toBe('t = select x0 seed 0; return t');
  });

  it('not at all where there is none', () => {
    expect(contribution('Math.floor', 0, 'real')).toBe('');
    expect(contribution('select', 0, 'bool', 'real', 'real')).toBe('');
  });
});

describe('a formula', () => {
  it('is emitted with its equal parts once', () => {
    const fn = sketch('f', { a: real, b: real }, (b, given) => {
      const site = { operands: [given.a, given.b], result: given.b, builder: b };
      return [instantiate(add(square(mul(x, y)), mul(number(3), mul(mul(x, y), result))), site)];
    });
    expect(fn.body.ops.map((op) => (op.kind === 'prim' ? op.prim : op.kind))).toEqual(['mul', 'mul', 'const', 'mul', 'mul', 'add']);
  });
});
