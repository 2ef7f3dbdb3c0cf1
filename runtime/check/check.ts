/** Checks a derivative at one point against differences of the function itself, by calling both and nothing else. */
import { callDerivative, failure, nameAt } from './calls.ts';
import { type Answers, compareAll, type Question } from './compare.ts';
import { checkDirections } from './directions.ts';
import { type Entry, type Mismatch, mergeShared, pair } from './entries.ts';
import type { CheckOptions } from './options.ts';
import type { AnyFunction } from './outputs.ts';
import { partsFor, type Recognized, recognize } from './recognize.ts';
import { type Failure, type Findings, type GradientReport, reportOf, type Skipped } from './report.ts';
import { type Measure, slopeAlong } from './slopes.ts';
import { accuracyOf, firstNotFinite, measureOf, type Subject, subjectOf } from './subject.ts';
import { checkTangent } from './tangents.ts';
import { describe, leavesOf } from './values.ts';

/** What a function may be called with. */
export type ArgumentsOf<F> = F extends (...args: infer A) => unknown ? Readonly<A> : never;

/** A function of f's arguments and whatever else it may take. */
export type DerivativeOf<F> = (...args: [...ArgumentsOf<F>, ...never[]]) => unknown;

/**
 * Compares a derivative of `f`, generated or written by hand, with differences of `f` at `args`: each number of it (of very many a
 * random choice, and random directions through all). For a function that returns a number the derivative is its gradient; else it is
 * its vector-Jacobian product, which is called with random seeds. Both are given copies: f may write to its arguments.
 *
 * The report names each number that is wrong and says by how much. What is NaN never passes; at a kink nothing is compared, and the
 * report says so. Throws what f throws at `args`, and a TypeError where the arguments that the gradient belongs to cannot be told.
 */
export function checkGradient<F extends (...args: never) => unknown>(
  f: F,
  derivative: DerivativeOf<F>,
  args: ArgumentsOf<F>,
  options: CheckOptions = {},
): GradientReport {
  const subject = subjectOf(f as unknown as AnyFunction, derivative as unknown as AnyFunction, args as readonly unknown[], options);
  return reportOf({ name: derivative.name || 'the derivative', ...findingsOf(subject) });
}

/** {@link checkGradient}, throwing an Error with the text of the report unless it passed. */
export function assertGradient<F extends (...args: never) => unknown>(
  f: F,
  derivative: DerivativeOf<F>,
  args: ArgumentsOf<F>,
  options: CheckOptions = {},
): void {
  checkGradient(f, derivative, args, options).assert();
}

type Found = Omit<Findings, 'name'>;

function findingsOf(subject: Subject): Found {
  const bad = firstNotFinite(subject);
  if (bad !== undefined) return failed([failure('the value', `the function gives ${bad} at this point`)]);
  const called = callDerivative(subject);
  if (!('gradient' in called)) return failed(called.failures);
  const recognized = inputsOf(subject, called.gradient);
  if ('path' in recognized) return failed([...called.failures, recognized]);
  const found = compareGradient(subject, recognized);
  return { ...found, failures: [...called.failures, ...found.failures] };
}

function failed(failures: readonly Failure[]): Found {
  return { inputs: [], checked: 0, failures, skipped: [] };
}

function inputsOf(subject: Subject, gradient: unknown): Recognized | Failure {
  const { args, names, options } = subject;
  const shape = describeParts(gradient);
  if (options.inputs) {
    const parts = partsFor(options.inputs, gradient);
    return parts ? { inputs: options.inputs, parts } : failure('the gradient', `it is ${shape}, for ${options.inputs.length} inputs`);
  }
  const found = recognize(args, gradient, (at) => isSmooth(subject, at), names);
  if (found) return found;
  const known = args.map((arg, at) => `${names[at]} is ${describe(arg)}`).join(', ');
  const order = hasPartsOf(args, gradient) ? '; the order is that of the arguments' : '';
  return failure('the gradient', `it is ${shape}, which fits no arguments: ${known}${order}`);
}

function describeParts(gradient: unknown): string {
  const isTuple = Array.isArray(gradient) && gradient.length < 8 && gradient.some((part) => typeof part !== 'number');
  return isTuple ? `[${gradient.map(describe).join(', ')}]` : describe(gradient);
}

function hasPartsOf(args: readonly unknown[], gradient: unknown): boolean {
  const isPart = (part: unknown): boolean => args.some((arg) => pair(arg, part, []).mismatches.length === 0);
  return Array.isArray(gradient) && gradient.length > 1 && gradient.every(isPart);
}

function isSmooth(subject: Subject, position: number): boolean {
  const leaves = leavesOf(subject.args[position], [position]).slice(0, 4);
  const slopes = leaves.map(({ path }) => slopeAlong(subject.args, measureOf(subject), [{ path, by: 1 }], accuracyOf(subject)));
  return slopes.every(({ kind }) => kind === 'smooth');
}

function compareGradient(subject: Subject, recognized: Recognized): Found {
  const { args, names, random, options, tolerance, value } = subject;
  const pairings = recognized.inputs.map((at, part) => pair(args[at], recognized.parts[part], [at]));
  const entries = mergeShared(
    args,
    pairings.flatMap((pairing) => pairing.entries),
  );
  const measure = measureOf(subject);
  const ask = (entry: Entry): Question => askEntry(subject, measure, entry);
  const most = options.entries ?? 64;
  const chosen = entries.length > most ? draw(entries, most, random) : entries;
  const single = compareAll(chosen.map(ask), value, tolerance);
  const all: Partial<Answers>[] = [
    single,
    ...(chosen.length < entries.length && single.failures.length === 0 ? [checkDirections(subject, measure, entries, ask)] : []),
    ...(options.jvp ? [checkTangent(subject, recognized, entries, most)] : []),
  ];
  return {
    inputs: recognized.inputs,
    checked: all.reduce((sum, { checked = 0 }) => sum + checked, 0),
    failures: [
      ...pairings.flatMap(({ mismatches }) => mismatches.map((mismatch) => shapeFailure(mismatch, names))),
      ...pairings.flatMap(({ absent }) => absent.filter(({ actual }) => actual !== 0).map((entry) => absentFailure(entry, names))),
      ...all.flatMap(({ failures = [] }) => failures),
    ],
    skipped: [
      ...all.flatMap(({ skipped = [] }) => skipped),
      ...withoutEntry(
        pairings.flatMap(({ without }) => without),
        names,
      ),
    ],
    ...(single.worst && { worst: single.worst }),
  };
}

function askEntry(subject: Subject, measure: Measure, { path, actual }: Entry): Question {
  return { path: nameAt(subject.names, path), actual, slope: slopeAlong(subject.args, measure, [{ path, by: 1 }], accuracyOf(subject)) };
}

function draw(entries: readonly Entry[], most: number, random: () => number): readonly Entry[] {
  const picked = new Set(Array.from({ length: most }, () => Math.floor(random() * entries.length)));
  return entries.filter((_, at) => picked.has(at));
}

function shapeFailure({ path, reason, lengths }: Mismatch, names: readonly string[]): Failure {
  return failure(nameAt(names, path) + (lengths ? '.length' : ''), reason, ...(lengths ?? []));
}

function absentFailure({ path, actual }: Entry, names: readonly string[]): Failure {
  return failure(nameAt(names, path), 'the argument has nothing there', 0, actual);
}

function withoutEntry(paths: readonly Entry['path'][], names: readonly string[]): Skipped[] {
  return paths.map((path) => ({ path: nameAt(names, path), reason: 'the gradient has no entry for it' }));
}
