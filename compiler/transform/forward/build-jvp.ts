/** Forward mode. Every value that depends on an input gets a tangent beside it, computed in the primal's own order.
 *  In:      a function without calls whose written parameters are copied at the entry (`copy-written`); also a derivative.
 *  Out:     parameters x1..xN, then a tangent for each input; results of the primal, then a tangent for each that can have one.
 *  Example: y = sin x   →   y = sin x; tangentOfY = cos x · tangentOfX
 *  Never:   changes a value, a test, a trip count or an exit of the primal; writes an array of the caller's. */
import { reachableFrom } from '../../analysis/memory.ts';
import { invariant } from '../../diagnostics/internal.ts';
import { infoOf } from '../../ir/build.ts';
import { isDifferentiableType, isNumbers, sameType, shadowType, tangentType } from '../../ir/memory-types.ts';
import { isDifferentiableResult } from '../../ir/results.ts';
import type { IrFunction, ParamInfo, ResultInfo, Type, ValueId } from '../../ir/types.ts';
import { createForward, type Forward, isActive, tangentName, tangentOf } from './context.ts';
import { zerosBeside } from './memory.ts';
import { forwardOfRegion } from './region.ts';

/** `inputs`: indices of the parameters that have a tangent, in the order of the tangent parameters. */
export function buildJvp(fn: IrFunction, inputs: readonly number[]): IrFunction {
  const cx = createForward(
    fn,
    inputs.map((index) => paramAt(fn, index).id),
  );
  const added = inputs.map((index) => addTangentParam(paramAt(fn, index), cx));
  const params = [...fn.params, ...uniqueNames(fn.params, added)];
  const entry = cx.b.region([], () => {
    enterTangents(inputs, added, cx);
    return [];
  });
  const body = forwardOfRegion(
    fn.body,
    params.map((param) => param.id),
    () => [...fn.body.yields, ...resultTangents(cx)],
    cx,
  );
  const results = [...fn.results, ...differentiableResults(fn).map(({ result }) => tangentResult(result))];
  return { ...fn, params, results, body: { ...body, ops: [...entry.ops, ...body.ops] }, values: cx.b.values };
}

function paramAt(fn: IrFunction, index: number): ParamInfo {
  const param = fn.params[index];
  invariant(param !== undefined && isDifferentiableType(infoOf(fn.values, param.id).type), `${fn.name}: parameter ${index} has no tangent`);
  return param;
}

/** A tangent parameter has the type of its primal parameter, also where that is a Float32Array. */
function addTangentParam(param: ParamInfo, cx: Forward): ParamInfo {
  const name = tangentName(param.name);
  return { id: cx.b.value(tangentType(cx.b.typeOf(param.id)), name), name, role: 'tangent' };
}

/** A derivative of a derivative may have a tangent of that name already. */
function uniqueNames(params: readonly ParamInfo[], added: readonly ParamInfo[]): readonly ParamInfo[] {
  const taken = new Set(params.map((param) => param.name));
  return added.map((param) => {
    let name = param.name;
    for (let count = 2; taken.has(name); count++) name = `${param.name}${count}`;
    taken.add(name);
    return { ...param, name };
  });
}

/** Inputs bring their tangents; another array parameter of an active class has zeros. */
function enterTangents(inputs: readonly number[], added: readonly ParamInfo[], cx: Forward): void {
  cx.fn.params.forEach(({ id }, index) => {
    if (!isActive(id, cx)) return;
    const given = added[inputs.indexOf(index)];
    if (given) cx.tangents.set(id, widened(given.id, cx));
    else if (cx.b.typeOf(id).kind === 'array') cx.tangents.set(id, zerosBeside(id, cx));
  });
}

function widened(tangent: ValueId, cx: Forward): ValueId {
  const [from, to] = [cx.b.typeOf(tangent), shadowType(cx.b.typeOf(tangent))];
  return sameType(from, to) ? tangent : copyAs(tangent, to, cx);
}

/** A copy down to the last number. */
function copyAs(array: ValueId, type: Type, cx: Forward): ValueId {
  return cx.b.define('copy', isNumbers(type) ? { array } : { array, deep: true }, type, cx.b.hintOf(array));
}

function differentiableResults(fn: IrFunction): readonly { readonly result: ResultInfo; readonly id: ValueId }[] {
  return fn.results.flatMap((result, i) => {
    const id = fn.body.yields[i] as ValueId;
    return isDifferentiableResult(fn, i) ? [{ result, id }] : [];
  });
}

function tangentResult(result: ResultInfo): ResultInfo {
  return { ...result, name: tangentName(result.name), kind: 'tangent' };
}

function resultTangents(cx: Forward): readonly ValueId[] {
  return differentiableResults(cx.fn).map(({ id }) => resultTangent(id, cx));
}

function inactiveTangent(id: ValueId, type: Type, cx: Forward): ValueId {
  if (isNumbers(type)) return cx.b.define('alloc', { length: cx.b.length(id), fill: 'zero' }, type);
  return cx.b.define('buffer', { like: id }, type);
}

/** Of the type of the result, and never one of the caller's own arrays. */
function resultTangent(id: ValueId, cx: Forward): ValueId {
  const type = tangentType(cx.b.typeOf(id));
  if (type.kind !== 'array') return tangentOf(id, cx);
  if (!isActive(id, cx)) return inactiveTangent(id, type, cx);
  const tangent = tangentOf(id, cx);
  const mayBeParam = reachableFrom(cx.memory.classOf(id)).some(({ origins }) => origins.some((origin) => origin.op === undefined));
  return !mayBeParam && sameType(type, cx.b.typeOf(tangent)) ? tangent : copyAs(tangent, type, cx);
}
