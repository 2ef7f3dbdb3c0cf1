import { describe, expect, it } from 'vitest';
import { arrayOf, type Builder, int } from '../ir/build.ts';
import { sketch, sketchFor } from '../ir/testing.ts';
import type { IrFunction, Op, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { indexDefinitions } from './definitions.ts';
import { analyzeMemory } from './memory.ts';
import { analyzePrivateArrays } from './private-arrays.ts';

type Body = (b: Builder, scratch: ValueId, n: ValueId, i: ValueId) => void;

/** A loop over i around `body`, with a scratch array of n elements made before it. */
function scratchLoop(body: Body): IrFunction {
  return sketch('f', { x: arrayOf('f64'), n: int }, (b, { n }) => {
    const scratch = b.define('alloc', { length: n, fill: 'zero' }, arrayOf('f64'), 'scratch');
    sketchFor(b, { to: n, inits: [], types: [] }, (i) => {
      body(b, scratch, n, i);
      return [];
    });
    return [];
  });
}

function isPrivate(fn: IrFunction): boolean {
  const definitions = indexDefinitions(fn);
  const memory = analyzeMemory(fn);
  const ops: Op[] = [];
  walkFunction(fn, (op) => void ops.push(op));
  const alloc = ops.find((op) => op.kind === 'alloc') as Extract<Op, { kind: 'alloc' }>;
  const outer = ops.find((op) => op.kind === 'for') as Op;
  return analyzePrivateArrays(fn, definitions, memory).isPrivateTo(memory.classOf(alloc.out), outer);
}

function storeAll(b: Builder, scratch: ValueId, n: ValueId, from = 0): void {
  sketchFor(b, { from: b.constant(from), to: n, inits: [], types: [] }, (j) => {
    b.effect('store', { array: scratch, index: j, value: b.constant(1.5), access: 'checked' });
    return [];
  });
}

describe('analyzePrivateArrays', () => {
  it('sees a loop that stores every element first', () => {
    expect(
      isPrivate(
        scratchLoop((b, scratch, n, i) => {
          storeAll(b, scratch, n);
          b.load(scratch, i, 'checked');
        }),
      ),
    ).toBe(true);
  });
  it('sees a first element stored apart from the rest, and fill', () => {
    expect(
      isPrivate(
        scratchLoop((b, scratch, n) => {
          b.effect('store', { array: scratch, index: b.constant(0), value: b.constant(1), access: 'checked' });
          storeAll(b, scratch, n, 1);
        }),
      ),
    ).toBe(true);
    expect(isPrivate(scratchLoop((b, scratch) => b.effect('fill', { array: scratch, value: b.constant(0) })))).toBe(true);
  });
  it('wants every element', () => {
    expect(isPrivate(scratchLoop((b, scratch, n) => storeAll(b, scratch, n, 1)))).toBe(false);
    expect(isPrivate(scratchLoop((b, scratch, _n, i) => storeAll(b, scratch, i)))).toBe(false);
  });
  it('wants the stores first', () => {
    expect(
      isPrivate(
        scratchLoop((b, scratch, n, i) => {
          b.load(scratch, i, 'checked');
          storeAll(b, scratch, n);
        }),
      ),
    ).toBe(false);
  });
  it('does not count a store that may not happen', () => {
    expect(
      isPrivate(
        scratchLoop((b, scratch, n, i) => {
          b.branch(
            b.prim('lt', [i, b.constant(2)]),
            [],
            () => {
              storeAll(b, scratch, n);
              return [];
            },
            () => [],
          );
          b.load(scratch, i, 'checked');
        }),
      ),
    ).toBe(false);
  });
  it('wants all uses inside', () => {
    const fn = sketch('f', { n: int }, (b, { n }) => {
      const scratch = b.define('alloc', { length: n, fill: 'zero' }, arrayOf('f64'), 'scratch');
      sketchFor(b, { to: n, inits: [], types: [] }, () => {
        storeAll(b, scratch, n);
        return [];
      });
      return [b.load(scratch, b.constant(0), 'checked')];
    });
    expect(isPrivate(fn)).toBe(false);
  });
});
