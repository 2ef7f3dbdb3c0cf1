import { describe, expect, it } from 'vitest';
import { real } from '../ir/build.ts';
import { point } from '../ir/testing/random-structures.ts';
import { sketch, sketchFor } from '../ir/testing.ts';
import type { IrFunction, Op, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { optimize } from './index.ts';

function kindsIn(fn: IrFunction): ReadonlySet<Op['kind']> {
  const kinds = new Set<Op['kind']>();
  walkFunction(fn, (op) => void kinds.add(op.kind));
  return kinds;
}

/** A point that a loop replaces `n` times; `after` may do more with it. */
function walking(after: (b: Parameters<Parameters<typeof sketch>[2]>[0], at: ValueId) => readonly ValueId[]): IrFunction {
  return sketch('walk', { x: real, n: { kind: 'int' } }, (b, { x, n }) => {
    const make = (px: ValueId, py: ValueId): ValueId => {
      const made = b.define('alloc', { length: b.constant(2), fill: 'zero' }, point, 'p');
      b.put(made, 0, px);
      b.put(made, 1, py);
      return made;
    };
    const [end] = sketchFor(b, { to: n, inits: [make(x, b.constant(0))], types: [point] }, (_, [at]) => {
      return [make(b.prim('add', [b.get(at as ValueId, 0), x]), b.prim('Math.sin', [b.get(at as ValueId, 1)]))];
    });
    return after(b, end as ValueId);
  });
}

describe('dissolve', () => {
  it('carries the fields of a record through a loop', () => {
    const fn = optimize(walking((b, at) => [b.prim('mul', [b.get(at, 0), b.get(at, 1)])]));
    expect([...kindsIn(fn)].filter((kind) => ['alloc', 'load', 'store'].includes(kind))).toEqual([]);
  });
  it('makes a record again that is returned, once', () => {
    const fn = optimize(walking((_, at) => [at]));
    const loop = fn.body.ops.find((op) => op.kind === 'for');
    expect(loop?.kind === 'for' && loop.body.ops.some((op) => op.kind === 'alloc')).toBe(false);
    expect(fn.body.ops.filter((op) => op.kind === 'alloc')).toHaveLength(1);
  });
  it('leaves a record that is written later', () => {
    const fn = optimize(
      walking((b, at) => {
        b.put(at, 0, b.constant(7));
        return [b.get(at, 0), at];
      }),
    );
    expect(kindsIn(fn).has('alloc')).toBe(true);
  });
  it('copies a record field by field, and takes the copy apart', () => {
    const fn = optimize(
      sketch('spread', { p: point }, (b, { p }) => {
        const copy = b.define('copy', { array: p }, point);
        b.put(copy, 0, b.constant(3));
        return [b.prim('mul', [b.get(copy, 0), b.get(copy, 1)]), b.get(p, 0)];
      }),
    );
    expect([...kindsIn(fn)].sort()).toEqual(['const', 'load', 'prim']);
  });
});
