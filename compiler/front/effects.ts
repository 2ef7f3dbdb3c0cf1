/** What a piece of syntax may do, by its text alone: variables assigned, arrays stored to. Follows calls to functions of the project. */
import { ts } from '#ts-morph';
import type { Storage } from '../ir/types.ts';
import { calleeOf } from './callees.ts';
import { bare, type FunctionWithBody, isFunctionNode, leavesOf, targetsOf, walkOwn } from './syntax.ts';
import type { Kind, TypeReader } from './types.ts';

export interface ArrayWrite {
  /** Undefined: not known, so any. */
  readonly storage: Storage | undefined;
  /** The variable that holds the array, where it is one. */
  readonly root: ts.Symbol | undefined;
  /** The variable used as index, where it is one. */
  readonly index: ts.Symbol | undefined;
  /** The name of the field, where it is one. */
  readonly field?: string;
}

export interface Effects {
  readonly assigned: ReadonlySet<ts.Symbol>;
  readonly writes: readonly ArrayWrite[];
}

const writingMethods: ReadonlySet<string> = new Set([
  'push',
  'fill',
  'set',
  'pop',
  'shift',
  'unshift',
  'splice',
  'sort',
  'reverse',
  'copyWithin',
]);

/** The effects of running `nodes`. */
export function effectsOf(types: TypeReader, nodes: readonly (ts.Node | undefined)[], seen: readonly FunctionWithBody[] = []): Effects {
  const assigned = new Set<ts.Symbol>();
  const writes: ArrayWrite[] = [];
  const visit = (node: ts.Node): void => {
    for (const target of targetsOf(node)) {
      const symbol = types.symbolAt(target);
      if (ts.isElementAccessExpression(target)) writes.push(elementWrite(types, target));
      else if (ts.isPropertyAccessExpression(target)) writes.push(fieldWrite(types, target));
      else if (symbol) assigned.add(symbol);
    }
    if (ts.isForOfStatement(node) && !ts.isVariableDeclarationList(node.initializer)) {
      for (const target of leavesOf(node.initializer)) {
        if (ts.isElementAccessExpression(target)) writes.push(elementWrite(types, target));
        else if (ts.isPropertyAccessExpression(target)) writes.push(fieldWrite(types, target));
        else addSymbol(types, target, assigned);
      }
    }
    if (ts.isCallExpression(node)) writes.push(...writesOfCall(types, node, seen));
  };
  for (const node of nodes) if (node) walkOwn(node, visit);
  return { assigned, writes };
}

function addSymbol(types: TypeReader, node: ts.Node, to: Set<ts.Symbol>): void {
  const symbol = types.symbolAt(node);
  if (symbol) to.add(symbol);
}

function elementWrite(types: TypeReader, target: ts.ElementAccessExpression): ArrayWrite {
  return { ...arrayOf(types, target.expression), index: types.symbolAt(bare(target.argumentExpression)) };
}

function fieldWrite(types: TypeReader, target: ts.PropertyAccessExpression): ArrayWrite {
  return { ...arrayOf(types, target.expression), index: undefined, field: target.name.text };
}

function arrayOf(types: TypeReader, node: ts.Expression): Pick<ArrayWrite, 'storage' | 'root'> {
  return { storage: storageOfKind(types.kindAt(node)), root: types.symbolAt(bare(node)) };
}

/** How memory of a kind is kept. */
export function storageOfKind(kind: Kind): Storage | undefined {
  if (kind.kind === 'array') return kind.storage;
  if (kind.kind === 'list') return 'refs';
  return kind.kind === 'record' ? 'record' : undefined;
}

function writesOfCall(types: TypeReader, node: ts.CallExpression, seen: readonly FunctionWithBody[]): readonly ArrayWrite[] {
  const callee = calleeOf(types, node);
  if (callee) return seen.includes(callee) ? [] : writesInside(types, callee, seen);
  const inPlace = node.arguments.map(bare).filter((argument): argument is ts.Expression & FunctionWithBody => isFunctionNode(argument));
  const inside = inPlace.flatMap((fn) => writesInside(types, fn, seen));
  const method = bare(node.expression);
  if (!ts.isPropertyAccessExpression(method) || !writingMethods.has(method.name.text)) return inside;
  return [{ ...arrayOf(types, method.expression), index: undefined }, ...inside];
}

/** The stores of a callee; seen from outside, its variables mean nothing. */
function writesInside(types: TypeReader, callee: FunctionWithBody, seen: readonly FunctionWithBody[]): readonly ArrayWrite[] {
  const known = types.writtenBy.get(callee);
  if (known) return known;
  const { writes } = effectsOf(types, [callee.body, ...callee.parameters], [...seen, callee]);
  const outside = writes.map((write): ArrayWrite => ({ ...write, root: undefined, index: undefined }));
  const isFirst = (write: ArrayWrite, i: number): boolean =>
    outside.findIndex((other) => other.storage === write.storage && other.field === write.field) === i;
  types.writtenBy.set(callee, outside.filter(isFirst));
  return writesInside(types, callee, seen);
}
