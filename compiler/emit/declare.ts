/** Where each variable is declared: in the innermost block that holds all of its uses, at its first assignment if that comes first. */

import { replaceBlock } from './rewrite.ts';
import type { Block, ForStmt, Stmt, Variable } from './syntax.ts';
import type { Counts } from './traverse.ts';
import { blocksOf, countOccurrences, expressionsOf, walkExpr } from './traverse.ts';

interface Site {
  count: number;
  /** The position in the block of the first statement that mentions the variable. */
  readonly first: number;
}

export function declareVariables(block: Block): void {
  const counts = countOccurrences(block);
  place(block, counts);
}

/** Declares what lives in this block alone; gives back how often the others occur in it. */
function place(block: Block, counts: Counts): Map<Variable, Site> {
  const sites = new Map<Variable, Site>();
  block.forEach((statement, position) => {
    const mention = (variable: Variable, count: number): void => {
      const site = sites.get(variable);
      if (site) site.count += count;
      else sites.set(variable, { count, first: position });
    };
    mentions(statement, mention);
    for (const inner of blocksOf(statement)) for (const [variable, site] of place(inner, counts)) mention(variable, site.count);
  });
  const bare: { variable: Variable; at: number }[] = [];
  for (const [variable, { count, first }] of sites) {
    if (count !== total(variable, counts)) continue;
    sites.delete(variable);
    if (!declareAt(block[first] as Stmt, variable, counts)) bare.push({ variable, at: first });
  }
  insertDeclarations(block, bare);
  return sites;
}

const total = (variable: Variable, { reads, writes }: Counts): number => (reads.get(variable) ?? 0) + (writes.get(variable) ?? 0);

/** The occurrences in a statement itself, counted as {@link countOccurrences} counts them. */
function mentions(statement: Stmt, mention: (variable: Variable, count: number) => void): void {
  if (statement.kind === 'assign') mention(statement.variable, 1);
  if (statement.kind === 'for') mention((statement as ForStmt).index, 1);
  if (statement.kind === 'each') mention(statement.variable, 1);
  for (const expr of expressionsOf(statement)) {
    walkExpr(expr, (node) => {
      if (node.kind === 'read') mention(node.variable, 1);
      if (node.kind === 'update') mention(node.variable, 2);
    });
  }
}

/** True if the variable needs no declaration before this statement. */
function declareAt(statement: Stmt, variable: Variable, counts: Counts): boolean {
  if (variable.fixed || variable.bound) return true;
  if (statement.kind === 'for' && statement.index === variable) return true;
  if (statement.kind !== 'assign' || statement.variable !== variable) return false;
  let readsItself = false;
  walkExpr(statement.value, (node) => {
    if ((node.kind === 'read' || node.kind === 'update') && node.variable === variable) readsItself = true;
  });
  if (readsItself) return false;
  statement.declare = counts.writes.get(variable) === 1 ? 'const' : 'let';
  return true;
}

function insertDeclarations(block: Block, bare: readonly { variable: Variable; at: number }[]): void {
  if (bare.length === 0) return;
  replaceBlock(
    block,
    block.flatMap((statement, position) => {
      const here = bare.filter(({ at }) => at === position);
      const declarations = here.map(({ variable }): Stmt => ({ kind: 'declare', variable, origin: statement.origin }));
      return [...declarations, statement];
    }),
  );
}
