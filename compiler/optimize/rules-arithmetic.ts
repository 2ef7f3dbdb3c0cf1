/**
 * Rewrites of sums, products and quotients. A relaxed result may be computed otherwise also where an operand is the user's, as long as
 * nobody else reads that: then it is gone.
 */

import type { PrimName, PrimOp, ValueId } from '../ir/types.ts';
import type { RewriteRule, Rewriting, RuleContext } from './rewrite-rule.ts';
import { exactRule, isConstant, operandsIf, relaxedRule } from './rewrite-rule.ts';

type Pair = readonly [ValueId, ValueId];
const pair = (args: readonly ValueId[]): Pair => args as unknown as Pair;
const prim = (name: PrimName, ...args: readonly ValueId[]): Rewriting => ({ prim: name, args });

/** The operand of a `neg` whose sign may be moved outward: nobody else reads it, or everybody can take the sign over. */
function negated(cx: RuleContext, id: ValueId): ValueId | undefined {
  return cx.isPrivate(id) || (cx.isRelaxed(id) && cx.absorbsSign(id)) ? operandsIf(cx, id, 'neg')?.[0] : undefined;
}

/** The other operand where one of the two is the constant. */
function besides(cx: RuleContext, [x, y]: Pair, value: number): ValueId | undefined {
  if (isConstant(cx, y, value)) return x;
  return isConstant(cx, x, value) ? y : undefined;
}

export const arithmeticRules: readonly RewriteRule[] = [
  exactRule('x * 1 → x', ['mul'], (args, cx) => besides(cx, pair(args), 1)),
  exactRule('x / 1 → x', ['div'], ([x, y], cx) => (isConstant(cx, y, 1) ? x : undefined)),
  exactRule('x - 0 → x', ['sub'], ([x, y], cx) => (isPlainZero(cx, y) ? x : undefined)),
  exactRule('-(-x) → x', ['neg'], ([x], cx) => operandsIf(cx, x, 'neg')?.[0]),
  relaxedRule('x + 0 → x', ['add'], (args, cx) => besides(cx, pair(args), 0)),
  relaxedRule('x * 0 → 0', ['mul'], (args, cx) => (besides(cx, pair(args), 0) === undefined ? undefined : cx.number(0))),
  relaxedRule('0 / x → 0', ['div'], ([x], cx) => (isConstant(cx, x, 0) ? cx.number(0) : undefined)),
  relaxedRule('0 - x → -x', ['sub'], ([x, y], cx) => (isConstant(cx, x, 0) && y !== undefined ? prim('neg', y) : undefined)),
  relaxedRule('x - x → 0', ['sub'], ([x, y], cx) => (x === y ? cx.number(0) : undefined)),
  relaxedRule('x * -1 → -x', ['mul'], (args, cx) => negationOf(besides(cx, pair(args), -1))),
  relaxedRule('x / -1 → -x', ['div'], ([x, y], cx) => (isConstant(cx, y, -1) ? negationOf(x) : undefined)),
  relaxedRule('-(a - b) → b - a', ['neg'], ([x], cx) => flipped(cx, x)),
  relaxedRule('a + -b → a - b', ['add'], (args, cx) => sumWithNegation(cx, pair(args))),
  relaxedRule('a - -b → a + b', ['sub'], (args, cx) => differenceWithNegation(cx, pair(args))),
  relaxedRule('a + -c * b → a - c * b', ['add', 'sub'], (args, cx, op) => negativeFactor(cx, op.prim, pair(args))),
  relaxedRule('-a * b → -(a * b)', ['mul', 'div', 'mulz'], (args, cx, op) => signOutward(cx, op.prim, pair(args))),
  relaxedRule('c * (d * x) → (c d) * x', ['mul'], (args, cx) => constantsTogether(cx, pair(args))),
  relaxedRule('2 * (0.5 * x * y) → x * y', ['mul'], (args, cx) => cancelledConstants(cx, pair(args))),
  relaxedRule('a * (c * x) → c * (a * x)', ['mul'], (args, cx) => constantOutward(cx, pair(args))),
  exactRule('n - c + c → n', ['add', 'sub'], (args, cx, op) => wholeSteps(cx, op, pair(args))),
  relaxedRule('-(c * x) → (-c) * x', ['neg'], ([x], cx) => signIntoConstant(cx, x)),
  relaxedRule('x + x → 2 * x', ['add'], ([x, y], cx) => (x !== undefined && x === y ? prim('mul', cx.number(2), x) : undefined)),
  relaxedRule('s * (1 / y) → s / y', ['mul'], (args, cx) => byReciprocal(cx, pair(args))),
  relaxedRule('a * b + a * c → a * (b + c)', ['add', 'sub'], (args, cx, op) => commonFactor(cx, op.prim, pair(args))),
];

/** x - (-0) is x too, but turns −0 into 0. */
function isPlainZero(cx: RuleContext, id: ValueId | undefined): boolean {
  return id !== undefined && Object.is(cx.constant(id), 0);
}

function negationOf(x: ValueId | undefined): Rewriting {
  return x === undefined ? undefined : prim('neg', x);
}

function flipped(cx: RuleContext, x: ValueId | undefined): Rewriting {
  if (x === undefined || !cx.isPrivate(x)) return undefined;
  const args = operandsIf(cx, x, 'sub');
  return args && prim('sub', ...[...args].reverse());
}

function sumWithNegation(cx: RuleContext, [x, y]: Pair): Rewriting {
  const right = operandsIf(cx, y, 'neg')?.[0];
  if (right !== undefined) return prim('sub', x, right);
  const left = operandsIf(cx, x, 'neg')?.[0];
  return left === undefined ? undefined : prim('sub', y, left);
}

function differenceWithNegation(cx: RuleContext, [x, y]: Pair): Rewriting {
  const right = operandsIf(cx, y, 'neg')?.[0];
  if (right !== undefined) return prim('add', x, right);
  const left = negated(cx, x);
  return left === undefined ? undefined : prim('neg', cx.emit('add', [left, y]));
}

/** A product with a negative constant on the right: the sign becomes the sum's. */
function negativeFactor(cx: RuleContext, name: PrimName, [x, y]: Pair): Rewriting {
  if (!cx.isPrivate(y)) return undefined;
  const product = scaled(cx, operandsIf(cx, y, 'mul'));
  if (!product || !(product[0] < 0)) return undefined;
  return prim(name === 'add' ? 'sub' : 'add', x, cx.emit('mul', [cx.number(-product[0]), product[1]]));
}

function signOutward(cx: RuleContext, name: PrimName, [x, y]: Pair): Rewriting {
  const [left, right] = [negated(cx, x), negated(cx, y)];
  if (left !== undefined && right !== undefined) return prim(name, left, right);
  if (left !== undefined) return prim('neg', cx.emit(name, [left, y]));
  return right === undefined ? undefined : prim('neg', cx.emit(name, [x, right]));
}

/** A constant factor and the other one. */
function scaled(cx: RuleContext, args: readonly ValueId[] | undefined): readonly [number, ValueId] | undefined {
  const [x, y] = args ?? [];
  if (x === undefined || y === undefined) return undefined;
  const [left, right] = [cx.constant(x), cx.constant(y)];
  if (typeof left === 'number' && right === undefined) return [left, y];
  return typeof right === 'number' && left === undefined ? [right, x] : undefined;
}

/** Also through a product of the user's that nobody else reads, or where nothing is left of the two constants. */
function constantsTogether(cx: RuleContext, args: Pair): Rewriting {
  const outer = scaled(cx, args);
  const inner = outer && scaled(cx, operandsIf(cx, outer[1], 'mul'));
  if (!outer || !inner) return undefined;
  const factor = outer[0] * inner[0];
  const worthwhile = Math.abs(factor) === 1 || cx.isRelaxed(outer[1]) || cx.isPrivate(outer[1]);
  return worthwhile && Number.isFinite(factor) && factor !== 0 ? prim('mul', cx.number(factor), inner[1]) : undefined;
}

/** The constant of a factor's factor, which may stand in front of a loop, is the inverse of ours. */
function cancelledConstants(cx: RuleContext, args: Pair): Rewriting {
  const outer = scaled(cx, args);
  const factors = outer && cx.isPrivate(outer[1]) ? operandsIf(cx, outer[1], 'mul') : undefined;
  if (!outer || !factors) return undefined;
  for (const id of factors) {
    const inner = scaled(cx, operandsIf(cx, id, 'mul'));
    if (inner && inner[0] * outer[0] === 1) return prim('mul', inner[1], otherThan(factors, id));
  }
  return undefined;
}

/** Constants move to the front of a product, where they meet. */
function constantOutward(cx: RuleContext, [x, y]: Pair): Rewriting {
  const factorOf = (id: ValueId, other: ValueId): readonly [number, ValueId] | undefined => {
    const product = cx.isPrivate(id) && cx.constant(other) === undefined ? scaled(cx, operandsIf(cx, id, 'mul')) : undefined;
    return product && Number.isFinite(product[0]) ? product : undefined;
  };
  const [left, right] = [factorOf(x, y), factorOf(y, x)];
  if (right) return prim('mul', cx.number(right[0]), cx.emit('mul', [x, right[1]]));
  return left && prim('mul', cx.number(left[0]), cx.emit('mul', [left[1], y]));
}

/** Steps that add up, from a length, which is far from where doubles round; in code of ours from any integer. */
function wholeSteps(cx: RuleContext, op: PrimOp, [x, y]: Pair): Rewriting {
  const outer = wholeConstant(cx, y);
  const inner = steps(cx, x);
  if (outer === undefined || !inner) return undefined;
  if (!cx.isSmallInteger(inner[0]) && !(cx.isRelaxed(op.out) && cx.isInteger(inner[0]))) return undefined;
  const total = inner[1] + (op.prim === 'add' ? outer : -outer);
  if (total === 0) return inner[0];
  return total > 0 ? prim('add', inner[0], cx.number(total)) : prim('sub', inner[0], cx.number(-total));
}

function wholeConstant(cx: RuleContext, id: ValueId | undefined): number | undefined {
  const value = id === undefined ? undefined : cx.constant(id);
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 32 ? value : undefined;
}

/** An integer and what is added to it. */
function steps(cx: RuleContext, id: ValueId): readonly [ValueId, number] | undefined {
  const [sum, difference] = [operandsIf(cx, id, 'add'), operandsIf(cx, id, 'sub')];
  const [base] = sum ?? difference ?? [];
  const constant = wholeConstant(cx, (sum ?? difference)?.[1]);
  return base === undefined || constant === undefined ? undefined : [base, sum ? constant : -constant];
}

function signIntoConstant(cx: RuleContext, x: ValueId | undefined): Rewriting {
  if (x === undefined || !cx.isPrivate(x)) return undefined;
  const product = scaled(cx, operandsIf(cx, x, 'mul'));
  return product && product[0] < 0 ? prim('mul', cx.number(-product[0]), product[1]) : undefined;
}

function byReciprocal(cx: RuleContext, [x, y]: Pair): Rewriting {
  const right = reciprocal(cx, y);
  if (right !== undefined) return prim('div', x, right);
  const left = reciprocal(cx, x);
  return left === undefined ? undefined : prim('div', y, left);
}

function reciprocal(cx: RuleContext, id: ValueId): ValueId | undefined {
  if (!cx.isPrivate(id)) return undefined;
  const [one, y] = operandsIf(cx, id, 'div') ?? [];
  return isConstant(cx, one, 1) ? y : undefined;
}

/** Saves a product; only where both products serve nothing else. */
function commonFactor(cx: RuleContext, name: PrimName, [x, y]: Pair): Rewriting {
  if (x === y || !cx.isPrivate(x) || !cx.isPrivate(y)) return undefined;
  const [left, right] = [operandsIf(cx, x, 'mul'), operandsIf(cx, y, 'mul')];
  const isSame = (a: ValueId, b: ValueId): boolean => a === b || (cx.constant(a) !== undefined && cx.constant(a) === cx.constant(b));
  const shared = left?.find((id) => right?.some((other) => isSame(id, other)));
  const other = right?.find((id) => shared !== undefined && isSame(shared, id));
  if (!left || !right || shared === undefined || other === undefined) return undefined;
  const sum = cx.emit(name, [otherThan(left, shared), otherThan(right, other)]);
  return prim('mul', shared, sum);
}

function otherThan(args: readonly ValueId[], shared: ValueId): ValueId {
  return (args[0] === shared ? args[1] : args[0]) as ValueId;
}
