/**
 * Which arrays of a function may be the same memory: flow-insensitive, one class per allocation unless references meet. What can
 * be reached from a reference is of its class; in it, each field of a record is apart, and so are the elements of lists of references.
 */
import { infoOf } from '../ir/build.ts';
import { holdsReferences, isReference, isRefs } from '../ir/memory-types.ts';
import type { IrFunction, Op, Type, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import type { MemoryClass } from './syntax.ts';

/** The class of everything that comes from outside of the function. */
export const outside: MemoryClass = -1;

/** `moves`: where references go by calls of local functions; without it, these are outside. */
export function classifyMemory(
  fn: IrFunction,
  moves?: readonly (readonly [ValueId, ValueId])[],
): (array: ValueId, field?: string) => MemoryClass {
  const parent = new Map<number, number>();
  const find = (id: number): number => {
    let root = id;
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
    if (root !== id) parent.set(id, root);
    return root;
  };
  const join = (left: number, right: number): void => {
    // `outside` stays a representative, so that callers can name it.
    const [a, b] = [find(left), find(right)];
    if (a !== b) parent.set(a === outside ? b : a, a === outside ? a : b);
  };
  for (const id of fn.body.params) join(id, outside);
  for (const [to, from] of moves ?? []) if (isReference(infoOf(fn.values, to).type)) join(to, from);
  walkFunction(fn, (op) => {
    if (op.kind !== 'apply') return joinReferences(op, join, (id) => infoOf(fn.values, id).type);
    if (!moves) for (const id of [...op.args, ...op.outs]) join(id, outside);
  });
  const apart = new Map<string, MemoryClass>();
  const partOf = (root: number, part: string): MemoryClass => {
    const key = `${root}.${part}`;
    const known = apart.get(key) ?? outside - 1 - apart.size;
    apart.set(key, known);
    return known;
  };
  return (array, field) => {
    const root = find(array);
    if (field !== undefined) return field === '' ? root : partOf(root, field);
    return isRefs(fn.values[array]?.type) ? partOf(root, '[]') : root;
  };
}

function joinReferences(op: Op, join: (left: number, right: number) => void, typeOf: (id: ValueId) => Type): void {
  const isPointer = (id: ValueId): boolean => isReference(typeOf(id));
  const pairs = (left: readonly ValueId[], right: readonly ValueId[]): void => left.forEach((id, i) => join(id, right[i] ?? id));
  switch (op.kind) {
    case 'global':
      return join(op.out, outside);
    case 'call':
      return [...op.args, ...op.outs].forEach((id) => join(id, outside));
    case 'load':
      return isPointer(op.out) ? join(op.out, op.array) : undefined;
    case 'store':
    case 'fill':
      return isPointer(op.value) ? join(op.value, op.array) : undefined;
    case 'set':
      return isRefs(typeOf(op.array)) ? join(op.source, op.array) : undefined;
    case 'view':
      return join(op.out, op.array);
    case 'copy':
      return !op.deep && holdsReferences(typeOf(op.out)) ? join(op.out, op.array) : undefined;
    case 'prim':
      return isPointer(op.out) ? op.args.filter(isPointer).forEach((id) => void join(id, op.out)) : undefined;
    case 'push':
      return join(op.value, op.stack);
    case 'pop':
      return join(op.out, op.stack);
    case 'if':
      pairs(op.outs, op.then.yields);
      return pairs(op.outs, op.otherwise.yields);
    case 'for':
    case 'while': {
      const shift = op.exits ? 1 : 0;
      const outs = op.outs.slice(shift);
      pairs(outs, op.inits);
      pairs(outs, op.body.yields.slice(shift));
      pairs(outs, op.body.params.slice(op.kind === 'for' ? 1 : 0));
      return op.kind === 'while' ? pairs(outs, op.condition.params) : undefined;
    }
    default:
  }
}
