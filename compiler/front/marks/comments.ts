/** Comments of a file and the marks written in them, whether they are attached to something or not. */
import { ts } from '#ts-morph';
import type { SourceSpan } from '../../diagnostics/origin.ts';
import { spanAt } from '../syntax.ts';

/** `@name text`, of which only the tag's own line counts. */
export interface Tag {
  readonly name: string;
  /** What follows on its line, up to ` - `. */
  readonly text: string;
  readonly at: SourceSpan;
}

export interface Comment {
  readonly pos: number;
  readonly isDoc: boolean;
  readonly tags: readonly Tag[];
}

/** All comments of a file that hold a tag. */
export function commentsOf(file: ts.SourceFile): readonly Comment[] {
  const found = new Map<number, Comment>();
  const add = (range: ts.CommentRange): void => {
    const text = file.text.slice(range.pos, range.end);
    if (found.has(range.pos) || !text.includes('@')) return;
    found.set(range.pos, { pos: range.pos, isDoc: text.startsWith('/**') && text !== '/**/', tags: tagsIn(file, range.pos, range.end) });
  };
  const ats = [...file.text.matchAll(/@/g)].map(({ index }) => index);
  const visit = (node: ts.Node): void => {
    if (node.kind !== ts.SyntaxKind.EndOfFileToken && !ats.some((at) => at >= node.pos && at <= lineEnd(file.text, node.end))) return;
    for (const range of ts.getLeadingCommentRanges(file.text, node.pos) ?? []) add(range);
    for (const range of ts.getTrailingCommentRanges(file.text, node.end) ?? []) add(range);
    for (const child of node.getChildren(file)) if (child.kind !== ts.SyntaxKind.JSDoc) visit(child);
  };
  visit(file);
  return [...found.values()].sort((a, b) => a.pos - b.pos);
}

/** A comment that trails a node ends on a later line only if it began on the node's. */
function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Tags at the start of a line, or after a space in a line of text. */
export function tagsIn(file: ts.SourceFile, start: number, end: number): Tag[] {
  const tags: Tag[] = [];
  let at = start;
  for (const line of file.text.slice(start, end).split('\n')) {
    const match = /(^[\s/*]*|\s)@([A-Za-z]\w*)(.*)$/.exec(line.replace(/\r$/, '').replace(/`[^`]*`/g, (code) => ' '.repeat(code.length)));
    if (match) tags.push(tagAt(file, at + match.index + (match[1] as string).length, match[2] as string, match[3] as string));
    at += line.length + 1;
  }
  return tags;
}

function tagAt(file: ts.SourceFile, at: number, name: string, rest: string): Tag {
  const text = (rest.replace(/\*\/\s*$/, '').split(/\s-(?:\s|$)/)[0] ?? '').trim();
  return { name, text, at: spanAt(file, at, at + 1 + name.length) };
}

/** The doc comment that belongs to a node: the last one before it. */
export function docOf(node: ts.Node): ts.JSDoc | undefined {
  return (node as ts.Node & { readonly jsDoc?: readonly ts.JSDoc[] }).jsDoc?.at(-1);
}
