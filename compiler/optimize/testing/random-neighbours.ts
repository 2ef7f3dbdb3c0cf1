/** Pairs of loops that stand beside each other, over the same arrays, as neighbours of their counters. */
import { arrayOf, type Builder } from '../../ir/build.ts';
import type { IrFunction, ValueId } from '../../ir/types.ts';
import { createRandomSource, type RandomSource } from './random-source.ts';
import { countedLoop, smallFunction } from './small-function.ts';

interface Scope {
  readonly b: Builder;
  readonly random: RandomSource;
  readonly arrays: readonly ValueId[];
  readonly n: ValueId;
}

/** Two or three loops, upwards or downwards, that start and end within two of each other; gives their sums and three arrays. */
export function randomNeighbours(seed: number): IrFunction {
  const random = createRandomSource(seed);
  return smallFunction({ x: 'f64[]' }, (b, { x }) => {
    const copy = (): ValueId => b.define('copy', { array: x }, arrayOf('f64'));
    const scope: Scope = { b, random, arrays: [x, copy(), copy()], n: b.length(x) };
    const step = random.chance(0.5) ? 1 : -1;
    const sums = Array.from({ length: 2 + random.below(2) }, () => loopOf(scope, step));
    return [...sums, ...scope.arrays];
  });
}

function loopOf(scope: Scope, step: number): ValueId {
  const { b, random, n } = scope;
  const low = random.below(3);
  const below = (by: number): ValueId => b.prim('sub', [n, b.constant(by)]);
  const high = random.below(3);
  const [from, to] = step === 1 ? [b.constant(low), below(high)] : [below(1 + high), b.constant(low - 1)];
  const [sum] = countedLoop(b, from, to, [b.constant(random.below(3))], (index, [before]) => [statements(scope, index, before)], step);
  return sum as ValueId;
}

/** Access is checked at times: two elements beyond a bound may be meant. */
function statements({ b, random, arrays }: Scope, counter: ValueId, before: ValueId | undefined): ValueId {
  const isNarrow = random.chance(0.6);
  const index = (): ValueId => {
    const by = isNarrow ? random.below(2) : random.below(5) - 2;
    return by === 0 ? counter : b.prim(by > 0 ? 'add' : 'sub', [counter, b.constant(Math.abs(by))]);
  };
  let value = before as ValueId;
  for (let left = 1 + random.below(4); left > 0; left--) {
    const array = random.pick(arrays);
    const kind = random.pick(['load', 'store', 'accumulate'] as const);
    if (kind === 'load') value = b.prim(random.pick(['add', 'sub'] as const), [value, b.load(array, index(), 'orZero')]);
    else if (kind === 'store') b.effect('store', { array, index: index(), value, access: 'checked' });
    else b.effect('accumulate', { array, index: index(), value, access: 'checked' });
  }
  return value;
}
