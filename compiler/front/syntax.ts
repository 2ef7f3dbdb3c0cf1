/** Small questions about syntax trees that need no types. */
import { ts } from '#ts-morph';
import type { SourceSpan } from '../diagnostics/origin.ts';

export type FunctionNode = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction;
export type FunctionWithBody = FunctionNode & { readonly body: ts.Block | ts.Expression };

export function spanOf(node: ts.Node): SourceSpan {
  const file = node.getSourceFile();
  return spanAt(file, node.getStart(file), node.end);
}

export function spanAt(file: ts.SourceFile, start: number, end: number): SourceSpan {
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return { kind: 'source', file: file.fileName, start, end, line: line + 1, column: character + 1 };
}

/** An expression without parentheses and assertions around it. */
export function bare(node: ts.Expression): ts.Expression {
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node)
  )
    return bare(node.expression);
  return node;
}

export function isFunctionNode(node: ts.Node): node is FunctionNode {
  return ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node);
}

/** The function behind `const f = …` or `export default …`, if that is what a declaration declares. */
export function functionOf(declaration: ts.Node | undefined): FunctionWithBody | undefined {
  if (!declaration) return undefined;
  if (ts.isFunctionDeclaration(declaration)) return declaration.body ? (declaration as FunctionWithBody) : undefined;
  const expression = ts.isVariableDeclaration(declaration)
    ? declaration.initializer
    : ts.isExportAssignment(declaration)
      ? declaration.expression
      : undefined;
  if (!expression) return undefined;
  const value = bare(expression);
  return ts.isArrowFunction(value) || ts.isFunctionExpression(value) ? (value as FunctionWithBody) : undefined;
}

export function isConstant(declaration: ts.VariableDeclaration): boolean {
  return (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
}

/** The innermost function around a node; undefined at the top of a module. */
export function enclosingFunction(node: ts.Node): ts.Node | undefined {
  let at = node.parent;
  while (at && !ts.isFunctionLike(at)) at = at.parent;
  return at;
}

/** Does it stand in a function or a block, not at the top of its module? */
export function isLocal(node: ts.Node): boolean {
  for (let at = node.parent; at && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isFunctionLike(at) || ts.isBlock(at) || ts.isCaseBlock(at) || ts.isIterationStatement(at, false)) return true;
  }
  return false;
}

export function isInside(node: ts.Node, outer: ts.Node): boolean {
  return node.getSourceFile() === outer.getSourceFile() && node.pos >= outer.pos && node.end <= outer.end;
}

const assignmentOperators: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsToken,
  ts.SyntaxKind.PlusEqualsToken,
  ts.SyntaxKind.MinusEqualsToken,
  ts.SyntaxKind.AsteriskEqualsToken,
  ts.SyntaxKind.AsteriskAsteriskEqualsToken,
  ts.SyntaxKind.SlashEqualsToken,
  ts.SyntaxKind.PercentEqualsToken,
  ts.SyntaxKind.LessThanLessThanEqualsToken,
  ts.SyntaxKind.GreaterThanGreaterThanEqualsToken,
  ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken,
  ts.SyntaxKind.AmpersandEqualsToken,
  ts.SyntaxKind.BarEqualsToken,
  ts.SyntaxKind.CaretEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
]);

export interface Assignment extends ts.BinaryExpression {
  readonly operatorToken: ts.AssignmentOperatorToken;
}

export function isAssignment(node: ts.Node): node is Assignment {
  return ts.isBinaryExpression(node) && assignmentOperators.has(node.operatorToken.kind);
}

export type Update = (ts.PrefixUnaryExpression | ts.PostfixUnaryExpression) & {
  readonly operator: ts.SyntaxKind.PlusPlusToken | ts.SyntaxKind.MinusMinusToken;
};

export function isUpdate(node: ts.Node): node is Update {
  return (
    (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
    (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
  );
}

/** What an assignment or update writes to: names and elements, through destructuring. */
export function targetsOf(node: ts.Node): ts.Expression[] {
  if (isUpdate(node)) return [bare(node.operand)];
  return isAssignment(node) ? leavesOf(node.left) : [];
}

/** The places of a pattern, or the one that an expression is. */
export function leavesOf(target: ts.Expression): ts.Expression[] {
  const at = bare(target);
  if (ts.isArrayLiteralExpression(at)) return at.elements.flatMap((element) => leavesOf(withoutDefault(element)));
  if (ts.isObjectLiteralExpression(at)) return at.properties.flatMap(leavesOfProperty);
  return ts.isOmittedExpression(at) ? [] : [at];
}

function leavesOfProperty(property: ts.ObjectLiteralElementLike): ts.Expression[] {
  if (ts.isPropertyAssignment(property)) return leavesOf(withoutDefault(property.initializer));
  if (ts.isSpreadAssignment(property)) return leavesOf(property.expression);
  return ts.isShorthandPropertyAssignment(property) ? [property.name] : [];
}

/** `a` of `a = 1` in a pattern, and of `...a`. */
function withoutDefault(element: ts.Expression): ts.Expression {
  if (ts.isSpreadElement(element)) return element.expression;
  return ts.isBinaryExpression(element) && element.operatorToken.kind === ts.SyntaxKind.EqualsToken ? element.left : element;
}

/** Visits a node and what is in it, but not the bodies of functions in it. */
export function walkOwn(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => {
    if (!ts.isFunctionLike(child)) walkOwn(child, visit);
  });
}

export function some(node: ts.Node, test: (node: ts.Node) => boolean): boolean {
  if (test(node)) return true;
  return ts.forEachChild(node, (child) => (!ts.isFunctionLike(child) && some(child, test)) || undefined) ?? false;
}

export function isJump(node: ts.Node): boolean {
  return ts.isReturnStatement(node) || ts.isBreakStatement(node) || ts.isContinueStatement(node);
}

/** May a statement leave to somewhere outside of it? (An approximation from above.) */
export function mayJump(node: ts.Node): boolean {
  return some(node, isJump);
}

/** Does a statement leave on every path? (An approximation from below; only the shape of the result depends on it.) */
export function alwaysLeaves(node: ts.Node | undefined): boolean {
  if (!node) return false;
  if (isJump(node) || ts.isThrowStatement(node)) return true;
  if (ts.isBlock(node)) return node.statements.some(alwaysLeaves);
  if (ts.isSwitchStatement(node)) return switchLeaves(node);
  return ts.isIfStatement(node) && alwaysLeaves(node.thenStatement) && alwaysLeaves(node.elseStatement);
}

function switchLeaves({ caseBlock }: ts.SwitchStatement): boolean {
  const { clauses } = caseBlock;
  const [statements, last] = [clauses.flatMap((clause) => [...clause.statements]), clauses.at(-1)];
  return clauses.some(ts.isDefaultClause) && (last?.statements.some(alwaysLeaves) ?? false) && !statements.some(breaksOut);
}

/** Is there a `break` without a label that leaves what stands around the node? */
export function breaksOut(node: ts.Node): boolean {
  if (ts.isBreakStatement(node)) return node.label === undefined;
  if (ts.isIterationStatement(node, false) || ts.isSwitchStatement(node) || ts.isFunctionLike(node)) return false;
  return ts.forEachChild(node, (child) => breaksOut(child) || undefined) ?? false;
}
