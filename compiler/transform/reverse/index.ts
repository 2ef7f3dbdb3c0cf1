/** Reverse mode: the general vector-Jacobian product of a function.
 *  In:      a function without calls whose parameters are only read, and the parameters to differentiate.
 *  Out:     (x1 … xN, dy1 … dyM) → [values wanted …, dx1 … dxN]; a seed may be a constant instead of a parameter.
 *  Source:  linearise and transpose, region by region (design: ARCHITECTURE.md, "Differentiation").
 */
import { analyzeActivity } from '../../analysis/activity.ts';
import { certainReferences } from '../../analysis/certain-references.ts';
import { indexDearValues } from '../../analysis/dear-values.ts';
import { indexDefinitions } from '../../analysis/definitions.ts';
import { functionsOf, ruledFunctions } from '../../analysis/local-functions.ts';
import { analyzeMemory } from '../../analysis/memory.ts';
import { analyzePrivateArrays } from '../../analysis/private-arrays.ts';
import { analyzeStability, type FreshMemory } from '../../analysis/stability.ts';
import { findUpdates } from '../../analysis/updates.ts';
import { invariant } from '../../diagnostics/internal.ts';
import { type Builder, createBuilder, real } from '../../ir/build.ts';
import { isDifferentiableType, shadowType, tangentType } from '../../ir/memory-types.ts';
import { isDifferentiableResult, resultType } from '../../ir/results.ts';
import type { IrFunction, Op, ParamInfo, ResultInfo, ValueId } from '../../ir/types.ts';
import { ownBuffers } from '../own-buffers.ts';
import { assemble } from './assemble.ts';
import { type Augmented, augment } from './augment.ts';
import { adjointHint, type ReverseContext } from './context.ts';
import { crossRegions } from './cross.ts';
import { reverseFunctions } from './functions.ts';
import { openShadows, openStacks, shadowOf } from './memory.ts';
import { plainInConditions } from './plain-functions.ts';
import { reverseOfOps } from './region.ts';
import { createScope } from './scope.ts';
import { seedMemory } from './seed-memory.ts';

export interface VjpOptions {
  /** Positions of the parameters to differentiate. */
  readonly inputs: readonly number[];
  /** Per result: a seed parameter of the derivative, or a constant for a returned number (0 for arrays). */
  readonly seeds: 'parameters' | readonly number[];
  /** The seeds are given after the forward sweep: nothing of the reverse one runs inside of it. */
  readonly late?: boolean;
  /** Hand out f's own results too, before the gradients. */
  readonly withValues: boolean;
  /** Ways to save work that are not taken: of {@link savings}. */
  readonly disabled?: ReadonlySet<string> | undefined;
}

/**
 * Ways of the transform to save work. fuse: the reverse of a loop runs inside of it. choices: loops that only choose keep what they chose.
 * forwards: recurrences are run again instead of recorded. history: arrays are copied instead of recorded element by element.
 */
export const savings: readonly string[] = ['fuse', 'choices', 'forwards', 'history'];

export function buildVjp(fn: IrFunction, options: VjpOptions): IrFunction {
  const primal = plainInConditions(ownBuffers(fn));
  const inputs = options.inputs.map((at) => primal.body.params[at] as ValueId);
  const augmented = augmentFor(primal, inputs, options);
  const setup = prepare(primal, augmented, inputs, options);
  const { cx, seedParams } = setup;
  const { b } = cx;
  const sweep = b.region([], () => writeSweep(setup, options));
  const crossing = crossRegions(cx);
  const ops = assemble(cx, crossing, sweep.ops);
  const yields = [...(options.withValues ? primal.body.yields : []), ...sweep.yields];
  const params = [...primal.body.params, ...seedParams.map(({ id }) => id)];
  return {
    name: primal.name,
    params: [...primal.params, ...seedParams],
    results: [...(options.withValues ? primal.results : []), ...gradientResults(primal, options.inputs)],
    body: { params, ops: [...setup.entry, ...ops], yields },
    values: b.values,
    origin: primal.origin,
    ...(primal.rules && { rules: primal.rules }),
  };
}

function gradientResults(primal: IrFunction, inputs: readonly number[]): ResultInfo[] {
  return inputs.map((param) => ({ name: primal.params[param]?.name ?? 'x', kind: 'gradient', param }));
}

/** Results that some seed reaches. */
function seededResults(primal: IrFunction, { seeds }: VjpOptions): ValueId[] {
  return primal.body.yields.filter((_, at) => isDifferentiableResult(primal, at) && (seeds === 'parameters' || seeds[at] !== 0));
}

function augmentFor(primal: IrFunction, inputs: readonly ValueId[], options: VjpOptions): Augmented {
  const memory = analyzeMemory(primal);
  const activity = analyzeActivity(primal, memory, inputs, seededResults(primal, options));
  return augment(primal, memory, activity, inputs, !options.disabled?.has('choices'));
}

interface Setup {
  readonly cx: ReverseContext;
  readonly seedParams: readonly ParamInfo[];
  readonly inputs: readonly ValueId[];
  readonly primal: IrFunction;
  /** Operations at the start of the function: the buffers of gradients. */
  readonly entry: readonly Op[];
}

function prepare(primal: IrFunction, augmented: Augmented, inputs: readonly ValueId[], options: VjpOptions): Setup {
  const { fn } = augmented;
  const memory = analyzeMemory(fn);
  const definitions = indexDefinitions(fn);
  const b = createBuilder(fn.origin, fn.values, false);
  const seedParams = options.seeds === 'parameters' ? makeSeedParams(primal, b) : [];
  const shadows = new Map(augmented.shadows);
  const open = new Set([fn.body]);
  const privateArrays = analyzePrivateArrays(fn, definitions, memory);
  const isFreshIn: FreshMemory = (found, loop) =>
    (loop.kind === 'for' || loop.kind === 'while') && open.has(loop.body) && privateArrays.isPrivateTo(found, loop);
  const cx: ReverseContext = {
    fn,
    b,
    definitions,
    memory,
    shadows,
    open,
    activity: analyzeActivity(fn, memory, inputs, seededResults(primal, options)),
    stability: analyzeStability(definitions, memory, isFreshIn),
    privateArrays,
    updates: findUpdates(fn, definitions, memory),
    dearValues: indexDearValues(fn, definitions),
    isCertain: certainReferences(fn),
    counts: augmented.counts,
    choices: augmented.choices,
    replaced: augmented.replaced,
    seeds: new Set(seedParams.map(({ id }) => id)),
    mirrors: [],
    fused: new Map(),
    functions: new Map(),
    reversed: new Map(),
    ruled: ruledFunctions(fn),
    late: options.late === true,
    takes: (saving) => !options.disabled?.has(saving),
    keptArguments: augmented.keptArguments,
    moved: new Map(),
    early: new Map(),
    facts: new Map(),
    lengthOf(array) {
      if (open.has(definitions.definitionOf(array).place.region)) return b.length(array);
      const length = augmented.lengths.get(array);
      invariant(length !== undefined, `no length for v${array}`);
      return length;
    },
  };
  return { cx, seedParams, inputs, primal, entry: inputBuffers(cx, inputs) };
}

function makeSeedParams(primal: IrFunction, b: Builder): ParamInfo[] {
  const seeded = primal.results
    .map((result, at) => ({ result, type: resultType(primal, at) }))
    .filter(({ type }) => isDifferentiableType(type));
  const returned = seeded.filter(({ result }) => result.kind !== 'written').length;
  return seeded.map(({ result, type }, at) => {
    const name =
      result.kind === 'written'
        ? `seedOf${result.name.charAt(0).toUpperCase()}${result.name.slice(1)}`
        : returned === 1
          ? 'seed'
          : `seed${at + 1}`;
    return { id: b.value(type.kind === 'array' ? tangentType(type) : real, name), name, role: 'seed' as const };
  });
}

/** Gradients of arrays are zeroed buffers from the start, so that a wrong `out` is found before anything else happens. */
function inputBuffers(cx: ReverseContext, inputs: readonly ValueId[]): readonly Op[] {
  const { b } = cx;
  return b.region([], () => {
    inputs.forEach((id, slot) => {
      if (b.typeOf(id).kind !== 'array' || cx.shadows.has(id)) return;
      cx.shadows.set(id, b.define('buffer', { like: id, slot }, shadowType(b.typeOf(id)), adjointHint(cx, id)));
    });
    if (functionsOf(cx.fn).length > 0) openStacks(cx);
    return [];
  }).ops;
}

/** The reverse sweep; returns the gradients. */
function writeSweep({ cx, seedParams, inputs, primal }: Setup, options: VjpOptions): readonly ValueId[] {
  const { b } = cx;
  const scope = createScope(b);
  openShadows(cx, cx.fn.body, cx.lengthOf);
  reverseFunctions(cx);
  let next = 0;
  primal.body.yields.forEach((id, at) => {
    const type = resultType(primal, at);
    if (!isDifferentiableType(type)) return;
    const seed = options.seeds === 'parameters' ? (seedParams[next++] as ParamInfo).id : options.seeds[at];
    if (type.kind === 'array') seedArray(cx, id, seed);
    else if (cx.activity.isActiveNumber(id) && seed !== 0)
      scope.add(id, options.seeds === 'parameters' ? (seed as ValueId) : b.constant(seed as number));
  });
  reverseOfOps(cx, scope, cx.fn.body.ops);
  return inputs.map((id) => (b.typeOf(id).kind === 'array' ? shadowOf(cx, id) : (scope.get(id) ?? b.constant(0))));
}

function seedArray(cx: ReverseContext, id: ValueId, seed: ValueId | number | undefined): void {
  if (seed === 0 || seed === undefined || !cx.activity.isActiveMemory(cx.memory.classOf(id))) return;
  seedMemory(cx.b, cx.b.typeOf(id), { value: id, shadow: shadowOf(cx, id), seed: seed as ValueId });
}
