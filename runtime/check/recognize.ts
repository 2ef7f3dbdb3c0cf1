/** Which arguments a gradient belongs to, where nobody says: the only ones, in order, whose shapes its entries have. */
import { pair } from './entries.ts';
import { describe, isHolder, leavesOf } from './values.ts';

export interface Recognized {
  readonly inputs: readonly number[];
  /** The gradient's entry for each. */
  readonly parts: readonly unknown[];
}

/** How well an entry fits an argument: 3 in all, 2 but for the kinds of its arrays, 1 but for lengths, 0 not. */
type Fit = 0 | 1 | 2 | 3;

/** `isSmooth`: has f a derivative with respect to that argument? An integer that counts or points to something has none. */
export function recognize(
  args: readonly unknown[],
  gradient: unknown,
  isSmooth: (position: number) => boolean,
  names: readonly string[],
): Recognized | undefined {
  const present = args.flatMap((arg, at) => (leavesOf(arg).length > 0 || isEmptyList(arg) ? [at] : []));
  const all = args.flatMap((arg, at) => (arg === undefined || arg === null || present.includes(at) ? [at] : []));
  for (const least of [3, 2, 1] as const) {
    for (const candidates of [present, all]) {
      const ways = waysOf(args, gradient, candidates, least).filter(({ inputs }) => inputs.some((at) => present.includes(at)));
      if (ways.length > 1 && least === 1) return undefined;
      if (ways.length > 0) return decide(ways, args, isSmooth, names);
    }
  }
  return undefined;
}

/** The parts of a gradient for known inputs; undefined where their number is another. */
export function partsFor(inputs: readonly number[], gradient: unknown): readonly unknown[] | undefined {
  if (inputs.length === 1) return [gradient];
  return Array.isArray(gradient) && gradient.length === inputs.length ? gradient : undefined;
}

function isEmptyList(arg: unknown): boolean {
  return isHolder(arg) && arg['length'] === 0;
}

function waysOf(args: readonly unknown[], gradient: unknown, candidates: readonly number[], least: Fit): Recognized[] {
  const fits = (at: number, part: unknown): boolean => fitOf(args[at], part) >= least;
  const alone = candidates.filter((at) => fits(at, gradient)).map((at) => ({ inputs: [at], parts: [gradient] }));
  const isTuple = Array.isArray(gradient) && gradient.length > 1 && gradient.length <= candidates.length;
  return isTuple ? [...alone, ...inOrder(candidates, gradient, fits).map((inputs) => ({ inputs, parts: gradient }))] : alone;
}

function fitOf(arg: unknown, part: unknown): Fit {
  const { mismatches, otherKinds } = pair(arg, part, []);
  if (part === undefined || mismatches.some(({ lengths }) => lengths === undefined)) return 0;
  if (mismatches.length > 0) return 1;
  return otherKinds > 0 ? 2 : 3;
}

/** Ways to give each part a candidate of its own, in order: no more than a few. */
function inOrder(candidates: readonly number[], parts: readonly unknown[], fits: (at: number, part: unknown) => boolean): number[][] {
  if (parts.length === 0) return [[]];
  const ways: number[][] = [];
  for (const [i, at] of candidates.entries()) {
    if (candidates.length - i < parts.length || ways.length > 100) break;
    if (fits(at, parts[0])) ways.push(...inOrder(candidates.slice(i + 1), parts.slice(1), fits).map((rest) => [at, ...rest]));
  }
  return ways;
}

function decide(
  ways: readonly Recognized[],
  args: readonly unknown[],
  isSmooth: (position: number) => boolean,
  names: readonly string[],
): Recognized {
  const [only] = ways;
  if (ways.length === 1 && only) return only;
  const smooth = new Map(ways.flatMap(({ inputs }) => inputs).map((at) => [at, !isWhole(args[at]) || isSmooth(at)]));
  const left = ways.filter(({ inputs }) => inputs.every((at) => smooth.get(at)));
  const [first] = left;
  if (left.length === 1 && first) return first;
  const listed = (left.length > 1 ? left : ways).slice(0, 3).map(({ inputs }) => `inputs: [${inputs.join(', ')}]`);
  const candidates = [...smooth.keys()].sort((a, b) => a - b).map((at) => `${at} '${names[at]}' (${describe(args[at])})`);
  throw new TypeError(
    `checkGradient cannot tell which arguments the gradient belongs to: ${candidates.join(' and ')} have the shapes of its entries. ` +
      `Pass their positions, for instance { ${listed.join(' } or { ')} }.`,
  );
}

/** Only integers, as far as one can see. */
function isWhole(arg: unknown): boolean {
  return leavesOf(arg).every(({ value }) => Number.isInteger(value));
}
