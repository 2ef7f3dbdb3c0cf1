/** Columns: each is the tangent of all outputs along one input. Several go in one sweep. */
import { shadowType } from '../../ir/memory-types.ts';
import type { ValueId } from '../../ir/types.ts';
import { buildLanes, type LanesFunction } from '../forward/build-lanes.ts';
import { zerosBeside } from '../twins.ts';
import { type Direction, forEachDirection, type Root } from './directions.ts';
import { isZero, type Matrix, type Output } from './matrix.ts';
import { countNumbers, visitNumbers } from './numbers.ts';
import { noOffset, type Offset, sum, valueAt } from './offset.ts';
import { splice } from './splice.ts';

const widths = { fixed: 8, elements: 4 };

export function fillByColumns(matrix: Matrix): void {
  const { b, fn } = matrix;
  const known = new Map<string, LanesFunction>();
  const lanesFor = (inputs: readonly number[]): LanesFunction => {
    const found =
      known.get(inputs.join()) ??
      buildLanes(
        fn,
        inputs.map((input) => [input]),
      );
    known.set(inputs.join(), found);
    return found;
  };
  const roots = matrix.inputs.map((of): Root => {
    const { id, name } = fn.params[of] as (typeof fn.params)[number];
    return { of, type: shadowType(b.typeOf(id)), zeros: () => zerosBeside(b, id, b.typeOf(id), directionName(name)) };
  });
  forEachDirection(b, roots, widths, (directions) => writeSweep(matrix, lanesFor(directions.map(({ of }) => of)), directions));
}

interface Column {
  readonly index: ValueId;
  /** The tangent of each result; undefined where it is 0. */
  readonly tangents: readonly (ValueId | undefined)[];
}

function writeSweep(matrix: Matrix, { fn, tangentAt }: LanesFunction, directions: readonly Direction[]): void {
  const { b } = matrix;
  const given = [...matrix.fn.body.params, ...directions.map(({ structure }) => structure)];
  const results = splice(b, fn, given, matrix.top);
  const columns = directions.map(({ at }, lane): Column => {
    const tangents = (tangentAt[lane] ?? []).map((place) => (place === undefined ? undefined : results[place]));
    return { index: valueAt(b, at), tangents };
  });
  matrix.outputs.reduce((row, output) => writeRows(matrix, output, results[output.of] as ValueId, columns, row), noOffset);
}

/** The rows of one output in all columns; gives the row after them. */
function writeRows({ b, cols, values }: Matrix, { of, type }: Output, value: ValueId, columns: readonly Column[], start: Offset): Offset {
  const parts = columns.flatMap(({ tangents }) => tangents[of] ?? []);
  if (parts.length === 0) return sum(b, start, countNumbers(b, type, value, false));
  const targets = columns.filter(({ tangents }) => tangents[of] !== undefined);
  return visitNumbers(b, type, { shape: value, parts }, start, {
    number(row, numbers) {
      if (numbers.every((number) => isZero(b, number))) return;
      const first = b.prim('mul', [valueAt(b, row), cols]);
      numbers.forEach((number, i) => {
        const index = b.prim('add', [first, (targets[i] as Column).index]);
        if (!isZero(b, number)) b.effect('store', { array: values, index, value: number, access: 'inRange' });
      });
    },
  });
}

function directionName(name: string): string {
  return `directionOf${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
