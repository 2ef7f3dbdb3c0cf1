import { expect, it } from 'vitest';
import { interpret, type RuntimeValue } from '../ir/interpret.ts';
import { printFunction } from '../ir/print.ts';
import type { IrFunction, Type, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { optimize } from '../optimize/index.ts';
import { outcomeOf, randomArguments } from '../optimize/testing/compare.ts';
import { randomFunction } from '../optimize/testing/random-function.ts';
import { copyWritten } from '../transform/copy-written.ts';
import { buildVjp } from '../transform/reverse/index.ts';
import { printPlainFunction } from './plain.ts';
import { runnable } from './testing.ts';

const from = Number(process.env['SEED'] ?? 1);
const runs = Number(process.env['RUNS'] ?? 150);

/** The results of the printed function, as {@link outcomeOf} writes those of the interpreter. */
function printedOutcome(run: (...args: readonly unknown[]) => unknown, args: readonly RuntimeValue[]): string {
  try {
    return [...(run(...args) as readonly RuntimeValue[]), ...args].map(textOf).join('; ');
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

function textOf(value: RuntimeValue): string {
  if (typeof value === 'object') return `${value.constructor.name}[${[...value].map(textOf).join(',')}]`;
  return Object.is(value, -0) ? '-0' : String(value);
}

const withoutUndefined = (outcome: string): string => outcome.replace(/undefined/g, 'NaN');

/** Adjoints of lists have no holes; random lists may, and an accumulation into a hole is where emitted code and interpreter differ. */
function addsToList(fn: IrFunction): boolean {
  let found = false;
  walkFunction(fn, (op) => {
    const type = op.kind === 'accumulate' || op.kind === 'addInto' ? fn.values[op.array]?.type : undefined;
    if (type?.kind === 'array' && type.storage === 'list') found = true;
  });
  return found;
}

function disagreement(fn: IrFunction, seed: number): string | undefined {
  if (addsToList(fn)) return undefined;
  let run: ReturnType<typeof runnable>;
  try {
    run = runnable(fn);
  } catch (error) {
    return `${String(error)}\n${printPlainFunction(fn)}\n${printFunction(fn)}`;
  }
  for (let at = 0; at < 4; at++) {
    const expected = outcomeOf(fn, randomArguments(seed + at, false));
    if (expected.includes('budget')) continue;
    const got = printedOutcome(run, randomArguments(seed + at, false));
    // A record on the arena keeps the undefined of a missed load as NaN; both compute alike.
    if (withoutUndefined(got) !== withoutUndefined(expected))
      return `seed ${seed}\n${expected}\n${got}\n${printFunction(fn)}\n${printPlainFunction(fn)}`;
  }
  return undefined;
}

it('prints random functions so that V8 agrees with the interpreter', () => {
  for (let seed = from; seed < from + runs; seed++) {
    expect(disagreement(randomFunction(seed, { size: 8 + (seed % 40), relaxed: seed % 3 === 0 ? 0.5 : 0 }), seed)).toBeUndefined();
  }
}, 600_000);

const isSeeded = (type: Type): boolean => type.kind === 'real' || (type.kind === 'array' && ['f64', 'f32', 'list'].includes(type.storage));

/** Seeds as long as what they belong to, found by running f itself. */
function seedsFor(primal: IrFunction, args: readonly RuntimeValue[]): RuntimeValue[] | undefined {
  const results = resultsOf(primal, args);
  if (!results) return undefined;
  return results.flatMap((result, i): RuntimeValue[] => {
    const type = primal.values[primal.body.yields[i] as ValueId]?.type;
    if (!type || !isSeeded(type)) return [];
    if (typeof result !== 'object') return [1 - i / 4];
    const values = Array.from(result as ArrayLike<number>, (_, k) => 0.5 + k - i / 8);
    return [type.kind === 'array' && type.storage === 'list' ? values : new (result.constructor as Float64ArrayConstructor)(values)];
  });
}

function resultsOf(primal: IrFunction, args: readonly RuntimeValue[]): readonly RuntimeValue[] | undefined {
  try {
    return interpret(primal, args, { budget: 20_000 });
  } catch {
    return undefined;
  }
}

it('prints their derivatives alike', () => {
  for (let seed = from; seed < from + runs; seed++) {
    const primal = optimize(copyWritten(randomFunction(seed, { size: 8 + (seed % 40), relaxed: 0 })).fn);
    const derivative = optimize(buildVjp(primal, { inputs: [0, 1, 2, 3], seeds: 'parameters', withValues: true }));
    const run = runnable(derivative);
    for (let at = 0; at < 3; at++) {
      const own = randomArguments(seed + at, false);
      // A loop bound that is no integer is an int all the same for f, but not for its records.
      const seeds = Number.isInteger(own[4]) ? seedsFor(primal, own) : undefined;
      if (!seeds) continue;
      const args = (): RuntimeValue[] => [...randomArguments(seed + at, false), ...structuredClone(seeds)];
      const expected = outcomeOf(derivative, args());
      if (expected.includes('budget')) continue;
      const got = printedOutcome(run, args());
      expect(withoutUndefined(got), `seed ${seed}\n${printFunction(derivative)}\n${printPlainFunction(derivative)}`).toBe(
        withoutUndefined(expected),
      );
    }
  }
}, 600_000);
