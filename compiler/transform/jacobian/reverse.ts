/** Rows: each is the gradient of one output number. */
import { shadowType, tangentType } from '../../ir/memory-types.ts';
import type { IrFunction, ValueId } from '../../ir/types.ts';
import { ownBuffers } from '../own-buffers.ts';
import { buildVjp } from '../reverse/index.ts';
import { type Direction, forEachDirection, type Root } from './directions.ts';
import { isZero, type Matrix, type Output } from './matrix.ts';
import { visitNumbers } from './numbers.ts';
import { type Offset, valueAt } from './offset.ts';
import { splice } from './splice.ts';

const widths = { fixed: 1, elements: 1, unrolled: 4 };

/**
 * `results`: what the function returns, for the shapes of outputs whose size is not fixed. `prepare` makes a function ready to be
 * transformed.
 */
export function fillByRows(matrix: Matrix, results: readonly ValueId[], prepare: (fn: IrFunction) => IrFunction): void {
  const { b } = matrix;
  const known = new Map<number, IrFunction>();
  const gradientOf = (of: number): IrFunction => {
    const found = known.get(of) ?? gradientOfOne(prepare(withOneResult(matrix.fn, of)), matrix.inputs);
    known.set(of, found);
    return found;
  };
  const roots = matrix.outputs.map(({ of, type }: Output): Root => {
    const seedType = tangentType(type);
    return { of, type: seedType, zeros: () => b.define('buffer', { like: results[of] as ValueId }, seedType, 'seed') };
  });
  forEachDirection(b, roots, widths, (directions) => {
    for (const direction of directions) writeRow(matrix, gradientOf(direction.of), direction);
  });
}

function withOneResult(fn: IrFunction, of: number): IrFunction {
  const keep = <T>(list: readonly T[]): T[] => list.slice(of, of + 1);
  return { ...fn, results: keep(fn.results), body: { ...fn.body, yields: keep(fn.body.yields) } };
}

function gradientOfOne(fn: IrFunction, inputs: readonly number[]): IrFunction {
  return ownBuffers(buildVjp(fn, { inputs, seeds: 'parameters', withValues: false }));
}

function writeRow(matrix: Matrix, gradient: IrFunction, { structure, at }: Direction): void {
  const { b, fn, cols } = matrix;
  const found = splice(b, gradient, [...fn.body.params, structure], matrix.top);
  const start: Offset = { base: b.prim('mul', [valueAt(b, at), cols]), plus: 0 };
  matrix.inputs.reduce((place, input, i) => writeEntries(matrix, input, found[i] as ValueId, place), start);
}

function writeEntries({ b, fn, values }: Matrix, input: number, gradient: ValueId, start: Offset): Offset {
  const type = shadowType(b.typeOf(fn.body.params[input] as ValueId));
  return visitNumbers(b, type, { parts: [gradient] }, start, {
    number(at, [number]) {
      if (number !== undefined && !isZero(b, number))
        b.effect('store', { array: values, index: valueAt(b, at), value: number, access: 'inRange' });
    },
    array(at, [array]) {
      if (array !== undefined) b.effect('set', { array: values, source: array, offset: valueAt(b, at) });
    },
  });
}
