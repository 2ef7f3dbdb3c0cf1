/** Rewrites of conditions and selections: all exact. */

import type { RewriteRule } from './rewrite-rule.ts';
import { exactRule, isConstant, operandsIf } from './rewrite-rule.ts';

export const logicRules: readonly RewriteRule[] = [
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
