/** What an optimizer found, and what it took. */
export interface Outcome {
  readonly x: ArrayLike<number>;
  /** Calls of the function alone. */
  readonly functions: number;
  /** Calls of a generated derivative, with or without the value. */
  readonly gradients: number;
}

/** Counts the calls of a function. */
export function counter<A extends unknown[], R>(f: (...args: A) => R): { readonly call: (...args: A) => R; count(): number } {
  let calls = 0;
  const call = (...args: A): R => {
    calls++;
    return f(...args);
  };
  return { call, count: () => calls };
}

export function distance(x: ArrayLike<number>, known: ArrayLike<number>): number {
  return Math.max(...Array.from(known, (value, at) => Math.abs((x[at] as number) - value)));
}
