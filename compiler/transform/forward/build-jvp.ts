/** Forward mode. Every value that depends on an input gets a tangent beside it, computed in the primal's own order.
 *  In:      a function without calls whose written parameters are copied at the entry (`copy-written`); also a derivative.
 *  Out:     parameters x1..xN, then a tangent for each input; results of the primal, then a tangent for each that can have one.
 *  Example: y = sin x   →   y = sin x; tangentOfY = cos x · tangentOfX
 *  Never:   changes a value, a test, a trip count or an exit of the primal; writes an array of the caller's. */
import { reachableFrom } from '../../analysis/memory.ts';
import { isNumbers, sameType, shadowType, tangentType } from '../../ir/memory-types.ts';
import { isDifferentiableResult } from '../../ir/results.ts';
import type { IrFunction, ParamInfo, ResultInfo, Type, ValueId } from '../../ir/types.ts';
import { createForward, isActive, type Lane, tangentName, tangentOf } from './context.ts';
import { enterTangents, inputAt, writeSweep } from './sweep.ts';

export interface JvpOptions {
  /**
   * false: of a derivative, only the tangents are handed out, as results of the kind that they are tangents of, in the memory that a caller
   * may supply for these.
   */
  readonly withValues: boolean;
}

/** `inputs`: indices of the parameters that have a tangent, in the order of the tangent parameters. */
export function buildJvp(fn: IrFunction, inputs: readonly number[], { withValues }: JvpOptions = { withValues: true }): IrFunction {
  const cx = createForward(fn, [inputs], !withValues);
  const lane = cx.lanes[0] as Lane;
  const added = inputs.map((index) => addTangentParam(inputAt(fn, index), lane));
  const params = [...fn.params, ...uniqueNames(fn.params, added)];
  const enter = (): void => enterTangents(lane, new Map(inputs.map((index, i) => [index, widened(added[i] as ParamInfo, lane)])));
  const yields = (): readonly ValueId[] => [...(withValues ? fn.body.yields : []), ...resultTangents(lane)];
  const body = writeSweep(
    cx,
    params.map((param) => param.id),
    enter,
    yields,
  );
  const tangents = differentiableResults(fn).map(({ result }) => (withValues ? tangentResult(result) : result));
  return { ...fn, params, results: [...(withValues ? fn.results : []), ...tangents], body, values: cx.b.values };
}

/** A tangent parameter has the type of its primal parameter, also where that is a Float32Array. */
function addTangentParam(param: ParamInfo, { b }: Lane): ParamInfo {
  const name = tangentName(param.name);
  return { id: b.value(tangentType(b.typeOf(param.id)), name), name, role: 'tangent' };
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

function widened({ id }: ParamInfo, lane: Lane): () => ValueId {
  const [from, to] = [lane.b.typeOf(id), shadowType(lane.b.typeOf(id))];
  return () => (sameType(from, to) ? id : copyAs(id, to, lane));
}

/** A copy down to the last number. */
function copyAs(array: ValueId, type: Type, { b }: Lane): ValueId {
  return b.define('copy', isNumbers(type) ? { array } : { array, deep: true }, type, b.hintOf(array));
}

interface DifferentiableResult {
  readonly result: ResultInfo;
  readonly id: ValueId;
}

function differentiableResults(fn: IrFunction): readonly DifferentiableResult[] {
  return fn.results.flatMap((result, i) => {
    const id = fn.body.yields[i] as ValueId;
    return isDifferentiableResult(fn, i) ? [{ result, id }] : [];
  });
}

function tangentResult(result: ResultInfo): ResultInfo {
  return { ...result, name: tangentName(result.name), kind: 'tangent' };
}

function resultTangents(lane: Lane): readonly ValueId[] {
  return differentiableResults(lane.fn).map((result, slot) => resultTangent(result, slot, lane));
}

/** Of the type of the result, and never one of the caller's own arrays. */
function resultTangent({ result, id }: DifferentiableResult, slot: number, lane: Lane): ValueId {
  const type = tangentType(lane.b.typeOf(id));
  if (type.kind !== 'array') return tangentOf(id, lane);
  if (!isActive(id, lane)) return lane.handsOut ? emptyResult(result, slot, type, lane) : inactiveTangent(id, type, lane);
  const tangent = tangentOf(id, lane);
  const mayBeParam = reachableFrom(lane.memory.classOf(id)).some(({ origins }) => origins.some((origin) => origin.op === undefined));
  return !mayBeParam && sameType(type, lane.b.typeOf(tangent)) ? tangent : copyAs(tangent, type, lane);
}

function inactiveTangent(id: ValueId, type: Type, { b }: Lane): ValueId {
  if (isNumbers(type)) return b.define('alloc', { length: b.length(id), fill: 'zero' }, type);
  return b.define('buffer', { like: id }, type);
}

/** Of a gradient that does not depend on the inputs: zeros of the shape of its parameter, where the caller wants them. */
function emptyResult({ param }: ResultInfo, slot: number, type: Type, { b, fn }: Lane): ValueId {
  return b.define('buffer', { like: fn.params[param as number]?.id as ValueId, slot }, type);
}
