/** Expressions that are too long for a line: literals and calls of `map` open up, operands of `??` stand below each other. */
import { fillLines, pageWidth } from './page.ts';
import { precedence } from './precedence.ts';
import type { PrintContext } from './print-expression.ts';
import { printExpr, printFields } from './print-expression.ts';
import type { Expr } from './syntax.ts';

/** `head expr tail` as lines, the first without its indentation. */
export function printWide(head: string, expr: Expr, tail: string, indent: string, cx: PrintContext): string[] {
  const line = `${head}${printExpr(expr, cx, precedence.assignment)}${tail}`;
  if (indent.length + line.length <= pageWidth) return [line];
  const inner = `${indent}  `;
  switch (expr.kind) {
    case 'object':
      return opened(`${head}{`, fieldLines(expr, inner, cx), `}${tail}`, indent);
    case 'list':
      return opened(
        `${head}[`,
        expr.elements.flatMap((element) => printWide('', element, ',', inner, cx)),
        `]${tail}`,
        indent,
      );
    case 'map':
      return mapLines(head, expr, tail, indent, cx) ?? [line];
    case 'binary':
      if (expr.operator !== '??' || !opens(expr.right)) return [line];
      return [
        head.trimEnd(),
        `${inner}${printExpr(expr.left, cx, precedence.call)} ??`,
        ...printWide('', expr.right, tail, inner, cx).map((text, i) => (i === 0 ? inner + text : text)),
      ];
    case 'call':
      return callLines(head, expr, tail, indent, cx);
    default:
      return [line];
  }
}

/** As many arguments to a line as fit. */
function callLines(
  head: string,
  { callee, args }: Extract<Expr, { kind: 'call' }>,
  tail: string,
  indent: string,
  cx: PrintContext,
): string[] {
  const entries = args.map((arg) => printExpr(arg, cx, precedence.assignment));
  const width = pageWidth - indent.length;
  return opened(
    `${head}${callee}(`,
    fillLines(entries, width).map((line) => line.trimStart()),
    `)${tail}`,
    indent,
  );
}

const opens = (expr: Expr): boolean => expr.kind === 'object' || expr.kind === 'list' || expr.kind === 'map';

function fieldLines(expr: Extract<Expr, { kind: 'object' }>, indent: string, cx: PrintContext): string[] {
  const short = printFields(expr, cx);
  return expr.fields.flatMap(([name, value], i) => {
    const isShort = indent.length + (short[i]?.length ?? 0) < pageWidth || name === '...';
    return isShort ? [`${short[i]},`] : printWide(`${name}: `, value, ',', indent, cx);
  });
}

/** The first line of each entry still needs its indentation; lines further in have theirs. */
function opened(first: string, entries: readonly string[], last: string, indent: string): string[] {
  const inner = `${indent}  `;
  return [first, ...entries.map((entry) => (/^\s/.test(entry) ? entry : inner + entry)), indent + last];
}

/** `rows.map((row) => ({`, the fields, `}))`. */
function mapLines(
  head: string,
  expr: Extract<Expr, { kind: 'map' }>,
  tail: string,
  indent: string,
  cx: PrintContext,
): string[] | undefined {
  const { body } = expr;
  if (body.kind !== 'object') return undefined;
  const whole = printExpr(expr, cx);
  const literal = printExpr(body, cx);
  const start = whole.slice(0, whole.length - literal.length - 2);
  return opened(`${head}${start}{`, fieldLines(body, `${indent}  `, cx), `}))${tail}`, indent);
}
