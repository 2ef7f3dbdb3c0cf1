/** Rewrites of powers and of the strong-zero product. */

import type { PrimName, ValueId } from '../ir/types.ts';
import type { RewriteRule, Rewriting, RuleContext } from './rewrite-rule.ts';
import { exactRule, isConstant, operandsIf, relaxedRule } from './rewrite-rule.ts';

const powers: readonly PrimName[] = ['pow', 'Math.pow'];
const prim = (name: PrimName, ...args: readonly ValueId[]): Rewriting => ({ prim: name, args });

/** V8's pow is not the rounded product, nor the rounded root: none of these but the first keeps the user's bits. */
export const powerRules: readonly RewriteRule[] = [
  exactRule('x ** 0 → 1', powers, ([, y], cx) => (isConstant(cx, y, 0) ? cx.number(1) : undefined)),
  relaxedRule('x ** c → products, roots', powers, ([x, y], cx) => {
    const exponent = y === undefined ? undefined : cx.constant(y);
    return x === undefined || typeof exponent !== 'number' ? undefined : expandPower(cx, x, exponent);
  }),
  exactRule('mulz(c, p) → c * p', ['mulz'], ([seed, partial], cx) => certainSeed(cx, seed, partial)),
  relaxedRule('mulz(s, p) → s * p', ['mulz'], ([seed, partial], cx) => certainPartial(cx, seed, partial)),
  exactRule('mulz(0, p) → 0', ['mulz'], ([seed], cx) => (isConstant(cx, seed, 0) ? cx.number(0) : undefined)),
  relaxedRule('mulz(s, c * p) → c * mulz(s, p)', ['mulz'], ([seed, partial], cx) => constantOutward(cx, seed, partial)),
];

function expandPower(cx: RuleContext, x: ValueId, exponent: number): Rewriting {
  switch (exponent) {
    case 1:
      return x;
    case 2:
      return prim('mul', x, x);
    case 3:
      return prim('mul', cx.emit('mul', [x, x]), x);
    case 0.5:
      return prim('Math.sqrt', x);
    case -1:
      return prim('div', cx.number(1), x);
    case -2:
      return prim('div', cx.number(1), cx.emit('mul', [x, x]));
    default:
      return undefined;
  }
}

/** The guard is idle where the seed is a constant other than 0 … */
function certainSeed(cx: RuleContext, seed: ValueId | undefined, partial: ValueId | undefined): Rewriting {
  const value = seed === undefined ? undefined : cx.constant(seed);
  if (seed === undefined || partial === undefined || typeof value !== 'number' || value === 0) return undefined;
  return prim('mul', seed, partial);
}

/** … or, up to the sign of a zero, where the partial is finite. */
function certainPartial(cx: RuleContext, seed: ValueId | undefined, partial: ValueId | undefined): Rewriting {
  if (seed === undefined || partial === undefined || !cx.isFinite(partial)) return undefined;
  return prim('mul', seed, partial);
}

function constantOutward(cx: RuleContext, seed: ValueId | undefined, partial: ValueId | undefined): Rewriting {
  if (seed === undefined || partial === undefined || !cx.isPrivate(partial) || !cx.isRelaxed(partial)) return undefined;
  const args = operandsIf(cx, partial, 'mul');
  const factor = args?.find((id) => isFiniteConstant(cx, id));
  const rest = args?.find((id) => id !== factor);
  return factor === undefined || rest === undefined ? undefined : prim('mul', factor, cx.emit('mulz', [seed, rest]));
}

function isFiniteConstant(cx: RuleContext, id: ValueId): boolean {
  const value = cx.constant(id);
  return typeof value === 'number' && Number.isFinite(value) && value !== 0;
}
