/** What a pullback function hands out: the value, and a function that takes the seeds. */
import { tupleOf } from './results.ts';
import { type Plan, resultsOf } from './signature.ts';
import type { Expr, Stmt } from './syntax.ts';
import { text } from './syntax.ts';

export function finishPullback(plan: Plan, callee: string, values: readonly Expr[]): readonly Stmt[] {
  const { derived, seeds } = plan;
  const of = (...kinds: Parameters<typeof resultsOf>[1][]): Expr[] => resultsOf(derived, ...kinds).map(({ at }) => values[at] as Expr);
  const pullback: Expr = { kind: 'lambda', parameters: seeds.map(({ name }) => name), callee, captured: of('captured') };
  const value: Expr = {
    kind: 'object',
    fields: [
      ['value', tupleOf(of('returned', 'written')) ?? text('undefined')],
      ['pullback', pullback],
    ],
  };
  return [{ kind: 'return', value, origin: derived.ir.origin }];
}
