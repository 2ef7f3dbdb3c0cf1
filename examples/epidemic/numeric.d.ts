/** The part of the package that is used; it brings no types. */
declare module 'numeric' {
  interface Minimum {
    readonly solution: number[];
    readonly f: number;
    readonly iterations: number;
    readonly message: string;
  }
  const numeric: {
    uncmin(f: (x: number[]) => number, start: number[], tolerance?: number, gradient?: (x: number[]) => number[]): Minimum;
  };
  export default numeric;
}
