/** Calls of the derivative: what it gives, and whether it keeps its hands off everything else. */
import { attempt } from './attempt.ts';
import type { Failure } from './report.ts';
import type { Subject } from './subject.ts';
import { copyAll, firstDifference, isHolder, isReal, leavesOf, pathText, read, shapedLike, write } from './values.ts';

export interface Called {
  /** Undefined where the derivative threw. */
  readonly gradient?: unknown;
  readonly failures: readonly Failure[];
}

export function callDerivative(subject: Subject): Called {
  const own = copyAll(subject.args);
  const first = attempt(() => gradientOf(subject, own));
  if ('error' in first) return { failures: [failure('the derivative', `throws ${String(first.error)}`)] };
  const [gradient] = copyAll([first.result.gradient]);
  const failures = [
    ...writtenArguments(subject, own),
    ...wrongValue(subject, first.result.value),
    ...changedBySecondCall(subject, gradient),
    ...(subject.options.out ? wrongOut(subject, gradient) : []),
  ];
  return { gradient, failures };
}

export function failure(path: string, reason: string, expected = Number.NaN, actual = Number.NaN): Failure {
  return { path, reason, expected, actual, error: Math.abs(actual - expected) };
}

interface Result {
  readonly gradient: unknown;
  readonly value?: unknown;
}

function gradientOf({ derivative, seeds, as }: Subject, own: readonly unknown[], ...out: unknown[]): Result {
  const result = derivative(...own, ...(as === 'vjp' ? copyAll(seeds) : []), ...out);
  if (as !== 'valueAndGrad') return { gradient: result };
  if (!isHolder(result)) return { gradient: undefined, value: undefined };
  return { gradient: result['grad'], value: result['value'] };
}

function writtenArguments({ args, names }: Subject, own: readonly unknown[]): Failure[] {
  const difference = firstDifference(args, own);
  return difference ? [failure(nameAt(names, difference), 'the derivative writes to its arguments')] : [];
}

function wrongValue({ as, outputs }: Subject, value: unknown): Failure[] {
  if (as !== 'valueAndGrad' || Object.is(value, outputs[0])) return [];
  return [failure('value', 'the value differs from what the function returns', outputs[0] as number, Number(value))];
}

/** A buffer that is kept and not cleared shows when the derivative is called again, after a call at another point. */
function changedBySecondCall(subject: Subject, gradient: unknown): Failure[] {
  attempt(() => gradientOf(subject, elsewhere(subject.args)));
  const again = attempt(() => gradientOf(subject, copyAll(subject.args)).gradient);
  if ('error' in again) return [failure('the derivative', `throws at a second call: ${String(again.error)}`)];
  const difference = firstDifference(gradient, again.result);
  if (!difference) return [];
  const [first, second] = [read(gradient, difference), read(again.result, difference)];
  const reason = 'a second call at the same point gives another number: something is left of the call before';
  return [failure(pathText('gradient', difference), reason, Number(first), Number(second))];
}

function elsewhere(args: readonly unknown[]): readonly unknown[] {
  const own = copyAll(args);
  for (const { path, value } of leavesOf(own)) {
    if (!Number.isInteger(value) || isReal(read(own, path.slice(0, -1)))) write(own, path, value * 0.9 + 0.01);
  }
  return own;
}

function wrongOut(subject: Subject, gradient: unknown): Failure[] {
  const out = shapedLike(gradient, () => Number.NaN);
  const given = attempt(() => gradientOf(subject, copyAll(subject.args), out).gradient);
  if ('error' in given) return [failure('out', `with an output buffer the derivative throws ${String(given.error)}`)];
  if (isHolder(out) && given.result !== out) return [failure('out', 'the derivative does not return the output buffer')];
  const difference = firstDifference(gradient, given.result);
  if (!difference) return [];
  const [expected, actual] = [read(gradient, difference), read(given.result, difference)];
  return [failure(pathText('out', difference), 'the output buffer holds something else', Number(expected), Number(actual))];
}

/** `names` and a path whose first key is the position of an argument. */
export function nameAt(names: readonly string[], [position, ...rest]: readonly (number | string)[]): string {
  return pathText(names[Number(position)] ?? 'the arguments', rest);
}
