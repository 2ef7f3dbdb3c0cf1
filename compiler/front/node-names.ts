/** What a piece of syntax is called when it is refused. */
import { ts } from '#ts-morph';

const names: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.TypeOfExpression]: '`typeof`',
  [ts.SyntaxKind.InstanceOfKeyword]: '`instanceof`',
  [ts.SyntaxKind.InKeyword]: '`in`',
  [ts.SyntaxKind.VoidExpression]: '`void`',
  [ts.SyntaxKind.DeleteExpression]: '`delete`',
  [ts.SyntaxKind.RegularExpressionLiteral]: 'a regular expression',
  [ts.SyntaxKind.BigIntLiteral]: 'a BigInt',
  [ts.SyntaxKind.WithStatement]: '`with`',
  [ts.SyntaxKind.DebuggerStatement]: '`debugger`',
  [ts.SyntaxKind.TaggedTemplateExpression]: 'a tagged template',
  [ts.SyntaxKind.NullKeyword]: '`null`',
  [ts.SyntaxKind.BreakStatement]: 'this `break`',
  [ts.SyntaxKind.ContinueStatement]: 'this `continue`',
  [ts.SyntaxKind.EnumDeclaration]: 'an `enum` inside of a function',
  [ts.SyntaxKind.ElementAccessExpression]: 'this element',
  [ts.SyntaxKind.ArrayLiteralExpression]: 'this list',
};

export function nameOfNode(node: ts.Node): string {
  if (ts.isBinaryExpression(node))
    return names[node.operatorToken.kind] ?? `the operator \`${node.operatorToken.getText()}\` on these values`;
  return names[node.kind] ?? shortText(node);
}

function shortText(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, ' ');
  return `\`${text.length > 40 ? `${text.slice(0, 37)}…` : text}\``;
}
