/** The entries of a gradient: which of them are checked, and the moves of the arguments that they belong to. */
import { randomFrom } from './points.ts';
import { leavesOf, type Path, read, type Shape } from './values.ts';

export interface Entry {
  readonly param: number;
  readonly path: Path;
  readonly got: number;
}

export interface Move {
  readonly param: number;
  readonly path: Path;
  readonly by: number;
}

/** Entries checked one by one; of more, this many and one direction through all of them. */
export const mostEntries = 48;

/** The entries of a gradient with what they belong to: numbers that are there. */
export function entriesOf(param: number, shape: Shape, arg: unknown, gradient: unknown): Entry[] {
  return leavesOf(shape, arg).map(({ path }) => ({ param, path, got: read(gradient, path) as number }));
}

/** One entry for each number in memory: of an object that stands at several places the sum of what these get. */
export function mergeShared(args: readonly unknown[], entries: readonly Entry[]): Entry[] {
  const found = new Map<unknown, Map<string | number, Entry>>();
  for (const entry of entries) {
    const path = [entry.param, ...entry.path];
    const holder = read(args, path.slice(0, -1));
    const key = path.at(-1) as string | number;
    const places = found.get(holder) ?? new Map<string | number, Entry>();
    found.set(holder, places);
    const first = places.get(key);
    places.set(key, first ? { ...first, got: first.got + entry.got } : entry);
  }
  return [...found.values()].flatMap((places) => [...places.values()]);
}

export function choose(entries: readonly Entry[], seed: string, most = mostEntries): readonly Entry[] {
  if (entries.length <= most) return entries;
  const random = randomFrom(seed);
  const picked = new Set(Array.from({ length: most }, () => Math.floor(random() * entries.length)));
  return entries.filter((_, at) => picked.has(at));
}

export function directionThrough(entries: readonly Entry[], seed: string): Move[] {
  const random = randomFrom(`${seed} direction`);
  return entries.map(({ param, path }) => ({ param, path, by: random() - 0.5 }));
}
