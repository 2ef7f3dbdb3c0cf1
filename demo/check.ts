/** Checks of one program's generated functions against everything that knows better. */

import { type Derivatives, loadDerivatives, loadGenerated, required } from '../fixtures/programs/derivatives.ts';
import { directionalDifference, directions, dot } from '../fixtures/programs/differences.ts';
import { seededRandom } from '../fixtures/programs/inputs.ts';
import { ode } from '../fixtures/programs/ode.ts';
import { type Argument, call, distance, largestDistance, type Program, programs, type Sample } from '../fixtures/programs/program.ts';
import { flatten, gradientFields, readReference, referenceArguments } from '../fixtures/programs/reference.ts';

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
  /** f at the first sample. */
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

export async function checkProgram(program: Program): Promise<Report> {
  const [first] = program.samples;
  const report = { name: program.name, value: call(program.primal, first.args), reference: referenceState(program) };
  try {
    const derivatives = await loadDerivatives(program);
    const checks = program.samples.flatMap((sample) => checkSample(program, derivatives, sample));
    return { ...report, checks: [...checks, ...checkReference(program, derivatives)] };
  } catch (error) {
    return { ...report, checks: [], failure: error instanceof Error ? error.message : String(error) };
  }
}

function referenceState(program: Program): Report['reference'] {
  if (!program.reference) return 'none';
  return readReference(program.reference.module) ? 'compared' : 'not present';
}

function checkSample(program: Program, derivatives: Derivatives, { label, args }: Sample): Check[] {
  const { primal, active, tolerance, step } = program;
  const check = (oracle: Oracle, error: number, bound: number): Check => ({ oracle, label, error, tolerance: bound });
  const expected = call(primal, args);
  const before = args.map(snapshot);
  const gradient = derivatives.gradient(args);
  const checks = consistency(program, derivatives, args, gradient).map((error) => check('consistency', error, 0));
  checks.push(check('value', Object.is(derivatives.valueAndGradient(args).value, expected) ? 0 : Infinity, 0));
  for (const direction of directions(args, active, seededRandom(7))) {
    const slope = dot(gradient, direction);
    const forward = derivatives.tangent(args, direction);
    checks.push(check('value', Object.is(forward.value, expected) ? 0 : Infinity, 0));
    checks.push(check('forward', distance(slope, forward.tangent), tolerance));
    checks.push(check('differences', distance(slope, directionalDifference(primal, args, active, direction, step)), differenceTolerance));
  }
  const untouched = args.every((argument, at) => largestDistance(list(argument), list(before[at])) === 0);
  return [...checks, check('consistency', untouched ? 0 : Infinity, 0)];
}

/** Errors of the other functions that give the gradient: each has to give the same numbers. */
function consistency(program: Program, derivatives: Derivatives, args: readonly Argument[], gradient: readonly Argument[]): number[] {
  const same = (other: readonly Argument[]): number =>
    largestDistance(other.flatMap(list), gradient.flatMap(list)) <= 1e-14 ? 0 : Infinity;
  const errors = [same(derivatives.valueAndGradient(args).gradient)];
  const { valueAndGradientInto } = derivatives;
  if (valueAndGradientInto) {
    const buffers = program.active.map((position) => (args[position] as Float64Array).map(() => Number.NaN));
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
    const args = referenceArguments[reference.module](input);
    if (fn === reference.value) checks.push(check(largestDistance([derivatives.valueAndGradient(args).value], expected.slice(-1))));
    if (fn !== reference.gradient) continue;
    const gradient = derivatives.gradient(reference.gradientArguments?.(input) ?? args);
    checks.push(check(largestDistance(gradient.flatMap(list), expected)));
  }
  return checks;
}

/** `ode` gives an array: its two modes are compared through ⟨seed, J v⟩ = ⟨Jᵀ seed, v⟩. */
export async function checkVectorOde(): Promise<Report> {
  const program = programs.find((entry) => entry.file === 'ode') as Program;
  const args = program.samples[0].args as [Float64Array, number];
  const report: Omit<Report, 'checks'> = { name: 'ode', value: ode(...args)[0], reference: referenceState(program) };
  try {
    const generated = await loadGenerated('ode');
    const reverse = required<Float64Array>(generated, 'odeVjp');
    const forward = required<{ value: Float64Array; tangent: Float64Array }>(generated, 'odeJvp');
    const seed = args[0].map((_, i) => Math.cos(i));
    const gradient = call(reverse, [...args, seed]);
    const checks = directions(args, [0], seededRandom(7)).flatMap((direction): Check[] => {
      const { value, tangent } = call(forward, [...args, ...direction]);
      const slope = dot([gradient], direction);
      const weighted = (x: Float64Array, steps: number): number => dot([ode(x, steps)], [seed]);
      const difference = directionalDifference(weighted, args, [0], direction);
      const label = 'n = 6, 10 steps';
      return [
        { oracle: 'value', label, error: largestDistance(value, ode(...args)), tolerance: 0 },
        { oracle: 'forward', label, error: distance(slope, dot([tangent], [seed])), tolerance: 1e-8 },
        { oracle: 'differences', label, error: distance(slope, difference), tolerance: differenceTolerance },
      ];
    });
    return { ...report, checks: [...checks, ...checkVectorReference(forward)] };
  } catch (error) {
    return { ...report, checks: [], failure: error instanceof Error ? error.message : String(error) };
  }
}

function checkVectorReference(forward: (...args: never[]) => { value: Float64Array }): Check[] {
  const cases = readReference('ode') ?? [];
  return cases
    .filter((entry) => entry.function === 'primal')
    .map(({ description: label, input, output }) => {
      const args = referenceArguments.ode(input);
      const { value } = call(forward, [...args, args[0]]);
      return { oracle: 'reference', label, error: largestDistance(value, flatten(output)), tolerance: 1e-8 };
    });
}

function snapshot(argument: Argument): Argument {
  return typeof argument === 'number' ? argument : argument.slice();
}

function list(argument: Argument): number[] {
  return typeof argument === 'number' ? [argument] : [...argument];
}
