/** What a function hands back: the value that it returns, or the elements of a tuple, then the arguments that it writes. */
import { copyAll, firstDifference, isHolder, leavesOf, type Path, read } from './values.ts';

export type AnyFunction = (...args: unknown[]) => unknown;

export interface Layout {
  readonly returned: 'nothing' | 'one' | 'tuple';
  /** Positions of arguments that are outputs beside the returned value. */
  readonly written: readonly number[];
}

export interface LayoutHints {
  readonly tuple?: boolean;
  readonly written?: readonly number[];
}

/** Read off one call. `extra`: how many parameters the derivative has beyond f's arguments. */
export function layoutOf(f: AnyFunction, args: readonly unknown[], extra: number, hints: LayoutHints): Layout {
  const own = copyAll(args);
  const returned = f(...own);
  const changed = args.flatMap((arg, at) => (isHolder(arg) && firstDifference(arg, own[at]) ? [at] : []));
  const written = hints.written ?? changed;
  const isTuple = Array.isArray(returned) && (hints.tuple ?? looksLikeTuple(returned, extra - written.length));
  const handed: readonly unknown[] = isTuple ? returned : [returned];
  return {
    returned: returned === undefined ? 'nothing' : isTuple ? 'tuple' : 'one',
    written: written.filter((at) => !handed.includes(own[at])),
  };
}

/** An array of numbers and a tuple of numbers look the same; a derivative takes one seed for the one, several for the other. */
function looksLikeTuple(returned: readonly unknown[], extra: number): boolean {
  return returned.length > 1 && (extra === returned.length + 1 || (extra === returned.length && extra > 2));
}

/** All outputs of a call with these very objects, which f may write to. */
export function outputsOf(f: AnyFunction, layout: Layout, own: readonly unknown[]): unknown[] {
  const returned = f(...own);
  const first = layout.returned === 'tuple' ? (returned as unknown[]) : layout.returned === 'one' ? [returned] : [];
  return [...first, ...layout.written.map((at) => own[at])];
}

/** Output, and where in it. */
export interface Weight {
  readonly path: Path;
  readonly by: number;
}

export function weightsOf(seeds: readonly unknown[]): Weight[] {
  return leavesOf(seeds).map(({ path, value }) => ({ path, by: value }));
}

/** Σ weight · output; NaN where an output is missing. */
export function weightedSum(weights: readonly Weight[], outputs: readonly unknown[]): number {
  let sum = 0;
  for (const { path, by } of weights) if (by !== 0) sum += by * Number(read(outputs, path));
  return sum;
}
