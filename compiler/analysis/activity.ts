/**
 * Activity: a value is active if it depends on an input that is differentiated (varied) and a result depends on it (useful).
 * Memory is active per class, whatever the order of its loads and stores. Only active values get adjoints.
 */
import { infoOf } from '../ir/build.ts';
import type { IrFunction, Op, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { ruleOf } from '../rules/index.ts';
import { type Memory, type MemoryClass, movesOf } from './memory.ts';

export interface Activity {
  /** For real numbers and for references to active memory; integers and booleans never are. */
  isActive(id: ValueId): boolean;
  isActiveNumber(id: ValueId): boolean;
  isActiveMemory(memory: MemoryClass): boolean;
  isVaried(id: ValueId): boolean;
}

/** How a value or the elements of a class flow on: from a node to a node of the dependence graph. */
type Node = ValueId | MemoryClass;

/** `outputs`: the results that count, as values of body.yields. */
export function analyzeActivity(fn: IrFunction, memory: Memory, inputs: readonly ValueId[], outputs: readonly ValueId[]): Activity {
  const node = (id: ValueId): Node | undefined => nodeOf(fn, memory, id);
  const edges = flowEdges(fn, node);
  const reach = (starts: readonly ValueId[], next: ReadonlyMap<Node, readonly Node[]>): Set<Node> =>
    reachable(
      starts.map(node).filter((found) => found !== undefined),
      next,
    );
  const varied = reach(inputs, edges.forward);
  const useful = reach(outputs, edges.backward);
  const isVaried = (id: ValueId): boolean => {
    const found = node(id);
    return found !== undefined && varied.has(found);
  };
  return {
    isVaried,
    isActiveMemory: (found) => varied.has(found) && useful.has(found),
    isActive: (id) => isVaried(id) && useful.has(node(id) as Node),
    isActiveNumber: (id) => infoOf(fn.values, id).type.kind === 'real' && isVaried(id) && useful.has(id),
  };
}

/** Real numbers stand for themselves, references for the memory they point to; other values carry no derivative. */
function nodeOf(fn: IrFunction, memory: Memory, id: ValueId): Node | undefined {
  const { type } = infoOf(fn.values, id);
  if (type.kind === 'real') return id;
  const holdsReals =
    type.kind === 'array' ? ['f64', 'f32', 'list'].includes(type.storage) : type.kind === 'stack' && type.element === 'real';
  return holdsReals ? memory.classOf(id) : undefined;
}

function flowEdges(fn: IrFunction, node: (id: ValueId) => Node | undefined) {
  const forward = new Map<Node, Node[]>();
  const backward = new Map<Node, Node[]>();
  const flow = (from: ValueId, to: ValueId): void => {
    const [a, b] = [node(from), node(to)];
    if (a === undefined || b === undefined || a === b) return;
    add(forward, a, b);
    add(backward, b, a);
  };
  walkFunction(fn, (op) => {
    for (const [from, to] of flowsOf(op)) flow(from, to);
  });
  return { forward, backward };
}

/** What flows where in one operation: pairs of (source, target), references standing for their elements. */
function flowsOf(op: Op): readonly (readonly [ValueId, ValueId])[] {
  switch (op.kind) {
    case 'prim': {
      const rule = ruleOf(op.prim);
      if (rule.kind === 'flat') return [];
      const partials = rule.partials(op.args.length);
      return op.args.flatMap((arg, i) => (partials[i] ? [[arg, op.out] as const] : []));
    }
    case 'load':
    case 'copy':
      return [[op.array, op.out]];
    case 'store':
    case 'accumulate':
    case 'fill':
      return [[op.value, op.array]];
    case 'addInto':
    case 'set':
      return [[op.source, op.array]];
    case 'push':
      return [[op.value, op.stack]];
    case 'pop':
      return [[op.stack, op.out]];
    case 'if':
    case 'for':
    case 'while':
      return movesOf(op);
    default:
      return [];
  }
}

function reachable(starts: readonly Node[], next: ReadonlyMap<Node, readonly Node[]>): Set<Node> {
  const seen = new Set<Node>(starts);
  const work = [...starts];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    for (const to of next.get(at) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      work.push(to);
    }
  }
  return seen;
}

function add(edges: Map<Node, Node[]>, from: Node, to: Node): void {
  const list = edges.get(from);
  if (list) list.push(to);
  else edges.set(from, [to]);
}
