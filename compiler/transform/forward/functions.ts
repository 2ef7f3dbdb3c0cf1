/** The tangent of local functions: each takes and returns the tangents of its active values, too. Its calls know the same of it. */
import { localBodies, ruledFunctions } from '../../analysis/local-functions.ts';
import { InternalError } from '../../diagnostics/internal.ts';
import { isNumbers, sameType, shadowType, tangentType } from '../../ir/memory-types.ts';
import type { ApplyOp, CustomRule, FunctionsOp, Region, Type, ValueId } from '../../ir/types.ts';
import { instantiate } from '../custom.ts';
import { type Forward, isActive, keepPrimal, type Lane, newTangent, setTangent, tangentOf, writeFor } from './context.ts';
import { forwardOfRegion } from './region.ts';

interface Place {
  readonly lane: Lane;
  readonly at: number;
}

/** Which parameters, or which results, have a tangent. */
function activeAmong(ids: readonly ValueId[], cx: Forward): readonly Place[] {
  return cx.lanes.flatMap((lane) => ids.flatMap((id, at) => (isActive(id, lane) ? [{ lane, at }] : [])));
}

export function forwardOfFunctions(op: FunctionsOp, cx: Forward): void {
  if (op.keys) return cx.b.push(op);
  const bodies = op.bodies.map((body): Region => {
    const added = activeAmong(body.params, cx).map(({ lane, at }) => newTangent(body.params[at] as ValueId, lane));
    return forwardOfRegion(body, [...body.params, ...added], () => [...body.yields, ...tangentsAt(body.yields, body.yields, cx)], cx);
  });
  cx.b.push({ ...op, bodies });
}

export function forwardOfApply(op: ApplyOp, cx: Forward): void {
  const rule = ruledFunctions(cx.fn).get(op.callee);
  if (rule) return forwardOfRuled(op, rule, cx);
  const body = localBodies(cx.fn).get(op.callee);
  if (!body) throw new InternalError('a local function is called that is not there');
  const args = [...op.args, ...tangentsAt(op.args, body.params, cx)];
  const tangents = activeAmong(body.yields, cx).map(({ lane, at }) => newTangent(op.outs[at] as ValueId, lane));
  cx.b.push({ ...op, args, outs: [...op.outs, ...tangents] });
}

/** Tangents of `ids` where `known`, what they become or were inside of the function, is active. */
function tangentsAt(ids: readonly ValueId[], known: readonly ValueId[], cx: Forward): readonly ValueId[] {
  return activeAmong(known, cx).map(({ lane, at }) => tangentOf(ids[at] as ValueId, lane));
}

/** The user's own derivative gives the tangents of the results. */
function forwardOfRuled(op: ApplyOp, rule: CustomRule, cx: Forward): void {
  keepPrimal(op, cx);
  writeFor(op.origin, cx);
  for (const lane of cx.lanes) {
    if (!rule.outputs.some((at) => isActive(op.outs[at] as ValueId, lane))) continue;
    const tangents = rule.inputs.map((at) => tangentFor(op.args[at] as ValueId, lane));
    const given = instantiate(cx.b, cx.fn, rule.jvp, [...op.args, ...tangents]);
    rule.outputs.forEach((at, i) => {
      const [out, tangent] = [op.outs[at] as ValueId, given[i] as ValueId];
      if (isActive(out, lane)) setTangent(out, asShadow(tangent, out, lane), lane);
    });
  }
}

/** Of the type that the rule takes. */
function tangentFor(arg: ValueId, lane: Lane): ValueId {
  const { b } = lane;
  const type = tangentType(b.typeOf(arg));
  if (type.kind !== 'array') return isActive(arg, lane) ? tangentOf(arg, lane) : b.constant(0);
  if (!isActive(arg, lane)) return b.define('buffer', { like: arg }, type);
  return copyAs(tangentOf(arg, lane), type, lane);
}

/** Tangents of float32 arrays are kept in float64. */
function asShadow(tangent: ValueId, out: ValueId, lane: Lane): ValueId {
  return lane.b.typeOf(out).kind === 'array' ? copyAs(tangent, shadowType(lane.b.typeOf(out)), lane) : tangent;
}

function copyAs(array: ValueId, type: Type, { b }: Lane): ValueId {
  if (sameType(b.typeOf(array), type)) return array;
  return b.define('copy', isNumbers(type) ? { array } : { array, deep: true }, type);
}
