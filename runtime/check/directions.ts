/** Many entries at once: along a random direction, and where that is wrong, which entry it is. */
import { compareAll, type Question } from './compare.ts';
import type { Entry } from './entries.ts';
import { weightFrom } from './random.ts';
import type { Failure, Skipped } from './report.ts';
import { type Measure, type Move, scaleOf, slopeAlong } from './slopes.ts';
import { accuracyOf, type Subject } from './subject.ts';
import { read } from './values.ts';

export interface Directional {
  readonly checked: number;
  readonly failures: readonly Failure[];
  readonly skipped: readonly Skipped[];
}

/** Wrong entries that are looked for before the rest is left alone. */
const mostFound = 4;

type Ask = (from: number, to: number) => Question;

/** `askOne` asks for an entry by itself. */
export function checkDirections(
  subject: Subject,
  measure: Measure,
  entries: readonly Entry[],
  askOne: (entry: Entry) => Question,
): Directional {
  const directions = subject.options.directions ?? 3;
  for (let left = directions; left > 0; left--) {
    const moves = entries.map(({ path }) => ({ path, by: weightFrom(subject.random) * scaleOf(read(subject.args, path) as number) }));
    const ask: Ask = (from, to) =>
      to - from === 1 ? askOne(entries[from] as Entry) : askAlong(subject, measure, entries.slice(from, to), moves.slice(from, to));
    const { failures, skipped } = compareAll([ask(0, entries.length)], subject.value, subject.tolerance);
    if (skipped.length > 0) return { checked: 0, failures, skipped };
    if (failures.length === 0) continue;
    const found: Failure[] = [];
    findWrong(subject, ask, 0, entries.length, found);
    return { checked: 0, failures: found.length > 0 ? found : failures, skipped };
  }
  return { checked: directions, failures: [], skipped: [] };
}

/** Halves the entries from `from` to `to` until single ones are left. */
function findWrong(subject: Subject, ask: Ask, from: number, to: number, found: Failure[]): void {
  if (found.length >= mostFound || from >= to) return;
  const { failures } = compareAll([ask(from, to)], subject.value, subject.tolerance);
  if (failures.length === 0) return;
  if (to - from === 1) {
    found.push(...failures);
    return;
  }
  const middle = (from + to) >> 1;
  findWrong(subject, ask, from, middle, found);
  findWrong(subject, ask, middle, to, found);
}

function askAlong(subject: Subject, measure: Measure, entries: readonly Entry[], moves: readonly Move[]): Question {
  const terms = entries.map(({ actual }, at) => actual * (moves[at] as Move).by);
  return {
    path: `a random direction through all ${entries.length} entries`,
    actual: terms.reduce((sum, term) => sum + term, 0),
    slope: slopeAlong(subject.args, measure, moves, accuracyOf(subject)),
    rounding: terms.reduce((sum, term) => sum + Math.abs(term), 0),
  };
}
