/** Forward mode for several directions at once.
 *  In:      what `build-jvp` takes, and for each lane the parameters that bring a tangent.
 *  Out:     parameters x1..xN, then lane by lane the tangents of its inputs; results of the primal, then lane by lane the tangents that
 *           are not known to be 0. Tangents have the types of shadows, and may be memory of those that were given: nobody writes them. */
import { shadowType } from '../../ir/memory-types.ts';
import { isDifferentiableResult } from '../../ir/results.ts';
import type { IrFunction, ParamInfo, ResultInfo, ValueId } from '../../ir/types.ts';
import { createForward, isActive, type Lane, tangentName } from './context.ts';
import { enterTangents, inputAt, writeSweep } from './sweep.ts';

export interface LanesFunction {
  readonly fn: IrFunction;
  /** Lane by lane, for each result of the primal: which result is its tangent; undefined where that is 0. */
  readonly tangentAt: readonly (readonly (number | undefined)[])[];
}

export function buildLanes(primal: IrFunction, directions: readonly (readonly number[])[]): LanesFunction {
  const cx = createForward(primal, directions);
  const added = cx.lanes.map((lane, i) =>
    (directions[i] as readonly number[]).map((index) => addTangentParam(inputAt(primal, index), lane)),
  );
  const enter = (): void =>
    cx.lanes.forEach((lane, i) => {
      const ids = (added[i] as readonly ParamInfo[]).map(({ id }) => id);
      enterTangents(lane, new Map((directions[i] as readonly number[]).map((index, at) => [index, () => ids[at] as ValueId])));
    });
  const params = [...primal.params, ...added.flat()];
  const tangents: ValueId[] = [];
  const results: ResultInfo[] = [];
  const tangentAt: (readonly (number | undefined)[])[] = [];
  const noteTangents = (lane: Lane): void => {
    const at = primal.body.yields.map((id, i) => {
      const tangent = isDifferentiableResult(primal, i) && isActive(id, lane) ? lane.tangents.get(id) : undefined;
      if (tangent === undefined) return undefined;
      results.push({ ...(primal.results[i] as ResultInfo), kind: 'tangent' });
      return primal.body.yields.length + tangents.push(tangent) - 1;
    });
    tangentAt.push(at);
  };
  const yields = (): readonly ValueId[] => {
    cx.lanes.forEach(noteTangents);
    return [...primal.body.yields, ...tangents];
  };
  const ids = params.map((param) => param.id);
  const body = writeSweep(cx, ids, enter, yields);
  return { fn: { ...primal, params, results: [...primal.results, ...results], body, values: cx.b.values }, tangentAt };
}

function addTangentParam(param: ParamInfo, { b }: Lane): ParamInfo {
  const name = tangentName(param.name);
  return { id: b.value(shadowType(b.typeOf(param.id)), name), name, role: 'tangent' };
}
