/** Sets of references that may be one, and what their memory holds. Joining two sets joins what they hold, field by field. */
import type { Type, ValueId } from '../ir/types.ts';

export interface Union {
  find(id: ValueId): ValueId;
  join(a: ValueId, b: ValueId): void;
  /** A node that stands for what the memory of `holder` holds under a field's name. */
  contentOf(holder: ValueId, field: string): ValueId;
  /** Says of which type a node is that stands for no value. */
  noteType(node: ValueId, type: Type): void;
  types(): Iterable<readonly [node: ValueId, type: Type]>;
  /** A set, one that it holds, and the field in which it does. */
  contents(): readonly (readonly [holder: ValueId, held: ValueId, field: string])[];
}

interface Sets {
  readonly parent: Map<ValueId, ValueId>;
  readonly held: Map<ValueId, Map<string, ValueId>>;
  readonly types: Map<ValueId, Type>;
  free: number;
}

/** `firstFree`: numbers from here on are no values; they serve as nodes. */
export function createUnion(firstFree: number): Union {
  const sets: Sets = { parent: new Map(), held: new Map(), types: new Map(), free: firstFree };
  const find = (id: ValueId): ValueId => rootOf(id, sets);
  return {
    find,
    join: (a, b) => join(a, b, sets),
    contentOf: (holder, field) => contentOf(holder, field, sets),
    contents: () =>
      [...sets.held].flatMap(([holder, fields]) => [...fields].map(([field, node]) => [find(holder), find(node), field] as const)),
    noteType: (node, type) => void sets.types.set(node, type),
    types: () => sets.types,
  };
}

function rootOf(id: ValueId, { parent }: Sets): ValueId {
  let root = id;
  for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
  for (let at = id; at !== root; ) {
    const next = parent.get(at) as ValueId;
    parent.set(at, root);
    at = next;
  }
  return root;
}

function fieldsOf(id: ValueId, sets: Sets): Map<string, ValueId> {
  const root = rootOf(id, sets);
  const fields = sets.held.get(root) ?? new Map<string, ValueId>();
  sets.held.set(root, fields);
  return fields;
}

function join(a: ValueId, b: ValueId, sets: Sets): void {
  const [x, y] = [rootOf(a, sets), rootOf(b, sets)];
  if (x === y) return;
  const moved = sets.held.get(y) ?? new Map<string, ValueId>();
  sets.held.delete(y);
  sets.parent.set(y, x);
  for (const [field, node] of moved) {
    const fields = fieldsOf(x, sets);
    const own = fields.get(field);
    if (own === undefined) fields.set(field, node);
    else join(own, node, sets);
  }
}

function contentOf(holder: ValueId, field: string, sets: Sets): ValueId {
  const fields = fieldsOf(holder, sets);
  const node = fields.get(field) ?? (sets.free++ as ValueId);
  fields.set(field, node);
  return node;
}
