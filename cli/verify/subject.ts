/** A function and what is known of it, as its derivatives are held against it. */
import type { FunctionReport } from '../../compiler/options.ts';
import { copyOf, isIdentical, type Leaf, leavesOf, read, type Shape } from './values.ts';

export type Fn = (...args: unknown[]) => unknown;

/** `skipped`: f is not finite or not smooth there, or throws. */
export type Verdict = { readonly kind: 'agrees' | 'skipped' } | { readonly kind: 'differs'; readonly message: string };

export interface Subject {
  readonly report: FunctionReport;
  readonly f: Fn;
  /** The generated module. */
  readonly derived: Readonly<Record<string, unknown>>;
  /** Values come from kernels, which may differ from `Math` in the last bit; what follows may enlarge that. */
  readonly fastMath: boolean;
}

export const agrees: Verdict = { kind: 'agrees' };
export const skipped: Verdict = { kind: 'skipped' };
export const differs = (message: string): Verdict => ({ kind: 'differs', message });

export const opaque: Shape = { kind: 'opaque' };

/** What f hands back: the returned values, then the arrays that it writes. */
export function outputsAt({ report, f }: Subject, args: readonly unknown[]): unknown[] {
  const own = args.map((arg) => copyOf(arg));
  const returned = f(...own);
  const several = report.tuple ? (returned as unknown[]) : [returned];
  let next = 0;
  return report.outputs.map(({ kind, param }) => (kind === 'returned' ? several[next++] : own[param ?? 0]));
}

/** Bit for bit, but with kernels; where f asks for derivatives itself, these may be summed in another order. */
export function isSameValue(subject: Subject, found: readonly unknown[], expected: readonly unknown[]): boolean {
  if (isIdentical(found, expected)) return true;
  if (!subject.fastMath && !subject.report.derivatives.some(({ kind }) => kind === 'primal')) return false;
  const [left, right] = [outputLeaves(subject, found), outputLeaves(subject, expected)];
  const bound = (subject.fastMath ? 1e-9 : 1e-12) * Math.max(...right.map(({ value }) => Math.abs(value)));
  return left.length === right.length && left.every(({ value }, at) => Math.abs(value - (right[at]?.value ?? Number.NaN)) <= bound);
}

export const shapeAt = ({ report }: Subject, param: number): Shape => report.params[param]?.shape ?? opaque;

export function outputLeaves({ report }: Subject, outputs: readonly unknown[]): Leaf[] {
  return report.outputs.flatMap(({ shape }, at) => leavesOf(shape, outputs[at]));
}

/** The sum of all outputs, each number with its weight. */
export function dot({ report }: Subject, values: readonly unknown[], weights: readonly unknown[]): number {
  const products = report.outputs.flatMap(({ shape }, at) =>
    leavesOf(shape, values[at]).map(({ path, value }) => {
      const weight = read(weights[at], path) as number;
      return weight === 0 ? 0 : weight * value;
    }),
  );
  return sum(products);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function attempt<T>(run: () => T): { readonly result: T } | { readonly error: unknown } {
  try {
    return { result: run() };
  } catch (error) {
    return { error };
  }
}
