/**
 * Activity: a value is active if it depends on an input that is differentiated (varied) and a result depends on it (useful).
 * Memory is active per class, whatever the order of its loads and stores, records per field. Only active values get adjoints.
 */
import { infoOf } from '../ir/build.ts';
import { isRealStorage, isRecord, isReference, isRefs } from '../ir/memory-types.ts';
import type { IrFunction, Op, Type, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { ruleOf } from '../rules/index.ts';
import { openCallMoves, ruledFlows } from './local-functions.ts';
import { everyElement, type FieldOf, fieldNames, type Memory, type MemoryClass, movesOf, numbersFrom } from './memory.ts';

export interface Activity {
  /** For real numbers and for references to active memory; integers and booleans never are. */
  isActive(id: ValueId): boolean;
  isActiveNumber(id: ValueId): boolean;
  /** Does it hold, or refer to what holds, active numbers? */
  isActiveMemory(memory: MemoryClass): boolean;
  /** The same for the element of an array or the field of a record that an access means. */
  isActiveElement(array: ValueId, index: ValueId): boolean;
  isVaried(id: ValueId): boolean;
}

/** The numbers of a class: all elements of an array, one field of a record. */
interface Cell {
  readonly memory: MemoryClass;
  readonly field: string;
}

/** How a value or the elements of a class flow on: from a node to a node of the dependence graph. */
type Node = ValueId | Cell;

interface Graph {
  readonly fn: IrFunction;
  readonly memory: Memory;
  readonly fieldOf: FieldOf;
  readonly cells: Map<MemoryClass, Map<string, Cell>>;
  readonly forward: Map<Node, Node[]>;
  readonly backward: Map<Node, Node[]>;
}

/** `outputs`: the results that count, as values of body.yields. */
export function analyzeActivity(fn: IrFunction, memory: Memory, inputs: readonly ValueId[], outputs: readonly ValueId[]): Activity {
  const graph: Graph = { fn, memory, fieldOf: fieldNames(fn), cells: new Map(), forward: new Map(), backward: new Map() };
  walkFunction(fn, (op) => addFlows(flowsOf(op, graph), graph));
  addFlows(
    openCallMoves(fn).filter(([from, to]) => holdsNumber(from, graph) && holdsNumber(to, graph)),
    graph,
  );
  for (const [from, to] of ruledFlows(fn))
    addFlows(
      nodesBehind(from, graph).flatMap((source) => nodesBehind(to, graph).map((target) => [source, target] as const)),
      graph,
    );
  const reach = (starts: readonly ValueId[], next: ReadonlyMap<Node, readonly Node[]>): Set<Node> =>
    reachable(
      starts.flatMap((id) => nodesBehind(id, graph)),
      next,
    );
  const varied = reach(inputs, graph.forward);
  const useful = reach(outputs, graph.backward);
  const someCell = (found: MemoryClass, test: (cell: Cell) => boolean): boolean =>
    numbersFrom(found).some((each) => [...(graph.cells.get(each)?.values() ?? [])].some(test));
  const isActiveNode = (node: Node): boolean => varied.has(node) && useful.has(node);
  const isActiveMemory = (found: MemoryClass): boolean => someCell(found, isActiveNode);
  const isNumber = (id: ValueId): boolean => infoOf(fn.values, id).type.kind === 'real';
  const isMemory = (id: ValueId): boolean => isReference(infoOf(fn.values, id).type);
  return {
    isActiveMemory,
    isActiveElement: (array, index) => isActiveNode(cellOf(array, index, graph)) || contentIsActive(array, index, graph, isActiveMemory),
    isVaried: (id) => (isMemory(id) ? someCell(memory.classOf(id), (cell) => varied.has(cell)) : isNumber(id) && varied.has(id)),
    isActive: (id) => (isMemory(id) ? isActiveMemory(memory.classOf(id)) : isNumber(id) && isActiveNode(id)),
    isActiveNumber: (id) => isNumber(id) && isActiveNode(id),
  };
}

/** An element that is a reference is as active as what it points to; which of them an access means is not looked into. */
function contentIsActive(array: ValueId, index: ValueId, graph: Graph, isActiveMemory: (found: MemoryClass) => boolean): boolean {
  const { type } = infoOf(graph.fn.values, array);
  const field = isRecord(type) ? type.fields[Number(graph.fieldOf(array, index))] : undefined;
  if (field?.passive) return false;
  return isReference(field?.type ?? (isRefs(type) ? type.element : undefined)) && isActiveMemory(graph.memory.classOf(array));
}

/** Names of the cells of a type: everything that holds real numbers. */
function cellNames(type: Type): readonly string[] {
  if (type.kind === 'stack') return type.element === 'real' ? [everyElement] : [];
  if (type.kind !== 'array' || isRefs(type)) return [];
  if (isRecord(type)) return type.fields.flatMap((field, at) => (field.type.kind === 'real' && !field.passive ? [String(at)] : []));
  return isRealStorage(type.storage) ? [everyElement] : [];
}

function cell(memory: MemoryClass, field: string, { cells }: Graph): Cell {
  const known = cells.get(memory) ?? new Map<string, Cell>();
  cells.set(memory, known);
  const found = known.get(field) ?? { memory, field };
  known.set(field, found);
  return found;
}

function cellOf(array: ValueId, index: ValueId, graph: Graph): Cell {
  return cell(graph.memory.classOf(array), graph.fieldOf(array, index), graph);
}

/** A real number stands for itself, a reference for all numbers that can be reached from it; other values carry no derivative. */
function nodesBehind(id: ValueId, graph: Graph): readonly Node[] {
  const { type } = infoOf(graph.fn.values, id);
  if (type.kind === 'real') return [id];
  if (!isReference(type)) return [];
  return numbersFrom(graph.memory.classOf(id)).flatMap((found) => ownCells(found, graph));
}

/** The numbers of a class itself. Its references have types that agree on them. */
function ownCells(found: MemoryClass, graph: Graph): readonly Cell[] {
  const names = new Set(found.types.flatMap(cellNames));
  return [...names].map((name) => cell(found, name, graph));
}

function addFlows(flows: readonly Flow[], graph: Graph): void {
  for (const [from, to] of flows) {
    if (from === to) continue;
    add(graph.forward, from, to);
    add(graph.backward, to, from);
  }
}

type Flow = readonly [Node, Node];

/** What flows where in one operation. */
function flowsOf(op: Op, graph: Graph): readonly Flow[] {
  switch (op.kind) {
    case 'prim': {
      const rule = ruleOf(op.prim);
      if (rule.kind === 'flat') return [];
      const partials = rule.partials(op.args.length);
      return op.args.flatMap((arg, i) => (partials[i] ? [[arg, op.out] as const] : []));
    }
    case 'load':
      return holdsNumber(op.out, graph) && !isPassive(op.array, op.index, graph) ? [[cellOf(op.array, op.index, graph), op.out]] : [];
    case 'store':
    case 'accumulate':
      return holdsNumber(op.value, graph) && !isPassive(op.array, op.index, graph) ? [[op.value, cellOf(op.array, op.index, graph)]] : [];
    case 'fill':
      return holdsNumber(op.value, graph) ? ownCells(graph.memory.classOf(op.array), graph).map((to) => [op.value, to] as const) : [];
    case 'copy':
      return memoryFlows(op.array, op.out, op.deep === true, graph);
    case 'addInto':
      return memoryFlows(op.source, op.array, true, graph);
    case 'set':
      return memoryFlows(op.source, op.array, false, graph);
    case 'push':
      return holdsNumber(op.value, graph) ? ownCells(graph.memory.classOf(op.stack), graph).map((to) => [op.value, to] as const) : [];
    case 'pop':
      return holdsNumber(op.out, graph) ? ownCells(graph.memory.classOf(op.stack), graph).map((from) => [from, op.out] as const) : [];
    case 'if':
    case 'for':
    case 'while':
      return movesOf(op).filter(([from, to]) => holdsNumber(from, graph) && holdsNumber(to, graph));
    default:
      return [];
  }
}

/** Is it a field that is declared to have no derivative? */
function isPassive(array: ValueId, index: ValueId, { fn, fieldOf }: Graph): boolean {
  const { type } = infoOf(fn.values, array);
  return isRecord(type) && type.fields[Number(fieldOf(array, index))]?.passive === true;
}

function holdsNumber(id: ValueId, { fn }: Graph): boolean {
  return infoOf(fn.values, id).type.kind === 'real';
}

/** From the numbers of one memory to the same numbers of another; `deep`: also from all that it refers to, to all that the other does. */
function memoryFlows(from: ValueId, to: ValueId, deep: boolean, graph: Graph): readonly Flow[] {
  const [source, target] = [graph.memory.classOf(from), graph.memory.classOf(to)];
  const own = ownCells(source, graph).flatMap((each) => {
    const same = ownCells(target, graph).find(({ field }) => field === each.field);
    return same ? [[each, same] as const] : [];
  });
  if (!deep || (source.contents.length === 0 && target.contents.length === 0)) return own;
  const targets = numbersFrom(target).flatMap((found) => ownCells(found, graph));
  return numbersFrom(source).flatMap((found) => ownCells(found, graph).flatMap((each) => targets.map((at) => [each, at] as const)));
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
