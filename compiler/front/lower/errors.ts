/** `throw new RangeError("…")`: the class, and the message as text and values in turn. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import type { ErrorName, ThrowOp, ValueId } from '../../ir/types.ts';
import { bare, spanOf } from '../syntax.ts';
import { isGlobalName } from './constants.ts';
import { from, knownText, type Lowering, report } from './context.ts';
import { lowerExpression } from './expressions.ts';
import { refusedValue } from './refuse.ts';

const errorNames: readonly ErrorName[] = ['Error', 'RangeError', 'TypeError', 'EvalError', 'ReferenceError', 'SyntaxError', 'URIError'];

type Message = ThrowOp['message'];

/** The class and message of `new Error(…)` or `Error(…)`; undefined if it is another expression. */
export function errorOf(
  f: Pick<Lowering, 'cx'>,
  node: ts.Expression,
): { readonly name: ErrorName; readonly message: ts.Expression | undefined } | undefined {
  const at = bare(node);
  if (!ts.isNewExpression(at) && !ts.isCallExpression(at)) return undefined;
  const name = errorNames.find((one) => isGlobalName(f.cx, bare(at.expression), one));
  const args = at.arguments ?? [];
  return name && args.length <= 1 ? { name, message: args[0] } : undefined;
}

export function lowerThrow(f: Lowering, node: ts.ThrowStatement): void {
  const error = errorOf(f, node.expression);
  if (!error) return report(f.cx, messages.throwOther(spanOf(node)));
  const message = error.message ? lowerMessage(f, error.message) : [];
  from(f, node).effect('throw', { error: error.name, message });
}

export function lowerMessage(f: Lowering, node: ts.Expression): Message {
  const at = bare(node);
  if (ts.isStringLiteralLike(at)) return [at.text];
  if (ts.isTemplateExpression(at)) {
    return [at.head.text, ...at.templateSpans.flatMap((span) => [...lowerPart(f, span.expression), span.literal.text])];
  }
  const isText = (part: ts.Expression): boolean => f.cx.types.kindAt(part).kind === 'text';
  if (ts.isBinaryExpression(at) && at.operatorToken.kind === ts.SyntaxKind.PlusToken && isText(at)) {
    return [...lowerPart(f, at.left), ...lowerPart(f, at.right)];
  }
  return lowerPart(f, at);
}

function lowerPart(f: Lowering, node: ts.Expression): Message {
  const at = bare(node);
  if (f.cx.types.kindAt(at).kind === 'text') return lowerText(f, at);
  const id: ValueId = lowerExpression(f, at);
  if (f.b.typeOf(id).kind === 'array') return [refusedValue(f, node)];
  return [id];
}

/** A text: written down, a parameter that stands for one, or one that is carried along. */
function lowerText(f: Lowering, node: ts.Expression): Message {
  if (!ts.isIdentifier(node)) {
    const isPart = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || isConcatenation(node);
    return isPart ? lowerMessage(f, node) : textOf(f, lowerExpression(f, node));
  }
  const symbol = f.cx.types.symbolAt(node);
  const value = symbol && f.env.get(symbol);
  if (value !== undefined && f.opaque.has(value)) return [value];
  return textOf(f, lowerExpression(f, node));
}

function isConcatenation(node: ts.Expression): boolean {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

function textOf(f: Lowering, value: ValueId): Message {
  return [knownText(f, value) ?? value];
}
