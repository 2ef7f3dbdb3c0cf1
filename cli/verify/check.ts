/** Checks one derivative function at one point against the function itself. */
import type { DerivativeReport } from '../../compiler/options.ts';
import { choose, directionThrough, type Entry, entriesOf, mergeShared, mostEntries } from './entries.ts';
import { columnEntries, type Matrix, matrixProblem, rowWeights } from './matrices.ts';
import { randomFrom } from './points.ts';
import { checkHessian, checkProduct, type SecondOrder } from './second-order.ts';
import { compare, slopeAlong } from './slopes.ts';
import {
  attempt,
  differs,
  dot,
  type Fn,
  isSameValue,
  opaque,
  outputLeaves,
  outputsAt,
  type Subject,
  shapeAt,
  skipped,
  sum,
  type Verdict,
} from './subject.ts';
import { within } from './time-limit.ts';
import { copyOf, isIdentical, isSameShape, leavesOf, pathText, read, tangentOf, textOf } from './values.ts';

/** In milliseconds: for one call, and for all calls at a point. */
const callLimit = 1000;
const pointLimit = 10_000;

/** The points at which f ends in time; after two at which it does not, the rest is not tried. */
export function endingPoints<P extends { readonly args: readonly unknown[] }>(f: Fn, points: readonly P[]): P[] {
  let endless = 0;
  return points.filter(({ args }) => {
    const ends = endless < 2 && within(callLimit, () => attempt(() => f(...args.map((arg) => copyOf(arg))))) !== undefined;
    if (!ends) endless++;
    return ends;
  });
}

/** At a point of {@link endingPoints}. `skipped` too where all calls together take too long. */
export function checkAt(subject: Subject, derivative: DerivativeReport, g: Fn, args: readonly unknown[]): Verdict {
  return within(pointLimit, () => checkEnding(subject, derivative, g, args))?.result ?? skipped;
}

function checkEnding(subject: Subject, derivative: DerivativeReport, g: Fn, args: readonly unknown[]): Verdict {
  const value = attempt(() => outputsAt(subject, args));
  if ('error' in value) return checkThrow(value.error, derivative, g, args, subject);
  const random = randomFrom(derivative.name);
  const seeds = value.result.map((output, at) => seedFor(subject, derivative, output, at, random));
  const tangents = tangentsFor(subject, derivative, args, () => random() - 0.5);
  const given = args.map((arg) => copyOf(arg));
  const answer = attempt(() => callDerivative(derivative, g, given, subject, { seeds, tangents }));
  if ('error' in answer) return differs(`throws ${errorText(answer.error)}, which ${subject.report.name} does not`);
  if (!isIdentical(given, args)) return differs('writes to its arguments');
  const { values, gradient, tangent, matrix } = answer.result;
  if (values !== undefined && !isSameValue(subject, values, value.result))
    return differs(`the value is ${show(values)}, not ${show(value.result)}`);
  if (!outputLeaves(subject, value.result).every((leaf) => Number.isFinite(leaf.value))) return skipped;
  const second = { subject, derivative, args, seeds, tangents };
  if (matrix !== undefined) return checkMatrix(second, matrix);
  if (tangent !== undefined) return checkTangent(subject, derivative, args, tangents, tangent);
  if (derivative.kind === 'hvp') return shapeProblem(subject, derivative, args, gradient ?? []) ?? checkProduct(second, gradient ?? []);
  return checkGradient(subject, derivative, args, seeds, gradient ?? []);
}

function seedFor({ report }: Subject, { kind }: DerivativeReport, output: unknown, at: number, random: () => number): unknown {
  const { kind: of, differentiable, shape } = report.outputs[at] ?? { kind: 'returned', differentiable: false, shape: opaque };
  const isWeighted = kind === 'vjp' || kind === 'pullback' || kind === 'jacobian';
  return tangentOf(shape, output, () => (isWeighted && differentiable ? 0.5 + random() : !isWeighted && of === 'returned' ? 1 : 0));
}

/** Identical arguments have identical tangents. */
function tangentsFor({ report }: Subject, { inputs }: DerivativeReport, args: readonly unknown[], number: () => number): unknown[] {
  const made = new Map<unknown, unknown>();
  return inputs.map((at) => tangentOf(report.params[at]?.shape ?? opaque, args[at], number, made));
}

interface Answer {
  readonly values?: readonly unknown[];
  readonly gradient?: readonly unknown[];
  readonly tangent?: readonly unknown[];
  readonly matrix?: Matrix;
}

interface Extra {
  readonly seeds: readonly unknown[];
  readonly tangents: readonly unknown[];
}

function callDerivative({ kind, inputs }: DerivativeReport, g: Fn, args: readonly unknown[], { report }: Subject, extra: Extra): Answer {
  const several = (value: unknown, many: boolean): unknown[] => (many ? (value as unknown[]) : [value]);
  const manyInputs = inputs.length > 1;
  const manyOutputs = report.outputs.length > 1;
  if (kind === 'grad') return { gradient: several(g(...args), manyInputs) };
  if (kind === 'hvp') return { gradient: several(g(...args, ...extra.tangents), manyInputs) };
  if (kind === 'jacobian' || kind === 'hessian') return { matrix: g(...args) as Matrix };
  const seeds = extra.seeds.filter((_, at) => report.outputs[at]?.differentiable);
  if (kind === 'vjp') return { gradient: several(g(...args, ...seeds), manyInputs) };
  if (kind === 'pullback') {
    const { value, pullback } = g(...args) as { value: unknown; pullback: Fn };
    return { values: several(value, manyOutputs), gradient: several(pullback(...seeds), manyInputs) };
  }
  if (kind === 'valueAndGradInto') {
    const buffers = inputs.map((at) => tangentOf(report.params[at]?.shape ?? opaque, args[at], () => Number.NaN));
    return { values: several(g(...args, ...buffers), manyOutputs), gradient: buffers };
  }
  const both = g(...args, ...(kind === 'jvp' ? extra.tangents : [])) as { value: unknown; grad: unknown; tangent: unknown };
  const values = several(both.value, manyOutputs);
  const differentiable = report.outputs.filter((output) => output.differentiable).length;
  return kind === 'jvp'
    ? { values, tangent: several(both.tangent, differentiable > 1) }
    : { values, gradient: several(both.grad, manyInputs) };
}

/** Where f throws, its derivative throws the same. */
function checkThrow(error: unknown, derivative: DerivativeReport, g: Fn, args: readonly unknown[], subject: Subject): Verdict {
  // Seeds for outputs that are not known cannot be made; the function without them is checked.
  if (derivative.kind === 'vjp') return skipped;
  const tangents = tangentsFor(subject, derivative, args, () => 1);
  const answer = attempt(() =>
    callDerivative(
      derivative,
      g,
      args.map((arg) => copyOf(arg)),
      subject,
      { seeds: [], tangents },
    ),
  );
  if (!('error' in answer)) return differs(`does not throw, but ${subject.report.name} throws ${errorText(error)}`);
  return errorText(answer.error) === errorText(error) ? skipped : differs(`throws ${errorText(answer.error)}, not ${errorText(error)}`);
}

function checkGradient(
  subject: Subject,
  derivative: DerivativeReport,
  args: readonly unknown[],
  seeds: readonly unknown[],
  gradient: readonly unknown[],
): Verdict {
  const entries = derivative.inputs.flatMap((param, at) => entriesOf(param, shapeAt(subject, param), args[param], gradient[at]));
  return shapeProblem(subject, derivative, args, gradient) ?? checkEntries(subject, derivative, args, seeds, entries);
}

function shapeProblem(
  subject: Subject,
  { inputs }: DerivativeReport,
  args: readonly unknown[],
  gradient: readonly unknown[],
): Verdict | undefined {
  const zerosAt = (param: number): unknown => tangentOf(shapeAt(subject, param), args[param], () => 0);
  const wrong = inputs.find((param, at) => !isSameShape(zerosAt(param), gradient[at]));
  if (wrong === undefined) return undefined;
  return differs(`the entry for '${subject.report.params[wrong]?.name}' has another shape than the argument`);
}

/** The derivatives of the outputs, weighted with the seeds, against differences. */
function checkEntries(
  subject: Subject,
  { name, kind }: DerivativeReport,
  args: readonly unknown[],
  seeds: readonly unknown[],
  all: readonly Entry[],
): Verdict {
  const entries = mergeShared(args, all);
  const weighted = (moved: readonly unknown[]): number => dot(subject, outputsAt(subject, moved), seeds);
  const at = weighted(args);
  const chosen = choose(entries, name);
  const slopes = chosen.map(({ param, path }) => slopeAlong(args, weighted, [{ param, path, by: 1 }]));
  const through = entries.length > chosen.length ? directionThrough(entries, name) : undefined;
  const expected = [...slopes, ...(through ? [slopeAlong(args, weighted, through)] : [])];
  const got = [...chosen.map((entry) => entry.got), ...(through ? [sum(through.map(({ by }, i) => by * (entries[i]?.got ?? 0)))] : [])];
  return compare(expected, got, at, (i) => {
    const entry = chosen[i];
    const of = kind === 'jacobian' ? 'a weighted sum of the rows, ' : '';
    return of + (entry ? pathText(subject.report.params[entry.param]?.name ?? '', entry.path) : 'a direction through all inputs');
  });
}

function checkMatrix(second: SecondOrder, matrix: Matrix): Verdict {
  const { subject, derivative, args, seeds } = second;
  const weights = derivative.kind === 'jacobian' ? rowWeights(subject, seeds) : undefined;
  const problem = matrixProblem(subject, derivative, args, weights?.length, matrix);
  if (problem !== undefined) return differs(problem);
  if (!weights) return checkHessian(second, matrix);
  return checkEntries(subject, derivative, args, seeds, columnEntries(subject, derivative, args, weights, matrix));
}

/** The tangents of all outputs, against differences along the direction. */
function checkTangent(
  subject: Subject,
  { inputs }: DerivativeReport,
  args: readonly unknown[],
  tangents: readonly unknown[],
  tangent: readonly unknown[],
): Verdict {
  const moves = inputs.flatMap((param, at) =>
    leavesOf(shapeAt(subject, param), args[param]).map(({ path }) => ({ param, path, by: read(tangents[at], path) as number })),
  );
  const { report } = subject;
  const outputs = report.outputs.flatMap(({ differentiable, name, shape }, at) => (differentiable ? [{ at, name, shape }] : []));
  const whole = outputsAt(subject, args);
  const leaves = outputs.flatMap(({ at, name, shape }, i) =>
    leavesOf(shape, whole[at]).map(({ path }) => ({ path, at, name, value: read(tangent[i], path) as number })),
  );
  const chosen = leaves.slice(0, mostEntries);
  const expected = chosen.map(({ at, path }) => slopeAlong(args, (moved) => read(outputsAt(subject, moved)[at], path) as number, moves));
  const magnitude = Math.max(0, ...outputLeaves(subject, whole).map(({ value }) => Math.abs(value)));
  const nameAt = (i: number): string => `the tangent of ${pathText(chosen[i]?.name ?? 'value', chosen[i]?.path ?? [])}`;
  return compare(
    expected,
    chosen.map(({ value }) => value),
    magnitude,
    nameAt,
  );
}

function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function show(values: readonly unknown[]): string {
  const text = textOf(values.length === 1 ? values[0] : values);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
