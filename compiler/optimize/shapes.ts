/**
 * Parts of structures that have one shape: row i of a parameter and row i of the zeros made like it are equally long, as long as nobody
 * puts other references there. The name of a shape says which structure it is and by which fields and indices the part is reached.
 */
import { scalarConstant } from '../ir/constants.ts';
import { isReference } from '../ir/memory-types.ts';
import type { IrFunction, Op, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { analyzeMemory, type Memory, type MemoryClass } from './memory.ts';

export function analyzeShapes(fn: IrFunction, definitions: ReadonlyMap<ValueId, Op>): ReadonlyMap<ValueId, string> {
  const shapes = new Map<ValueId, string>();
  if (!holdsPart(fn)) return shapes;
  const memory = analyzeMemory(fn);
  const changed = rearranged(fn, memory);
  const keeps = (id: ValueId): boolean => memory.reachableFrom(id).every((found) => !changed.has(found));
  const isRef = (id: ValueId): boolean => isReference(fn.values[id]?.type);
  for (const { id } of fn.params) if (isRef(id) && keeps(id)) shapes.set(id, `v${id}`);
  const inherit = (out: ValueId, from: ValueId): void => {
    const shape = shapes.get(from);
    if (shape !== undefined && keeps(out)) shapes.set(out, shape);
  };
  walkFunction(fn, (op) => {
    if (op.kind === 'buffer') inherit(op.out, op.like);
    if (op.kind === 'copy' && op.deep) inherit(op.out, op.array);
    if (op.kind !== 'load' || !isRef(op.out)) return;
    const [whole, at] = [shapes.get(op.array), scalarConstant(definitions.get(op.index))];
    if (whole !== undefined) shapes.set(op.out, `${whole}.${at ?? `v${op.index}`}`);
  });
  return shapes;
}

function holdsPart(fn: IrFunction): boolean {
  let found = false;
  walkFunction(fn, (op) => {
    found ||= op.kind === 'load' && isReference(fn.values[op.out]?.type);
  });
  return found;
}

/** Memory into which references are stored after it was made. */
function rearranged(fn: IrFunction, memory: Memory): ReadonlySet<MemoryClass> {
  const changed = new Set<MemoryClass>();
  walkFunction(fn, (op) => {
    if ((op.kind === 'store' || op.kind === 'fill') && isReference(fn.values[op.value]?.type)) changed.add(memory.classOf(op.array));
  });
  return changed;
}
