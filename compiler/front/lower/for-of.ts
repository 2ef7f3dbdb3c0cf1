/** `for … of`: a loop over the elements of an array, in order. */
import { ts } from 'ts-morph';
import { int } from '../../ir/build.ts';
import type { ValueId } from '../../ir/types.ts';
import { effectsOf } from '../effects.ts';
import { bare } from '../syntax.ts';
import { from, type Lowering, type Variable } from './context.ts';
import { lengthMayChange } from './counted.ts';
import { type Completion, goesOn } from './exits.ts';
import { lowerExpression } from './expressions.ts';
import { bindCarried, carry, type Loop, leaveLoop, lowerBody, lowerBodySteps } from './loop-body.ts';
import { refuseNode } from './refuse.ts';

export function lowerForOf(f: Lowering, node: ts.ForOfStatement, loop: Loop): Completion {
  const array = lowerExpression(f, node.expression);
  const type = f.b.typeOf(array);
  if (type.kind !== 'array') {
    refuseNode(f, node.expression);
    return goesOn;
  }
  const list = bare(node.expression);
  if (type.storage === 'list' && lengthMayChange(f, list, effectsOf(f.cx.types, [node.statement])))
    return lowerGrowingForOf(f, node, loop, array);
  const carried = carry(f, loop, [node, node.statement], []);
  const [start, to] = [from(f, node.expression).constant(0), f.b.length(array)];
  const index = f.b.value(int, 'i');
  const body = lowerBody(f, loop, carried, [index], () => {
    bindElement(f, node, f.b.load(array, index, 'checked'));
    return lowerBodySteps(f, loop, []);
  });
  const { outs, end } = leaveLoop(f, loop, carried, body, true);
  const { origin } = from(f, node);
  f.b.push({
    kind: 'for',
    from: start,
    to,
    step: 1,
    inits: carried.map(({ init }) => init),
    body: body.region,
    outs,
    exits: body.exits,
    origin,
  });
  return end;
}

function bindElement(f: Lowering, node: ts.ForOfStatement, value: ValueId): void {
  const target = ts.isVariableDeclarationList(node.initializer) ? node.initializer.declarations[0]?.name : bare(node.initializer);
  const symbol = target && ts.isIdentifier(target) ? f.cx.types.symbolAt(target) : undefined;
  if (!symbol) return refuseNode(f, node.initializer);
  f.env.set(symbol, value);
  const info = f.b.values[value];
  if (info) f.b.values[value] = { ...info, hint: symbol.name };
}

/** The array may grow while it is visited: its length is read each time. */
function lowerGrowingForOf(f: Lowering, node: ts.ForOfStatement, loop: Loop, array: ValueId): Completion {
  const counter: Variable = { slot: -1, name: 'i', kind: { kind: 'int' } };
  f.env.set(counter, from(f, node).constant(0));
  const carried = carry(f, loop, [node, node.statement], [counter]);
  const outer = f.env;
  f.env = new Map(outer);
  const params = bindCarried(f, carried);
  const condition = f.b.region(params, () => [f.b.prim('lt', [f.env.get(counter) as ValueId, f.b.length(array)])]);
  f.env = outer;
  const body = lowerBody(f, loop, carried, [], () => {
    const at = f.env.get(counter) as ValueId;
    bindElement(f, node, from(f, node.initializer).load(array, at, 'checked'));
    f.env.set(counter, f.b.prim('add', [at, f.b.constant(1)]));
    return lowerBodySteps(f, loop, []);
  });
  const { outs, end } = leaveLoop(f, loop, carried, body, true);
  f.env.delete(counter);
  const { origin } = from(f, node);
  f.b.push({
    kind: 'while',
    test: 'before',
    inits: carried.map(({ init }) => init),
    condition,
    body: body.region,
    outs,
    exits: body.exits,
    origin,
  });
  return end;
}
