/** Checks of one program's generated functions against everything that knows better. */

import { type Derivatives, loadDerivatives, loadVectorDerivatives } from '../fixtures/programs/derivatives.ts';
import { directionalDifference, directions } from '../fixtures/programs/differences.ts';
import { seededRandom } from '../fixtures/programs/inputs.ts';
import {
  call,
  distance,
  largestDistance,
  type Program,
  partsOf,
  type Sample,
  type VectorDerivatives,
  type VectorProgram,
} from '../fixtures/programs/program.ts';
import { flatten, gradientFields, readReference } from '../fixtures/programs/reference.ts';
import { dot, numbersIn, type Value, withNumbers } from '../fixtures/programs/values.ts';

/** What a number is compared with. `consistency`: the generated functions among themselves, and the arguments afterwards. */
export type Oracle = 'value' | 'forward' | 'differences' | 'reference' | 'consistency';

export interface Check {
  readonly oracle: Oracle;
  readonly label: string;
  readonly error: number;
  readonly tolerance: number;
}

export interface Report {
  readonly name: string;
  /** f at the first sample; of several numbers the first. */
  readonly value: number;
  readonly checks: readonly Check[];
  /** Why nothing could be checked, or an error thrown on the way. */
  readonly failure?: string;
  readonly reference: 'compared' | 'not present' | 'none';
}

const differenceTolerance = 1e-7;

export function passes(check: Check): boolean {
  return check.error <= check.tolerance;
}

export function checkProgram(program: Program): Promise<Report> {
  return reportOf(program, async () => {
    const derivatives = await loadDerivatives(program);
    const checks = program.samples.flatMap((sample) => checkSample(program, derivatives, sample));
    return [...checks, ...checkReference(program, derivatives)];
  });
}

/** A function with any outputs: its two modes are compared through ⟨seed, J v⟩ = ⟨Jᵀ seed, v⟩. */
export function checkVectorProgram(program: VectorProgram): Promise<Report> {
  return reportOf(program, async () => {
    const derivatives = await loadVectorDerivatives(program);
    const checks = program.samples.flatMap((sample) => checkVectorSample(program, derivatives, sample));
    return [...checks, ...checkVectorReference(program, derivatives)];
  });
}

async function reportOf(program: Program | VectorProgram, check: () => Promise<Check[]>): Promise<Report> {
  const [value] = numbersIn(call<Value>(program.primal, program.samples[0].args));
  const report = { name: program.name, value, reference: referenceState(program) };
  try {
    return { ...report, checks: await check() };
  } catch (error) {
    return { ...report, checks: [], failure: error instanceof Error ? error.message : String(error) };
  }
}

function referenceState(program: Program | VectorProgram): Report['reference'] {
  if (!program.reference) return 'none';
  return readReference(program.reference.module) ? 'compared' : 'not present';
}

function checkSample(program: Program, derivatives: Derivatives, { label, args }: Sample): Check[] {
  const { primal, active, tolerance, step } = program;
  const check = (oracle: Oracle, error: number, bound: number): Check => ({ oracle, label, error, tolerance: bound });
  const expected = call(primal, args);
  const before = structuredClone(args);
  const gradient = derivatives.gradient(args);
  const checks = consistency(program, derivatives, args, gradient).map((error) => check('consistency', error, 0));
  checks.push(check('value', exactly(derivatives.valueAndGradient(args).value, expected), 0));
  for (const direction of directions(args, active, seededRandom(7))) {
    const slope = dot(gradient, direction);
    const forward = derivatives.tangent(args, direction);
    checks.push(check('value', exactly(forward.value, expected), 0));
    checks.push(check('forward', distance(slope, forward.tangent), tolerance));
    checks.push(check('differences', distance(slope, directionalDifference(primal, args, active, direction, step)), differenceTolerance));
  }
  return [...checks, check('consistency', exactly(args, before), 0)];
}

/** 0 where two values hold the same numbers, bit for bit. */
function exactly(found: Value, expected: Value): number {
  const [left, right] = [numbersIn(found), numbersIn(expected)];
  return left.length === right.length && left.every((entry, i) => Object.is(entry, right[i])) ? 0 : Infinity;
}

/** Errors of the other functions that give the gradient: each has to give the same numbers. */
function consistency(program: Program, derivatives: Derivatives, args: readonly Value[], gradient: readonly Value[]): number[] {
  const same = (other: readonly Value[]): number => (largestDistance(numbersIn(other), numbersIn(gradient)) <= 1e-14 ? 0 : Infinity);
  const errors = [same(derivatives.valueAndGradient(args).gradient)];
  const { valueAndGradientInto } = derivatives;
  if (valueAndGradientInto) {
    const buffers = program.active.map((position) => withNumbers(args[position], () => Number.NaN));
    valueAndGradientInto(args, buffers);
    errors.push(same(buffers));
  }
  return errors;
}

function checkReference({ reference, tolerance }: Program, derivatives: Derivatives): Check[] {
  if (!reference) return [];
  const checks: Check[] = [];
  for (const { function: fn, description: label, input, output } of readReference(reference.module) ?? []) {
    const expected = flatten(output, gradientFields);
    const check = (error: number): Check => ({ oracle: 'reference', label, error, tolerance });
    const args = reference.args(input);
    if (fn === reference.value) checks.push(check(largestDistance([derivatives.valueAndGradient(args).value], expected.slice(-1))));
    if (fn !== reference.gradient) continue;
    const gradient = derivatives.gradient(reference.gradientArguments?.(input) ?? args);
    checks.push(check(largestDistance(reference.fromGradient?.(gradient, args) ?? numbersIn(gradient), expected)));
  }
  return checks;
}

function checkVectorSample(program: VectorProgram, { pullback, pushforward }: VectorDerivatives, { label, args }: Sample): Check[] {
  const { primal, active, tolerance, step, outputs } = program;
  const check = (oracle: Oracle, error: number, bound: number): Check => ({ oracle, label, error, tolerance: bound });
  const expected = partsOf(call<Value>(primal, args), outputs);
  const before = structuredClone(args);
  let count = 0;
  const seeds = expected.map((output) => withNumbers(output, () => Math.cos(count++)));
  const weighted = (...values: never[]): number => dot(partsOf(call<Value>(primal, values), outputs), seeds);
  const gradient = pullback(args, seeds);
  const checks = directions(args, active, seededRandom(7)).flatMap((direction) => {
    const { value, tangent } = pushforward(args, direction);
    const slope = dot(gradient, direction);
    const difference = directionalDifference(weighted, args, active, direction, step);
    return [
      check('value', exactly(value, expected), 0),
      check('forward', distance(slope, dot(tangent, seeds)), tolerance),
      check('differences', distance(slope, difference), differenceTolerance),
    ];
  });
  return [...checks, check('consistency', exactly(args, before), 0)];
}

function checkVectorReference({ reference, tolerance }: VectorProgram, derivatives: VectorDerivatives): Check[] {
  const cases = reference ? (readReference(reference.module) ?? []) : [];
  return cases
    .filter((entry) => reference?.functions.includes(entry.function))
    .map((entry) => {
      const error = reference?.distance(entry, derivatives) ?? Infinity;
      return { oracle: 'reference', label: entry.description, error, tolerance };
    });
}
