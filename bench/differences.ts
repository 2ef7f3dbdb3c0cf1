/** Central differences: what a user has without any tool. */
import type { Value } from '../fixtures/programs/values.ts';
import type { Contender, Rival } from './contenders.ts';

/** A function and the arguments that it reads through `own`: each number in them can be moved. */
export interface Point {
  readonly active: Value;
  readonly own: Contender;
}

/** Differences call the function twice per number; for more than these a single gradient takes minutes. */
export const mostDifferences = 10_000;

/** Moves one number of `inputs` at a time; each is put back. */
export function differencesOf(inputs: readonly Float64Array[], own: Contender): Rival {
  return differencesAt([{ active: inputs, own }]);
}

/** At each point by itself; the value is the sum. The gradient has the numbers in the order of `numbersIn`. */
export function differencesAt(points: readonly Point[]): Rival {
  return {
    name: 'differences',
    kind: 'differences',
    tolerance: 1e-5,
    async prepare() {
      const placed = points.map(({ active, own }) => ({ places: placesIn(active), own }));
      const gradient = new Float64Array(placed.reduce((sum, { places }) => sum + places.length, 0));
      return { run: () => differentiate(placed, gradient), gradient: () => gradient };
    },
  };
}

/** Where a number is: an element of an array, or a field of a record. */
interface Place {
  readonly holder: Record<string | number, number>;
  readonly key: string | number;
}

function placesIn(value: Value): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value) || value instanceof Float64Array;
  return Object.entries(value).flatMap(([name, child]: [string, Value]): Place[] =>
    typeof child === 'number' ? [{ holder: value as Place['holder'], key: isList ? Number(name) : name }] : placesIn(child),
  );
}

interface Placed {
  readonly places: readonly Place[];
  readonly own: Contender;
}

/** The step for which the errors of truncation and rounding are about equal: the cube root of the machine's precision. */
const relativeStep = Math.cbrt(Number.EPSILON);

function differentiate(points: readonly Placed[], gradient: Float64Array): number {
  let value = 0;
  let at = 0;
  for (const { places, own } of points) {
    for (let i = 0; i < places.length; i++) gradient[at++] = slope(places[i], own);
    value += own();
  }
  return value;
}

function slope({ holder, key }: Place, own: Contender): number {
  const old = holder[key];
  const step = relativeStep * Math.max(1, Math.abs(old));
  holder[key] = old + step;
  const above = own();
  holder[key] = old - step;
  const below = own();
  holder[key] = old;
  return (above - below) / (2 * step);
}
