export interface CheckOptions {
  /** How far a number may be off, relative to its size; default 1e-6. */
  readonly tolerance?: number;
  /** Numbers that are compared one by one, default 64; of more, as many drawn at random. */
  readonly entries?: number;
  /** Where not all are compared one by one: random directions through all of them, default 3. */
  readonly directions?: number;
  /** Of everything random; default 1. */
  readonly seed?: number;
  /** Positions of the arguments that the gradient belongs to; where absent, they are recognized by their shapes. */
  readonly inputs?: readonly number[];
  /** What it is: `grad` (assumed where f returns a number and no seed is asked for), `valueAndGrad`, or `vjp` (assumed elsewhere). */
  readonly as?: 'grad' | 'valueAndGrad' | 'vjp';
  /** For a vjp: f returns a tuple, so there is one seed for each element. Where absent, told by the number of its parameters. */
  readonly tuple?: boolean;
  /** For a vjp: positions of the arguments that f may write, which have a seed of their own. Where absent, those that it does write. */
  readonly written?: readonly number[];
  /** f's forward derivative (arguments, then tangents, giving `{ value, tangent }`), held against the other two. */
  readonly jvp?: (...args: never) => unknown;
  /** Call the derivative also with a last argument `out`, full of NaN, which it has to fill and return. */
  readonly out?: boolean;
}
