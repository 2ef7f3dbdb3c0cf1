/** Numbers of a derivative against slopes by differences. */
import type { Slope } from './differences.ts';
import type { Deviation, Failure, Skipped } from './report.ts';

export interface Question {
  readonly path: string;
  readonly actual: number;
  readonly slope: Slope;
  /** Rounding in `actual` beyond that of its own size: for sums whose terms cancel. */
  readonly rounding?: number;
}

export interface Answers {
  readonly checked: number;
  readonly failures: readonly Failure[];
  readonly skipped: readonly Skipped[];
  readonly worst?: Deviation;
}

type Verdict = { readonly kind: 'right' | 'wrong'; readonly deviation: Failure } | { readonly kind: 'skipped'; readonly reason: string };

/** `value`: the function's own value, whose rounding no difference can see through. */
export function compareAll(questions: readonly Question[], value: number, tolerance: number): Answers {
  const known = questions.flatMap(({ path, slope }) => (slope.kind === 'smooth' ? [{ path, value: slope.value }] : []));
  const scale = known.reduce((most, one) => Math.max(most, Math.abs(one.value)), 1e-7 * Math.abs(value));
  const verdicts = questions.map((question) => judge(question, scale, tolerance));
  const judged = verdicts.flatMap((verdict) => (verdict.kind === 'skipped' ? [] : [verdict]));
  const worst = largest(judged.map(({ deviation }) => deviation));
  return {
    checked: judged.length,
    failures: judged.flatMap(({ kind, deviation }) => (kind === 'wrong' ? [{ ...deviation, reason: reasonFor(deviation, known) }] : [])),
    skipped: verdicts.flatMap((verdict, at) =>
      verdict.kind === 'skipped' ? [{ path: questions[at]?.path ?? '', reason: verdict.reason }] : [],
    ),
    ...(worst && { worst }),
  };
}

/** Comparisons are written so that NaN is wrong. */
function judge({ path, actual, slope, rounding = 0 }: Question, scale: number, tolerance: number): Verdict {
  const expected = slope.kind === 'smooth' ? slope.value : Number.NaN;
  const difference = Math.abs(actual - expected);
  const deviation = { path, expected, actual, error: difference, reason: '' };
  if (slope.kind === 'not finite') return { kind: 'wrong', deviation: { ...deviation, reason: beside } };
  if (!Number.isFinite(actual)) return { kind: 'wrong', deviation };
  if (slope.kind === 'kink') return { kind: 'skipped', reason: `a kink, slope ${show(slope.left)} below and ${show(slope.right)} above` };
  const own = tolerance * Math.max(Math.abs(expected), Math.abs(actual));
  const small = 1e-3 * tolerance * Math.max(scale, rounding);
  if (!(difference <= own + small + 10 * slope.error)) return { kind: 'wrong', deviation };
  const isSure = slope.error <= 0.3 * tolerance * Math.max(scale, rounding);
  return isSure ? { kind: 'right', deviation } : { kind: 'skipped', reason: `differences are good to ${show(slope.error)} only` };
}

const beside = 'the function is not finite beside this point: choose another one';

const show = (number: number): string => String(Number(number.toPrecision(3)));

function largest(deviations: readonly Deviation[]): Deviation | undefined {
  const size = ({ error, actual }: Deviation): number => (Number.isNaN(error + actual) ? Number.POSITIVE_INFINITY : error);
  const most = deviations.reduce<Deviation | undefined>((best, one) => (best && size(best) >= size(one) ? best : one), undefined);
  return most && { path: most.path, expected: most.expected, actual: most.actual, error: most.error };
}

/** What the wrong number looks like. */
function reasonFor(failure: Failure, known: readonly { readonly path: string; readonly value: number }[]): string {
  const { path, expected, actual, reason } = failure;
  if (reason) return reason;
  if (!Number.isFinite(actual)) return `it is ${actual}`;
  if (actual === 0) return 'it is 0';
  if (isNear(actual, -expected)) return 'it has the other sign';
  const other = known.find((one) => one.path !== path && isNear(actual, one.value));
  if (other) return `this is what ${other.path} should be`;
  if (Math.abs(expected) < 1e-9 * Math.abs(actual)) return 'it should be 0';
  const ratio = actual / expected;
  if (Math.abs(ratio - 1) < 0.005) return `it is off by ${show(100 * Math.abs(ratio - 1))} %`;
  return `it is ${show(ratio)} times what it should be`;
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-6 * Math.abs(other);
}
