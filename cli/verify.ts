/** `--verify`: runs marked functions and their derivatives at sample points; a file with a wrong derivative is not handed on. */
import { basename, dirname, join } from 'node:path';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { pathOf } from '../compiler/diagnostics/reporter.ts';
import type { GeneratedFile } from '../compiler/generated-file.ts';
import type { DerivativeReport, FunctionReport } from '../compiler/options.ts';
import type { Compiled, OutputGroup } from './compile-groups.ts';
import { readText } from './files.ts';
import { fileMessages } from './messages.ts';
import type { Terminal } from './terminal.ts';
import { openUserCode, type UserCode } from './user-code.ts';
import { checkAt, endingPoints } from './verify/check.ts';
import { fitArguments, guessPoints, type Point, pointsIn } from './verify/points.ts';
import type { Fn, Subject } from './verify/subject.ts';
import { textOf } from './verify/values.ts';

/** What became of one derivative. */
export interface Verification {
  readonly derivative: string;
  readonly status: 'verified' | 'wrong' | 'unverified';
  /** How many points counted. */
  readonly points: number;
}

export interface Verified {
  /** Those without a wrong derivative. */
  readonly files: readonly GeneratedFile[];
  readonly diagnostics: readonly Diagnostic[];
  readonly outcomes: readonly Verification[];
}

interface Checked extends Verification {
  readonly problem?: Diagnostic;
  /** Why it is unverified. */
  readonly reason?: string;
}

/** Guessed points are tried until this many count. */
const enoughPoints = 3;
const guesses = 16;

export async function verifyFiles(compiled: Compiled, groups: readonly OutputGroup[], terminal: Terminal): Promise<Verified> {
  const outcomes: Verification[] = [];
  const diagnostics: Diagnostic[] = [];
  const wrong = new Set<string>();
  for (const { tsconfig, files, output } of groups) {
    const texts = new Map(compiled.files.map((file) => [file.target, file.body]));
    const code = await openUserCode({ texts, ...(tsconfig !== undefined && { tsconfig }) });
    try {
      for (const report of compiled.functions.filter(({ source }) => files.includes(source))) {
        const file = compiled.files.find(({ source }) => source === report.source);
        const checked = file === undefined ? [] : await verifyFunction({ report, file, fastMath: output.math === 'fast' }, code, terminal);
        if (checked.some(({ status }) => status === 'wrong')) wrong.add(report.source);
        outcomes.push(...checked.map(({ derivative, status, points }) => ({ derivative, status, points })));
        diagnostics.push(...checked.flatMap(({ problem }) => problem ?? []));
      }
    } finally {
      code.close();
    }
  }
  return { files: compiled.files.filter(({ source }) => !wrong.has(source)), diagnostics, outcomes };
}

interface Task {
  readonly report: FunctionReport;
  readonly file: GeneratedFile;
  readonly fastMath: boolean;
}

async function verifyFunction({ report, file, fastMath }: Task, code: UserCode, terminal: Terminal): Promise<Checked[]> {
  try {
    const own = await code.load(report.source);
    const derived = await code.load(file.target);
    const expanded = report.derivatives.find(({ kind }) => kind === 'primal');
    // What asks for derivatives itself runs as it is written out.
    const f = (expanded ? derived[expanded.name] : own[report.exportName]) as Fn;
    const found = await pointsFor(report, code);
    const points = endingPoints(f, found);
    return joined(
      report.derivatives
        .filter((derivative) => derivative !== expanded)
        .map((derivative) => verifyDerivative({ report, f, derived, fastMath }, derivative, points)),
      report,
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const problem = { ...fileMessages.cannotRun(pathOf(report.source, terminal), `${report.name}: ${reason}`), at: report.at };
    return [{ derivative: report.name, status: 'wrong', points: 0, problem }];
  }
}

function verifyDerivative(subject: Subject, derivative: DerivativeReport, points: readonly Point[]): Checked {
  const { name } = derivative;
  const g = subject.derived[name] as Fn;
  const given = points.filter(({ from }) => from !== 'a guess');
  let usable = 0;
  for (const point of given.length > 0 ? given : points) {
    if (given.length === 0 && usable >= enoughPoints) break;
    const verdict = checkAt(subject, derivative, g, point.args);
    if (verdict.kind === 'differs') {
      const problem = { ...fileMessages.wrongDerivative(name, `${verdict.message} (at ${pointText(point)})`), at: subject.report.at };
      return { derivative: name, status: 'wrong', points: usable, problem };
    }
    if (verdict.kind === 'agrees') usable++;
  }
  if (usable > 0) return { derivative: name, status: 'verified', points: usable };
  const reason = points.length === 0 ? 'no point is known or can be guessed at which the function ends' : 'no point is finite and smooth';
  return { derivative: name, status: 'unverified', points: 0, reason };
}

/** One message for all derivatives of a function that are unverified for the same reason. */
function joined(checked: readonly Checked[], { at }: FunctionReport): Checked[] {
  return checked.map((one, index) => {
    const same = checked.filter(({ reason }) => reason !== undefined && reason === one.reason);
    if (one.reason === undefined || checked.indexOf(same[0] as Checked) < index) return one;
    const names = same.map(({ derivative }) => `'${derivative}'`).join(', ');
    return { ...one, problem: { ...fileMessages.unverified(`${names} ${same.length === 1 ? 'is' : 'are'}`, one.reason), at } };
  });
}

function pointText({ args, from }: Point): string {
  const text = args.map(textOf).join(', ');
  return `${from}: ${text.length > 120 ? `${text.slice(0, 117)}…` : text}`;
}

/** `@sample` and the points file together; without any, guesses. */
async function pointsFor(report: FunctionReport, code: UserCode): Promise<readonly Point[]> {
  const given = [...(await samplePoints(report, code)), ...(await filePoints(report, code))];
  const fitted = given.map(({ args, from }) => ({ args: fitArguments(args, report.params), from }));
  return fitted.length > 0 ? fitted : guessPoints(report, guesses);
}

/** Each list of arguments is a module of its own beside the user's, so that it means there what it says. */
async function samplePoints({ source, name, samples }: FunctionReport, code: UserCode): Promise<Point[]> {
  const points: Point[] = [];
  for (const [index, text] of samples.entries()) {
    const path = join(dirname(source), `${name}.sample-${index}.ts`);
    const { default: args } = await code.load(path, `export default [${text}];\n`);
    points.push({ args: args as unknown[], from: '@sample' });
  }
  return points;
}

async function filePoints({ source, name }: FunctionReport, code: UserCode): Promise<Point[]> {
  const path = source.replace(/\.(m?)tsx?$/, '.points.$1ts');
  if (readText(path) === undefined) return [];
  return pointsIn(await code.load(path), name).map((args) => ({ args, from: basename(path) }));
}
