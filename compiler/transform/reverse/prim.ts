/** The reverse of a primitive: each active operand receives the seed times the partial derivative from the table. */

import type { PrimName, PrimOp, ValueId } from '../../ir/types.ts';
import { ruleOf } from '../../rules/index.ts';
import { applyPartial } from '../../rules/instantiate.ts';
import { adjointHint, type ReverseContext } from './context.ts';
import type { AdjointScope } from './scope.ts';

export function reverseOfPrim(cx: ReverseContext, scope: AdjointScope, op: PrimOp): void {
  const seed = scope.take(op.out);
  const rule = ruleOf(op.prim);
  if (seed === undefined || rule.kind === 'flat') return;
  const known = (prim: PrimName, args: readonly ValueId[]): ValueId | undefined => cx.dearValues.find(prim, args, op);
  const site = { operands: op.args, result: op.out, builder: cx.b, known };
  const partials = rule.partials(op.args.length);
  op.args.forEach((arg, at) => {
    const partial = partials[at];
    if (!partial || !cx.activity.isActiveNumber(arg)) return;
    const contribution = applyPartial(partial, seed, site);
    if (contribution !== undefined) scope.add(arg, contribution, adjointHint(cx, arg));
  });
}
