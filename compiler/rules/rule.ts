/** The form of a derivative rule. One rule serves reverse mode (transposed) and forward mode (as it stands). */
import type { PrimName } from '../ir/types.ts';

/** A formula over the operands and the result of a primitive: what textbooks print beside the function. */
export type Formula =
  | { readonly kind: 'operand'; readonly index: number }
  | { readonly kind: 'result' }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'prim'; readonly prim: PrimName; readonly args: readonly Formula[] };

/** How the seed meets a partial derivative. */
export interface Partial {
  /** ∂result/∂operand. */
  readonly formula: Formula;
  /**
   * `seed`: a zero seed gives a zero contribution even if the formula is infinite or NaN: `mulz(seed, partial)`.
   * `partial`: so does a zero partial, the seed being what may be infinite: `mulz(partial, seed)`. False: a plain product.
   */
  readonly strongZero: 'seed' | 'partial' | false;
}

export interface Rule {
  readonly kind: 'smooth';
  /** One partial for a given number of operands (`Math.hypot` takes any); undefined for an operand that is never differentiated. */
  partials(arity: number): readonly (Partial | undefined)[];
  /** Points where the rule is tested against differences: one list of operands each. */
  readonly at: readonly (readonly number[])[];
  /** Points where the derivative is a choice (contract §6): operands, and the partials chosen there. */
  readonly kinks: readonly { readonly at: readonly number[]; readonly partials: readonly number[] }[];
  /** What the doc comment of a derivative says when this rule is used; undefined where the function is smooth. */
  readonly kinkNote?: string;
}

/** Derivative zero, by declaration. */
export interface FlatRule {
  readonly kind: 'flat';
}

export type AnyRule = Rule | FlatRule;
