/** Rewrites of conditions and selections: all exact. */

import type { ValueId } from '../ir/types.ts';
import type { RewriteRule, RuleContext } from './rewrite-rule.ts';
import { exactRule, isConstant, operandsIf } from './rewrite-rule.ts';

/** Does a reference point to something that was made here (true), or to nothing (false)? */
function isThere(cx: RuleContext, id: ValueId | undefined): boolean | undefined {
  const op = id === undefined ? undefined : cx.definition(id);
  if (op?.kind === 'const') return op.value === undefined || op.value === null ? false : undefined;
  return op !== undefined && ['alloc', 'copy', 'buffer', 'view'].includes(op.kind) ? true : undefined;
}

export const logicRules: readonly RewriteRule[] = [
  exactRule('given of what was made → true', ['given'], ([x], cx) => {
    const there = isThere(cx, x);
    return there === undefined ? undefined : cx.flag(there);
  }),
  exactRule('n === n → true, n !== n → false of a length', ['eq', 'ne'], ([x, y], cx, { prim }) =>
    x !== undefined && x === y && cx.definition(x)?.kind === 'length' ? cx.flag(prim === 'eq') : undefined,
  ),
  exactRule('1 + x * x === 0 → false', ['eq', 'ne'], ([x, y], cx, { prim }) => {
    const other = isConstant(cx, y, 0) ? x : isConstant(cx, x, 0) ? y : undefined;
    return other !== undefined && cx.isPositive(other) ? cx.flag(prim === 'ne') : undefined;
  }),
  exactRule('x < x → false', ['lt', 'gt'], ([x, y], cx) => (x !== undefined && x === y ? cx.flag(false) : undefined)),
  exactRule('!!x → x', ['not'], ([x], cx) => operandsIf(cx, x, 'not')?.[0]),
  exactRule('true && x → x', ['and'], ([x, y], cx) => (isConstant(cx, x, true) ? y : isConstant(cx, y, true) ? x : undefined)),
  exactRule('false && x → false', ['and'], ([x, y], cx) => (isConstant(cx, x, false) ? x : isConstant(cx, y, false) ? y : undefined)),
  exactRule('false || x → x', ['or'], ([x, y], cx) => (isConstant(cx, x, false) ? y : isConstant(cx, y, false) ? x : undefined)),
  exactRule('true || x → true', ['or'], ([x, y], cx) => (isConstant(cx, x, true) ? x : isConstant(cx, y, true) ? y : undefined)),
  exactRule('x && x → x', ['and', 'or'], ([x, y]) => (x === y ? x : undefined)),
  exactRule('c ? x : x → x', ['select'], ([, x, y]) => (x === y ? x : undefined)),
  exactRule('true ? x : y → x', ['select'], ([c, x, y], cx) => (isConstant(cx, c, true) ? x : isConstant(cx, c, false) ? y : undefined)),
  exactRule('!c ? x : y → c ? y : x', ['select'], ([c, x, y], cx) => {
    const cond = operandsIf(cx, c, 'not')?.[0];
    return cond === undefined || x === undefined || y === undefined ? undefined : { prim: 'select', args: [cond, y, x] };
  }),
];
