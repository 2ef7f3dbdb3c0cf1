import { describe, it } from 'vitest';
import { arrayOf, real, refsOf } from '../../ir/build.ts';
import type { StructuredValue } from '../../ir/interpret.ts';
import { sketch } from '../../ir/testing.ts';
import type { ValueId } from '../../ir/types.ts';
import { expectMatrix, record } from './testing.ts';

const f64 = arrayOf('f64');
const point = record({ x: real, y: real });

describe('what is missing', () => {
  const part = record({ x: real, w: f64, p: point, list: refsOf(point) }, ['x', 'w', 'p', 'list']);
  const full: StructuredValue = { x: 2, w: Float64Array.of(3), p: { x: 4, y: 5 }, list: [{ x: 6, y: 7 }] };

  /** (x ?? k) · k and a copy of the record. */
  const fn = sketch('f', { part, k: real }, (b, { part: given, k }) => {
    const [x] = b.branch(
      b.define('present', { array: given, index: b.constant(0) }, { kind: 'bool' }),
      [real],
      () => [b.get(given, 0)],
      () => [k],
    );
    return [b.prim('mul', [x as ValueId, k]), b.define('copy', { array: given, deep: true }, part)];
  });

  it('counts as in the gradient: numbers as 0, arrays and lists as empty', () => {
    const unit = (at: number, size: number): number[] => Array.from({ length: size }, (_, i) => (i === at ? 1 : 0));
    const all = [0, 1, 2, 3, 4, 5].map((at) => unit(at, 7));
    expectMatrix(fn, [0, 1], [full, 10], [[10, 0, 0, 0, 0, 0, 2], ...all]);
    const nothing = [
      [0, 0, 0, 20],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ];
    expectMatrix(fn, [0, 1], [{}, 10], nothing);
    expectMatrix(fn, [0, 1], [{ p: { x: 4, y: 5 } }, 10], [[0, 0, 0, 20], [0, 0, 0, 0], unit(1, 4), unit(2, 4)]);
  });

  it('a parameter that may be left out', () => {
    const optional = sketch('f', { u: f64, k: real }, (b, { u, k }) => {
      const then = (): readonly ValueId[] => [b.load(u, b.constant(0), 'checked')];
      const [x] = b.branch(b.prim('given', [u]), [real], then, () => [k]);
      return [b.prim('mul', [x as ValueId, k])];
    });
    expectMatrix(optional, [0, 1], [undefined, 3], [[6]]);
    expectMatrix(optional, [0, 1], [Float64Array.of(5, 1), 3], [[3, 0, 5]]);
  });
});
