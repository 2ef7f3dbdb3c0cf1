/** Running a function before and after a pass on the same arguments. */
import { checkFunction } from '../../ir/check.ts';
import type { RuntimeValue } from '../../ir/interpret.ts';
import { interpret } from '../../ir/interpret.ts';
import { printFunction } from '../../ir/print.ts';
import type { IrFunction } from '../../ir/types.ts';
import { createRandomSource } from './random-source.ts';

/** What a run gave: results and the arguments' memory as text, or the error. */
export function outcomeOf(fn: IrFunction, args: readonly RuntimeValue[]): string {
  try {
    return [...interpret(fn, args, { budget: 50_000 }), ...args].map(textOf).join('; ');
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

function textOf(value: RuntimeValue): string {
  if (typeof value === 'object') return `${value.constructor.name}[${[...value].map(textOf).join(',')}]`;
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A relaxed 0 may lose its sign. */
export function withoutSignedZeros(outcome: string): string {
  return outcome.replace(/-0(?![\d.])/g, '0');
}

/** Arguments for {@link randomFunction}; `integral` keeps sums and products exact. */
export function randomArguments(seed: number, integral: boolean): RuntimeValue[] {
  const random = createRandomSource(seed);
  const scalars = integral ? [1, 2, -1, 0, 3] : [0.3, -1.5, 2, 0, -0, Number.NaN, Number.POSITIVE_INFINITY];
  const numbers = (length: number): number[] => Array.from({ length }, () => random.pick(scalars));
  const x = Float64Array.from(numbers(random.below(5)));
  const y = random.chance(0.2) ? x : Float64Array.from(numbers(random.below(5)));
  const n = random.pick(integral ? [0, 1, 3, 4] : [0, 1, 3, 4, -1, Number.NaN]);
  return [x, y, numbers(random.below(4)), random.pick(scalars), n];
}

/** The first disagreement of two functions on a few arguments, with both texts; undefined where there is none. */
export function disagreement(before: IrFunction, after: IrFunction, seed: number, integral: boolean): string | undefined {
  const problems = checkFunction(after);
  if (problems.length > 0) return `${problems.join('\n')}\n${printFunction(before)}\n${printFunction(after)}`;
  for (let run = 0; run < 4; run++) {
    const [first, second] = [before, after].map((fn) => outcomeOf(fn, randomArguments(seed + run, integral)));
    const normal = (text: string | undefined): string => (integral ? withoutSignedZeros(text ?? '') : (text ?? ''));
    if (isInexact(first) || isInexact(second)) continue;
    if (normal(first) !== normal(second)) return `${first}\n${second}\n${printFunction(before)}\n${printFunction(after)}`;
  }
  return undefined;

  /** Numbers too large to be exact integers: reassociation may show. A spent budget says nothing. */
  function isInexact(outcome: string | undefined): boolean {
    return outcome === undefined || outcome.includes('budget') || (integral && /\d{15}|e\+|Infinity|NaN/.test(outcome));
  }
}
