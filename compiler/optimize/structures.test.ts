/** Every pass keeps what functions of records, lists of them, rows and views compute, bit for bit; alone and with all the others. */
import { describe, expect, it } from 'vitest';
import { checkFunction } from '../ir/check.ts';
import { interpret, type StructuredValue } from '../ir/interpret.ts';
import { printFunction } from '../ir/print.ts';
import { resultType } from '../ir/results.ts';
import { generator } from '../ir/testing/random-function.ts';
import { randomStructures, structures } from '../ir/testing/random-structures.ts';
import { copyValue, numbersIn, randomValue } from '../ir/testing/structured-values.ts';
import type { IrFunction } from '../ir/types.ts';
import { closingPasses, lastPasses, optimize, passes } from './index.ts';

const paramTypes = Object.values(structures);

/** Results and what became of the arguments, in text; the kind of error where one is thrown. */
function outcome(fn: IrFunction, args: readonly StructuredValue[]): string {
  const given = args.map(copyValue);
  try {
    const results = interpret<StructuredValue>(fn, given, { budget: 200_000 });
    const numbers = results.flatMap((value, at) => numbersIn(resultType(fn, at), value));
    const after = given.flatMap((value, at) => numbersIn(paramTypes[at] as (typeof paramTypes)[number], value));
    return [...numbers, '|', ...after].map(String).join(' ');
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return error.name;
    throw error;
  }
}

const programs = Number(process.env['RUNS'] ?? 80);

function firstFailure(transform: (fn: IrFunction) => IrFunction): string | undefined {
  for (let seed = 1; seed <= programs; seed++) {
    const random = generator(seed);
    const before = randomStructures(seed, 2 + (seed % 6), 2 + (seed % 2));
    const args = paramTypes.map((type) => randomValue(type, () => random() * 3 - 1));
    const after = transform(before);
    const problems = checkFunction(after);
    const [left, right] = [outcome(before, args), outcome(after, args)];
    if (problems.length > 0 || left !== right) {
      return `seed ${seed}: ${problems.join('; ')}\n${left}\n${right}\n${printFunction(before)}\n${printFunction(after)}`;
    }
  }
  return undefined;
}

describe('every pass keeps what structured functions compute', () => {
  it.each([...passes, ...lastPasses, ...closingPasses].map((pass) => [pass.name, pass] as const))(
    '%s',
    { timeout: 60_000 },
    (_name, pass) => {
      expect(firstFailure(pass.run)).toBeUndefined();
    },
  );
  it.each(passes.map((pass) => [pass.name] as const))('all but %s', { timeout: 60_000 }, (name) => {
    expect(firstFailure((fn) => optimize(fn, { disabled: new Set([name]) }))).toBeUndefined();
  });
  it('all of them', { timeout: 60_000 }, () => {
    expect(firstFailure((fn) => optimize(fn))).toBeUndefined();
  });
});
