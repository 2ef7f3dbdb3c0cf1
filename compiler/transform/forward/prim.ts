/** The tangent of a primitive: the sum of its partials times the tangents of its operands. */
import type { PrimOp, ValueId } from '../../ir/types.ts';
import { applyEither, applyPartial, isNumber, type Partial, ruleOf, type Site } from '../../rules/index.ts';
import { isActive, type Lane, setTangent } from './context.ts';

export function tangentOfPrim(op: PrimOp, lane: Lane): void {
  const rule = ruleOf(op.prim);
  if (rule.kind === 'flat' || !isActive(op.out, lane)) return;
  const terms = termsOf(op, rule.partials(op.args.length), lane);
  const site: Site = { operands: op.args, result: op.out, builder: lane.b };
  setTangent(op.out, sumOf(terms, site), lane);
}

interface Term {
  readonly partial: Partial;
  readonly tangent: ValueId;
}

/** The operands that have a partial and a tangent other than 0. */
function termsOf(op: PrimOp, partials: readonly (Partial | undefined)[], lane: Lane): readonly Term[] {
  return op.args.flatMap((arg, i) => {
    const [partial, tangent] = [partials[i], lane.tangents.get(arg)];
    return partial && tangent !== undefined ? [{ partial, tangent }] : [];
  });
}

function sumOf(terms: readonly Term[], site: Site): ValueId | undefined {
  const [first, second] = terms;
  if (first && second && terms.length === 2) {
    const either = applyEither(first.partial, first.tangent, second.partial, second.tangent, site);
    if (either !== undefined) return either;
  }
  return terms.reduce<ValueId | undefined>((sum, term) => addTerm(sum, term, site), undefined);
}

/** A partial of −1 subtracts. */
function addTerm(sum: ValueId | undefined, { partial, tangent }: Term, site: Site): ValueId | undefined {
  if (sum !== undefined && isNumber(partial.formula, -1)) return site.builder.prim('sub', [sum, tangent]);
  const product = applyPartial(partial, tangent, site);
  return sum === undefined || product === undefined ? (product ?? sum) : site.builder.prim('add', [sum, product]);
}
