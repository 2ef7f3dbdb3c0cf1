/** How wide an expression will be in print, near enough: names are not chosen yet. */
import type { Expr } from './syntax.ts';
import { childrenOf } from './traverse.ts';

export function widthOf(expr: Expr): number {
  let width = ownWidth(expr);
  for (const child of childrenOf(expr)) width += widthOf(child);
  return width;
}

function ownWidth(expr: Expr): number {
  switch (expr.kind) {
    case 'number':
      return String(expr.value).length;
    case 'read':
      return expr.variable.hints[0]?.length ?? 6;
    case 'text':
      return expr.text.length;
    case 'binary':
      return expr.operator.length + 3;
    case 'conditional':
      return 8;
    case 'call':
      return expr.callee.length + 2 * expr.args.length;
    case 'method':
      return expr.name.length + 3;
    case 'length':
      return 7;
    case 'element':
      return expr.field === undefined ? 2 : expr.field.length + 1;
    case 'map':
      return 14;
    default:
      return 2;
  }
}
