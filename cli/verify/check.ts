/** Checks one derivative function at one point against the function itself. */
import type { DerivativeReport, FunctionReport } from '../../compiler/options.ts';
import { type Difference, slopeOf } from './differences.ts';
import { choose, directionThrough, entriesOf, type Move, mergeShared, mostEntries } from './entries.ts';
import { randomFrom } from './points.ts';
import { within } from './time-limit.ts';
import { copyOf, isIdentical, isSameShape, type Leaf, leavesOf, pathText, read, type Shape, tangentOf, textOf, write } from './values.ts';

export type Fn = (...args: unknown[]) => unknown;

/** `skipped`: f is not finite or not smooth there, or throws. */
export type Verdict = { readonly kind: 'agrees' | 'skipped' } | { readonly kind: 'differs'; readonly message: string };

export interface Subject {
  readonly report: FunctionReport;
  readonly f: Fn;
}

const agrees: Verdict = { kind: 'agrees' };
const skipped: Verdict = { kind: 'skipped' };
const differs = (message: string): Verdict => ({ kind: 'differs', message });

/** Relative to the largest entry. */
const tolerance = 1e-6;

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
  const { values, gradient, tangent } = answer.result;
  if (values !== undefined && !isIdentical(values, value.result)) return differs(`the value is ${show(values)}, not ${show(value.result)}`);
  if (!outputLeaves(subject, value.result).every((leaf) => Number.isFinite(leaf.value))) return skipped;
  if (tangent !== undefined) return checkTangent(subject, derivative, args, tangents, tangent);
  return checkGradient(subject, derivative, args, seeds, gradient ?? []);
}

/** What f hands back: the returned values, then the arrays that it writes. */
function outputsAt({ report, f }: Subject, args: readonly unknown[]): unknown[] {
  const own = args.map((arg) => copyOf(arg));
  const returned = f(...own);
  const several = report.tuple ? (returned as unknown[]) : [returned];
  let next = 0;
  return report.outputs.map(({ kind, param }) => (kind === 'returned' ? several[next++] : own[param ?? 0]));
}

function seedFor({ report }: Subject, { kind }: DerivativeReport, output: unknown, at: number, random: () => number): unknown {
  const { kind: of, differentiable, shape } = report.outputs[at] ?? { kind: 'returned', differentiable: false, shape: opaque };
  const isVjp = kind === 'vjp';
  return tangentOf(shape, output, () => (isVjp && differentiable ? 0.5 + random() : !isVjp && of === 'returned' ? 1 : 0));
}

const opaque: Shape = { kind: 'opaque' };

/** Identical arguments have identical tangents. */
function tangentsFor({ report }: Subject, { inputs }: DerivativeReport, args: readonly unknown[], number: () => number): unknown[] {
  const made = new Map<unknown, unknown>();
  return inputs.map((at) => tangentOf(report.params[at]?.shape ?? opaque, args[at], number, made));
}

function outputLeaves({ report }: Subject, outputs: readonly unknown[]): Leaf[] {
  return report.outputs.flatMap(({ shape }, at) => leavesOf(shape, outputs[at]));
}

interface Answer {
  readonly values?: readonly unknown[];
  readonly gradient?: readonly unknown[];
  readonly tangent?: readonly unknown[];
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
  if (kind === 'vjp') {
    const own = extra.seeds.filter((_, at) => report.outputs[at]?.differentiable);
    return { gradient: several(g(...args, ...own), manyInputs) };
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
  { inputs, name }: DerivativeReport,
  args: readonly unknown[],
  seeds: readonly unknown[],
  gradient: readonly unknown[],
): Verdict {
  const wrongShape = inputs.find(
    (param, at) =>
      !isSameShape(
        tangentOf(shapeAt(subject, param), args[param], () => 0),
        gradient[at],
      ),
  );
  if (wrongShape !== undefined)
    return differs(`the entry for '${subject.report.params[wrongShape]?.name}' has another shape than the argument`);
  const entries = mergeShared(
    args,
    inputs.flatMap((param, at) => entriesOf(param, shapeAt(subject, param), args[param], gradient[at])),
  );
  const weighted = (moved: readonly unknown[]): number => dot(subject, outputsAt(subject, moved), seeds);
  const at = weighted(args);
  const chosen = choose(entries, name);
  const slopes = chosen.map(({ param, path }) => slopeAlong(args, weighted, [{ param, path, by: 1 }]));
  const through = entries.length > chosen.length ? directionThrough(entries, name) : undefined;
  const expected = [...slopes, ...(through ? [slopeAlong(args, weighted, through)] : [])];
  const got = [...chosen.map((entry) => entry.got), ...(through ? [sum(through.map(({ by }, i) => by * (entries[i]?.got ?? 0)))] : [])];
  return compare(expected, got, at, (i) => {
    const entry = chosen[i];
    return entry ? pathText(subject.report.params[entry.param]?.name ?? '', entry.path) : 'a direction through all inputs';
  });
}

const shapeAt = ({ report }: Subject, param: number): Shape => report.params[param]?.shape ?? opaque;

function slopeAlong(
  args: readonly unknown[],
  measure: (moved: readonly unknown[]) => number,
  moves: readonly Move[],
): Difference | undefined {
  const starts = moves.map(({ param, path }) => read(args[param], path) as number);
  const size = Math.max(0.1, ...(moves.length === 1 ? starts.map(Math.abs) : []));
  const shifted = (shift: number) => {
    const moved = { args: args.map((arg) => copyOf(arg)) };
    const kept = moves.map(({ param, path, by }, at) => write(moved, ['args', param, ...path], (starts[at] as number) + by * shift));
    // What a Float32Array rounds the number to is the shift that counts.
    const made = moves.length === 1 ? ((kept[0] as number) - (starts[0] as number)) / (moves[0] as Move).by : shift;
    const result = attempt(() => measure(moved.args));
    return { value: 'error' in result ? Number.NaN : result.result, shift: made };
  };
  return slopeOf(shifted, size);
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

function compare(
  expected: readonly (Difference | undefined)[],
  got: readonly number[],
  value: number,
  nameAt: (at: number) => string,
): Verdict {
  const known = expected.filter((one): one is Difference => one !== undefined);
  if (known.length < expected.length) return skipped;
  const scale = Math.max(1e-12, 1e-7 * Math.abs(value), ...known.map((one) => Math.abs(one.value)));
  if (known.some(({ error }) => !(error <= 0.3 * tolerance * scale))) return skipped;
  // Written so that NaN fails.
  const wrong = known.findIndex((one, at) => !(Math.abs(one.value - (got[at] as number)) <= tolerance * scale));
  if (wrong < 0) return agrees;
  return differs(`${nameAt(wrong)}: expected ${(known[wrong] as Difference).value.toPrecision(9)}, got ${got[wrong]}`);
}

function dot({ report }: Subject, values: readonly unknown[], weights: readonly unknown[]): number {
  const products = report.outputs.flatMap(({ shape }, at) =>
    leavesOf(shape, values[at]).map(({ path, value }) => {
      const weight = read(weights[at], path) as number;
      return weight === 0 ? 0 : weight * value;
    }),
  );
  return sum(products);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function attempt<T>(run: () => T): { readonly result: T } | { readonly error: unknown } {
  try {
    return { result: run() };
  } catch (error) {
    return { error };
  }
}

function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function show(values: readonly unknown[]): string {
  const text = textOf(values.length === 1 ? values[0] : values);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
