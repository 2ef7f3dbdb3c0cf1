/**
 * What is known about exit codes while a reverse region is built: in a whole iteration the code is 0, in the partial one it is
 * the loop's own result. Decisions that follow from the code need no record.
 */
import type { Definitions } from '../../analysis/definitions.ts';
import type { Builder } from '../../ir/build.ts';
import type { IfOp, ValueId } from '../../ir/types.ts';

/** `zero`: the code is 0. Otherwise the value that holds it, known not to be 0. */
export type Fact = 'zero' | ValueId;
export type Facts = Map<ValueId, Fact>;

/** The codes that a value may have; undefined if that cannot be seen. */
export function codesOf(id: ValueId, definitions: Definitions): ReadonlySet<number> | undefined {
  const { op } = definitions.definitionOf(id);
  if (op?.kind === 'const' && typeof op.value === 'number') return new Set([op.value]);
  if (op?.kind === 'if') {
    const at = op.outs.indexOf(id);
    return union(codesOf(op.then.yields[at] as ValueId, definitions), codesOf(op.otherwise.yields[at] as ValueId, definitions));
  }
  if ((op?.kind === 'for' || op?.kind === 'while') && op.exits && op.outs[0] === id) {
    return union(new Set([0]), codesOf(op.body.yields[0] as ValueId, definitions));
  }
  return undefined;
}

function union(a: ReadonlySet<number> | undefined, b: ReadonlySet<number> | undefined): ReadonlySet<number> | undefined {
  return a && b ? new Set([...a, ...b]) : undefined;
}

/** How the reverse of an `if` finds out which branch ran. */
export type Decision = 'then' | 'otherwise' | { readonly test: (b: Builder) => ValueId };

/** The decision where a fact about one of the outs settles it; undefined where the condition itself is needed. */
export function decide(op: IfOp, facts: Facts, definitions: Definitions): Decision | undefined {
  for (const [at, out] of op.outs.entries()) {
    const fact = facts.get(out);
    if (fact === undefined) continue;
    const then = codesIn(op, op.then.yields[at] as ValueId, definitions, true);
    const otherwise = codesIn(op, op.otherwise.yields[at] as ValueId, definitions, false);
    if (!then || !otherwise) continue;
    const decision = fact === 'zero' ? decideZero(then, otherwise) : decideCode(fact, then, otherwise);
    if (decision) return decision;
  }
  return undefined;
}

/** Codes that a branch may yield; where the condition is `code == 0` and the branch hands on that code, without (or with only) 0. */
function codesIn(op: IfOp, yielded: ValueId, definitions: Definitions, then: boolean): ReadonlySet<number> | undefined {
  const codes = codesOf(yielded, definitions);
  if (!codes || guardedCode(op, definitions) !== yielded) return codes;
  return then ? new Set([0]) : new Set([...codes].filter((code) => code !== 0));
}

/** The code tested by a guard `if (code == 0)`. */
export function guardedCode(op: IfOp, definitions: Definitions): ValueId | undefined {
  const test = definitions.definitionOf(op.cond).op;
  if (test?.kind !== 'prim' || test.prim !== 'eq') return undefined;
  const [code, zero] = test.args as [ValueId, ValueId];
  const constant = definitions.definitionOf(zero).op;
  return constant?.kind === 'const' && constant.value === 0 ? code : undefined;
}

function decideZero(then: ReadonlySet<number>, otherwise: ReadonlySet<number>): Decision | undefined {
  if (!then.has(0)) return 'otherwise';
  return otherwise.has(0) ? undefined : 'then';
}

function decideCode(code: ValueId, then: ReadonlySet<number>, otherwise: ReadonlySet<number>): Decision | undefined {
  const [inThen, inOtherwise] = [then, otherwise].map((codes) => [...codes].filter((each) => each !== 0)) as [number[], number[]];
  if (inThen.length === 0) return 'otherwise';
  if (inOtherwise.length === 0) return 'then';
  if (inThen.some((each) => inOtherwise.includes(each))) return undefined;
  return { test: (b) => inThen.map((each) => b.prim('eq', [code, b.constant(each)])).reduce((a, c) => b.prim('or', [a, c])) };
}
