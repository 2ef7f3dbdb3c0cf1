/** The forward derivative, against differences and against the reverse one: ⟨dy, J·v⟩ = ⟨Jᵀ·dy, v⟩. */
import { attempt } from './attempt.ts';
import { failure } from './calls.ts';
import { type Answers, compareAll, type Question } from './compare.ts';
import type { Entry } from './entries.ts';
import { type AnyFunction, outputsOf, weightedSum } from './outputs.ts';
import { weightFrom } from './random.ts';
import type { Recognized } from './recognize.ts';
import type { Failure } from './report.ts';
import { slopeAlong } from './slopes.ts';
import { accuracyOf, type Subject } from './subject.ts';
import { copyAll, firstDifference, isHolder, leavesOf, pathText, read, shapedLike, write } from './values.ts';

/** `entries`: those of the gradient, one for each number in memory. */
export function checkTangent(subject: Subject, { inputs, parts }: Recognized, entries: readonly Entry[], mostEntries: number): Answers {
  const { args, outputs, layout, options, random } = subject;
  const tangents = parts.map((part) => shapedLike(part, () => 0));
  const moves = entries.map(({ path }) => ({ path, by: weightFrom(random) }));
  for (const [at, { path, shared }] of entries.entries()) {
    for (const place of [path, ...shared]) setTangent(tangents, inputs, place, moves[at]?.by ?? 0);
  }
  const jvp = options.jvp as unknown as AnyFunction;
  const called = attempt(() => jvp(...copyAll(args), ...tangents) as { readonly value: unknown; readonly tangent: unknown });
  if ('error' in called) return only(failure('the tangent', `throws ${String(called.error)}`));
  const several = outputs.length > 1;
  const result = isHolder(called.result) ? called.result : { value: undefined, tangent: undefined };
  const difference = firstDifference(several ? outputs : outputs[0], result.value);
  if (difference) return only(failure(pathText('value', difference), 'the value beside the tangent is not that of the function'));
  const tangent = several ? result.tangent : [result.tangent];
  const leaves = leavesOf(outputs.map((output) => shapedLike(output, () => 0))).slice(0, mostEntries);
  const questions = leaves.map(({ path }): Question => {
    const measure = (own: readonly unknown[]): number => Number(read(outputsOf(subject.f, layout, own), path));
    const slope = slopeAlong(args, measure, moves, accuracyOf(subject));
    return { path: pathText('tangent', several ? path : path.slice(1)), actual: numberAt(tangent, path), slope };
  });
  const largest = leavesOf(outputs).reduce((most, { value }) => Math.max(most, Math.abs(value)), 0);
  const answers = compareAll(questions, largest, subject.tolerance);
  return { ...answers, failures: [...answers.failures, ...dotProducts(subject, tangent, entries, moves)] };
}

function only(found: Failure): Answers {
  return { checked: 0, failures: [found], skipped: [] };
}

function setTangent(tangents: readonly unknown[], inputs: readonly number[], [position, ...rest]: Entry['path'], by: number): void {
  write(tangents, [inputs.indexOf(Number(position)), ...rest], by);
}

function numberAt(tangent: unknown, path: Entry['path']): number {
  const number = read(tangent, path);
  return typeof number === 'number' ? number : Number.NaN;
}

/** Both modes are exact up to rounding, so this sees what differences cannot. */
function dotProducts(subject: Subject, tangent: unknown, entries: readonly Entry[], moves: readonly { readonly by: number }[]): Failure[] {
  const forward = weightedSum(subject.weights, tangent as readonly unknown[]);
  const terms = entries.map(({ actual }, at) => actual * (moves[at]?.by ?? 0));
  const reverse = terms.reduce((sum, term) => sum + term, 0);
  const size = terms.reduce((sum, term) => sum + Math.abs(term), Math.abs(forward));
  if (Math.abs(forward - reverse) <= 1e-9 * size) return [];
  return [failure('⟨dy, J·v⟩', 'the forward derivative disagrees with the reverse one, ⟨Jᵀ·dy, v⟩', reverse, forward)];
}
