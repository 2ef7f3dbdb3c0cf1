/** Dense Jacobians.
 *  In:      a function without calls whose parameters are only read, and the parameters to differentiate.
 *  Out:     (x1 … xN) → [rows, cols, values]: ∂(output number r)/∂(input number c) at r · cols + c. Outputs and inputs are flattened,
 *           in the
 *           order of results and parameters, what is nested in the order of its declaration; only what can be differentiated counts.
 *  How:     forward mode gives columns, several per sweep, reverse mode rows. Inputs of a fixed size go forward; else outputs of a fixed
 *           size go backward; else the code decides by the shape.
 */

import type { Builder } from '../../ir/build.ts';
import { createBuilder, int } from '../../ir/build.ts';
import type { IrFunction, Op, ResultInfo, Type, ValueId } from '../../ir/types.ts';
import { walkFunction } from '../../ir/walk.ts';
import { mayBeMissing } from '../may-be-missing.ts';
import { ownBuffers } from '../own-buffers.ts';
import { zerosBeside } from '../twins.ts';
import { fillByColumns } from './forward.ts';
import { either } from './loops.ts';
import { type Matrix, type Output, outputsOf } from './matrix.ts';
import { countNumbers, fixedSize } from './numbers.ts';
import { noOffset, type Offset, sum, valueAt } from './offset.ts';
import { fillByRows } from './reverse.ts';
import { splice } from './splice.ts';

export interface JacobianOptions {
  /** Only this mode, whatever the shape. */
  readonly mode?: 'forward' | 'reverse';
  /** Makes a part of the function ready to be differentiated: without what the part does not need. */
  readonly prepare?: (fn: IrFunction) => IrFunction;
}

export function buildJacobian(primal: IrFunction, inputs: readonly number[], options: JacobianOptions = {}): IrFunction {
  const fn = ownBuffers(primal);
  const b = createBuilder(fn.origin, fn.values, false);
  const outputs = outputsOf(fn);
  const top: Op[] = [];
  const body = b.region(fn.body.params, () => {
    const results = outputs.every(({ type }) => isFixed(type)) && !throws(fn) ? [] : splice(b, fn, fn.body.params, top);
    const rows = valueAt(b, countRows(b, outputs, results), 'rows');
    const cols = valueAt(b, countCols(b, fn, inputs), 'cols');
    const length = b.prim('mul', [rows, cols]);
    const values = b.define('alloc', { length, fill: 'zero', slot: 0 }, { kind: 'array', storage: 'f64' }, 'values');
    fill({ b, fn, inputs, outputs, values, rows, cols, top }, results, options);
    return [rows, cols, values];
  });
  return { ...fn, results: matrixResults, body: { ...body, ops: [...top, ...body.ops] }, values: b.values };
}

function fill(matrix: Matrix, results: readonly ValueId[], { mode, prepare = (fn) => fn }: JacobianOptions): void {
  const { b, rows, cols } = matrix;
  const byColumns = (): void => fillByColumns(matrix);
  const byRows = (): void => fillByRows(matrix, results, prepare);
  const chosen = mode ?? modeOf(matrix);
  if (chosen === 'forward') return byColumns();
  if (chosen === 'reverse') return byRows();
  either(b, b.prim('lt', [rows, cols]), byRows, byColumns);
}

/** undefined: the shape decides when the code runs. */
function modeOf({ b, fn, inputs, outputs }: Matrix): JacobianOptions['mode'] {
  if (inputs.every((at) => isFixed(b.typeOf(fn.body.params[at] as ValueId)))) return 'forward';
  return outputs.every(({ type }) => isFixed(type)) ? 'reverse' : undefined;
}

function isFixed(type: Type): boolean {
  return fixedSize(type) !== undefined;
}

const matrixResults: readonly ResultInfo[] = [
  { name: 'rows', kind: 'returned', type: int },
  { name: 'cols', kind: 'returned', type: int },
  { name: 'values', kind: 'gradient' },
];

/** Checks that only guard are kept, also where no sweep runs. */
function throws(fn: IrFunction): boolean {
  let found = false;
  walkFunction(fn, (op) => {
    found ||= op.kind === 'throw';
  });
  return found;
}

function countRows(b: Builder, outputs: readonly Output[], results: readonly ValueId[]): Offset {
  return outputs.reduce((rows, { of, type }) => sum(b, rows, countNumbers(b, type, results[of] as ValueId, false)), noOffset);
}

/** A parameter that may be left out is counted by its gradient. */
function countCols(b: Builder, fn: IrFunction, inputs: readonly number[]): Offset {
  const tested = mayBeMissing(fn);
  return inputs.reduce((cols, at) => {
    const id = fn.body.params[at] as ValueId;
    const type: Type = b.typeOf(id);
    const isSure = fixedSize(type) !== undefined || !tested.has(id);
    return sum(b, cols, countNumbers(b, type, isSure ? id : zerosBeside(b, id, type, undefined), !isSure));
  }, noOffset);
}
