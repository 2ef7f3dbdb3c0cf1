/**
 * Proofs about products: i * m + j is below n * m where i < n and j < m.
 *
 * A claim is a polynomial that must not be negative. Atoms are eliminated one by one, each replaced by a bound of its own in the
 * direction that makes the polynomial smaller, until every coefficient is ≥ 0 and every atom too. Integers only, all of them exact.
 */

import type { Op } from '../ir/types.ts';
import type { RangeGraph, RangeNode } from './range-graph.ts';
import { zeroNode } from './range-graph.ts';

/** Coefficients by monomial: the atoms in ascending order, joined by `*`; '' is the constant term. */
export type Polynomial = ReadonlyMap<string, number>;

const termLimit = 16;
const stepFuel = 60;
const edgeLimit = 6;
const expansionDepth = 12;

export interface PolynomialContext {
  readonly graph: RangeGraph;
  definition(id: RangeNode): Op | undefined;
}

export function constantPolynomial(value: number): Polynomial {
  return new Map([['', value]]);
}

export function sum(left: Polynomial, right: Polynomial, factor = 1): Polynomial {
  const result = new Map(left);
  for (const [monomial, coefficient] of right) addTerm(result, monomial, factor * coefficient);
  return result;
}

function addTerm(target: Map<string, number>, monomial: string, coefficient: number): void {
  const total = (target.get(monomial) ?? 0) + coefficient;
  if (total === 0) target.delete(monomial);
  else target.set(monomial, total);
}

function product(left: Polynomial, right: Polynomial): Polynomial {
  const result = new Map<string, number>();
  for (const [a, x] of left) for (const [b, y] of right) addTerm(result, monomialOf([...atomsOf(a), ...atomsOf(b)]), x * y);
  return result;
}

function monomialOf(atoms: readonly number[]): string {
  return [...atoms].sort((a, b) => a - b).join('*');
}

function atomsOf(monomial: string): number[] {
  return monomial === '' ? [] : monomial.split('*').map(Number);
}

/** A node as a polynomial in what it is computed from, where that computation is exact. */
export function expand(node: RangeNode, cx: PolynomialContext, depth = 0): Polynomial {
  const { node: base, plus } = cx.graph.resolve(node);
  const polynomial = base === zeroNode ? new Map<string, number>() : expandBase(base, cx, depth);
  return sum(polynomial, constantPolynomial(plus));
}

function expandBase(base: RangeNode, cx: PolynomialContext, depth: number): Polynomial {
  const atom: Polynomial = new Map([[String(base), 1]]);
  const op = base < 0 ? undefined : cx.definition(base);
  if (op?.kind !== 'prim' || depth > expansionDepth || !op.args.every(cx.graph.isWhole)) return atom;
  const [x, y] = op.args.map((arg) => expand(arg, cx, depth + 1));
  if (!x || !isExact(base, op, x, y, cx)) return atom;
  const result = combine(op.prim, x, y);
  return result && result.size <= termLimit ? result : atom;
}

function combine(prim: string, x: Polynomial, y: Polynomial | undefined): Polynomial | undefined {
  if (prim === 'neg') return sum(new Map(), x, -1);
  if (!y) return undefined;
  if (prim === 'add') return sum(x, y);
  if (prim === 'sub') return sum(x, y, -1);
  return prim === 'mul' ? product(x, y) : undefined;
}

/**
 * Doubles compute with integers exactly up to 2⁵³: certain where the bounds say so, and for sums and products of what is not negative,
 * since these are no larger than the whole, which the claim puts below a length. A few steps from a number below a length are exact too.
 */
function isExact(
  node: RangeNode,
  op: Extract<Op, { kind: 'prim' }>,
  x: Polynomial,
  y: Polynomial | undefined,
  cx: PolynomialContext,
): boolean {
  const bounds = cx.graph.integers.has(node) ? cx.graph.intervals.get(node) : undefined;
  if (bounds && bounds.low >= -(2 ** 53) && bounds.high <= 2 ** 53) return true;
  if (!y) return false;
  if (op.prim === 'sub') return isConstant(y);
  return (op.prim === 'add' && (isConstant(x) || isConstant(y))) || [x, y].every((each) => each.size === 0 || signOf(each, cx) === 1);
}

function isConstant(polynomial: Polynomial): boolean {
  return polynomial.size === 0 || (polynomial.size === 1 && Math.abs(polynomial.get('') ?? Number.POSITIVE_INFINITY) < 2 ** 32);
}

/** No atom is NaN: each is a certain integer, or has passed a test. */
export function isEstablished(polynomial: Polynomial, { graph }: PolynomialContext): boolean {
  const wasTested = (atom: number): boolean => [...graph.uppersOf(atom), ...graph.lowersOf(atom)].some((edge) => edge.tested);
  return atomsByAge(polynomial).every((atom) => graph.integers.has(atom) || wasTested(atom));
}

/** Whether the polynomial is certainly ≥ 0. */
export function isNonnegative(claim: Polynomial, cx: PolynomialContext): boolean {
  // Sums and differences of two are what the graph is for.
  if (atomsByAge(claim).length < 2) return isEvident(claim, cx);
  return eliminate(claim, cx, { left: stepFuel }, new Set());
}

function eliminate(claim: Polynomial, cx: PolynomialContext, fuel: { left: number }, spent: ReadonlySet<number>): boolean {
  if (fuel.left-- <= 0 || claim.size > termLimit) return false;
  if (isEvident(claim, cx)) return true;
  for (const atom of atomsByAge(claim)) {
    if (spent.has(atom)) continue;
    const split = splitBy(claim, atom);
    if (!split) continue;
    const direction = signOf(split.factor, cx);
    if (direction === 0) continue;
    const gone = new Set(spent).add(atom);
    const bounds = boundsOf(atom, direction, cx);
    if (bounds.some((bound) => eliminate(sum(split.rest, product(split.factor, bound)), cx, fuel, gone))) return true;
  }
  return false;
}

function isEvident(claim: Polynomial, cx: PolynomialContext): boolean {
  return signOf(claim, cx) === 1 || claim.size === 0;
}

/** 1: certainly ≥ 0, −1: certainly ≤ 0, term by term; 0: unknown. */
function signOf(polynomial: Polynomial, cx: PolynomialContext): -1 | 0 | 1 {
  const signs = new Set([...polynomial.values()].map(Math.sign));
  const known = [...polynomial.keys()].every((monomial) => atomsOf(monomial).every((atom) => cx.graph.low(atom) >= 0));
  const [only] = signs;
  return known && signs.size === 1 ? (only as -1 | 1) : 0;
}

/** Younger values depend on older ones: inner loops' counters come first. */
function atomsByAge(claim: Polynomial): number[] {
  return [...new Set([...claim.keys()].flatMap(atomsOf))].sort((a, b) => b - a);
}

/** claim = factor · atom + rest, where the atom occurs in no higher power. */
function splitBy(claim: Polynomial, atom: number): { factor: Polynomial; rest: Polynomial } | undefined {
  const [factor, rest] = [new Map<string, number>(), new Map<string, number>()];
  for (const [monomial, coefficient] of claim) {
    const atoms = atomsOf(monomial);
    const others = atoms.filter((each) => each !== atom);
    if (others.length < atoms.length - 1) return undefined;
    if (others.length === atoms.length) rest.set(monomial, coefficient);
    else factor.set(monomialOf(others), coefficient);
  }
  return { factor, rest };
}

/** What an atom may be replaced by to make the claim smaller: upper bounds where its factor is ≤ 0, lower ones else. */
function boundsOf(atom: RangeNode, direction: 1 | -1, cx: PolynomialContext): readonly Polynomial[] {
  const { graph } = cx;
  const edges = direction === -1 ? graph.uppersOf(atom) : graph.lowersOf(atom);
  const found = edges.slice(-edgeLimit).flatMap((edge) => {
    if (!graph.isWhole(edge.node)) return [];
    const tight = edge.strict ? edge.plus + (direction === -1 ? -1 : 1) : edge.plus;
    return Number.isInteger(tight) ? [sum(expand(edge.node, cx), constantPolynomial(tight))] : [];
  });
  const constant = direction === -1 ? graph.high(atom) : graph.low(atom);
  return Number.isFinite(constant) ? [...found, constantPolynomial(constant)] : found;
}
