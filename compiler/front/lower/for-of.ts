/** `for … of`: a loop over the elements of an array, in order. */
import { ts } from '#ts-morph';
import { int } from '../../ir/build.ts';
import { isGrowing, isRecord } from '../../ir/memory-types.ts';
import type { ValueId } from '../../ir/types.ts';
import { effectsOf } from '../effects.ts';
import { bare } from '../syntax.ts';
import { asList } from './arrays.ts';
import { assign } from './assignment.ts';
import { from, type Lowering, type Variable } from './context.ts';
import { lengthMayChange } from './counted.ts';
import { type Completion, goesOn } from './exits.ts';
import { lowerExpression } from './expressions.ts';
import { bindCarried, carry, type Loop, leaveLoop, lowerBody, lowerBodySteps } from './loop-body.ts';
import { bind } from './patterns.ts';
import { elementPlace, loadPlace } from './places.ts';
import { refuseNode } from './refuse.ts';

export function lowerForOf(f: Lowering, node: ts.ForOfStatement, loop: Loop): Completion {
  const array = lowerVisited(f, node);
  const type = f.b.typeOf(array);
  if (type.kind !== 'array') {
    refuseNode(f, node.expression);
    return goesOn;
  }
  const list = bare(node.expression);
  if (isGrowing(type) && lengthMayChange(f, list, effectsOf(f.cx.types, [node.statement]))) return lowerGrowingForOf(f, node, loop, array);
  const carried = carry(f, loop, [node, node.statement], []);
  const [start, to] = [from(f, node.expression).constant(0), f.b.length(array)];
  const index = f.b.value(int, 'i');
  const body = lowerBody(f, loop, carried, [index], () => {
    bindElement(f, node, array, index);
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

/** What is visited: a tuple is made into a list, as nothing in the loop may write it. */
function lowerVisited(f: Lowering, node: ts.ForOfStatement): ValueId {
  const value = lowerExpression(f, node.expression);
  if (!isRecord(f.b.typeOf(value))) return value;
  const { writes } = effectsOf(f.cx.types, [node.statement]);
  if (writes.some(({ storage }) => storage === undefined || storage === 'record')) refuseNode(f, node.expression);
  return asList(f, node.expression, value);
}

function bindElement(f: Lowering, node: ts.ForOfStatement, array: ValueId, index: ValueId): void {
  const place = elementPlace(f, array, index);
  if (!ts.isVariableDeclarationList(node.initializer)) return assign(f, node.initializer, loadPlace(f, node.initializer, place));
  const name = node.initializer.declarations[0]?.name;
  if (!name) return;
  const value = loadPlace(f, name, place);
  bind(f, name, value);
  const info = f.b.values[value];
  if (info && ts.isIdentifier(name)) f.b.values[value] = { ...info, hint: name.text };
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
    bindElement(f, node, array, at);
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
