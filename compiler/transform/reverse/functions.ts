/** The reverse of local functions: each has one beside it that undoes an activation.
 *  Forward:  (x1 … xN) → (y1 … yM), recording what its reverse needs on the stacks at its end.
 *  Reverse:  (x1 … xN, dy1 … dyM) → the adjoints of its active numbers; those of memory go to the shadows, which are parameters, too.
 *  A call is undone by a call: activations nest, so their records lie on the stacks in the order in which they are taken back.
 */
import { functionsOf } from '../../analysis/local-functions.ts';
import { real } from '../../ir/build.ts';
import { isNumbers, sameType, tangentType } from '../../ir/memory-types.ts';
import type { ApplyOp, CustomRule, FunctionsOp, Region, ValueId } from '../../ir/types.ts';
import { outsOf, walkRegion } from '../../ir/walk.ts';
import { instantiate } from '../custom.ts';
import { adjointHint, inOrigin, type ReverseContext, type ReverseFunction } from './context.ts';
import { openShadows, shadowOf } from './memory.ts';
import { calledOutside } from './plain-functions.ts';
import { reverseOfOps } from './region.ts';
import { type AdjointScope, createScope } from './scope.ts';

/** Writes the reverses of all local functions that have to do with a derivative. */
export function reverseFunctions(cx: ReverseContext): void {
  const undone = calledOutside(cx.fn);
  for (const op of functionsOf(cx.fn)) {
    const forward = op.outs.flatMap((out, at) => (undone.has(out) ? [{ out, body: op.bodies[at] as Region }] : []));
    if (op.keys || !forward.some(({ body }) => matters(cx, body))) continue;
    const planned = forward.map(({ out, body }) => ({ out, body, reverse: planReverse(cx, out, body) }));
    for (const { out, reverse } of planned) cx.functions.set(out, reverse);
    const bodies = planned.map(({ body, reverse }) => inOrigin(cx, op.origin, () => writeReverse(cx, op, body, reverse)));
    cx.reversed.set(op, { kind: 'functions', outs: planned.map(({ reverse }) => reverse.out), bodies, origin: op.origin });
  }
}

function matters(cx: ReverseContext, body: Region): boolean {
  let found = false;
  walkRegion(body, (op) => {
    found ||= outsOf(op).some((out) => cx.activity.isActive(out)) || cx.memory.writtenBy(op).some(cx.activity.isActiveMemory);
    found ||= op.kind === 'apply' && (cx.functions.has(op.callee) || cx.ruled.has(op.callee));
  });
  return found || body.params.some((id) => cx.activity.isActiveNumber(id));
}

function planReverse(cx: ReverseContext, out: ValueId, { params, yields }: Region): ReverseFunction {
  const active = (ids: readonly ValueId[]): number[] => ids.flatMap((id, at) => (cx.activity.isActiveNumber(id) ? [at] : []));
  const hint = cx.b.hintOf(out);
  const reversed = cx.b.value({ kind: 'function' }, hint === undefined ? undefined : `${hint}Reverse`);
  return { out: reversed, seeds: active(yields), adjoints: active(params) };
}

function writeReverse(cx: ReverseContext, op: FunctionsOp, body: Region, { seeds, adjoints }: ReverseFunction): Region {
  const { b } = cx;
  const given = body.params.map((id) => b.value(b.typeOf(id), b.hintOf(id)));
  const seedParams = seeds.map((at) => b.value(real, adjointHint(cx, body.yields[at] as ValueId)));
  const inner = createScope(b);
  const reverse = b.region([...given, ...seedParams], () => {
    openShadows(cx, body, cx.lengthOf);
    seeds.forEach((at, i) => {
      inner.add(body.yields[at] as ValueId, seedParams[i] as ValueId);
    });
    reverseOfOps(cx, inner, body.ops);
    return adjoints.map((at) => inner.get(body.params[at] as ValueId) ?? b.constant(0));
  });
  const known = new Map(body.params.map((id, at) => [id, given[at] as ValueId]));
  cx.mirrors.push({ forward: body, owner: op, kind: 'activation', reverse, known });
  return reverse;
}

export function reverseOfApply(cx: ReverseContext, scope: AdjointScope, op: ApplyOp): void {
  const { b } = cx;
  const rule = cx.ruled.get(op.callee);
  if (rule) return reverseOfRuled(cx, scope, op, rule);
  const reverse = cx.functions.get(op.callee);
  if (!reverse) return;
  const seeds = reverse.seeds.map((at) => scope.take(op.outs[at] as ValueId) ?? b.constant(0));
  const active = reverse.adjoints.map((at) => op.args[at] as ValueId);
  const outs = active.map((id) => b.value(real, adjointHint(cx, id)));
  b.push({ kind: 'apply', callee: reverse.out, args: [...op.args, ...seeds], outs, origin: b.origin });
  active.forEach((id, i) => {
    if (cx.activity.isActiveNumber(id)) scope.add(id, outs[i] as ValueId, adjointHint(cx, id));
  });
}

/** The user's own derivative: its results go where the adjoints of the arguments go. */
function reverseOfRuled(cx: ReverseContext, scope: AdjointScope, op: ApplyOp, rule: CustomRule): void {
  const { b } = cx;
  const isActive = (id: ValueId): boolean => cx.activity.isActive(id);
  const taken = rule.outputs.map((at) => seedFor(cx, scope, op.outs[at] as ValueId));
  if (taken.every((seed) => seed === undefined) || !rule.inputs.some((at) => isActive(op.args[at] as ValueId))) return;
  const seeds = taken.map((seed, i) => seed ?? zerosFor(cx, op.outs[rule.outputs[i] as number] as ValueId));
  const given = instantiate(b, cx.fn, rule.vjp, [...(cx.keptArguments.get(op) ?? op.args), ...seeds]);
  rule.inputs.forEach((at, i) => {
    const [arg, adjoint] = [op.args[at] as ValueId, given[i] as ValueId];
    if (!isActive(arg)) return;
    if (b.typeOf(arg).kind === 'array') b.effect('addInto', { array: shadowOf(cx, arg), source: adjoint });
    else scope.add(arg, adjoint, adjointHint(cx, arg));
  });
}

/** The adjoint of a result, of the type that the rule takes; undefined: it is zero. */
function seedFor(cx: ReverseContext, scope: AdjointScope, out: ValueId): ValueId | undefined {
  const { b } = cx;
  if (b.typeOf(out).kind !== 'array') return scope.take(out);
  if (!cx.activity.isActive(out)) return undefined;
  const [shadow, type] = [shadowOf(cx, out), tangentType(b.typeOf(out))];
  if (sameType(b.typeOf(shadow), type)) return shadow;
  return b.define('copy', isNumbers(type) ? { array: shadow } : { array: shadow, deep: true }, type);
}

function zerosFor({ b }: ReverseContext, out: ValueId): ValueId {
  const type = b.typeOf(out);
  return type.kind === 'array' ? b.define('buffer', { like: out }, tangentType(type)) : b.constant(0);
}
