/** Jacobians and Hessians: their size, and what stands in which row and column. */
import type { DerivativeReport } from '../../compiler/options.ts';
import type { Entry } from './entries.ts';
import { type Subject, shapeAt } from './subject.ts';
import { leavesOf, type Path, tangentOf } from './values.ts';

export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

/** A number of the arguments, and the column that belongs to it. */
export interface Column {
  readonly param: number;
  readonly path: Path;
  readonly at: number;
}

/** One weight for each row: those of the seeds. */
export function rowWeights({ report }: Subject, seeds: readonly unknown[]): number[] {
  return report.outputs.flatMap(({ shape, differentiable }, at) =>
    differentiable ? leavesOf(shape, seeds[at]).map(({ value }) => value) : [],
  );
}

/** `rows`: how many there must be; as many as columns where it is undefined. */
export function matrixProblem(
  subject: Subject,
  derivative: DerivativeReport,
  args: readonly unknown[],
  rows: number | undefined,
  matrix: Matrix,
): string | undefined {
  const cols = columnPaths(subject, derivative, args).length;
  const wanted = `${rows ?? cols} × ${cols}`;
  const found = `${matrix?.rows} × ${matrix?.cols}`;
  if (found !== wanted) return `the matrix is ${found}, not ${wanted}`;
  const { length } = matrix.values;
  return length === matrix.rows * matrix.cols ? undefined : `the matrix of ${found} has ${length} values`;
}

/** One for each number of a gradient: of what is missing, too. */
function columnPaths(subject: Subject, { inputs }: DerivativeReport, args: readonly unknown[]): Column[] {
  const paths = inputs.flatMap((param) => {
    const shape = shapeAt(subject, param);
    return leavesOf(
      shape,
      tangentOf(shape, args[param], () => 0),
    ).map(({ path }) => ({ param, path }));
  });
  return paths.map((one, at) => ({ ...one, at }));
}

/** The columns of the numbers that are there. */
export function columnsOf(subject: Subject, derivative: DerivativeReport, args: readonly unknown[]): Column[] {
  const isThere = new Set(
    derivative.inputs.flatMap((param) => leavesOf(shapeAt(subject, param), args[param]).map(({ path }) => keyOf(param, path))),
  );
  return columnPaths(subject, derivative, args).filter(({ param, path }) => isThere.has(keyOf(param, path)));
}

const keyOf = (param: number, path: Path): string => JSON.stringify([param, ...path]);

/** The sum of the rows, each with its weight: what the gradient of the sum of the outputs with these weights is. */
export function columnEntries(
  subject: Subject,
  derivative: DerivativeReport,
  args: readonly unknown[],
  weights: readonly number[],
  { cols, values }: Matrix,
): Entry[] {
  return columnsOf(subject, derivative, args).map(({ param, path, at }) => {
    const got = weights.reduce((total, weight, row) => (weight === 0 ? total : total + weight * (values[row * cols + at] as number)), 0);
    return { param, path, got };
  });
}
