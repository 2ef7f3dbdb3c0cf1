/** Terms of a sum that differ in nothing but a constant: powers written as products have many in their adjoints. */

import type { PrimOp, ValueId } from '../ir/types.ts';
import { operandsIf, type RewriteRule, type Rewriting, type RuleContext, relaxedRule } from './rewrite-rule.ts';

export const likeTermRules: readonly RewriteRule[] = [
  relaxedRule(
    'a + x * y + 2 * y * x → a + 3 * x * y',
    ['add', 'sub'],
    (_, cx, op) => likeTerms({ ...cx, isDeep: false }, op) ?? likeTerms({ ...cx, isDeep: true }, op),
  ),
];

/** Terms of a sum that are looked through, and factors of a product: more would cost more than they are likely to save. */
const mostTerms = 8;
const mostFactors = 6;

/** Deep: a product with a constant that others read, too, is taken apart as well, if that makes terms alike. */
interface Reading extends RuleContext {
  readonly isDeep: boolean;
}

/** A constant times the product of `factors`, which are in ascending order. */
interface Term {
  readonly constant: number;
  readonly factors: readonly ValueId[];
  /** How many products are computed for it, without its constants, that nobody else needs. */
  readonly cost: number;
  /** Is the value the product of the factors? */
  readonly isBare: boolean;
  /** That product: the value, or a new one of what is there already as far as it has no constants. */
  product(): ValueId;
}

/** What is added to a sum, or taken from it. */
interface Step {
  readonly prim: 'add' | 'sub';
  readonly by: ValueId;
}

function likeTerms(cx: Reading, op: PrimOp): Rewriting {
  const [sum, last] = op.args as [ValueId, ValueId];
  const sought = termOf(cx, last);
  const above: Step[] = [];
  let rest = sum;
  while (above.length < mostTerms) {
    const term = termOf(cx, rest);
    if (isLike(term, sought)) return joined(cx, op, { id: rest, term, above }, sought);
    const step = stepOf(cx, rest);
    if (!step) return undefined;
    const [before, { prim, by }] = step;
    const added = termOf(cx, by);
    if (isLike(added, sought)) return joined(cx, op, { id: by, term: added, isTaken: prim === 'sub', rest: before, above }, sought);
    above.push(step[1]);
    rest = before;
  }
  return undefined;
}

/** A sum that nobody else reads, taken apart. */
function stepOf(cx: Reading, id: ValueId): readonly [ValueId, Step] | undefined {
  if (!cx.isPrivate(id)) return undefined;
  for (const prim of ['add', 'sub'] as const) {
    const [before, by] = operandsIf(cx, id, prim) ?? [];
    if (before !== undefined && by !== undefined) return [before, { prim, by }];
  }
  return undefined;
}

function isLike(term: Term, sought: Term): boolean {
  return term.factors.length === sought.factors.length && term.factors.every((factor, at) => factor === sought.factors[at]);
}

function termOf(cx: Reading, id: ValueId, depth = 0): Term {
  const value = cx.constant(id);
  if (typeof value === 'number' && Number.isFinite(value)) return termWithout({ constant: value, factors: [], cost: 0, product: () => id });
  const whole: Term = { constant: 1, factors: [id], cost: 0, isBare: true, product: () => id };
  if (depth === mostFactors || !isTakenApart(cx, id)) return whole;
  const [opposite] = operandsIf(cx, id, 'neg') ?? [];
  if (opposite !== undefined) {
    const term = termOf(cx, opposite, depth + 1);
    return termWithout({ ...term, constant: -term.constant });
  }
  const [left, right] = (operandsIf(cx, id, 'mul') ?? []).map((part) => termOf(cx, part, depth + 1));
  if (!left || !right || left.factors.length + right.factors.length > mostFactors) return whole;
  const constant = left.constant * right.constant;
  if (left.factors.length === 0) return termWithout({ ...right, constant });
  if (right.factors.length === 0) return termWithout({ ...left, constant });
  return { ...productOf(cx, id, left, right), constant };
}

/** A value that is not the product itself. */
const termWithout = (term: Omit<Term, 'isBare'>): Term => ({ ...term, isBare: false });

function isTakenApart(cx: Reading, id: ValueId): boolean {
  const isScaled = operandsIf(cx, id, 'neg') ?? operandsIf(cx, id, 'mul')?.some((part) => cx.constant(part) !== undefined);
  return cx.isDeep || !isScaled || cx.isPrivate(id);
}

function productOf(cx: Reading, id: ValueId, left: Term, right: Term): Term {
  const isBare = left.isBare && right.isBare;
  return {
    constant: 1,
    factors: [...left.factors, ...right.factors].sort((a, b) => a - b),
    cost: left.cost + right.cost + (isBare && !cx.isPrivate(id) ? 0 : 1),
    isBare,
    product: () => (isBare ? id : cx.emit('mul', [left.product(), right.product()])),
  };
}

/** The like term that was found: what was there before it, and the steps that follow, the last one first. */
interface Found {
  readonly id: ValueId;
  readonly term: Term;
  readonly isTaken?: boolean;
  readonly rest?: ValueId;
  readonly above: readonly Step[];
}

function joined(cx: Reading, op: PrimOp, { id, term, isTaken, rest, above }: Found, sought: Term): Rewriting {
  const [, last] = op.args as [ValueId, ValueId];
  const total = (isTaken ? -term.constant : term.constant) + (op.prim === 'add' ? sought.constant : -sought.constant);
  if (!Number.isFinite(total) || !(id === last || cx.isPrivate(id) || cx.isPrivate(last))) return undefined;
  const cheaper = term.cost <= sought.cost ? term : sought;
  const start = rest ?? scaled(cx, total, cheaper);
  const sum = above.reduceRight((before, { prim, by }) => cx.emit(prim, [before, by]), start);
  if (rest === undefined || total === 0) return sum;
  return { prim: total > 0 ? 'add' : 'sub', args: [sum, scaled(cx, Math.abs(total), cheaper)] };
}

function scaled(cx: Reading, by: number, term: Term): ValueId {
  if (by === 0 || (term.factors.length === 0 && by > 0)) return cx.number(by);
  if (by < 0) return cx.emit('neg', [scaled(cx, -by, term)]);
  return by === 1 ? term.product() : cx.emit('mul', [cx.number(by), term.product()]);
}
