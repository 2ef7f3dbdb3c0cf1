/** Hints about parameters that a bare mark differentiates although they count something. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Mark, Signature } from '../../ir/program.ts';
import { bare, spanOf, walkOwn } from '../syntax.ts';
import { storageNamed, type TypeReader } from '../types.ts';
import type { MarkedNode } from './find.ts';

/** One hint per parameter of type number that a bare mark covers and that is used as an integer. */
export function integerHints(types: TypeReader, node: MarkedNode, signature: Signature, marks: readonly Mark[]): Diagnostic[] {
  const bareMark = marks.some(
    (mark) => mark.inputs.length === signature.params.filter((param) => param.differentiable).length && isBare(node, mark),
  );
  if (!bareMark) return [];
  const uses = integerUses(types, node.fn.body);
  return node.fn.parameters.flatMap((parameter, i) => {
    const param = signature.params[i];
    const symbol = types.symbolAt(parameter.name);
    const use = symbol && uses.get(symbol);
    if (use === undefined || param?.shape.kind !== 'real' || !param.differentiable) return [];
    const others = signature.params.filter((one) => one.differentiable && one !== param).map(({ name }) => name);
    return [messages.usedAsInteger(spanOf(parameter), param.name, use, others)];
  });
}

function isBare(node: MarkedNode, mark: Mark): boolean {
  const tag = node.tags.find(({ at }) => at.start === mark.at.start);
  return tag !== undefined && /^(?:as\b.*)?$/.test(tag.text);
}

/** Variables that stand for whole numbers, with the first use that shows it. */
function integerUses(types: TypeReader, body: ts.Node): Map<ts.Symbol, string> {
  const uses = new Map<ts.Symbol, string>();
  const note = (node: ts.Expression | undefined, use: string): void => {
    for (const name of node ? termsOf(node) : []) {
      const symbol = types.symbolAt(name);
      if (symbol && !uses.has(symbol)) uses.set(symbol, use);
    }
  };
  walkOwn(body, (node) => noteUse(node, note));
  return uses;
}

function noteUse(node: ts.Node, note: (node: ts.Expression | undefined, use: string) => void): void {
  if (ts.isElementAccessExpression(node)) note(node.argumentExpression, 'an index');
  if (ts.isNewExpression(node) && (storageNamed(node.expression.getText()) || node.expression.getText() === 'Array'))
    note(node.arguments?.[0], 'a length');
  if (ts.isForStatement(node) && node.condition && node.incrementor && /^(?:\+\+|--)|(?:\+\+|--)$/.test(node.incrementor.getText())) {
    const test = bare(node.condition);
    if (ts.isBinaryExpression(test)) note(test.right, 'the bound of a loop');
  }
  if (ts.isBinaryExpression(node) && isBitOperator(node.operatorToken.kind)) {
    note(node.left, 'an operand of bit arithmetic');
    note(node.right, 'an operand of bit arithmetic');
  }
}

function isBitOperator(kind: ts.SyntaxKind): boolean {
  return [
    ts.SyntaxKind.AmpersandToken,
    ts.SyntaxKind.BarToken,
    ts.SyntaxKind.CaretToken,
    ts.SyntaxKind.LessThanLessThanToken,
    ts.SyntaxKind.GreaterThanGreaterThanToken,
    ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
  ].includes(kind as number);
}

/** The names that an index is made of by whole-number arithmetic. */
function termsOf(node: ts.Expression): ts.Identifier[] {
  const at = bare(node);
  if (ts.isIdentifier(at)) return [at];
  const whole = [ts.SyntaxKind.PlusToken, ts.SyntaxKind.MinusToken, ts.SyntaxKind.AsteriskToken];
  return ts.isBinaryExpression(at) && whole.includes(at.operatorToken.kind as number) ? [...termsOf(at.left), ...termsOf(at.right)] : [];
}
