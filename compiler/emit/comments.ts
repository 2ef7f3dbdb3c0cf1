/** One short comment where a block of the function begins: the source line that it comes from, `reversed` for an adjoint's. */
import { basename } from 'node:path';
import type { Origin } from '../diagnostics/origin.ts';
import { sourceOf } from '../diagnostics/origin.ts';
import { replaceBlock } from './rewrite.ts';
import type { Block, Stmt } from './syntax.ts';
import { isLoop } from './syntax.ts';
import { blocksOf, walkBlock } from './traverse.ts';

export interface CommentOptions {
  /** Where the function itself comes from: says nothing about a block. */
  readonly own: Origin;
  /** Whether `adjoint-of` means a reverse sweep. */
  readonly reverse: boolean;
}

/** Comments the top level of a body, and what a `try` on it holds. */
export function addComments(body: Block, options: CommentOptions): void {
  const outer = body.find((statement) => statement.kind === 'try');
  if (outer?.kind === 'try') addComments(outer.body, options);
  commentBlock(body, options, undefined);
}

function commentBlock(body: Block, options: CommentOptions, outer: string | undefined): void {
  let said = outer;
  replaceBlock(
    body,
    groupStatements(body, options).flatMap((group) => {
      const subject = subjectOf(group, options);
      const words = subject && describe(subject, options);
      const last = group.at(-1);
      if (last && isLoop(last) && last.body.filter(isLong).length > 1) commentBlock(last.body, options, words);
      if (!words || words === said) return group;
      said = words;
      const first = group.findIndex((statement) => speaks(originOf(statement), options));
      return [...group.slice(0, first), { kind: 'comment', text: words, origin: subject }, ...group.slice(first)];
    }),
  );
}

/** Does an origin say which line a block comes from? */
function speaks(origin: Origin, { own }: CommentOptions): boolean {
  const [at, home] = [sourceOf(origin), sourceOf(own)];
  return at !== undefined && !(at.start === home?.start && at.end === home.end);
}

/** A group is a run of simple statements with the loop or branch that it leads to. */
function groupStatements(body: Block, options: CommentOptions): Stmt[][] {
  const groups: Stmt[][] = [];
  let run: Stmt[] = [];
  for (const statement of body) {
    run.push(statement);
    if (!isLong(statement)) continue;
    groups.push(...splitAtReversal(run, options));
    run = [];
  }
  return [...groups, ...splitAtReversal(run, options)];
}

/** Fewer statements before a loop stay with it. */
const shortestPart = 3;

/** Where forward statements come before reversed ones, each part is a group. */
function splitAtReversal(run: readonly Stmt[], options: CommentOptions): Stmt[][] {
  const sides = run.map((statement) => reversedness(statement, options));
  const lastForward = sides.lastIndexOf(false);
  const isMixed = lastForward >= 0 && sides.slice(lastForward).includes(true) && !sides.slice(0, lastForward).includes(true);
  const leadsToLoop = run.some(isLong);
  const parts =
    isMixed && (!leadsToLoop || lastForward >= shortestPart) ? [run.slice(0, lastForward + 1), run.slice(lastForward + 1)] : [[...run]];
  return parts.filter((part) => part.length > 0);
}

function reversedness(statement: Stmt, options: CommentOptions): boolean | undefined {
  const origin = originOf(statement);
  return speaks(origin, options) ? options.reverse && origin.kind === 'adjoint-of' : undefined;
}

/** The origin of a statement, or of the first inside of it that has one. */
function originOf(statement: Stmt): Origin {
  if (statement.origin.kind !== 'synthetic' || blocksOf(statement).length === 0) return statement.origin;
  let found: Origin = statement.origin;
  walkBlock([statement], (inner) => {
    if (found.kind === 'synthetic') found = inner.origin;
  });
  return found;
}

const isLong = (statement: Stmt): boolean =>
  statement.kind === 'for' ||
  statement.kind === 'each' ||
  statement.kind === 'while' ||
  (statement.kind === 'if' && (statement.then.length > 1 || statement.otherwise.length > 0));

/** What a group is named after: its loop, else its first statement that has a source. */
function subjectOf(group: readonly Stmt[], options: CommentOptions): Origin | undefined {
  const last = group.at(-1);
  const candidates = last && isLong(last) ? [last, ...group] : group;
  for (const statement of candidates) {
    if (statement.kind === 'return' || statement.kind === 'try') continue;
    const origin = originOf(statement);
    if (speaks(origin, options)) return origin;
  }
  return undefined;
}

function describe(origin: Origin, { reverse }: CommentOptions): string | undefined {
  const at = sourceOf(origin);
  if (!at) return undefined;
  return `${basename(at.file)}:${at.line}${reverse && origin.kind === 'adjoint-of' ? ' reversed' : ''}`;
}
