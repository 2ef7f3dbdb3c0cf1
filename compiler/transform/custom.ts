/** Derivatives that the user gives: a rule is a function of its own, a copy of which is written where the derivative is needed. */
import { functionsOf } from '../analysis/local-functions.ts';
import { invariant } from '../diagnostics/internal.ts';
import type { Builder } from '../ir/build.ts';
import { infoOf } from '../ir/build.ts';
import type { IrFunction, Op, ValueId } from '../ir/types.ts';
import { type Renaming, renameRegion, withRegions } from '../ir/walk.ts';

/** Writes a copy of a rule; gives its results. Functions with rules that it calls are those of `host`. */
export function instantiate(b: Builder, host: IrFunction, rule: IrFunction, args: readonly ValueId[]): readonly ValueId[] {
  invariant(rule !== undefined, 'a rule that is used before it is made');
  const names = new Map<ValueId, ValueId>(rule.body.params.map((id, at) => [id, args[at] as ValueId]));
  const renaming: Renaming = {
    use: (id) => names.get(id) ?? id,
    define(id) {
      const { type, hint } = infoOf(rule.values, id);
      const fresh = b.value(type, hint);
      names.set(id, fresh);
      return fresh;
    },
  };
  const body = renameRegion({ ...rule.body, params: [] }, renaming);
  for (const op of body.ops) b.push({ ...resolved(op, host), origin: b.origin });
  return body.yields;
}

/** Calls by key become calls of the local functions that stand under it. */
function resolved(op: Op, host: IrFunction): Op {
  if (op.kind !== 'call') return withRegions(op, (region) => ({ ...region, ops: region.ops.map((inner) => resolved(inner, host)) }));
  const callee = functionsOf(host).flatMap(({ outs, keys = [] }) => outs.filter((_, at) => keys[at] === op.callee))[0];
  invariant(callee !== undefined, `a rule calls ${op.callee}, which is not there`);
  return { kind: 'apply', callee, args: op.args, outs: op.outs, origin: op.origin };
}
