/**
 * TypeScript → JavaScript by leaving out what is type: no other character changes, so the text stays as readable as it was.
 * For text in which types can be erased (no enums, namespaces, parameter properties): what gradgen generates.
 */
import { ts } from '#ts-morph';

export interface ErasedText {
  readonly text: string;
  /** For each line, the line that it was, zero-based. */
  readonly lines: readonly number[];
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

export function eraseTypes(text: string): ErasedText {
  const file = ts.createSourceFile('input.ts', text, ts.ScriptTarget.ES2022, true);
  const ranges: Range[] = [];
  const visit = (node: ts.Node): void => {
    const own = typeRangesOf(node, text);
    ranges.push(...own);
    if (own.some(({ start, end }) => start <= node.getStart(file) && end >= node.end)) return;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return without(ranges, text);
}

/** What a node has of types, not counting its children. */
function typeRangesOf(node: ts.Node, text: string): Range[] {
  if (isTypeOnly(node)) return [{ start: node.pos, end: node.end }];
  if ((ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) && node.isTypeOnly)
    return [{ start: node.pos, end: commaAfter(node, text) }];
  const ranges: Range[] = [];
  const { type, questionToken, exclamationToken, typeArguments, typeParameters, modifiers } = node as Typed;
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return [{ start: node.expression.end, end: node.end }];
  if (ts.isNonNullExpression(node)) return [{ start: node.end - 1, end: node.end }];
  if (type) ranges.push({ start: type.pos - 1, end: type.end });
  if (!ts.isConditionalExpression(node) && !ts.isPropertyAccessExpression(node) && !ts.isCallExpression(node)) {
    for (const token of [questionToken, exclamationToken]) if (token) ranges.push({ start: token.pos, end: token.end });
  }
  for (const list of [typeArguments, typeParameters]) {
    if (list) ranges.push({ start: list.pos - 1, end: text.indexOf('>', list.end) + 1 });
  }
  for (const modifier of modifiers ?? []) if (typeModifiers.has(modifier.kind)) ranges.push(wordRange(modifier, text));
  return ranges;
}

/** `type T, ` of a list of names. */
function commaAfter({ end }: ts.Node, text: string): number {
  return end + (/^\s*,/.exec(text.slice(end))?.[0].length ?? 0);
}

interface Typed {
  readonly type?: ts.Node;
  readonly questionToken?: ts.Node;
  readonly exclamationToken?: ts.Node;
  readonly typeArguments?: ts.NodeArray<ts.Node>;
  readonly typeParameters?: ts.NodeArray<ts.Node>;
  readonly modifiers?: ts.NodeArray<ts.Node>;
}

const typeModifiers: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ReadonlyKeyword,
  ts.SyntaxKind.PrivateKeyword,
  ts.SyntaxKind.ProtectedKeyword,
  ts.SyntaxKind.PublicKeyword,
  ts.SyntaxKind.AbstractKeyword,
  ts.SyntaxKind.OverrideKeyword,
]);

/** A word with the blanks behind it. */
function wordRange(node: ts.Node, text: string): Range {
  const end = node.end + (/^ */.exec(text.slice(node.end))?.[0].length ?? 0);
  return { start: node.getStart(), end };
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  if (ts.isImportDeclaration(node)) return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.body === undefined;
  return ts.isHeritageClause(node) && node.token === ts.SyntaxKind.ImplementsKeyword;
}

/** The text without some ranges; a line of which nothing is left goes too, and so does a second empty line. */
export function without(ranges: readonly Range[], text: string): ErasedText {
  const originals = text.split('\n');
  const erased = new Uint8Array(text.length);
  for (const { start, end } of ranges) erased.fill(1, start, end);
  const kept: { text: string; line: number }[] = [];
  const state = { text: '', from: -1, line: 0 };
  const endLine = (): void => {
    const isEmpty = state.text.trim() === '';
    const wasEmpty = originals[state.line]?.trim() === '';
    if (!isEmpty || (wasEmpty && kept.length > 0 && kept.at(-1)?.text !== '')) {
      kept.push({ text: state.text.trimEnd(), line: state.from < 0 ? state.line : state.from });
    }
    Object.assign(state, { text: '', from: -1 });
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (!erased[at] && character === '\n') endLine();
    else if (!erased[at]) Object.assign(state, { text: state.text + character, from: state.from < 0 ? state.line : state.from });
    if (character === '\n') state.line++;
  }
  if (state.text !== '') endLine();
  return { text: `${kept.map((line) => line.text).join('\n')}\n`, lines: kept.map(({ line }) => line) };
}
