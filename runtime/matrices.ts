/** Jacobians and Hessians as a whole. */
import { overlap } from './apart.ts';
import { type Numbers, sharedOut } from './buffers.ts';

/** A matrix by rows: `values[i * cols + j]` is the entry in row i and column j. */
export interface DenseMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

/**
 * The memory of a matrix: `out` where the caller gave one, as it is, else a new one of zeros. `inputs` are the arrays that the function
 * reads. Throws RangeError, before anything is written, where `out` is of another size or its values overlap an input.
 */
export function matrixBuffer(rows: number, cols: number, out?: DenseMatrix, ...inputs: readonly Numbers[]): DenseMatrix {
  if (out === undefined) return { rows, cols, values: new Float64Array(rows * cols) };
  if (out.rows !== rows || out.cols !== cols || out.values?.length !== rows * cols) {
    throw new RangeError(
      `the output matrix is ${out.rows} × ${out.cols} with ${out.values?.length} values, the result is ${rows} × ${cols}`,
    );
  }
  for (const input of inputs) if (overlap(out.values, input)) throw sharedOut();
  return out;
}
