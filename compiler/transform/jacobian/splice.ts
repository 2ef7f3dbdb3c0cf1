/** A function's operations written where a builder stands, with its parameters replaced by what is given. */
import type { Builder } from '../../ir/build.ts';
import { infoOf } from '../../ir/build.ts';
import type { IrFunction, Op, ValueId } from '../../ir/types.ts';
import { freeValues, outsOf, regionsOf, renameOp } from '../../ir/walk.ts';

/** Gives the results. Local functions, which have to stand at the top level, are put into `top`, with what they read. */
export function splice(b: Builder, fn: IrFunction, given: readonly ValueId[], top: Op[]): readonly ValueId[] {
  const names = new Map<ValueId, ValueId>();
  fn.body.params.forEach((id, at) => names.set(id, given[at] as ValueId));
  const use = (id: ValueId): ValueId => names.get(id) ?? id;
  const define = (id: ValueId): ValueId => {
    const made = b.values.push(infoOf(fn.values, id)) - 1;
    names.set(id, made as ValueId);
    return made as ValueId;
  };
  const first = behindFunctions(fn);
  for (const op of fn.body.ops) {
    const renamed = renameOp(op, { use, define });
    if (first.has(op)) top.push(renamed);
    else b.push(renamed);
  }
  return fn.body.yields.map(use);
}

/** Local functions, and the constants, stacks and other functions that they read. */
function behindFunctions(fn: IrFunction): ReadonlySet<Op> {
  const needed = new Set<ValueId>();
  const found = new Set<Op>();
  for (const op of [...fn.body.ops].reverse()) {
    if (op.kind !== 'functions' && !outsOf(op).some((id) => needed.has(id))) continue;
    found.add(op);
    for (const region of regionsOf(op)) for (const id of freeValues(region)) needed.add(id);
  }
  return found;
}
