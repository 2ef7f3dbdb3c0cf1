/** Formulas as IR. */
import { invariant } from '../diagnostics/internal.ts';
import type { Builder } from '../ir/build.ts';
import type { PrimName, ValueId } from '../ir/types.ts';
import { isNumber, sameFormula } from './formula.ts';
import type { Formula, Partial } from './rule.ts';

/** The operation whose derivative is being written: where its operands and its result are found. */
export interface Site {
  readonly operands: readonly ValueId[];
  readonly result: ValueId;
  readonly builder: Builder;
  /** A value that is there already for a primitive of some operands, if one is to be used. */
  known?(prim: PrimName, args: readonly ValueId[]): ValueId | undefined;
}

/** Emits a formula. Equal subformulas are emitted once, and products with 1 and the like not at all. */
export function instantiate(formula: Formula, site: Site): ValueId {
  return instantiateShared(formula, site, []);
}

type Shared = { readonly formula: Formula; readonly id: ValueId }[];

function instantiateShared(formula: Formula, site: Site, shared: Shared): ValueId {
  if (formula.kind === 'result') return site.result;
  if (formula.kind === 'operand') return operandAt(formula.index, site);
  const known = shared.find((entry) => sameFormula(entry.formula, formula));
  if (known) return known.id;
  const id = formula.kind === 'number' ? site.builder.constant(formula.value) : instantiatePrim(formula, site, shared);
  shared.push({ formula, id });
  return id;
}

function instantiatePrim(formula: PrimFormula, site: Site, shared: Shared): ValueId {
  const args = formula.args.map((arg) => instantiateShared(arg, site, shared));
  return site.known?.(formula.prim, args) ?? site.builder.prim(formula.prim, args);
}

function operandAt(index: number, site: Site): ValueId {
  const id = site.operands[index];
  invariant(id !== undefined, `the formula reads operand ${index} of ${site.operands.length}`);
  return id;
}

/**
 * Emits what a partial derivative makes of a seed (a tangent in forward mode, an adjoint in reverse mode): their product,
 * the seed itself where the partial is 1, a choice between seed and 0 where it is one, undefined where it is 0.
 */
export function applyPartial(partial: Partial, seed: ValueId, site: Site): ValueId | undefined {
  return applyFormula(partial.formula, partial.strongZero, seed, site, []);
}

function applyFormula(formula: Formula, strongZero: Partial['strongZero'], seed: ValueId, site: Site, shared: Shared): ValueId | undefined {
  const b = site.builder;
  if (isNumber(formula, 0)) return undefined;
  if (isNumber(formula, 1)) return seed;
  if (isNumber(formula, -1)) return b.prim('neg', [seed]);
  if (isChoice(formula)) return applyChoice(formula, seed, site, shared);
  const value = instantiateShared(formula, site, shared);
  if (strongZero === false) return b.prim('mul', [seed, value]);
  return b.prim('mulz', strongZero === 'seed' ? [seed, value] : [value, seed]);
}

type PrimFormula = Extract<Formula, { kind: 'prim' }>;

/** A select between 0 and 1: the seed goes one way or the other, so that an infinite seed is not multiplied by 0. */
function isChoice(formula: Formula): formula is PrimFormula {
  if (formula.kind !== 'prim' || formula.prim !== ('select' satisfies PrimName)) return false;
  return formula.args.slice(1).every((arm) => isNumber(arm, 0) || isNumber(arm, 1));
}

function applyChoice(formula: PrimFormula, seed: ValueId, site: Site, shared: Shared): ValueId {
  const [test, then, otherwise] = formula.args;
  invariant(test !== undefined && then !== undefined && otherwise !== undefined, 'a select has three operands');
  const arm = (value: Formula): ValueId => (isNumber(value, 1) ? seed : instantiateShared(value, site, shared));
  return site.builder.prim('select', [instantiateShared(test, site, shared), arm(then), arm(otherwise)]);
}

/**
 * Two seeds that exclude each other (`select`, max, min: one partial is 1 where the other is 0): one select between them.
 * Undefined where the partials are not of that kind.
 */
export function applyEither(left: Partial, leftSeed: ValueId, right: Partial, rightSeed: ValueId, site: Site): ValueId | undefined {
  const [a, b] = [left.formula, right.formula];
  if (!isChoice(a) || !isChoice(b)) return undefined;
  const [test, then, otherwise] = a.args as readonly [Formula, Formula, Formula];
  const mirrored =
    b.args[0] !== undefined &&
    sameFormula(test, b.args[0]) &&
    isNumber(then, 1) &&
    isNumber(otherwise, 0) &&
    b.args[1] !== undefined &&
    isNumber(b.args[1], 0) &&
    b.args[2] !== undefined &&
    isNumber(b.args[2], 1);
  return mirrored ? site.builder.prim('select', [instantiate(test, site), leftSeed, rightSeed]) : undefined;
}
