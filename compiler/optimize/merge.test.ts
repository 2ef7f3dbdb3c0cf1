import { describe, expect, it } from 'vitest';
import { checkFunction } from '../ir/check.ts';
import { printFunction } from '../ir/print.ts';
import type { IrFunction } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { carry } from './carry.ts';
import { merge } from './merge.ts';
import { ranges } from './ranges.ts';
import { outcomeOf, withoutSignedZeros } from './testing/compare.ts';
import { randomNeighbours } from './testing/random-neighbours.ts';
import { countedLoop, smallFunction } from './testing/small-function.ts';

const programs = Number(process.env['RUNS'] ?? 500);
const lengths = [0, 1, 2, 3, 4, 5, 6, 9];

const outcomes = (fn: IrFunction): string[] =>
  lengths.map((length) => withoutSignedZeros(outcomeOf(fn, [Float64Array.from({ length }, (_, i) => (i * 7 + 3) % 11)])));

function loopsIn(fn: IrFunction): number {
  let count = 0;
  walkFunction(fn, (op) => void (op.kind === 'for' && count++));
  return count;
}

/** On how many random functions the transformation did something; throws where it changed what is computed. */
function changedBy(transform: (fn: IrFunction) => IrFunction): number {
  let changed = 0;
  for (let seed = 1; seed <= programs; seed++) {
    const before = ranges.run(randomNeighbours(seed));
    const after = transform(before);
    if (after === before) continue;
    changed++;
    const told = `seed ${seed}\n${printFunction(before)}\n${printFunction(after)}`;
    expect(checkFunction(after), told).toEqual([]);
    expect(outcomes(after), told).toEqual(outcomes(before));
  }
  return changed;
}

describe('loops beside each other', () => {
  it('compute the same as one', () => expect(changedBy(merge.run)).toBeGreaterThan(programs / 10));
  it('compute the same with elements in locals', () => expect(changedBy(carry.run)).toBeGreaterThan(programs / 10));
  it('compute the same with both', () => expect(changedBy((fn) => carry.run(merge.run(fn)))).toBeGreaterThan(programs / 10));
});

describe('merge', () => {
  it('keeps loops apart of which the second one reads ahead without end', () => {
    const fn = smallFunction({ x: 'f64[]', y: 'f64[]' }, (b, { x, y }) => {
      const n = b.length(x);
      countedLoop(b, b.constant(0), n, [], (i) => {
        b.effect('store', { array: y, index: i, value: b.load(x, i, 'checked'), access: 'checked' });
        return [];
      });
      return countedLoop(b, b.constant(0), n, [b.constant(0)], (i, [sum]) => {
        const opposite = b.prim('sub', [b.prim('sub', [n, b.constant(1)]), i]);
        return [b.prim('add', [sum as never, b.load(y, opposite, 'checked')])];
      });
    });
    expect(merge.run(fn)).toBe(fn);
  });

  it('keeps loops apart that write what may be the same memory', () => {
    const fn = smallFunction({ x: 'f64[]', y: 'f64[]' }, (b, { x, y }) => {
      const n = b.length(x);
      for (const [from, to] of [
        [x, y],
        [y, x],
      ] as const) {
        countedLoop(b, b.constant(0), n, [], (i) => {
          b.effect('store', { array: to, index: i, value: b.load(from, i, 'checked'), access: 'checked' });
          return [];
        });
      }
      return [];
    });
    expect(merge.run(fn)).toBe(fn);
  });

  it('puts what needs a sum behind both', () => {
    const fn = smallFunction({ x: 'f64[]' }, (b, { x }) => {
      const n = b.length(x);
      const total = () =>
        countedLoop(b, b.constant(0), n, [b.constant(0)], (i, [sum]) => [b.prim('add', [sum as never, b.load(x, i, 'checked')])]);
      const [first] = total();
      const twice = b.prim('mul', [b.constant(2), first as never]);
      return [twice, ...total()];
    });
    const merged = merge.run(fn);
    expect([loopsIn(fn), loopsIn(merged)]).toEqual([2, 1]);
    expect(outcomes(merged)).toEqual(outcomes(fn));
  });
});
