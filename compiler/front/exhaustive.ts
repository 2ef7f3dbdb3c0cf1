/** Does a `switch` name every value that the checker counts with? */
import { ts } from '#ts-morph';
import type { TypeReader } from './types.ts';

export function isExhaustive({ checker }: TypeReader, node: ts.SwitchStatement): boolean {
  const type = checker.getTypeAtLocation(node.expression);
  const values = type.isUnion() ? type.types : [type];
  const labels = node.caseBlock.clauses.filter(ts.isCaseClause).map(({ expression }) => checker.getTypeAtLocation(expression));
  return values.every((value) => isUnit(value) && labels.some((label) => isUnit(label) && checker.isTypeAssignableTo(value, label)));
}

/** A type of one value. */
function isUnit(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Unit) !== 0;
}
