/** The derivative of every primitive. A primitive without an entry does not compile. */
import type { PrimName } from '../ir/types.ts';
import { reads } from './formula.ts';
import { mathRules } from './math.ts';
import { operatorRules } from './operators.ts';
import type { AnyRule, FlatRule, Formula, Partial, Rule } from './rule.ts';

export { isNumber } from './formula.ts';
export { applyEither, applyPartial, instantiate, type Site } from './instantiate.ts';
export type { AnyRule, FlatRule, Formula, Partial, Rule };

const rules: Record<PrimName, AnyRule> = { ...operatorRules, ...mathRules };

export function ruleOf(prim: PrimName): AnyRule {
  return rules[prim];
}

/** Which of the primal's values the derivative towards one operand reads. Derived from the rule, never written a second time. */
export interface PrimalsUsed {
  /** Indices of operands. */
  readonly operands: readonly number[];
  readonly result: boolean;
}

export function primalsUsedBy(prim: PrimName, arity: number, operand: number): PrimalsUsed {
  const rule = ruleOf(prim);
  const partial = rule.kind === 'smooth' ? rule.partials(arity)[operand] : undefined;
  if (!partial) return { operands: [], result: false };
  const indices = Array.from({ length: arity }, (_, i) => i);
  return { operands: indices.filter((i) => reads(partial.formula, i)), result: reads(partial.formula, 'result') };
}
