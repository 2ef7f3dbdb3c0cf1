/**
 * A variable that a loop carries and that may hold null, or a flag, is narrowed by TypeScript at each assignment; so is an element or
 * field that may be missing. Declarations whose types would then follow from themselves, once around the loop, say their type.
 */
import { findPlaces } from './narrowed-places.ts';
import type { AssignStmt, Block, ElementExpr, Expr, Stmt, Variable } from './syntax.ts';
import { blocksOf, countOccurrences, walkBlock, walkExpr } from './traverse.ts';

/** What the type of a declaration may follow from: values of variables, or, by their keys, of places. */
type Source = Variable | string;
type Values = Map<Source, Expr[]>;

export function annotateCycles(body: Block, uncheckedIndexedAccess: boolean): void {
  const { writes } = countOccurrences(body);
  const declarations: AssignStmt[] = [];
  const values: Values = new Map();
  walkBlock(body, (statement) => {
    if (statement.kind !== 'assign') return;
    const { variable, value } = statement;
    if (statement.declare) declarations.push(statement);
    // What a declared type decides is not asked of the values.
    if (statement.declare || (isUnion(variable) && (writes.get(variable) ?? 0) > 1)) push(values, variable, value);
  });
  const circles = withoutEnds(values);
  const isCircular = ({ variable, value }: AssignStmt): boolean => circles.has(variable) && reaches(readsOf([value]), variable, circles);
  for (const declaration of declarations) if (isCircular(declaration)) declaration.typed = true;
  annotatePlaces(body, values, uncheckedIndexedAccess);
}

/** One declaration that says its type breaks a circle. */
function annotatePlaces(body: Block, values: Values, uncheckedIndexedAccess: boolean): void {
  const places = findPlaces(body, uncheckedIndexedAccess);
  if (places.narrowed.size === 0) return;
  for (const loop of outermostLoops(body)) {
    const inside: Values = new Map(values);
    walkBlock([loop], (statement) => {
      const key = statement.kind === 'store' ? places.keyOf(statement) : undefined;
      if (statement.kind === 'store' && key !== undefined) inside.set(key, [...(inside.get(key) ?? []), statement.value]);
    });
    const readsIn = (exprs: readonly Expr[]): Set<Source> => readsOf(exprs, places.keyOf);
    walkBlock([loop], (statement) => {
      if (statement.kind !== 'assign' || !statement.declare) return;
      if (!statement.typed && reaches(readsIn([statement.value]), statement.variable, inside, readsIn)) statement.typed = true;
      if (statement.typed) inside.delete(statement.variable);
    });
  }
}

const outermostLoops = (block: Block): Stmt[] =>
  block.flatMap((statement) =>
    statement.kind === 'for' || statement.kind === 'each' || statement.kind === 'while'
      ? [statement]
      : blocksOf(statement).flatMap(outermostLoops),
  );

const isUnion = ({ type }: Variable): boolean => type === 'boolean' || type.includes('|');

function readsOf(values: readonly Expr[], keyOf: (place: ElementExpr) => string | undefined = () => undefined): Set<Source> {
  const reads = new Set<Source>();
  for (const value of values) {
    walkExpr(value, (node) => {
      const key = node.kind === 'element' ? keyOf(node) : undefined;
      if (key !== undefined) reads.add(key);
      if (node.kind === 'read') reads.add(node.variable);
    });
  }
  return reads;
}

/** Without what follows from nothing that may follow from itself: most of a function, and all of one without loops. */
function withoutEnds(values: Values): Values {
  const left: Values = new Map(values);
  const reads = new Map(
    [...values].map(([source, exprs]) => [source, new Set([...readsOf(exprs)].filter((read) => values.has(read)))] as const),
  );
  const readers = new Map<Source, Source[]>();
  for (const [source, from] of reads) for (const read of from) push(readers, read, source);
  const ends = [...reads].flatMap(([source, from]) => (from.size === 0 ? [source] : []));
  for (const end of ends) {
    left.delete(end);
    for (const reader of readers.get(end) ?? []) {
      const from = reads.get(reader);
      if (from?.delete(end) && from.size === 0) ends.push(reader);
    }
  }
  return left;
}

function push<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function reaches(from: ReadonlySet<Source>, goal: Variable, values: Values, readsIn = (exprs: readonly Expr[]) => readsOf(exprs)): boolean {
  const seen = new Set(from);
  for (const source of seen) for (const next of readsIn(values.get(source) ?? [])) seen.add(next);
  return seen.has(goal);
}
