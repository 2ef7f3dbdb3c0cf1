import { expect, it } from 'vitest';
import { real } from '../../ir/build.ts';
import { differenceOf, run, sketch } from '../../ir/testing.ts';
import { mathNames, operatorNames, type PrimName, type ValueId } from '../../ir/types.ts';
import { type Rule, ruleOf } from '../../rules/index.ts';
import { buildJvp } from './build-jvp.ts';
import { checked } from './testing.ts';

const smooth = [...operatorNames, ...mathNames].flatMap((prim) => {
  const rule = ruleOf(prim);
  return rule.kind === 'smooth' && prim !== 'select' ? [{ prim, rule }] : [];
});

/** The primitive as a function of its operands. */
function functionOf(prim: PrimName, arity: number) {
  const params = Object.fromEntries(Array.from({ length: arity }, (_, i) => [`x${i}`, real]));
  return sketch(prim, params, (b, given) => [b.prim(prim, Object.values(given) as ValueId[])]);
}

/** The second derivative along one direction, and the difference of first ones. */
function curvature(prim: PrimName, at: readonly number[]) {
  const direction = at.map((_, i) => (i === 0 ? 1 : -0.5));
  const inputs = at.map((_, i) => i);
  const first = checked(buildJvp(functionOf(prim, at.length), inputs));
  const second = checked(buildJvp(first, inputs));
  const slope = (t: number): number => run(first, [...at.map((x, i) => x + t * (direction[i] as number)), ...direction])[1] as number;
  const scale = 2 ** -8 * Math.min(1, ...at.map((x) => Math.abs(x) || 1));
  return { found: run(second, [...at, ...direction, ...direction]).at(-1) as number, expected: differenceOf(slope, scale) };
}

it.each(smooth)('$prim: the derivative of its derivative', ({ prim, rule }: { prim: PrimName; rule: Rule }) => {
  for (const at of rule.at) {
    const { found, expected } = curvature(prim, at);
    expect(Math.abs(found - expected), `${prim}(${at}): ${found} against ${expected}`).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
  }
});

it.each(smooth)('$prim: no NaN of order two where order one is finite', ({ prim, rule }: { prim: PrimName; rule: Rule }) => {
  for (const { at, partials } of rule.kinks) {
    if (!partials.every(Number.isFinite)) continue;
    expect([prim, at, curvature(prim, at).found]).not.toEqual([prim, at, Number.NaN]);
  }
});
