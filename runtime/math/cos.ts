import { sineOf } from './sin.ts';

/** The cosine for every x; error below 0.85 ulp. As {@link sin}, a quarter of a turn further in the table. */
export function cos(x: number): number {
  return sineOf(x, 32);
}
