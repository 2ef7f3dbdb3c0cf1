/** Memory that a loop touches only at its own counter: no iteration sees an element of another one. */

import type { IrFunction, Op, ValueId } from '../ir/types.ts';
import { operandsOf, regionsOf, walkRegion } from '../ir/walk.ts';
import type { Loop } from './facts.ts';
import type { Memory, MemoryClass } from './memory.ts';

/** The classes that the loop also touches elsewhere, or as a whole, or through one reference of several. */
export function strayedClasses(loop: Loop, fn: IrFunction, memory: Memory): ReadonlySet<MemoryClass> {
  const [counter] = loop.kind === 'for' ? loop.body.params : [];
  const strayed = new Set<MemoryClass>();
  for (const region of regionsOf(loop)) {
    walkRegion(region, (op) => {
      for (const each of strays(op, counter, fn, memory)) strayed.add(each);
    });
  }
  return strayed;
}

function strays(op: Op, counter: ValueId | undefined, fn: IrFunction, memory: Memory): readonly MemoryClass[] {
  if (op.kind === 'load' || op.kind === 'store' || op.kind === 'accumulate') {
    return op.index === counter && memory.isSingle(op.array) ? [] : [memory.classOf(op.array)];
  }
  return op.kind === 'length' ? [] : arrayClasses(operandsOf(op), fn, memory);
}

/** The memory of the arrays among some values, and what it refers to. */
export function arrayClasses(ids: readonly ValueId[], fn: IrFunction, memory: Memory): MemoryClass[] {
  return ids.filter((id) => fn.values[id]?.type.kind === 'array').flatMap(memory.reachableFrom);
}
