/** Rewrites of control flow and memory that are as local as those of operators. Called by `simplify`. */

import { constantType } from '../ir/build.ts';
import { scalarConstant } from '../ir/constants.ts';
import type { IfOp, IrFunction, Op, ValueId, ValueInfo } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import type { Loop } from './facts.ts';
import { carriedOffset, carriedParam, isLoop } from './facts.ts';
import type { Rebuild } from './rebuild.ts';
import { rebuildFunction } from './rebuild.ts';
import { keepOuts, keepSlots } from './structure.ts';

type Constants = ReadonlyMap<ValueId, number | boolean>;

/** Carried values that never change, outs on which both branches agree, accumulations of 0. */
export function simplifyStructure(fn: IrFunction): IrFunction {
  const constants = new Map<ValueId, number | boolean>();
  const codes = exitCodes(fn);
  const forwarded = new Set<ValueId>();
  return rebuildFunction(fn, {
    enter(op, cx) {
      if (isLoop(op)) forwardInvariants(op, forwarded, cx);
    },
    rewrite(op, cx) {
      const constant = scalarConstant(op);
      if (op.kind === 'const' && constant !== undefined) constants.set(op.out, constant);
      if (op.kind === 'if') return mergeOuts(op, constants, codes, cx);
      if (isLoop(op)) return dropForwarded(op, forwarded);
      return addsNothing(op, constants) ? [] : undefined;
    },
  });
}

function addsNothing(op: Op, constants: Constants): boolean {
  return op.kind === 'accumulate' && constants.get(op.value) === 0;
}

/** A carried value that every iteration hands on as it is: inside and after the loop it is what it was before. */
function forwardInvariants(loop: Loop, forwarded: Set<ValueId>, cx: Rebuild): void {
  const offset = carriedOffset(loop);
  loop.inits.forEach((init, slot) => {
    const [param, out] = [carriedParam(loop, slot), loop.outs[slot + offset]];
    const handedOn = loop.body.yields[slot + offset];
    if (param === undefined || out === undefined || (handedOn !== param && handedOn !== init)) return;
    forwarded.add(out);
    const condition = loop.kind === 'while' ? loop.condition.params[slot] : undefined;
    for (const same of [param, out, condition]) if (same !== undefined) cx.replace(same, init);
  });
}

function dropForwarded(loop: Loop, forwarded: ReadonlySet<ValueId>): readonly Op[] | undefined {
  const offset = carriedOffset(loop);
  const stays = (slot: number): boolean => !forwarded.has(loop.outs[slot + offset] as ValueId);
  return loop.inits.every((_, slot) => stays(slot)) ? undefined : [keepSlots(loop, stays)];
}

/** The values by which loops are told that they are left: `emit` finds the branches again that set them. */
function exitCodes(fn: IrFunction): ReadonlySet<ValueId> {
  const codes = new Set<ValueId>();
  walkFunction(fn, (op) => {
    if (isLoop(op) && op.exits) codes.add(op.body.yields[0] as ValueId);
    if (op.kind === 'if')
      op.outs.forEach(
        (out, i) => void (codes.has(out) && [op.then, op.otherwise].forEach(({ yields }) => codes.add(yields[i] as ValueId))),
      );
  });
  return codes;
}

/**
 * An `if` without the outs that both branches agree on, or that are the condition itself; one that only chooses between two numbers is
 * no branch.
 */
function mergeOuts(op: IfOp, constants: Constants, codes: ReadonlySet<ValueId>, cx: Rebuild): readonly Op[] | undefined {
  const before: Op[] = [];
  const merged = op.outs.map((out, i) => {
    const same = codes.has(out) ? undefined : agreedValue(op, i, constants, cx, before);
    if (same !== undefined) cx.replace(out, same);
    return same !== undefined;
  });
  return merged.includes(true) ? [...before, keepOuts(op, (i) => merged[i] === false)] : undefined;
}

function agreedValue(op: IfOp, index: number, constants: Constants, cx: Rebuild, before: Op[]): ValueId | undefined {
  const [left, right] = [op.then.yields[index], op.otherwise.yields[index]];
  const out = op.outs[index];
  if (left === undefined || right === undefined || out === undefined) return undefined;
  if (left === right) return left;
  const [onTrue, onFalse] = [constants.get(left), constants.get(right)];
  if (onTrue === undefined || onFalse === undefined) return undefined;
  const info = cx.values[out];
  if (!info) return undefined;
  if (Object.is(onTrue, onFalse)) {
    const fresh = cx.define(info);
    before.push({ kind: 'const', out: fresh, value: onTrue, origin: op.origin });
    return fresh;
  }
  if (onTrue === true && onFalse === false) return op.cond;
  if (typeof onTrue === 'number' && typeof onFalse === 'number' && onlyChooses(op))
    return chosenConstant(op, [onTrue, onFalse], info, cx, before);
  if (onTrue !== false || onFalse !== true) return undefined;
  const negated = cx.define(info);
  before.push({ kind: 'prim', prim: 'not', args: [op.cond], out: negated, origin: op.origin });
  return negated;
}

const onlyChooses = ({ outs, then, otherwise }: IfOp): boolean =>
  outs.length === 1 && [then, otherwise].every(({ ops }) => ops.every(({ kind }) => kind === 'const'));

/** Which of two numbers: an operation that the reverse sweep can repeat. */
function chosenConstant(op: IfOp, numbers: readonly number[], info: ValueInfo, cx: Rebuild, before: Op[]): ValueId {
  const args = numbers.map((value) => {
    const out = cx.define({ type: constantType(value), exact: info.exact });
    before.push({ kind: 'const', out, value, origin: op.origin });
    return out;
  });
  const chosen = cx.define(info);
  before.push({ kind: 'prim', prim: 'select', args: [op.cond, ...args], out: chosen, origin: op.origin });
  return chosen;
}
