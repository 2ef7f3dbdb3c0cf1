/** The language that rules are written in: formulas over operands and result, and what a formula reads. */
import type { PrimName } from '../ir/types.ts';
import type { FlatRule, Formula, Partial, Rule } from './rule.ts';

export const operand = (index: number): Formula => ({ kind: 'operand', index });
export const result: Formula = { kind: 'result' };
export const number = (value: number): Formula => ({ kind: 'number', value });
const prim =
  (name: PrimName) =>
  (...args: readonly Formula[]): Formula => ({ kind: 'prim', prim: name, args });

export const x: Formula = operand(0);
export const y: Formula = operand(1);
export const zero: Formula = number(0);
export const one: Formula = number(1);

export const add = prim('add');
export const sub = prim('sub');
export const mul = prim('mul');
/** The strong-zero product, for a factor that may be infinite where the other is 0. */
export const mulz = prim('mulz');
export const div = prim('div');
export const neg = prim('neg');
export const pow = prim('pow');
export const select = prim('select');
export const and = prim('and');
export const eq = prim('eq');
export const lt = prim('lt');
export const gt = prim('gt');
export const le = prim('le');
export const ge = prim('ge');
export const sqrt = prim('Math.sqrt');
export const cos = prim('Math.cos');
export const sin = prim('Math.sin');
export const cosh = prim('Math.cosh');
export const sinh = prim('Math.sinh');
export const exp = prim('Math.exp');
export const log = prim('Math.log');
export const hypot = prim('Math.hypot');
export const sign = prim('Math.sign');
export const round = prim('Math.round');

/** x². */
export const square = (formula: Formula): Formula => mul(formula, formula);

/** A partial that meets its seed in a plain product. */
export const plain = (formula: Formula): Partial => ({ formula, strongZero: false });
/** A partial that a zero seed switches off, be it infinite or NaN. */
export const strong = (formula: Formula): Partial => ({ formula, strongZero: 'seed' });

type Points = Pick<Rule, 'at'> & { readonly kinks?: Rule['kinks']; readonly kinkNote?: string };

/** Lists of operands, one per point. */
export const points = (...at: readonly (readonly number[])[]): readonly (readonly number[])[] => at;
/** Where the derivative is a choice, and what is chosen. */
export const kink = (at: readonly number[], partials: readonly number[]): Rule['kinks'][number] => ({ at, partials });

/** A rule with a fixed number of operands: one partial each, undefined where an operand is never differentiated. */
export function rule(partials: readonly (Partial | undefined)[], points: Points): Rule {
  return variadic(() => partials, points);
}

export function variadic(partials: Rule['partials'], { at, kinks = [], kinkNote }: Points): Rule {
  return { kind: 'smooth', partials, at, kinks, ...(kinkNote !== undefined && { kinkNote }) };
}

/** Derivative zero: declared, never assumed. */
export const flat: FlatRule = { kind: 'flat' };

/** Does a formula read the given operand (by index), or the result? */
export function reads(formula: Formula, what: number | 'result'): boolean {
  switch (formula.kind) {
    case 'operand':
      return formula.index === what;
    case 'result':
      return what === 'result';
    case 'number':
      return false;
    case 'prim':
      return formula.args.some((arg) => reads(arg, what));
  }
}

export function isNumber(formula: Formula, value: number): boolean {
  return formula.kind === 'number' && Object.is(formula.value, value);
}

export function sameFormula(a: Formula, b: Formula): boolean {
  if (a.kind === 'operand') return b.kind === 'operand' && a.index === b.index;
  if (a.kind === 'number') return isNumber(b, a.value);
  if (a.kind === 'result') return b.kind === 'result';
  if (b.kind !== 'prim' || a.prim !== b.prim || a.args.length !== b.args.length) return false;
  return a.args.every((arg, i) => sameFormula(arg, b.args[i] as Formula));
}
