/** What a piece of syntax may do, by its text alone: variables assigned, arrays stored to. Follows calls to functions of the project. */
import { ts } from 'ts-morph';
import type { NumberStorage } from '../ir/types.ts';
import { calleeOf } from './callees.ts';
import { bare, type FunctionWithBody, targetsOf, walkOwn } from './syntax.ts';
import type { TypeReader } from './types.ts';

export interface ArrayWrite {
  /** Undefined: not known, so any. */
  readonly storage: NumberStorage | undefined;
  /** The variable that holds the array, where it is one. */
  readonly root: ts.Symbol | undefined;
  /** The variable used as index, where it is one. */
  readonly index: ts.Symbol | undefined;
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
      else if (symbol) assigned.add(symbol);
    }
    if (ts.isForOfStatement(node) && !ts.isVariableDeclarationList(node.initializer)) addSymbol(types, node.initializer, assigned);
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

function arrayOf(types: TypeReader, node: ts.Expression): Pick<ArrayWrite, 'storage' | 'root'> {
  const kind = types.kindAt(node);
  return { storage: kind.kind === 'array' ? kind.storage : undefined, root: types.symbolAt(bare(node)) };
}

function writesOfCall(types: TypeReader, node: ts.CallExpression, seen: readonly FunctionWithBody[]): readonly ArrayWrite[] {
  const callee = calleeOf(types, node);
  if (callee) return seen.includes(callee) ? [] : writesInside(types, callee, seen);
  const method = bare(node.expression);
  if (!ts.isPropertyAccessExpression(method) || !writingMethods.has(method.name.text)) return [];
  return [{ ...arrayOf(types, method.expression), index: undefined }];
}

/** The stores of a callee; seen from outside, its variables mean nothing. */
function writesInside(types: TypeReader, callee: FunctionWithBody, seen: readonly FunctionWithBody[]): readonly ArrayWrite[] {
  const known = types.writtenBy.get(callee);
  if (known) return known.map((storage) => ({ storage, root: undefined, index: undefined }));
  const { writes } = effectsOf(types, [callee.body], [...seen, callee]);
  types.writtenBy.set(callee, [...new Set(writes.map(({ storage }) => storage))]);
  return writesInside(types, callee, seen);
}
