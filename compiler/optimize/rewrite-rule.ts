/** The form of the rewrites that `simplify` applies, and the words they are written with. */
import type { Op, PrimName, PrimOp, ValueId } from '../ir/types.ts';

/** A value that stands for the result, or the primitive that computes it instead; undefined where the rule does not apply. */
export type Rewriting = ValueId | { readonly prim: PrimName; readonly args: readonly ValueId[] } | undefined;

export interface RewriteRule {
  /** What it does, as `pattern → result`; a trailing "(relaxed)" says that it is not exact to the last bit. */
  readonly name: string;
  /** The primitives it looks at. */
  readonly prims: readonly PrimName[];
  apply(op: PrimOp, cx: RuleContext): Rewriting;
}

export interface RuleContext {
  definition(id: ValueId): Op | undefined;
  constant(id: ValueId): number | boolean | undefined;
  /** May be reassociated: an adjoint's, not the user's. */
  isRelaxed(id: ValueId): boolean;
  /** Read once, and defined in the region of the operation that is rewritten: taken apart, nothing is computed twice or in a loop. */
  isPrivate(id: ValueId): boolean;
  /** Every reader can take over a change of sign: sums become differences. */
  absorbsSign(id: ValueId): boolean;
  /** Certainly a finite number. */
  isFinite(id: ValueId): boolean;
  /** Certainly more than 0, or NaN. */
  isPositive(id: ValueId): boolean;
  /** Of type int: an integer, unless infinite or NaN. */
  isInteger(id: ValueId): boolean;
  /** Certainly an integer of at most 2³⁶ or so. */
  isSmallInteger(id: ValueId): boolean;
  /** A new operation in front of the one that is rewritten. */
  emit(prim: PrimName, args: readonly ValueId[]): ValueId;
  number(value: number): ValueId;
  flag(value: boolean): ValueId;
}

type Apply = (args: readonly ValueId[], cx: RuleContext, op: PrimOp) => Rewriting;

/** A rewrite that is exact to the last bit, for all operands. */
export function exactRule(name: string, prims: readonly PrimName[], apply: Apply): RewriteRule {
  return { name, prims, apply: (op, cx) => apply(op.args, cx, op) };
}

/** A rewrite for relaxed results only. */
export function relaxedRule(name: string, prims: readonly PrimName[], apply: Apply): RewriteRule {
  return { name: `${name} (relaxed)`, prims, apply: (op, cx) => (cx.isRelaxed(op.out) ? apply(op.args, cx, op) : undefined) };
}

/** The operands of `id` where it is defined by the primitive. */
export function operandsIf(cx: RuleContext, id: ValueId | undefined, prim: PrimName): readonly ValueId[] | undefined {
  const op = id === undefined ? undefined : cx.definition(id);
  return op?.kind === 'prim' && op.prim === prim ? op.args : undefined;
}

export function isConstant(cx: RuleContext, id: ValueId | undefined, value: number | boolean): boolean {
  return id !== undefined && cx.constant(id) === value;
}
