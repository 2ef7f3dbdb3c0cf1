/** Elements and fields whose types TypeScript narrows where they are assigned or tested: those that it takes for possibly missing. */
import type { Block, Expr, StoreStmt, Variable } from './syntax.ts';
import { countOccurrences, walkBlock, walkExpressions } from './traverse.ts';

/** `v[0]`, `v[k]` of a constant k, `p.x`. */
type Place = Pick<StoreStmt, 'array' | 'index' | 'field'>;

export interface NarrowedPlaces {
  /** The keys of places that are narrowed more than once: the second time the first may be known. */
  readonly narrowed: ReadonlySet<string>;
  /** The key of such a place. */
  keyOf(place: Place): string | undefined;
}

/** `uncheckedIndexedAccess`: TypeScript takes every element for possibly missing. */
export function findPlaces(body: Block, uncheckedIndexedAccess: boolean): NarrowedPlaces {
  const keyOf = keysOf(body);
  const missing = new Set<string>();
  const counts = new Map<string, number>();
  const narrow = (key: string | undefined): void => void (key !== undefined && counts.set(key, (counts.get(key) ?? 0) + 1));
  walkBlock(body, (statement) => {
    if (statement.kind !== 'store') return;
    const key = keyOf(statement);
    narrow(key);
    if (key !== undefined && uncheckedIndexedAccess && statement.field === undefined && !statement.raw) missing.add(key);
  });
  walkExpressions(body, (expr) => {
    const tested = placeIn(expr.kind === 'binary' && isNothing(expr.right) ? expr.left : undefined);
    if (tested) narrow(keyOf(tested));
    const optional = tested ?? placeIn(expr.kind === 'sure' ? expr.operand : expr.kind === 'element' && expr.lacks ? expr : undefined);
    const key = optional?.field === undefined ? undefined : keyOf(optional);
    if (key !== undefined) missing.add(key);
  });
  const narrowed = new Set([...missing].filter((key) => (counts.get(key) ?? 0) > 1));
  const narrowedKey = (place: Place): string | undefined => {
    const key = keyOf(place);
    return key !== undefined && narrowed.has(key) ? key : undefined;
  };
  return { narrowed, keyOf: narrowedKey };
}

const isNothing = (expr: Expr): boolean => expr.kind === 'text' && (expr.text === 'undefined' || expr.text === 'null');

function placeIn(expr: Expr | undefined): Place | undefined {
  const inner = expr?.kind === 'sure' ? expr.operand : expr;
  return inner?.kind === 'element' ? inner : undefined;
}

function keysOf(body: Block): (place: Place) => string | undefined {
  const { writes } = countOccurrences(body);
  const numbers = new Map<Variable, number>();
  const numberOf = (variable: Variable): number => {
    const known = numbers.get(variable) ?? numbers.size;
    numbers.set(variable, known);
    return known;
  };
  const isConstant = (variable: Variable): boolean => (writes.get(variable) ?? 0) <= (variable.fixed ? 0 : 1);
  const pathOf = (expr: Expr): string | undefined => {
    if (expr.kind === 'sure') return pathOf(expr.operand);
    if (expr.kind === 'read') return `#${numberOf(expr.variable)}`;
    return expr.kind === 'element' ? keyOf(expr) : undefined;
  };
  const keyOf = ({ array, index, field }: Place): string | undefined => {
    const path = pathOf(array);
    if (path === undefined) return undefined;
    if (field !== undefined) return `${path}.${field}`;
    if (index.kind === 'number') return `${path}[${index.value}]`;
    return index.kind === 'read' && isConstant(index.variable) ? `${path}[#${numberOf(index.variable)}]` : undefined;
  };
  return keyOf;
}
