import { expect, it } from 'vitest';
import type { RuntimeValue } from '../ir/interpret.ts';
import type { IrFunction } from '../ir/types.ts';
import { printFunction } from '../ir/print.ts';
import { outcomeOf, randomArguments } from '../optimize/testing/compare.ts';
import { randomFunction } from '../optimize/testing/random-function.ts';
import { printPlainFunction } from './plain.ts';
import { runnable } from './testing.ts';

const from = Number(process.env['SEED'] ?? 1);
const runs = Number(process.env['RUNS'] ?? 300);

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

function disagreement(fn: IrFunction, seed: number): string | undefined {
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
    if (withoutUndefined(got) !== withoutUndefined(expected)) return `seed ${seed}\n${expected}\n${got}\n${printFunction(fn)}\n${printPlainFunction(fn)}`;
  }
  return undefined;
}

it('prints random functions so that V8 agrees with the interpreter', () => {
  for (let seed = from; seed < from + runs; seed++) {
    expect(disagreement(randomFunction(seed, { size: 8 + (seed % 40), relaxed: seed % 3 === 0 ? 0.5 : 0 }), seed)).toBeUndefined();
  }
}, 600_000);
