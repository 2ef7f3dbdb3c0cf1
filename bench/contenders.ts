/** What is timed: a function, its generated gradient, and one written by hand. */

/** A contender; what it returns is summed up, so that no work can be dropped. */
export type Contender = () => number;

export interface Contenders {
  readonly own: Contender;
  readonly generated: Contender;
  readonly hand: Contender;
  /** The numbers that each left in its buffers, after one call of each: they have to agree. */
  readonly results: { readonly generated: () => ArrayLike<number>; readonly hand: () => ArrayLike<number> };
}

export interface BenchCase {
  readonly name: string;
  readonly size: string;
  /** What the ratio generated ÷ own has to stay below. */
  readonly bound?: number;
  prepare(): Promise<Contenders>;
}
