/** What is checked, as all steps of a check see it. */

import { attempt } from './attempt.ts';
import { parameterNames } from './names.ts';
import type { CheckOptions } from './options.ts';
import { type AnyFunction, type Layout, layoutOf, outputsOf, type Weight, weightedSum, weightsOf } from './outputs.ts';
import { randomFrom, weightFrom } from './random.ts';
import { copyAll, leavesOf, shapedLike } from './values.ts';

export interface Subject {
  readonly f: AnyFunction;
  readonly derivative: AnyFunction;
  readonly args: readonly unknown[];
  /** Of the arguments. */
  readonly names: readonly string[];
  readonly as: 'grad' | 'valueAndGrad' | 'vjp';
  readonly layout: Layout;
  readonly outputs: readonly unknown[];
  /** One for each output; 1 for that of a `grad`. */
  readonly seeds: readonly unknown[];
  readonly weights: readonly Weight[];
  /** The sum of the outputs, each times its seed. */
  readonly value: number;
  readonly tolerance: number;
  readonly options: CheckOptions;
  readonly random: () => number;
}

export function subjectOf(f: AnyFunction, derivative: AnyFunction, args: readonly unknown[], options: CheckOptions): Subject {
  const extra = derivative.length - Math.max(args.length, f.length);
  const layout = layoutOf(f, args, extra, options);
  const outputs = outputsOf(f, layout, copyAll(args));
  const givesNumber = layout.returned === 'one' && typeof outputs[0] === 'number';
  const as = options.as ?? (givesNumber && !takesSeed(derivative, args, extra) ? 'grad' : 'vjp');
  if (as !== 'vjp' && typeof outputs[0] !== 'number')
    throw new TypeError(`checkGradient: as '${as}' needs a function that returns a number`);
  const random = randomFrom(options.seed ?? 1);
  const seeds = as === 'vjp' ? outputs.map((output) => shapedLike(output, () => weightFrom(random))) : [1];
  const names = parameterNames(f);
  const weights = weightsOf(seeds);
  return {
    f,
    derivative,
    args,
    names: args.map((_, at) => names[at] ?? `args[${at}]`),
    as,
    layout,
    outputs,
    seeds,
    weights,
    value: weightedSum(weights, outputs),
    tolerance: options.tolerance ?? 1e-6,
    options,
    random,
  };
}

/** Beyond f's arguments a gradient takes no more than a buffer, and none where it is a number. */
function takesSeed(derivative: AnyFunction, args: readonly unknown[], extra: number): boolean {
  if (extra !== 1) return extra > 1;
  const called = attempt(() => derivative(...copyAll(args)));
  return 'result' in called && typeof called.result === 'number';
}

/** The scalar whose gradient is asked for: f's value, or the sum of its outputs, each times its seed. */
export function measureOf({ f, layout, weights }: Subject): (own: readonly unknown[]) => number {
  return (own) => weightedSum(weights, outputsOf(f, layout, own));
}

/** How accurate differences have to be before no smaller steps are tried. */
export function accuracyOf({ tolerance }: Subject): number {
  return 0.1 * tolerance;
}

export function firstNotFinite({ outputs, as }: Subject): number | undefined {
  const counted = as === 'vjp' ? outputs : outputs.slice(0, 1);
  return leavesOf(counted).find(({ value }) => !Number.isFinite(value))?.value;
}
