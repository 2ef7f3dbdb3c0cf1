/** What is timed: a function, its generated gradient, one written by hand, and what a user might take instead. */

/** A contender; what it returns is summed up, so that no work can be dropped. */
export type Contender = () => number;

export interface Contenders {
  readonly own: Contender;
  readonly generated: Contender;
  readonly hand: Contender;
  /** The numbers that each left in its buffers, after one call of each: they have to agree. */
  readonly results: { readonly generated: () => ArrayLike<number>; readonly hand: () => ArrayLike<number> };
}

/** Another way to the same value and gradient. */
export interface Rival {
  readonly name: string;
  readonly kind: RivalKind;
  /** What |x − y| / max(1, |x| + |y|) may reach, for the value and each number of the gradient. */
  readonly tolerance: number;
  /** Loads what it needs and makes what it keeps between calls. */
  prepare(): Promise<Prepared>;
}

/** Tapes, central differences, packages from npm. */
export type RivalKind = 'tape' | 'differences' | 'peer';

export interface Prepared {
  /** Gives the value and leaves the gradient where `gradient` finds it. */
  readonly run: Contender;
  readonly gradient: () => ArrayLike<number>;
}

export interface BenchCase {
  readonly name: string;
  readonly size: string;
  /** What the ratio generated ÷ own has to stay below. */
  readonly bound?: number;
  /** One of the eight programs that tools of this kind are compared with. */
  readonly isOfEight?: boolean;
  /** A call takes long: it is measured on demand. */
  readonly isLarge?: boolean;
  /** It is one of several sizes that a chart of the growth shows. */
  readonly growth?: Growth;
  readonly rivals?: () => readonly Rival[];
  prepare(): Promise<Contenders>;
}

export interface Growth {
  /** What grows. */
  readonly at: number;
  /** How many elements that makes: the time is shown for one of them. */
  readonly elements: number;
}
