/** What a worker prints and its parent reads. */
import type { Allocation } from './allocation.ts';
import type { SuiteRow } from './suite.ts';

export interface WorkerResult {
  /** Largest |x − y| / max(1, |x| + |y|) between the generated value and gradient and the other one. */
  readonly error: number;
  readonly ratios?: Ratios;
  /** Bytes per call, in that mode. */
  readonly allocation?: Allocation;
  /** Rows of benchmark.js, in its mode. */
  readonly suite?: readonly SuiteRow[];
  /** Printed so that no work can be dropped. */
  readonly sink: number;
}

/** Time ÷ time of the function itself. */
export interface Ratios {
  /** Of a call of the function itself. */
  readonly nanoseconds: number;
  readonly generated: number;
  /** The gradient written by hand, or the rival. */
  readonly other: number;
}

export type Mode = 'ratios' | 'suite' | 'allocation';

/** What the gradient written by hand may differ by. */
export const agreement = 1e-9;
