/**
 * Constant folding.
 *   In:      checked IR.      Out: no foldable primitive on constants, no `if` on a constant, no loop that runs exactly never or once.
 *   Example: y = mul 2 3; if lt y 7 { yield x } else { yield 0 }   →   x
 *   Never:   folds what is not correctly rounded (exp, sin, pow); gives an int value a constant that is no integer.
 */

import { scalarConstant } from '../ir/constants.ts';
import type { ForOp, IfOp, IrFunction, Op, PrimOp, ValueId, WhileOp } from '../ir/types.ts';
import { replaceUses } from '../ir/walk.ts';
import { type Constant, evaluatePrim } from './evaluate.ts';
import { carriedOffset, fixedPoint } from './facts.ts';
import type { Pass } from './pass.ts';
import type { Rebuild } from './rebuild.ts';
import { rebuildFunction } from './rebuild.ts';

type Constants = Map<ValueId, Constant>;

const fuel = 4;

export const fold: Pass = {
  name: 'fold',
  summary: 'compute what is constant, take branches that are decided',
  run: (fn) => fixedPoint(fn, fuel, foldOnce),
};

function note(op: Op, constants: Constants): void {
  if (op.kind !== 'const') return;
  const value = typeof op.value === 'string' ? op.value : scalarConstant(op);
  if (value !== undefined) constants.set(op.out, value);
}

function foldOnce(fn: IrFunction): IrFunction {
  const constants: Constants = new Map();
  return rebuildFunction(fn, {
    rewrite(op, cx) {
      const result = foldOp(op, constants, cx);
      for (const left of result ?? [op]) note(left, constants);
      return result;
    },
  });
}

function foldOp(op: Op, constants: Constants, cx: Rebuild): readonly Op[] | undefined {
  switch (op.kind) {
    case 'prim':
      return foldPrim(op, constants, cx);
    case 'if':
      return foldIf(op, constants, cx);
    case 'for':
      return foldFor(op, constants, cx);
    case 'while':
      return foldWhile(op, constants, cx);
    default:
      return undefined;
  }
}

function foldPrim(op: PrimOp, constants: Constants, cx: Rebuild): readonly Op[] | undefined {
  const args: Constant[] = [];
  for (const arg of op.args) {
    const value = constants.get(arg);
    if (value === undefined) return undefined;
    args.push(value);
  }
  const value = evaluatePrim(op.prim, args);
  if (value === undefined || !holds(cx, op.out, value)) return undefined;
  return [{ kind: 'const', out: op.out, value, origin: op.origin }];
}

/** A value of type int holds integers only as a constant; −0 is a real. */
function holds(cx: Rebuild, id: ValueId, value: Constant): boolean {
  const kind = cx.values[id]?.type.kind;
  if (typeof value !== 'number') return kind === (typeof value === 'boolean' ? 'bool' : 'text');
  return kind === 'real' || (kind === 'int' && Number.isInteger(value) && !Object.is(value, -0));
}

/** A branch that throws stays a branch: what follows a throw in its own region could never run. */
function foldIf(op: IfOp, constants: Constants, cx: Rebuild): readonly Op[] | undefined {
  const cond = constants.get(op.cond);
  if (cond === undefined) return undefined;
  const taken = cond === true ? op.then : op.otherwise;
  if (taken.ops.some((inner) => inner.kind === 'throw')) return undefined;
  replaceAll(cx, op.outs, taken.yields);
  return taken.ops;
}

function replaceAll(cx: Rebuild, from: readonly ValueId[], to: readonly ValueId[]): void {
  from.forEach((id, i) => {
    const replacement = to[i];
    if (replacement !== undefined) cx.replace(id, replacement);
  });
}

/** The exit code of a loop that ran out, as an operation in front of what replaces the loop. */
function ranOut(op: ForOp | WhileOp): readonly Op[] {
  const [code] = op.outs;
  return op.exits && code !== undefined ? [{ kind: 'const', out: code, value: 0, origin: op.origin }] : [];
}

function foldFor(op: ForOp, constants: Constants, cx: Rebuild): readonly Op[] | undefined {
  const [from, to] = [constants.get(op.from), constants.get(op.to)];
  if (typeof from !== 'number' || typeof to !== 'number') return undefined;
  const trips = Math.max(0, Math.ceil((to - from) / op.step)) || 0;
  if (trips === 0) return skipLoop(op, cx);
  return trips === 1 ? onceThrough(op, [op.from, ...op.inits], cx) : undefined;
}

function skipLoop(op: ForOp | WhileOp, cx: Rebuild): readonly Op[] {
  replaceAll(cx, op.outs.slice(carriedOffset(op)), op.inits);
  return ranOut(op);
}

/** A body that runs once: its parameters are what the loop was given; the next round sees what that makes constant. */
function onceThrough(op: ForOp | WhileOp, args: readonly ValueId[], cx: Rebuild): readonly Op[] {
  const given = new Map(op.body.params.map((id, i) => [id, args[i] ?? id]));
  const use = (id: ValueId): ValueId => given.get(id) ?? id;
  replaceAll(cx, op.outs, op.body.yields.map(use));
  return op.body.ops.map((inner) => replaceUses(inner, use));
}

function foldWhile(op: WhileOp, constants: Constants, cx: Rebuild): readonly Op[] | undefined {
  const [test] = op.condition.yields;
  const pure = op.condition.ops.every((inner) => inner.kind === 'const');
  if (test === undefined || !pure || constants.get(test) !== false) return undefined;
  return op.test === 'before' ? skipLoop(op, cx) : onceThrough(op, op.inits, cx);
}
