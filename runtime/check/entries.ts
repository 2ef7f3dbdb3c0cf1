/** A gradient beside the arguments that it belongs to: which number of it is the derivative with respect to which number of theirs. */
import { describe, type Holder, isHolder, isList, isOpaque, keysOf, leavesOf, type Path, placeOf } from './values.ts';

/** One number of a gradient. */
export interface Entry {
  /** In the arguments; the first key is the position of one. */
  readonly path: Path;
  readonly actual: number;
  /** The other places at which the same number in memory stands, and whose entries are in `actual` too. */
  readonly shared: readonly Path[];
}

export interface Mismatch {
  readonly path: Path;
  readonly reason: string;
  /** Lengths, where these are what differs. */
  readonly lengths?: readonly [expected: number, actual: number];
}

export interface Pairing {
  readonly entries: Entry[];
  readonly mismatches: Mismatch[];
  /** Numbers of the arguments for which the gradient has no entry: integers, or left out by a mark. */
  readonly without: Path[];
  /** Entries for what is not there: they have to be 0. */
  readonly absent: Entry[];
  /** Entries in arrays of another kind than the argument's. */
  otherKinds: number;
}

export function pair(arg: unknown, gradient: unknown, path: Path): Pairing {
  const pairing: Pairing = { entries: [], mismatches: [], without: [], absent: [], otherKinds: 0 };
  pairInto(pairing, arg, gradient, path);
  return pairing;
}

function pairInto(pairing: Pairing, arg: unknown, gradient: unknown, path: Path): void {
  if (gradient === undefined && typeof arg === 'number' && typeof path[path.length - 1] === 'number' && !Number.isInteger(arg)) {
    // An integer of a tuple has no entry; this is no integer.
    pairing.mismatches.push({ path, reason: 'the entry is undefined' });
  } else if (gradient === undefined) {
    pairing.without.push(...leavesOf(arg, path).map((leaf) => leaf.path));
  } else if (arg === undefined || arg === null) {
    pairing.absent.push(...leavesOf(gradient, path).map((leaf) => ({ path: leaf.path, actual: leaf.value, shared: [] })));
  } else if (typeof arg === 'number' && typeof gradient === 'number') {
    pairing.entries.push({ path, actual: gradient, shared: [] });
  } else if (isHolder(arg) && isHolder(gradient) && !isOpaque(arg) && isList(arg) === isList(gradient)) {
    pairHolders(pairing, arg, gradient, path);
  } else {
    pairing.mismatches.push({ path, reason: `the entry is ${describe(gradient)}, the argument ${describe(arg)}` });
  }
}

function pairHolders(pairing: Pairing, arg: Holder, gradient: Holder, path: Path): void {
  if (isList(arg) && isList(gradient) && arg.length !== gradient.length && hasElementsLike(arg, gradient)) {
    const reason = `the entry has length ${gradient.length}, the argument ${arg.length}`;
    pairing.mismatches.push({ path, reason, lengths: [arg.length, gradient.length] });
    return;
  }
  if (isList(arg) && arg.constructor !== gradient.constructor) pairing.otherKinds++;
  const [own, others] = [keysOf(arg), keysOf(gradient)];
  const hasOtherLength = isList(arg) && own.length !== others.length;
  if (hasOtherLength || (own.length > 0 && !others.some((key) => key in arg))) {
    pairing.mismatches.push({ path, reason: `the entry is ${describe(gradient)}, the argument ${describe(arg)}` });
    return;
  }
  for (const key of new Set([...own, ...others])) pairInto(pairing, arg[key], gradient[key], [...path, key]);
}

function hasElementsLike(arg: Holder, gradient: Holder): boolean {
  return keysOf(gradient).every((key) => typeof gradient[key] === typeof arg[0]);
}

/** One entry for each number in memory: where one object stands at several places, the sum of what these get. */
export function mergeShared(args: readonly unknown[], entries: readonly Entry[]): Entry[] {
  const found = new Map<unknown, Map<number | string, Entry>>();
  for (const entry of entries) {
    const [memory, place] = entry.path.length === 1 ? [args, entry.path[0] as number] : placeOf(args, entry.path);
    const places = found.get(memory) ?? new Map<number | string, Entry>();
    found.set(memory, places);
    const first = places.get(place);
    places.set(place, first ? { path: first.path, actual: first.actual + entry.actual, shared: [...first.shared, entry.path] } : entry);
  }
  return [...found.values()].flatMap((places) => [...places.values()]);
}
