/** The list of passes, and the loop that runs them. The order is argued here and nowhere else. */

import type { IrFunction } from '../ir/types.ts';
import { carry } from './carry.ts';
import { chains } from './chains.ts';
import { cse } from './cse.ts';
import { deadCode } from './dead-code.ts';
import { deadParameters } from './dead-parameters.ts';
import { deadStores } from './dead-stores.ts';
import { dissolve } from './dissolve.ts';
import { fold } from './fold.ts';
import { forwardStores } from './forward-stores.ts';
import { hoist } from './hoist.ts';
import { jam } from './jam.ts';
import { knownSums } from './known-sums.ts';
import { merge } from './merge.ts';
import type { Pass } from './pass.ts';
import { ranges } from './ranges.ts';
import { reciprocals } from './reciprocals.ts';
import { recordCopies } from './record-copies.ts';
import { resultRecords } from './result-records.ts';
import { scalarize } from './scalarize.ts';
import { scales } from './scales.ts';
import { settle } from './settle.ts';
import { simplify } from './simplify.ts';
import { sink } from './sink.ts';
import { tables } from './tables.ts';
import { unroll } from './unroll.ts';
import { unswitch } from './unswitch.ts';
import { wholeResults } from './whole-results.ts';

export type { InlineBudget, Inlined } from './inline.ts';
export { defaultInlineBudget, inlineProgram } from './inline.ts';
export type { Pass } from './pass.ts';
export { settle } from './settle.ts';

/**
 * Constants first, since they decide branches; sharing after simplification, which makes expressions equal; proofs of range before
 * stores are forwarded, since a store that may miss is not; records that are joined are taken apart before those that are not,
 * which may be in them; hoisting before sinking, so that what leaves a loop is not caught in a branch;
 * what is left over goes last.
 */
export const passes: readonly Pass[] = [
  fold,
  unroll,
  simplify,
  cse,
  ranges,
  recordCopies,
  forwardStores,
  dissolve,
  scalarize,
  hoist,
  sink,
  deadStores,
  deadParameters,
  deadCode,
];

/** What is done once, when no derivative is to come any more. */
export const lastPasses: readonly Pass[] = [tables, scales, reciprocals, knownSums, resultRecords, unswitch, jam];

/** What follows when the branches of `unswitch` have lost what is zero in them. */
export const closingPasses: readonly Pass[] = [merge, carry, wholeResults, chains];

export interface OptimizeOptions {
  /** Names of passes that do not run. */
  readonly disabled?: ReadonlySet<string>;
  /** Sees the function after every run of a pass: the verifier, a dump, a clock. */
  readonly after?: (pass: string, fn: IrFunction) => void;
}

/** Rounds of all passes; programs seen so far are stable after two or three. */
const fuel = 5;

export function optimize(fn: IrFunction, options: OptimizeOptions = {}): IrFunction {
  const enabled = passes.filter((pass) => !options.disabled?.has(pass.name));
  const idle: Idle = new Map();
  let current = fn;
  for (let round = 0; round < fuel; round++) {
    const next = runPasses(current, enabled, options.after, idle);
    if (next === current) break;
    current = next;
  }
  return current;
}

/** The last step of a derivative: {@link settle}, and what would be in the way of another one. */
export function finish(fn: IrFunction, options: OptimizeOptions = {}): IrFunction {
  const settled = settle(fn);
  options.after?.('settle', settled);
  return [lastPasses, closingPasses].reduce(
    (before, list) => {
      const enabled = list.filter((pass) => !options.disabled?.has(pass.name));
      const next = runPasses(before, enabled, options.after);
      return next === before ? next : optimize(next, options);
    },
    optimize(settled, options),
  );
}

/** The function that a pass found nothing to do in, when it last ran. */
type Idle = Map<Pass, IrFunction>;

function runPasses(fn: IrFunction, enabled: readonly Pass[], after: OptimizeOptions['after'], idle: Idle = new Map()): IrFunction {
  let current = fn;
  for (const pass of enabled) {
    if (idle.get(pass) === current) continue;
    const next = pass.run(current);
    if (next === current) idle.set(pass, current);
    current = next;
    after?.(pass.name, current);
  }
  return current;
}
